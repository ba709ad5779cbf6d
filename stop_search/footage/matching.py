"""Tying recordings to encounters in the database; when two belong together is said in rules."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from stop_search.encounters.records import Encounter, OfficerPresent
from stop_search.errors import Invalid
from stop_search.footage.records import Footage, FootageOfEncounter
from stop_search.footage.rules import (
    DRIFT,
    FootageState,
    MatchableEncounter,
    MatchedBy,
    Recording,
    earliest_start,
    latest_start,
    match,
)

RECORDS_COME_WITHIN = timedelta(days=40)


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


def link_matching(session: Session, *, footage: Footage, now: datetime) -> int:
    """Tie a recording to every encounter that it matches by officer or device and time, unless its sender declared one; return how many."""
    if footage.started_at is None or _is_declared(session, footage.id):
        return 0
    links = matching_encounters(session, footage=footage)
    for encounter_id, how in links:
        _link(session, footage.id, encounter_id, how, now)
    return len(links)


def matching_encounters(session: Session, *, footage: Footage) -> list[tuple[uuid.UUID, MatchedBy]]:
    """Return the encounters that a recording matches by officer or device and time, the earliest first; none if its start is not known."""
    if footage.started_at is None:
        return []
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
    found = [(encounter.id, match(recording, _matchable(session, encounter))) for encounter in session.scalars(near).all()]
    return [(encounter_id, how) for encounter_id, how in found if how]


def match_waiting_footage(session: Session, *, now: datetime) -> int:
    """Try again to match what belongs to no encounter yet: records often come later than recordings. Return how many found theirs."""
    matched = exists().where(FootageOfEncounter.footage_id == Footage.id)
    waiting = (
        select(Footage)
        .where(Footage.started_at.is_not(None), Footage.received_at >= now - RECORDS_COME_WITHIN, Footage.state != FootageState.ERASED)
        .where(~matched)
        .order_by(Footage.started_at, Footage.id)
    )
    return sum(link_matching(session, footage=footage, now=now) > 0 for footage in session.scalars(waiting).all())


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
