"""Where the picture stands still: hints from the sizes of packets, confirmed by looking at keyframes. Runs in the sandboxed child."""

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
MOST_RUNS, MOST_KEYFRAMES = 2, 6  # so many of each kind are looked at, at so many keyframes of each

Keyframes = Callable[[list[int]], dict[int, np.ndarray]]


def still(timeline: Timeline, pixels: int, keyframes: Keyframes) -> list[Span]:
    """Return where nothing changes, in seconds. `keyframes` gives pictures of keyframes by their time, those that it can."""
    by_packets = [span for times in _longest(_near_empty(timeline, pixels)) for span in _unbroken(timeline, times, keyframes)]
    by_pictures = [span for times in _longest(_alike(timeline)) for span in same_pictures(timeline, keyframes(_spread(times)))]
    return by_packets + by_pictures


def _longest(runs: list[list[int]]) -> list[list[int]]:
    return sorted(runs, key=lambda run: run[0] - run[-1])[:MOST_RUNS]


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
