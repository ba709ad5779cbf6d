"""Where the picture stands still: hints from the sizes of packets, confirmed by looking at keyframes. Runs in the sandboxed child."""

from bisect import bisect_left
from collections.abc import Callable
from itertools import pairwise

import numpy as np

from services.worker.video.lanes import Span
from services.worker.video.packets import Timeline
from services.worker.video.quality import FROZEN_SECONDS, is_same, same_pictures

# a packet that changes nothing: at most so many bytes, or one for so many pixels, or such a part of the keyframe before it
NEAR_EMPTY_BYTES, NEAR_EMPTY_PIXELS, NEAR_EMPTY_PART = 64, 5000, 80
MOST_REFINED, REFINED_TIMES = 2, 5  # encoders refine a picture that stands still: now and then a packet of a few times that size
ALIKE = 0.05  # keyframes whose sizes differ by less may show the same; a camera that keeps its rate refines the rest at length
STILL_PART = 0.02  # a packet between the keyframes of a still picture has such a part of their bytes, or less
MOST_RUNS, MOST_ALIKE, MOST_KEYFRAMES = 4, 8, 4  # so many of each kind are looked at, at so many keyframes of each
MOST_GROWN = 3  # and so many before, for the encoder may refine a picture before its keyframes are alike

Keyframes = Callable[[list[int]], dict[int, np.ndarray]]


def still(timeline: Timeline, pixels: int, keyframes: Keyframes) -> list[Span]:
    """Return where nothing changes, in seconds. `keyframes` gives pictures of keyframes by their time, those that it can."""
    by_packets = [span for times in _longest(_near_empty(timeline, pixels)) for span in _unbroken(timeline, times, keyframes)]
    return by_packets + _by_pictures(timeline, keyframes)


def _longest(runs: list[list[int]]) -> list[list[int]]:
    return sorted(runs, key=lambda run: run[0] - run[-1])[:MOST_RUNS]


def _by_pictures(timeline: Timeline, keyframes: Keyframes) -> list[Span]:
    """Look at the runs of alike keyframes, those with the least between them first, until one moves."""
    found: list[Span] = []
    for part, run in sorted((_part_between(timeline, run), run) for run in _alike(timeline))[:MOST_ALIKE]:
        inner = run[1:-1] if len(run) > MOST_GROWN else run[:2]  # a cut may lie behind the last but one
        if part < STILL_PART and _show_same(keyframes, inner[0], inner[-1]):
            found.append(_grown(timeline, inner, keyframes))
        elif same := same_pictures(timeline, keyframes(_spread(run))):
            found += same
        else:
            break
    return found


def _part_between(timeline: Timeline, run: list[int]) -> float:
    """Return how large a packet between the keyframes of a run is, as a part of a keyframe; means of both."""
    start, end = bisect_left(timeline.times, run[0]), bisect_left(timeline.times, run[-1])
    whole = sum(timeline.sizes.get(time, 0) for time in timeline.times[start:end])
    keys = sum(timeline.sizes.get(time, 0) for time in run[:-1])
    between = (whole - keys) / max(1, end - start - len(run) + 1)
    return between / max(1.0, keys / (len(run) - 1))


def _grown(timeline: Timeline, run: list[int], keyframes: Keyframes) -> Span:
    """Return from when to when it is still: from the earliest keyframe shortly before the run, to the one behind it, that show the same."""
    keys = timeline.keyframes
    first, last = bisect_left(keys, run[0]), bisect_left(keys, run[-1])
    before = (time for time in keys[max(0, first - MOST_GROWN) : first] if _show_same(keyframes, time, run[0]))
    behind = (time for time in keys[last + 1 : last + 2] if _show_same(keyframes, time, run[-1]))
    return timeline.seconds(next(before, run[0])), timeline.seconds(next(behind, run[-1]))


def _show_same(keyframes: Keyframes, one: int, other: int) -> bool:
    pictures = keyframes([one, other])
    return len(pictures) == 2 and is_same(*pictures.values())  # noqa: PLR2004 -- both came


def _near_empty(timeline: Timeline, pixels: int) -> list[list[int]]:
    """Return the times of runs of near-empty packets that last FROZEN_SECONDS, the keyframes among them included."""
    keys, least = set(timeline.keyframes), max(NEAR_EMPTY_BYTES, pixels // NEAR_EMPTY_PIXELS)
    limit, refined, found = least, 0, [list[int]()]
    for time in timeline.times:
        size = timeline.sizes.get(time, 0)
        if time in keys:
            limit, refined = max(least, size // NEAR_EMPTY_PART), 0
        elif size > limit:
            refined += 1
        else:
            refined = 0
        if time in keys or size <= limit or (refined <= MOST_REFINED and size <= limit * REFINED_TIMES):
            found[-1].append(time)
        elif found[-1]:
            while found[-1] and found[-1][-1] in keys:  # what begins with this one moves
                found[-1].pop()
            found.append([])
    shortest = FROZEN_SECONDS / timeline.tick
    return [run for run in found if run and run[-1] - run[0] >= shortest and len(run) > 2 * sum(time in keys for time in run)]


def _alike(timeline: Timeline) -> list[list[int]]:
    """Return runs of keyframes, FROZEN_SECONDS long, whose sizes are nearly the same one after the other."""
    found = [timeline.keyframes[:1]]
    for earlier, later in pairwise(timeline.keyframes):
        sizes = timeline.sizes.get(earlier, 0), timeline.sizes.get(later, 0)
        if abs(sizes[0] - sizes[1]) < ALIKE * max(sizes):
            found[-1].append(later)
        else:
            found.append([later])
    shortest = FROZEN_SECONDS / timeline.tick
    return [run for run in found if run and run[-1] - run[0] >= shortest]


def _unbroken(timeline: Timeline, times: list[int], keyframes: Keyframes) -> list[Span]:
    """Return a run of near-empty packets, cut where the keyframes looked at show something else; parts that are long enough."""
    keys = set(timeline.keyframes)
    places = _spread([time for time in times if time in keys])
    pictures = keyframes(places)
    if len(pictures) < len(places):
        return []
    cuts = [later for earlier, later in pairwise(sorted(pictures)) if not is_same(pictures[earlier], pictures[later])]
    if cuts and len(places) == MOST_KEYFRAMES:  # what lies between those looked at is not known
        return same_pictures(timeline, pictures)
    edges = [times[0], *cuts, times[-1] + timeline.usual_gap]
    shortest = FROZEN_SECONDS / timeline.tick
    return [(timeline.seconds(start), timeline.seconds(end)) for start, end in pairwise(edges) if end - start >= shortest]


def _spread(times: list[int]) -> list[int]:
    """Return at most MOST_KEYFRAMES of these, evenly spread, the first and the last among them."""
    places = np.linspace(0, len(times) - 1, min(MOST_KEYFRAMES, len(times))).round().astype(int) if times else []
    return [times[place] for place in places]
