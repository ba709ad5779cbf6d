"""Where the scene changes: hints from the sizes of packets, which cost nothing, confirmed by looking. Runs in the sandboxed child."""

from bisect import bisect_left
from collections.abc import Callable

import cv2
import numpy as np

from services.worker.video.packets import Timeline
from services.worker.video.quality import difference

MOST_HINTS = 100
SPIKE = 1.25  # a packet so many times the largest of those around it
AROUND = 10  # so many packets before and so many behind
EARLY = 0.7  # a keyframe after less than this share of the usual distance: the encoder saw a new scene
JUMP = 0.45  # how much keyframe and packets behind it differ from those before: natural logarithms of the ratios, added
LONGEST_PERIOD = 300  # packets from keyframe to keyframe; more have no period worth asking for
APART_SECONDS = 0.7
FLAT = 0.12  # standard deviation over mean of packets' sizes: a constant rate, which hides everything
OTHER_COLOURS, OTHER_PICTURE = 0.3, 32.0  # Bhattacharyya distance of colours; mean difference of 255

Keyframes = Callable[[list[int]], dict[int, np.ndarray]]


def hints(timeline: Timeline) -> list[int]:
    """Return times (ticks) at which the scene may change, the likeliest first."""
    keys = set(timeline.keyframes)
    between = np.array([time for time in timeline.times if time not in keys], dtype=np.int64)
    sizes = np.array([timeline.sizes.get(int(time), 0) for time in between], dtype=np.float64)
    usual = round(len(between) / max(1, len(keys)))
    scored = _spikes(between, sizes, usual if usual <= LONGEST_PERIOD else 0)
    chosen = _apart(scored, timeline, [])
    jumps = [(score, time) for score, time in _keyframe_jumps(timeline) if not _explained(timeline, time, chosen)]
    return chosen + _apart(jumps, timeline, chosen)


def is_flat(timeline: Timeline) -> bool:
    """Return whether the packets' sizes tell nothing because the camera keeps them all alike."""
    keys = set(timeline.keyframes)
    sizes = np.array([size for time, size in timeline.sizes.items() if time not in keys] or list(timeline.sizes.values()), dtype=np.float64)
    return len(sizes) > 1 and float(sizes.std()) < FLAT * float(sizes.mean())


def around(timeline: Timeline, time: int) -> tuple[int, int] | None:
    """Return the keyframes before and not before a time; None at the ends."""
    place = bisect_left(timeline.keyframes, time)
    return (timeline.keyframes[place - 1], timeline.keyframes[place]) if 0 < place < len(timeline.keyframes) else None


def is_other_scene(one: np.ndarray, other: np.ndarray) -> bool:
    """Return whether two pictures of one size show different scenes."""
    apart = cv2.compareHist(_colours(one), _colours(other), cv2.HISTCMP_BHATTACHARYYA)
    coarse = [cv2.resize(picture, (16, 9), interpolation=cv2.INTER_AREA) for picture in (one, other)]
    return apart > OTHER_COLOURS or difference(*coarse) > OTHER_PICTURE


def _colours(picture: np.ndarray) -> np.ndarray:
    small = cv2.GaussianBlur(picture, (5, 5), 0)
    return cv2.calcHist([small], [0, 1, 2], None, [8, 8, 8], [0, 256] * 3) / (picture.shape[0] * picture.shape[1])


def _spikes(times: np.ndarray, sizes: np.ndarray, usual: int) -> list[tuple[float, int]]:
    """Return (how many times the largest of those around it, time) of packets that stand out.

    Around are AROUND packets before and behind, and those `usual` packets away: a spike that comes with every keyframe is none.
    """
    if len(sizes) < 2:  # noqa: PLR2004 -- nothing stands out alone
        return []
    reach = max(AROUND, usual + 1)
    padded = np.concatenate((np.ones(reach), sizes, np.ones(reach)))
    largest = np.lib.stride_tricks.sliding_window_view(padded, AROUND).max(axis=1)
    few = np.lib.stride_tricks.sliding_window_view(padded, 3).max(axis=1)
    count, at = len(sizes), reach
    near = np.maximum(largest[at - AROUND : at - AROUND + count], largest[at + 1 : at + 1 + count])
    periodic = np.maximum(few[at - usual - 1 : at - usual - 1 + count], few[at + usual - 1 : at + usual - 1 + count])
    ratio = sizes / (np.maximum(near, periodic) if usual > AROUND else near)
    return sorted(((float(ratio[place]), int(times[place])) for place in np.flatnonzero(ratio > SPIKE)), reverse=True)


def _keyframe_jumps(timeline: Timeline) -> list[tuple[float, int]]:
    """Return (how unusual, time) of keyframes that come early, or differ in size from the one before, as do the packets behind them."""
    keys = np.array(timeline.keyframes, dtype=np.int64)
    if len(keys) < 3:  # noqa: PLR2004 -- nothing is usual among fewer
        return []
    sizes = np.log([max(1, timeline.sizes.get(int(key), 1)) for key in keys])
    times = np.array(timeline.times, dtype=np.int64)
    others = np.log([max(1, timeline.sizes.get(time, 1)) for time in timeline.times])
    starts = np.searchsorted(times, keys)
    counts = np.diff(np.append(starts, len(times)))
    level = (np.add.reduceat(others, starts) - sizes) / np.maximum(1, counts - 1)
    jump = np.abs(np.diff(sizes)) + np.abs(np.diff(level))
    early = np.diff(keys) < EARLY * np.median(np.diff(keys))
    score = np.where(early, 10.0, 0.0) + jump
    return sorted(((float(score[place]), int(keys[place + 1])) for place in np.flatnonzero(early | (jump > JUMP))), reverse=True)


def _explained(timeline: Timeline, time: int, chosen: list[int]) -> bool:
    """Return whether a keyframe is unlike the one before because of a change that was found between them."""
    pair = around(timeline, time)
    return pair is not None and any(pair[0] < other < time for other in chosen)


def _apart(scored: list[tuple[float, int]], timeline: Timeline, taken: list[int]) -> list[int]:
    apart, chosen = APART_SECONDS / timeline.tick, list[int]()
    for _, time in scored:
        if all(abs(time - other) >= apart for other in (*taken, *chosen)):
            chosen.append(time)
        if len(chosen) >= MOST_HINTS:
            break
    return chosen
