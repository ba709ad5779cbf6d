"""How the recordings of many encounters lie against what their records say, each camera's clock put right. Only reads.

What `known_clocks.py` tells of one recording's clock by the camera's others, for all encounters of a time at once. For sums: nobody is
shown a single encounter by it.
"""

import uuid
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.encounters.records import Encounter
from stop_search.footage.camera_clocks import FEW, READ_WITHIN, Clock, Reading, clock_at, reading_of
from stop_search.footage.records import Footage, FootageOfEncounter
from stop_search.footage.timelines import clip_of
from stop_search.footage.timing import Timing, timing_of

LONGEST = timedelta(days=1)  # from a recording's begin to the last encounter in it


@dataclass(frozen=True)
class _Shown:
    """One recording and one encounter that it shows."""

    footage_id: uuid.UUID
    encounter_id: uuid.UUID
    device: str | None
    began: datetime | None
    went_off: datetime | None
    facts: dict[str, Any] | None
    contact: datetime
    over: datetime | None


def film_timings(session: Session, *, since: datetime, until: datetime) -> dict[uuid.UUID, tuple[Timing, ...]]:
    """Return the timings of every encounter that started from `since` to before `until` and was filmed, by its id.

    An encounter is left out where of one of its recordings nobody knows when it ran.
    """
    around = READ_WITHIN + LONGEST  # so that what is told of an encounter does not depend on which time was asked for
    shown = _shown(session, since=since - around, until=until + around)
    clocks = _Clocks(shown)
    found: defaultdict[uuid.UUID, list[Timing | None]] = defaultdict(list)
    for one in shown:
        if since <= one.contact < until:
            found[one.encounter_id].append(_timing(one, clocks.of(one)))
    return {
        encounter: tuple(known) for encounter, timings in found.items() if len(known := [one for one in timings if one]) == len(timings)
    }


def _shown(session: Session, *, since: datetime, until: datetime) -> list[_Shown]:
    rows = session.execute(
        select(
            Footage.id,
            Encounter.id,
            Footage.device_serial,
            Footage.started_at,
            Footage.ended_at,
            Footage.facts,
            Encounter.started_at,
            Encounter.ended_at,
        )
        .join(FootageOfEncounter, FootageOfEncounter.footage_id == Footage.id)
        .join(Encounter, Encounter.id == FootageOfEncounter.encounter_id)
        .where(Encounter.started_at >= since, Encounter.started_at < until)
        .order_by(Encounter.started_at, Encounter.id, Footage.id)
    )
    return [_Shown(*row) for row in rows]


class _Clocks:
    """What each camera's recordings of one encounter each tell of its clock."""

    def __init__(self, shown: Sequence[_Shown]) -> None:
        self._encounters: defaultdict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
        for one in shown:
            self._encounters[one.footage_id].add(one.encounter_id)
        self._readings: defaultdict[str, list[tuple[uuid.UUID, Reading]]] = defaultdict(list)
        for one in shown:
            if one.device and one.began and one.went_off and len(self._encounters[one.footage_id]) == 1:
                reading = reading_of(filmed=(one.began, one.went_off), recorded=(one.contact, one.over))
                self._readings[one.device].append((one.encounter_id, reading))
        for readings in self._readings.values():
            readings.sort(key=_when)

    def of(self, one: _Shown) -> Clock | None:
        """Return the camera's clock as recordings of other encounters tell it; None where fewer than FEW do."""
        if one.device is None or one.began is None:
            return None
        same, readings = self._encounters[one.footage_id], self._readings[one.device]
        first = bisect_left(readings, one.began - READ_WITHIN, key=_when)  # of years of recordings only the days around count
        last = bisect_right(readings, one.began + READ_WITHIN, key=_when)
        clock = clock_at(_apart_from(same, readings[first:last]), one.began)
        return clock if clock.readings >= FEW else None


def _when(reading: tuple[uuid.UUID, Reading]) -> datetime:
    return reading[1].at


def _apart_from(encounters: set[uuid.UUID], readings: Iterable[tuple[uuid.UUID, Reading]]) -> list[Reading]:
    return [reading for encounter, reading in readings if encounter not in encounters]


def _timing(one: _Shown, clock: Clock | None) -> Timing | None:
    clip = clip_of(
        one.facts or {},
        started_at=one.began,
        timeline=None,
        clock_ahead_seconds=clock.ahead.total_seconds() if clock else None,
        clock_doubt_seconds=clock.doubt.total_seconds() if clock else 0.0,
    )
    return timing_of(clip, first_contact=one.contact, ended_at=one.over) if clip else None
