"""What is seen in the sampled pictures over time: scene changes and how good the picture is. Runs in the sandboxed child.

Beside the row of thumbnails a bounded number of keyframes is looked at: where packets' sizes hint at something, and half way again and
again between two pictures that differ, so that a stretch is found to a second and costs no more in a long recording than in a short one.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from services.worker.video import quality, scenes
from services.worker.video.lanes import Lane
from services.worker.video.packets import Timeline
from services.worker.video.still import still
from services.worker.video.takers import Takers

MOST_ODD, MOST_HALVED, ROUNDS = 4, 16, 6
NEAR_SECONDS = 1.0  # two pictures so near one another are near enough
ALIKE_SECONDS = 15.0  # sampled pictures further apart than this say nothing about a scene's change between them


class Looking:
    """All that was looked at of one recording: pictures by their frames' times in ticks."""

    def __init__(self, timeline: Timeline, takers: Takers, sampled: dict[int, np.ndarray], pixels: int) -> None:
        self._timeline, self._takers, self._pixels = timeline, takers, pixels
        self._sampled = sampled
        self._seen = takers.kept | sampled
        self._halves_left = MOST_HALVED

    def lanes(self) -> list[Lane]:
        """Return dark, covered, blurred and frozen."""
        self._see(quality.odd_keyframes(self._timeline, sorted(self._seen), MOST_ODD))
        frozen = still(self._timeline, self._pixels, self._takers.keyframes)
        self._seen |= self._takers.kept
        looks = {time: quality.look(picture) for time, picture in self._seen.items()}
        for _ in range(ROUNDS):
            new = self._see(self._halves(quality.boundaries(looks)))
            looks |= {time: quality.look(picture) for time, picture in new.items()}
            if not new:
                break
        frozen += quality.same_pictures(self._timeline, self._seen)
        return [*quality.look_lanes(self._timeline, looks), Lane("frozen", quality.SOURCES["frozen"], tuple(frozen))]

    def scene_changes(self) -> list[float]:
        """Return at which seconds the scene changes."""
        hinted = scenes.hints(self._timeline)
        pairs = {time: self._around(time) for time in hinted}
        self._see(time for pair in pairs.values() if pair for time in pair)
        found = {time for time, pair in pairs.items() if pair and self._differs(*pair)}
        if scenes.is_flat(self._timeline):
            found |= self._searched()
        return sorted(self._timeline.seconds(time) for time in found)

    def _around(self, time: int) -> tuple[int, int] | None:
        """Return the times of two pictures, before and not before a time: keyframes, or sampled ones where those are nearer."""
        pair = scenes.around(self._timeline, time)
        known = sorted(self._seen)
        place = bisect_left(known, time)
        sampled = (known[place - 1], known[place]) if 0 < place < len(known) else None
        if pair is None or (sampled is not None and sampled[1] - sampled[0] < pair[1] - pair[0]):
            pair = sampled
        return pair if pair and (pair[1] - pair[0]) * self._timeline.tick <= ALIKE_SECONDS else None

    def _searched(self) -> set[int]:
        """Halve the way between sampled pictures of different scenes until the keyframes that differ are neighbours."""
        open_pairs = [pair for pair in _pairs(self._sampled) if self._differs(*pair)]
        for _ in range(ROUNDS):
            halves = {pair: self._middle(*pair) for pair in open_pairs}
            self._see(time for time in halves.values() if time is not None)
            parts = [part for pair, half in halves.items() for part in ([pair] if half is None else [(pair[0], half), (half, pair[1])])]
            open_pairs = [part for part in parts if self._differs(*part)]
        return {later for _, later in open_pairs}

    def _differs(self, one: int, other: int) -> bool:
        both = self._seen.get(one), self._seen.get(other)
        return both[0] is not None and both[1] is not None and scenes.is_other_scene(both[0], both[1])

    def _see(self, times: Iterable[int]) -> dict[int, np.ndarray]:
        """Look at keyframes; return those not seen before."""
        new = [time for time in dict.fromkeys(times) if time not in self._seen]
        came = self._takers.keyframes(new)
        self._seen |= came
        return came

    def _halves(self, pairs: list[tuple[int, int]]) -> list[int]:
        """Return keyframes half way between pairs of times that are still far apart, as many as may still be looked at."""
        halves = [time for pair in pairs if (time := self._middle(*pair)) is not None][: self._halves_left]
        self._halves_left -= len(halves)
        return halves

    def _middle(self, start: int, end: int) -> int | None:
        if (end - start) * self._timeline.tick <= NEAR_SECONDS:
            return None
        keys = self._timeline.keyframes
        inside = keys[bisect_right(keys, start) : bisect_left(keys, end)]
        return min(inside, key=lambda time: abs(time - (start + end) // 2)) if inside else None


def _pairs(pictures: dict[int, np.ndarray]) -> list[tuple[int, int]]:
    times = sorted(pictures)
    return list(pairwise(times))
