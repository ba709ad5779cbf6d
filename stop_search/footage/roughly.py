"""Which of many recordings may show any of many encounters, by time alone: generous, so that only few need be looked at closely."""

import uuid
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.encounters.records import Encounter
from stop_search.footage.likely import FARTHEST
from stop_search.footage.records import Footage, FootageOfEncounter
from stop_search.footage.rules import SUPPOSED_LENGTH, Recording
from stop_search.footage.runs import Run, joined
from stop_search.footage.surroundings import MOST_IDS, Camera, camera_named

AROUND = timedelta(days=2)  # parts of one recording follow one another without a gap, and never for so long

Span = tuple[datetime, datetime]


def may_show_any(session: Session, footage: Sequence[Footage], *, encounter_ids: Collection[uuid.UUID]) -> list[Footage]:
    """Return the recordings that are tied to one of these encounters, or that `matching_encounters` may find to show one.

    Nothing that it finds is left out: a recording, with the parts that it is joined to, lies at most FARTHEST from what it shows. One
    whose start nobody knows is never left out.
    """
    spans = _spans_of_encounters(session, encounter_ids)
    longest = max((ended - began for began, ended in spans), default=timedelta(0))
    near = {footage_id for run in _runs(session, footage) if _any_near(spans, longest, run) for footage_id in _parts(run)}
    tied = _tied(session, encounter_ids)
    return [one for one in footage if one.started_at is None or one.id in near or one.id in tied]


def _spans_of_encounters(session: Session, encounter_ids: Collection[uuid.UUID]) -> list[Span]:
    """Return when each began and ended, by the beginning; an end that was not recorded is SUPPOSED_LENGTH later."""
    columns = (Encounter.started_at, Encounter.ended_at)
    rows = (row for ids in _batches(encounter_ids) for row in session.execute(select(*columns).where(Encounter.id.in_(ids))))
    return sorted((began, max(began, ended or began + SUPPOSED_LENGTH)) for began, ended in rows)


def _any_near(spans: Sequence[Span], longest: timedelta, run: Run) -> bool:
    first = bisect_left(spans, run.whole.started_at - FARTHEST - longest, key=_began)
    last = bisect_right(spans, run.ended_at + FARTHEST, key=_began)
    return any(ended >= run.whole.started_at - FARTHEST for _, ended in spans[first:last])


def _began(span: Span) -> datetime:
    return span[0]


def _parts(run: Run) -> Iterator[uuid.UUID]:
    return (part.footage_id for part in run.parts if part.footage_id)


def _runs(session: Session, footage: Iterable[Footage]) -> Iterator[Run]:
    """Yield these recordings, and those near them in time, as runs: camera by camera."""
    columns = (Footage.id, Footage.device_serial, Footage.officer_id, Footage.started_at, Footage.ended_at)
    for since, until in _periods(one.started_at for one in footage if one.started_at):
        by_camera: defaultdict[Camera, list[Recording]] = defaultdict(list)
        for id_, serial, officer_id, started_at, ended_at in session.execute(
            select(*columns).where(Footage.started_at.between(since, until))
        ):
            if started_at is not None:
                camera = camera_named(serial, officer_id, id_)
                by_camera[camera].append(Recording(officer_id, serial, started_at, ended_at, id_))
        for recordings in by_camera.values():
            yield from joined(recordings)


def _periods(moments: Iterable[datetime]) -> list[Span]:
    """Return the periods that hold these moments with AROUND on either side, those that meet as one."""
    found: list[Span] = []
    for moment in sorted(moments):
        if found and moment - AROUND <= found[-1][1]:
            found[-1] = (found[-1][0], moment + AROUND)
        else:
            found.append((moment - AROUND, moment + AROUND))
    return found


def _tied(session: Session, encounter_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    tied = select(FootageOfEncounter.footage_id)
    return {one for ids in _batches(encounter_ids) for one in session.scalars(tied.where(FootageOfEncounter.encounter_id.in_(ids)))}


def _batches(ids: Collection[uuid.UUID]) -> Iterator[Sequence[uuid.UUID]]:
    ordered = sorted(ids)
    return (ordered[first : first + MOST_IDS] for first in range(0, len(ordered), MOST_IDS))
