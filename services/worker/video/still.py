"""Where the picture stands still: hints from the sizes of packets, confirmed by looking at keyframes. Runs in the sandboxed child."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from services.worker.video.lanes import Span
from services.worker.video.packets import Timeline
from services.worker.video.quality import FROZEN_SECONDS, SAME, difference

# a packet that changes nothing: at most so many bytes, or one for so many pixels, or such a part of the keyframe before it
NEAR_EMPTY_BYTES, NEAR_EMPTY_PIXELS, NEAR_EMPTY_PART = 64, 5000, 80
MOST_REFINED, REFINED_TIMES = 2, 5  # encoders refine a picture that stands still: now and then a packet of a few times that size
ALIKE = 0.05  # keyframes whose sizes differ by less may show the same; a camera that keeps its rate refines the rest at length
MOST_RUNS, MOST_KEYFRAMES = 6, 8  # so many of each kind are looked at, at so many keyframes of each
AGAIN = 2 * SAME  # a picture that was encoded again differs a little

Keyframes = Callable[[list[int]], dict[int, np.ndarray]]


def still(timeline: Timeline, pixels: int, keyframes: Keyframes) -> list[Span]:
    """Return where nothing changes, in seconds. `keyframes` gives pictures of keyframes by their time, those that it can."""
    runs = [*_longest(_near_empty(timeline, pixels)), *_longest(_alike(timeline))]
    return [span for times in runs for span in _confirmed(timeline, times, keyframes)]


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


def _confirmed(timeline: Timeline, times: list[int], keyframes: Keyframes) -> list[Span]:
    """Return the parts of a run that are long enough and in which all keyframes looked at show the same."""
    keys = set(timeline.keyframes)
    inside = [time for time in times if time in keys]
    places = np.linspace(0, len(inside) - 1, min(MOST_KEYFRAMES, len(inside))).round().astype(int) if inside else []
    pictures = keyframes([inside[place] for place in places])
    cuts = [later for earlier, later in pairwise(sorted(pictures)) if difference(pictures[earlier], pictures[later]) >= AGAIN]
    if len(pictures) < len(places):
        return []
    edges = [times[0], *cuts, times[-1] + timeline.usual_gap]
    shortest = FROZEN_SECONDS / timeline.tick
    return [(timeline.seconds(start), timeline.seconds(end)) for start, end in pairwise(edges) if end - start >= shortest]
