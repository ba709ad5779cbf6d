"""What has to be read to say what a recording shows: its camera's other recordings, the encounters near, what other cameras told."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import Session

from stop_search.encounters.records import Encounter, OfficerPresent
from stop_search.encounters.rules import EncounterSource
from stop_search.footage.camera_clocks import READ_WITHIN
from stop_search.footage.likely import Likeness, likenesses
from stop_search.footage.records import Footage, FootageOfEncounter
from stop_search.footage.rules import MatchableEncounter, Position, Recording
from stop_search.footage.runs import LONGEST
from stop_search.footage.whose import SHIFT

MOST_IDS = 500  # named in one statement
COMPARED = (
    Encounter.id,
    Encounter.officer_id,
    Encounter.camera_serial,
    Encounter.started_at,
    Encounter.ended_at,
    Encounter.recorded_at,
    Encounter.latitude,
    Encounter.longitude,
)  # fmt: skip -- of some hundred encounters around each recording, these and no more are read


@dataclass(frozen=True)
class Camera:
    """Which recordings are one camera's: those with its number; without one, those of one officer; without either, one alone."""

    device_serial: str | None
    officer_id: uuid.UUID | None
    footage_id: uuid.UUID | None

    @property
    def recordings(self) -> ColumnElement[bool]:
        """Its recordings, as a condition."""
        if self.device_serial is not None:
            return Footage.device_serial == self.device_serial
        if self.officer_id is not None:
            return and_(Footage.device_serial.is_(None), Footage.officer_id == self.officer_id)
        return Footage.id == self.footage_id


def camera_of(footage: Footage) -> Camera:
    """Return which camera made a recording, as far as that is known."""
    return camera_named(footage.device_serial, footage.officer_id, footage.id)


def camera_named(device_serial: str | None, officer_id: uuid.UUID | None, footage_id: uuid.UUID) -> Camera:
    """Return the same by what names it."""
    if device_serial is not None:
        return Camera(device_serial, None, None)
    return Camera(None, officer_id, None if officer_id else footage_id)


def likely_shown(session: Session, *, camera: Camera, since: datetime, until: datetime) -> list[Likeness]:
    """Return what the recordings of a camera show, decided or in doubt, read with a week around them for its clock.

    `since`, `until`: the starts of the first and the last recording that is asked about, by the camera; the answer holds others too.
    """
    around = Footage.started_at.between(since - READ_WITHIN, until + READ_WITHIN)
    recordings = [_recording(row) for row in session.scalars(select(Footage).where(camera.recordings, around))]
    officers = {one.officer_id for one in recordings if one.officer_id}
    encounters = _encounters(session, camera, officers, since, until)
    told = _filmed_until(session, camera, [one.encounter_id for one in encounters])
    return likenesses(recordings, encounters, filmed_until=told)


def _recording(row: Footage) -> Recording:
    if row.started_at is None:  # never selected: BETWEEN leaves it out
        message = "a recording without a start cannot be compared"
        raise ValueError(message)
    return Recording(row.officer_id, row.device_serial, row.started_at, row.ended_at, row.id, _position(row))


def _position(row: Footage) -> Position | None:
    """Return where a recording was made, if its examination found that in the file."""
    found: dict[str, Any] = (row.facts or {}).get("position") or {}
    latitude, longitude = found.get("latitude_degrees"), found.get("longitude_degrees")
    return None if latitude is None or longitude is None else Position(float(latitude), float(longitude))


def _encounters(
    session: Session, camera: Camera, officers: Iterable[uuid.UUID], since: datetime, until: datetime
) -> list[MatchableEncounter]:
    """Read everybody's encounters of the shift, and a week of those of the camera and its officers."""
    shift = Encounter.started_at.between(since - SHIFT - LONGEST, until + SHIFT)
    week = Encounter.started_at.between(since - READ_WITHIN - LONGEST, until + READ_WITHIN)
    was_there = select(OfficerPresent.encounter_id).where(OfficerPresent.account_id.in_(officers))
    theirs: list[ColumnElement[bool]] = [Encounter.officer_id.in_(officers), Encounter.id.in_(was_there)]
    if camera.device_serial is not None:
        theirs.append(Encounter.camera_serial == camera.device_serial)
    ours = Encounter.source != EncounterSource.POLICE_UK
    rows = session.execute(select(*COMPARED).where(ours, or_(shift, and_(week, or_(*theirs))))).all()
    present = _present(session, [row.id for row in rows])
    return [_matchable(row, present.get(row.id, frozenset())) for row in rows]


def _present(session: Session, encounter_ids: list[uuid.UUID]) -> dict[uuid.UUID, frozenset[uuid.UUID]]:
    found: dict[uuid.UUID, set[uuid.UUID]] = {}
    for first in range(0, len(encounter_ids), MOST_IDS):
        asked = OfficerPresent.encounter_id.in_(encounter_ids[first : first + MOST_IDS])
        for encounter_id, account_id in session.execute(select(OfficerPresent.encounter_id, OfficerPresent.account_id).where(asked)):
            found.setdefault(encounter_id, set()).add(account_id)
    return {encounter_id: frozenset(accounts) for encounter_id, accounts in found.items()}


def _matchable(row: Row[*tuple[Any, ...]], present: frozenset[uuid.UUID]) -> MatchableEncounter:
    known = row.latitude is not None and row.longitude is not None
    return MatchableEncounter(
        encounter_id=row.id,
        officers=present if row.officer_id is None else present | {row.officer_id},
        camera_serial=row.camera_serial,
        started_at=row.started_at,
        ended_at=row.ended_at,
        searcher=row.officer_id,
        recorded_at=row.recorded_at,
        position=Position(float(row.latitude or 0), float(row.longitude or 0)) if known else None,
    )


def _filmed_until(session: Session, camera: Camera, encounter_ids: list[uuid.UUID]) -> dict[uuid.UUID, datetime]:
    """Return when the first of the other cameras that show an encounter was switched off, as their own clocks put right tell it."""
    of_camera = func.coalesce(Footage.device_serial, "")
    told: dict[uuid.UUID, datetime] = {}
    for first in range(0, len(encounter_ids), MOST_IDS):
        asked = FootageOfEncounter.encounter_id.in_(encounter_ids[first : first + MOST_IDS])
        rows = session.execute(
            select(FootageOfEncounter.encounter_id, func.max(FootageOfEncounter.filmed_until))
            .join(Footage, Footage.id == FootageOfEncounter.footage_id)
            .where(asked, FootageOfEncounter.filmed_until.is_not(None), ~camera.recordings)
            .group_by(FootageOfEncounter.encounter_id, of_camera)
        )
        for encounter_id, until in rows:
            if until is None:
                continue
            told[encounter_id] = min(until, told.get(encounter_id, until))
    return told


def may_begin_near(since: datetime) -> tuple[datetime, datetime]:
    """Return between which moments a recording began that an encounter of this start may concern."""
    return since - timedelta(hours=12), since + timedelta(hours=12)
