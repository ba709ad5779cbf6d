"""Reading recordings: of an encounter, one by itself, what is held, what an examination needs. Who may see it is part of the query."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.accounts.rules import Role, Viewer
from stop_search.encounters.records import Encounter, OfficerPresent
from stop_search.errors import NotFound
from stop_search.footage.evidence_rules import Answer
from stop_search.footage.records import (
    EvidenceLink,
    EvidenceRequest,
    Footage,
    FootageAbsence,
    FootageHold,
    FootageOfEncounter,
    FootagePlayback,
    ReviewCopy,
)
from stop_search.footage.rules import CopyReason, CopyState, FootageState


@dataclass(frozen=True)
class CopyShown:
    """A review copy: on its way, there (then its size is known), or why it cannot be had."""

    state: CopyState
    storage_key: str | None
    size_bytes: int | None
    failure_reason: str | None
    failure_advice: str | None
    reason: CopyReason


@dataclass(frozen=True)
class FootageLine:
    """One recording of an encounter. `pictures` maps poster, sprites, sprites_vtt and thumbnails to storage keys."""

    footage_id: uuid.UUID
    state: FootageState
    matched_by: str
    original_name: str
    size_bytes: int
    storage_key: str | None
    started_at: datetime | None
    ended_at: datetime | None
    received_at: datetime
    duration_seconds: float | None
    facts: dict[str, Any]
    pictures: dict[str, Any]
    flags: tuple[str, ...]
    failure_reason: str | None
    failure_advice: str | None
    copy: CopyShown | None = None
    gone_at: datetime | None = None


@dataclass(frozen=True)
class HoldLine:
    """A hold in force."""

    hold_id: uuid.UUID
    encounter_reference: str
    reason: str
    placed_at: datetime
    review_on: date | None


@dataclass(frozen=True)
class EncounterShown:
    """An encounter that a recording shows."""

    encounter_id: uuid.UUID
    reference: str
    started_at: datetime
    matched_by: str


@dataclass(frozen=True)
class EvidenceShown:
    """Under which id the evidence system has a recording; whether it acknowledged that it holds it; when it said that it is gone."""

    evidence_id: str
    is_held_there: bool
    gone_at: datetime | None
    gone_as: str | None


@dataclass(frozen=True)
class FootageShown:
    """One recording whole: what it is, where it lies, what it shows, what holds it. `officer_number` is the collar number."""

    footage_id: uuid.UUID
    state: FootageState
    sha256: str
    size_bytes: int
    original_name: str
    storage_key: str | None
    device_serial: str | None
    officer_number: str | None
    started_at: datetime | None
    ended_at: datetime | None
    received_at: datetime
    examined_at: datetime | None
    erase_after: date | None
    duration_seconds: float | None
    facts: dict[str, Any]
    pictures: dict[str, Any]
    flags: tuple[str, ...]
    failure_reason: str | None
    failure_advice: str | None
    copy: CopyShown | None
    encounters: tuple[EncounterShown, ...]
    holds: tuple[HoldLine, ...]
    position: dict[str, Any] | None
    evidence: EvidenceShown | None


@dataclass(frozen=True)
class ToExamine:
    """What an examination needs of a recording."""

    footage_id: uuid.UUID
    sha256: str
    size_bytes: int
    storage_key: str


def footage_of_encounter(session: Session, *, encounter_id: uuid.UUID) -> list[FootageLine]:
    """Return the recordings of an encounter, erased ones too, by start, then by arrival. The caller has checked the viewer."""
    return footage_of_encounters(session, encounter_ids=[encounter_id]).get(encounter_id, [])


def footage_of_encounters(session: Session, *, encounter_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[FootageLine]]:
    """Return the same of many encounters, by encounter; those without recordings are left out."""
    rows = session.execute(
        select(FootageOfEncounter.encounter_id, Footage, FootageOfEncounter.matched_by, ReviewCopy, EvidenceLink.gone_at)
        .outerjoin(ReviewCopy, ReviewCopy.footage_id == Footage.id)
        .join(FootageOfEncounter, FootageOfEncounter.footage_id == Footage.id)
        .outerjoin(EvidenceLink, EvidenceLink.footage_id == Footage.id)
        .where(FootageOfEncounter.encounter_id.in_(encounter_ids))
        .order_by(Footage.started_at, Footage.received_at, Footage.id),
    )
    found: dict[uuid.UUID, list[FootageLine]] = {}
    for encounter_id, footage, matched_by, copy, gone_at in rows:
        found.setdefault(encounter_id, []).append(_line(footage, matched_by, copy, gone_at))
    return found


def footage_told_to(session: Session, *, encounter_id: uuid.UUID, viewer: Viewer) -> list[uuid.UUID]:
    """Return those recordings of an encounter that the viewer may know of by role, by start, then by arrival."""
    rows = session.scalars(
        select(Footage.id)
        .join(FootageOfEncounter, FootageOfEncounter.footage_id == Footage.id)
        .where(FootageOfEncounter.encounter_id == encounter_id, _may_see(viewer))
        .order_by(Footage.started_at, Footage.received_at, Footage.id)
    )
    return list(rows)


def footage_shown(session: Session, *, footage_id: uuid.UUID, viewer: Viewer | None = None) -> FootageShown:
    """Return one recording; with a viewer, only if that viewer may see it. Without one the caller has checked (the command line).

    Raises:
        NotFound: there is no such recording, or the viewer may not know of it.

    """
    allowed = true() if viewer is None else _may_see(viewer)
    row = session.execute(
        select(Footage, Account.officer_number)
        .outerjoin(Account, Account.id == Footage.officer_id)
        .where(Footage.id == footage_id, allowed),
    ).one_or_none()
    if row is None:
        message = "There is no such recording."
        raise NotFound(message)
    return _shown(session, *row)


def holds_of_footage(session: Session, *, footage_id: uuid.UUID) -> list[HoldLine]:
    """Return the holds in force on a recording, through every encounter that it shows, the oldest first."""
    rows = session.execute(
        select(FootageHold, Encounter.reference)
        .join(FootageOfEncounter, FootageOfEncounter.encounter_id == FootageHold.encounter_id)
        .join(Encounter, Encounter.id == FootageHold.encounter_id)
        .where(FootageOfEncounter.footage_id == footage_id, FootageHold.released_at.is_(None))
        .order_by(FootageHold.placed_at, FootageHold.id),
    )
    return [HoldLine(hold.id, reference, hold.reason, hold.placed_at, hold.review_on) for hold, reference in rows]


def footage_to_examine(session: Session, *, footage_id: uuid.UUID) -> ToExamine | None:
    """Return what an examination needs, or None where there is nothing to examine any more."""
    footage = session.get(Footage, footage_id)
    if footage is None or footage.state == FootageState.ERASED:
        return None
    link = session.get(EvidenceLink, footage_id)
    key = footage.storage_key or (link.passing_key if link else None)
    return ToExamine(footage.id, footage.sha256, footage.size_bytes, key) if key else None


def is_playback_noted(session: Session, *, footage_id: uuid.UUID, session_mark: str) -> bool:
    """Return whether the audit log has this playback already, so that pieces of it need no writing transaction."""
    return session.get(FootagePlayback, (footage_id, session_mark)) is not None


def _may_see(viewer: Viewer) -> ColumnElement[bool]:
    """Say which recordings a viewer may see by role alone; assigned reviews open more, and are asked for in `reviews.queries`.

    Machines and administrators see states and facts of all. Officers see their own. Supervisors see those of encounters that they
    were not part of. Anyone else sees none.
    """
    if viewer.has(Role.ADMINISTRATOR, Role.DEVICE, Role.CAMERA):
        return true()
    ways: list[ColumnElement[bool]] = []
    if viewer.has(Role.OFFICER):
        ways.append(Footage.officer_id == viewer.id)
    if viewer.has(Role.SUPERVISOR):
        ways.append(and_(or_(Footage.officer_id.is_(None), Footage.officer_id != viewer.id), ~_shows_an_encounter_with(viewer.id)))
    return or_(*ways) if ways else false()


def _shows_an_encounter_with(account_id: uuid.UUID) -> ColumnElement[bool]:
    present = exists().where(OfficerPresent.encounter_id == Encounter.id, OfficerPresent.account_id == account_id)
    return exists().where(
        FootageOfEncounter.footage_id == Footage.id,
        Encounter.id == FootageOfEncounter.encounter_id,
        or_(Encounter.officer_id == account_id, present),
    )


def _line(footage: Footage, matched_by: str, copy: ReviewCopy | None, gone_at: datetime | None) -> FootageLine:
    facts = footage.facts or {}
    return FootageLine(
        footage_id=footage.id,
        state=FootageState(footage.state),
        matched_by=matched_by,
        original_name=footage.original_name,
        size_bytes=footage.size_bytes,
        storage_key=footage.storage_key,
        started_at=footage.started_at,
        ended_at=footage.ended_at,
        received_at=footage.received_at,
        duration_seconds=facts.get("length_seconds"),
        facts=facts,
        pictures=footage.pictures or {},
        flags=tuple(facts.get("flags", ())),
        failure_reason=footage.failure_reason,
        failure_advice=footage.failure_advice,
        copy=_copy(copy),
        gone_at=gone_at,
    )


def _copy(copy: ReviewCopy | None) -> CopyShown | None:
    if copy is None:
        return None
    return CopyShown(
        CopyState(copy.state), copy.storage_key, copy.size_bytes, copy.failure_reason, copy.failure_advice, CopyReason(copy.reason)
    )


def _shown(session: Session, footage: Footage, officer_number: str | None) -> FootageShown:
    facts = footage.facts or {}
    return FootageShown(
        footage_id=footage.id,
        state=FootageState(footage.state),
        sha256=footage.sha256,
        size_bytes=footage.size_bytes,
        original_name=footage.original_name,
        storage_key=footage.storage_key,
        device_serial=footage.device_serial,
        officer_number=officer_number,
        started_at=footage.started_at,
        ended_at=footage.ended_at,
        received_at=footage.received_at,
        examined_at=footage.examined_at,
        erase_after=footage.erase_after,
        duration_seconds=facts.get("length_seconds"),
        facts=facts,
        pictures=footage.pictures or {},
        flags=tuple(facts.get("flags", ())),
        failure_reason=footage.failure_reason,
        failure_advice=footage.failure_advice,
        copy=_copy(session.get(ReviewCopy, footage.id)),
        encounters=tuple(_encounters(session, footage.id)),
        holds=tuple(holds_of_footage(session, footage_id=footage.id)),
        position=footage.position,
        evidence=_evidence(session, footage.id),
    )


def _evidence(session: Session, footage_id: uuid.UUID) -> EvidenceShown | None:
    link = session.get(EvidenceLink, footage_id)
    if link is None:
        return None
    ours = select(EvidenceRequest.answer).where(EvidenceRequest.footage_id == footage_id)
    last = session.scalar(ours.order_by(EvidenceRequest.number.desc()).limit(1))
    return EvidenceShown(link.evidence_id, last == Answer.HELD, link.gone_at, link.gone_as)


def _encounters(session: Session, footage_id: uuid.UUID) -> list[EncounterShown]:
    rows = session.execute(
        select(Encounter.id, Encounter.reference, Encounter.started_at, FootageOfEncounter.matched_by)
        .join(FootageOfEncounter, FootageOfEncounter.encounter_id == Encounter.id)
        .where(FootageOfEncounter.footage_id == footage_id)
        .order_by(Encounter.started_at, Encounter.id),
    )
    return [EncounterShown(*row) for row in rows]


def absence_reason(session: Session, *, encounter_id: uuid.UUID) -> str | None:
    """Return why there is no recording of a stop (`codes/footage_absence_reason.yaml`): what was said last, else the record's reason."""
    said = select(FootageAbsence.reason).where(FootageAbsence.encounter_id == encounter_id)
    newest = session.scalar(said.order_by(FootageAbsence.stated_at.desc(), FootageAbsence.id).limit(1))
    return newest or session.scalar(select(Encounter.footage_absence_reason).where(Encounter.id == encounter_id))
