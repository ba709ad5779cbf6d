"""Tying recordings to encounters in the database; when two belong together is said in rules."""

import uuid
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from stop_search.encounters.records import Encounter, OfficerPresent
from stop_search.errors import Invalid
from stop_search.footage.records import Footage, FootageOfEncounter
from stop_search.footage.rules import (
    DRIFT,
    RUN_UP,
    SUPPOSED_LENGTH,
    MatchableEncounter,
    MatchedBy,
    Recording,
    earliest_start,
    latest_start,
    match,
)


def link_declared(session: Session, *, footage: Footage, reference: str, now: datetime) -> None:
    """Tie a recording to the encounter that its sender names; what was only guessed from officer or device and time gives way.

    Raises:
        Invalid: there is no encounter with this reference.

    """
    encounter_id = session.scalar(select(Encounter.id).where(Encounter.reference == reference.strip()))
    if encounter_id is None:
        message = "There is no encounter with this reference."
        raise Invalid(
            message, {"encounter": "Give the reference as it stands on the record, or leave it out to match by officer and time."}
        )
    for link in session.scalars(select(FootageOfEncounter).where(FootageOfEncounter.footage_id == footage.id)):
        if link.matched_by in (MatchedBy.OFFICER_AND_TIME, MatchedBy.DEVICE_AND_TIME):
            session.delete(link)
    session.flush()
    _link(session, footage.id, encounter_id, MatchedBy.DECLARED, now)


def declared_encounter(session: Session, *, reference: str) -> uuid.UUID:
    """Return the encounter that a sender names. Raises Invalid where there is none."""
    encounter_id = session.scalar(select(Encounter.id).where(Encounter.reference == reference.strip()))
    if encounter_id is None:
        message = "There is no encounter with this reference."
        raise Invalid(
            message, {"encounter": "Give the reference as it stands on the record, or leave it out to match by officer and time."}
        )
    return encounter_id


def link_matching(session: Session, *, footage: Footage, now: datetime) -> None:
    """Tie a recording to every encounter that it matches by officer or device and time, unless its sender declared one."""
    if footage.started_at is None or _is_declared(session, footage.id):
        return
    recording = Recording(footage.officer_id, footage.device_serial, footage.started_at, footage.ended_at)
    near = (
        select(Encounter)
        .where(
            Encounter.started_at <= latest_start(recording),
            or_(Encounter.started_at >= earliest_start(recording), Encounter.ended_at >= recording.started_at - DRIFT),
            or_(Encounter.officer_id.is_not(None), Encounter.camera_serial.is_not(None)),
        )
        .order_by(Encounter.started_at, Encounter.id)
    )
    for encounter in session.scalars(near).all():
        if how := match(recording, _matchable(session, encounter)):
            _link(session, footage.id, encounter.id, how, now)


def match_encounter(session: Session, *, encounter_id: uuid.UUID, now: datetime) -> int:
    """Tie an encounter that was recorded after its footage had arrived to that footage; return how many recordings it has."""
    encounter = session.get_one(Encounter, encounter_id)
    sought = _matchable(session, encounter)
    from_then = encounter.started_at - RUN_UP - DRIFT
    until_then = (encounter.ended_at or encounter.started_at + SUPPOSED_LENGTH) + DRIFT
    near = (
        select(Footage)
        .where(Footage.started_at <= until_then, or_(Footage.started_at >= from_then, Footage.ended_at >= from_then))
        .order_by(Footage.started_at, Footage.id)
    )
    for footage in session.scalars(near).all():
        if footage.started_at is None or _is_declared(session, footage.id):
            continue
        how = match(Recording(footage.officer_id, footage.device_serial, footage.started_at, footage.ended_at), sought)
        if how:
            _link(session, footage.id, encounter_id, how, now)
    return len(session.scalars(select(FootageOfEncounter.footage_id).where(FootageOfEncounter.encounter_id == encounter_id)).all())


def _matchable(session: Session, encounter: Encounter) -> MatchableEncounter:
    present = session.scalars(select(OfficerPresent.account_id).where(OfficerPresent.encounter_id == encounter.id))
    searching = [] if encounter.officer_id is None else [encounter.officer_id]
    return MatchableEncounter(
        encounter_id=encounter.id,
        officers=frozenset([*searching, *present]),
        camera_serial=encounter.camera_serial,
        started_at=encounter.started_at,
        ended_at=encounter.ended_at,
    )


def _is_declared(session: Session, footage_id: uuid.UUID) -> bool:
    declared = select(FootageOfEncounter.encounter_id).where(
        FootageOfEncounter.footage_id == footage_id, FootageOfEncounter.matched_by == MatchedBy.DECLARED
    )
    return session.scalar(declared.limit(1)) is not None


def _link(session: Session, footage_id: uuid.UUID, encounter_id: uuid.UUID, how: MatchedBy, now: datetime) -> None:
    if session.get(FootageOfEncounter, (footage_id, encounter_id)) is None:
        session.add(FootageOfEncounter(footage_id=footage_id, encounter_id=encounter_id, matched_by=how, matched_at=now))
        session.flush()
