"""Counts what matching decided of invented shifts against what is true of them, in all and by class."""

import uuid
from collections import defaultdict
from dataclasses import dataclass

from stop_search.footage.likely import Likeness, likenesses
from stop_search.footage.rules import Recording
from tests.support.filmed_shifts import Force
from tests.support.marked_sentences import wilson

ALL = "all"


@dataclass
class Tally:
    """Pairs: decided, of these right, true; in doubt and true, in doubt and untrue. Intervals are Wilson's, 95 %."""

    decided: int = 0
    right: int = 0
    true: int = 0
    doubted_true: int = 0
    doubted_untrue: int = 0

    @property
    def precision(self) -> tuple[float, float]:
        """How many of the decided are right."""
        return wilson(self.right, self.decided)

    @property
    def recall(self) -> tuple[float, float]:
        """How many of the true are decided; what a person is asked about counts as missed."""
        return wilson(self.right, self.true)


def matched(force: Force) -> list[Likeness]:
    """Match a force, one camera after the other, each with all stops, as the database's side does."""
    cameras: dict[object, list[Recording]] = defaultdict(list)
    for one in force.recordings:
        cameras[one.device_serial or one.officer_id].append(one)
    return [found for recordings in cameras.values() for found in likenesses(recordings, force.encounters)]


def tally(force: Force) -> dict[str, Tally]:
    """Return the counts of all pairs, then of each class, by name."""
    counts: dict[str, Tally] = defaultdict(Tally)
    found = matched(force)
    decided = {(one.footage_id, one.encounter_id) for one in found if one.is_decided}
    doubted = {(one.footage_id, one.encounter_id) for one in found} - decided
    for pair in decided | doubted | force.truth:
        for name in _classes(force, pair):
            counted = counts[name]
            counted.decided += pair in decided
            counted.right += pair in decided and pair in force.truth
            counted.true += pair in force.truth
            counted.doubted_true += pair in doubted and pair in force.truth
            counted.doubted_untrue += pair in doubted and pair not in force.truth
    return {name: counts[name] for name in sorted(counts, key=lambda name: (name != ALL, name))}


def _classes(force: Force, pair: tuple[uuid.UUID, uuid.UUID]) -> set[str]:
    marks = force.marks[pair[0]] | force.marks[pair[1]]
    return {ALL, *(marks or {"none of these"})}
