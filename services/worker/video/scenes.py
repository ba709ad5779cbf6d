"""Where the scene changes: hints from the sizes of packets, which cost nothing, confirmed by looking. Runs in the sandboxed child."""

from bisect import bisect_left
from collections.abc import Callable

import cv2
import numpy as np

from services.worker.video.packets import Timeline
from services.worker.video.quality import difference

MOST_HINTS, MOST_KEYFRAME_HINTS = 24, 8
SPIKE = 3.0  # a packet so many times the median of those around it
BLOCK = 32  # so many packets are "around"
EARLY = 0.7  # a keyframe after less than this share of the usual distance: the encoder saw a new scene
JUMP = 1.35  # a keyframe so many times larger or smaller than the one before
APART_SECONDS = 0.7
FLAT = 0.12  # standard deviation over mean of packets' sizes: a constant rate, which hides everything
OTHER_COLOURS, OTHER_PICTURE = 0.35, 28.0  # Bhattacharyya distance of colours; mean difference of 255

Keyframes = Callable[[list[int]], dict[int, np.ndarray]]


def hints(timeline: Timeline) -> list[int]:
    """Return times (ticks) at which the scene may change, the likeliest first."""
    keys = set(timeline.keyframes)
    between = np.array([time for time in timeline.times if time not in keys], dtype=np.int64)
    sizes = np.array([timeline.sizes.get(int(time), 0) for time in between], dtype=np.float64)
    scored = _spikes(between, sizes)
    chosen = _apart(scored, timeline, [])[:MOST_HINTS]
    jumps = [(score, time) for score, time in _keyframe_jumps(timeline) if not _explained(timeline, time, chosen)]
    return chosen + _apart(jumps, timeline, chosen)[:MOST_KEYFRAME_HINTS]


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
    return cv2.normalize(cv2.calcHist([small], [0, 1, 2], None, [8, 8, 8], [0, 256] * 3), None, 1.0, 0.0, cv2.NORM_L1)


def _spikes(times: np.ndarray, sizes: np.ndarray) -> list[tuple[float, int]]:
    """Return (how many times the median around, time) of packets that stand out."""
    if len(sizes) < BLOCK:
        return []
    whole = len(sizes) // BLOCK
    medians = np.median(sizes[: whole * BLOCK].reshape(whole, BLOCK), axis=1)
    padded = np.concatenate((medians[:1], medians, medians[-1:]))
    level = np.minimum(np.maximum(padded[:-2], medians), np.maximum(padded[2:], medians)).clip(min=1)
    blocks = np.minimum(np.arange(len(sizes)) // BLOCK, whole - 1)
    ratio = sizes / level[blocks]
    return sorted(((float(ratio[place]), int(times[place])) for place in np.flatnonzero(ratio > SPIKE)), reverse=True)


def _keyframe_jumps(timeline: Timeline) -> list[tuple[float, int]]:
    """Return (how unusual, time) of keyframes that come early or are much larger or smaller than the one before."""
    keys = np.array(timeline.keyframes, dtype=np.int64)
    if len(keys) < 3:  # noqa: PLR2004 -- nothing is usual among fewer
        return []
    sizes = np.array([timeline.sizes.get(int(key), 1) for key in keys], dtype=np.float64).clip(min=1)
    jump = np.exp(np.abs(np.diff(np.log(sizes))))
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
