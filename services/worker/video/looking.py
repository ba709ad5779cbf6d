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
CLOSE_SECONDS = 3.0  # sampled pictures so close tell about a scene's change between them as keyframes would
ALIKE_SECONDS = 15.0  # sampled pictures further apart than this say nothing about a scene's change between them
MOST_ASKED = 16  # so many hints are looked into by keyframes of their own


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
        pairs = {time: pair for time in hinted if (pair := self._sampled_around(time))}
        far = [time for time in hinted if time not in pairs or not self._is_close(pairs[time])][:MOST_ASKED]
        pairs = {time: pair for time, pair in pairs.items() if self._is_close(pair)}
        pairs |= {time: pair for time in far if (pair := self._around(time))}
        self._see(time for pair in pairs.values() for time in pair)
        found = self._likeliest(pairs)
        found |= self._searched(self._unexplained(found))
        return sorted(self._timeline.seconds(time) for time in found)

    def _likeliest(self, pairs: dict[int, tuple[int, int]]) -> set[int]:
        """Return of each pair of pictures that show different scenes the likeliest time; `pairs` has the likeliest first."""
        one_each: dict[tuple[int, int], int] = {}
        for time, pair in pairs.items():
            one_each.setdefault(pair, time)
        return {time for pair, time in one_each.items() if self._differs(*pair)}

    def _is_close(self, pair: tuple[int, int]) -> bool:
        return (pair[1] - pair[0]) * self._timeline.tick <= CLOSE_SECONDS

    def _sampled_around(self, time: int) -> tuple[int, int] | None:
        """Return the times of the pictures seen already, before and not before a time."""
        known = sorted(self._seen)
        place = bisect_left(known, time)
        return (known[place - 1], known[place]) if 0 < place < len(known) else None

    def _around(self, time: int) -> tuple[int, int] | None:
        """Return the times of two pictures, before and not before a time: keyframes, or sampled ones where those are nearer."""
        pair, sampled = scenes.around(self._timeline, time), self._sampled_around(time)
        if pair is None or (sampled is not None and sampled[1] - sampled[0] < pair[1] - pair[0]):
            pair = sampled
        return pair if pair and (pair[1] - pair[0]) * self._timeline.tick <= ALIKE_SECONDS else None

    def _unexplained(self, found: set[int]) -> list[tuple[int, int]]:
        """Return the pairs of sampled pictures between which the scene changed at a time that is not known yet.

        All of them where the packets' sizes tell nothing; else those that are close, for what happens in a longer time is no cut.
        """
        pairs = [pair for pair in _pairs(self._sampled) if self._differs(*pair)]
        if scenes.is_flat(self._timeline):
            return pairs
        close = [pair for pair in pairs if self._is_close(pair) and not any(pair[0] < time <= pair[1] for time in found)]
        return close[:MOST_ASKED]

    def _searched(self, open_pairs: list[tuple[int, int]]) -> set[int]:
        """Halve the way between pictures of different scenes until the keyframes that differ are neighbours; return the later ones."""
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
