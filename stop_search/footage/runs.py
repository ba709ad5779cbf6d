"""A camera's recordings as runs, and the encounters near them: what is compared in `likely`. Pure."""

import uuid
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from stop_search.footage.rules import RUN_UP, SUPPOSED_LENGTH, MatchableEncounter, Recording

LONGEST = timedelta(hours=8)  # of an encounter: a bound for searching
PART_GAP = timedelta(seconds=10)
SUPPOSED_RUN = RUN_UP  # of a recording that was not examined yet


@dataclass(frozen=True)
class Run:
    """Parts that follow one another without a gap; `whole` runs from the first one's start to the last one's end."""

    parts: tuple[Recording, ...]
    whole: Recording
    ended_at: datetime


class Stops:
    """Encounters by start, so that those near a run are found at once."""

    def __init__(self, encounters: Iterable[MatchableEncounter], filmed_until: Mapping[uuid.UUID, datetime]) -> None:
        self.filmed_until = filmed_until
        self.all = sorted(encounters, key=lambda one: (one.started_at, one.encounter_id.bytes))

    def near(self, run: Run, apart: timedelta) -> list[MatchableEncounter]:
        """Return those of which at most `apart` lies between them and the run; an end that was not recorded is SUPPOSED_LENGTH later."""
        first = bisect_left(self.all, run.whole.started_at - apart - LONGEST, key=_start)
        last = bisect_right(self.all, run.ended_at + apart, key=_start)
        return [one for one in self.all[first:last] if gap(run, one) <= apart]

    def after(self, stop: MatchableEncounter) -> list[MatchableEncounter]:
        """Return those that began within SUPPOSED_LENGTH after this one, by start."""
        first = bisect_right(self.all, stop.started_at, key=_start)
        return self.all[first : bisect_right(self.all, stop.started_at + SUPPOSED_LENGTH, key=_start)]


def gap(run: Run, stop: MatchableEncounter) -> timedelta:
    """Return how long lies between a run and an encounter, by the camera; negative where they overlap."""
    return max(stop.started_at - run.ended_at, run.whole.started_at - (stop.ended_at or stop.started_at + SUPPOSED_LENGTH))


def joined(recordings: Iterable[Recording]) -> list[Run]:
    """Return the runs of a camera, by start; a part begins within PART_GAP of the end of the one before."""
    runs: list[list[Recording]] = []
    for one in sorted(recordings, key=lambda one: (one.started_at, str(one.footage_id))):
        before = runs[-1][-1] if runs else None
        if before and before.ended_at and one.officer_id == before.officer_id and abs(one.started_at - before.ended_at) <= PART_GAP:
            runs[-1].append(one)
        else:
            runs.append([one])
    return [_run(tuple(parts)) for parts in runs]


def _run(parts: tuple[Recording, ...]) -> Run:
    ended_at = parts[-1].ended_at or parts[-1].started_at + SUPPOSED_RUN
    position = next((one.position for one in parts if one.position), None)
    return Run(parts, replace(parts[0], ended_at=parts[-1].ended_at, position=position), ended_at)


def _start(stop: MatchableEncounter) -> datetime:
    return stop.started_at
