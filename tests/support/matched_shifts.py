"""Counts what matching decided of invented shifts against what is true of them, in all and by class."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from stop_search.footage.likely import Likeness, likenesses
from stop_search.footage.rules import Recording
from tests.support.filmed_shifts import Force
from tests.support.marked_sentences import wilson

ALL = "all"
Pair = tuple[uuid.UUID, uuid.UUID]


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
    """Match a force one camera after the other, and once more with what the other cameras told: as the database's side does."""
    cameras: dict[object, list[Recording]] = defaultdict(list)
    for one in force.recordings:
        cameras[one.device_serial or one.officer_id].append(one)
    first = {camera: likenesses(recordings, force.encounters, filmed_until={}) for camera, recordings in cameras.items()}
    ends: dict[uuid.UUID, dict[object, datetime]] = defaultdict(dict)
    for camera, found in first.items():
        for one in found:
            if one.is_decided:
                ends[one.encounter_id][camera] = max(one.filmed_until, ends[one.encounter_id].get(camera, one.filmed_until))
    again: list[Likeness] = []
    for camera, recordings in cameras.items():
        others = {stop: [until for other, until in by_camera.items() if other != camera] for stop, by_camera in ends.items()}
        filmed_until = {stop: min(until) for stop, until in others.items() if until}
        again += likenesses(recordings, force.encounters, filmed_until=filmed_until)
    return again


def tally(force: Force, found: Iterable[Likeness], *, in_one_go: bool = False) -> dict[str, Tally]:
    """Return the counts of all pairs, then of each class, by name. `in_one_go`: parts that a camera made count as one recording."""
    counts: dict[str, Tally] = defaultdict(Tally)

    def counted(pairs: Iterable[Pair]) -> set[Pair]:
        return {(force.whole[footage], stop) if in_one_go else (footage, stop) for footage, stop in pairs}

    likely = list(found)
    decided = counted((one.footage_id, one.encounter_id) for one in likely if one.is_decided)
    doubted = counted((one.footage_id, one.encounter_id) for one in likely) - decided
    truth = counted(force.truth)
    marks: dict[uuid.UUID, frozenset[str]] = defaultdict(frozenset)
    for one, said in force.marks.items():
        marks[force.whole.get(one, one) if in_one_go else one] |= said
    for pair in decided | doubted | truth:
        for name in {ALL, *(marks[pair[0]] | marks[pair[1]] or {"none of these"})}:
            count = counts[name]
            count.decided += pair in decided
            count.right += pair in decided and pair in truth
            count.true += pair in truth
            count.doubted_true += pair in doubted and pair in truth
            count.doubted_untrue += pair in doubted and pair not in truth
    return {name: counts[name] for name in sorted(counts, key=lambda name: (name != ALL, name))}
