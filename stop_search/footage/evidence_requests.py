"""What the evidence system is asked for, as rows: written in the transaction of the hold, sent by a job, kept until they are answered.

The rows say no reason and no finer time than the hold does: they are sent in slots, not at the moment when somebody spoke up.
Why it is done this way: docs/decisions/0020.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, case, exists, func, select, true
from sqlalchemy.orm import Session

from stop_search.audit.actions import record_act, wait_for_log
from stop_search.audit.rules import WORKER, Act, Operation, Purpose
from stop_search.database.base import table_of
from stop_search.footage.evidence_rules import ALERT_AFTER, Answer, GoneAs, RequestToSend, Wanted, pause_after
from stop_search.footage.records import EvidenceLink, EvidenceRequest, Footage, FootageHold, FootageOfEncounter
from stop_search.footage.rules import FootageState

SENT_AT_ONCE = 200
TROUBLE_LENGTH = 300


@dataclass(frozen=True)
class UnansweredRequest:
    """A request that nobody acknowledged for too long: what is wanted of which file, since when, how often tried, the last trouble."""

    request_id: uuid.UUID
    evidence_id: str
    wanted: Wanted
    first_tried_at: datetime
    tries: int
    trouble: str


def ask_about_encounter(session: Session, *, encounter_id: uuid.UUID, now: datetime) -> None:
    """Ask the evidence system to hold or release what it keeps of an encounter, where that is not what it was asked last.

    The caller has the head of the audit log, as everybody has who holds or releases.
    """
    shown = select(FootageOfEncounter.footage_id).where(FootageOfEncounter.encounter_id == encounter_id)
    _ask(session, list(session.scalars(_kept_there().where(EvidenceLink.footage_id.in_(shown)))), now)


def ask_about_footage(session: Session, *, footage_id: uuid.UUID, now: datetime) -> None:
    """Do the same for one recording: it was tied to encounters just now. Waits for the head of the audit log first."""
    wait_for_log(session)
    _ask(session, list(session.scalars(_kept_there().where(EvidenceLink.footage_id == footage_id))), now)


def ask_what_was_missed(session: Session, *, now: datetime) -> int:
    """Ask about every recording of which the last request is not what its holds say: one that was tied to a stop later. Return how many."""
    wait_for_log(session)
    last = select(EvidenceRequest.wanted).where(EvidenceRequest.footage_id == EvidenceLink.footage_id)
    last_wanted = func.coalesce(last.order_by(EvidenceRequest.number.desc()).limit(1).scalar_subquery(), Wanted.RELEASE)
    differs = last_wanted != case((_is_held(), Wanted.HOLD), else_=Wanted.RELEASE)
    missed = list(session.scalars(_kept_there().where(differs)))
    _ask(session, missed, now)
    return len(missed)


def open_requests(session: Session, *, due_at: datetime | None = None, limit: int = SENT_AT_ONCE) -> list[RequestToSend]:
    """Return what is not answered, or of that what is to be sent at a moment, the longest due first."""
    rows = session.execute(
        select(EvidenceRequest, EvidenceLink.evidence_id, Footage.sha256)
        .join(EvidenceLink, EvidenceLink.footage_id == EvidenceRequest.footage_id)
        .join(Footage, Footage.id == EvidenceRequest.footage_id)
        .where(EvidenceRequest.answered_at.is_(None), true() if due_at is None else EvidenceRequest.next_try_at <= due_at)
        .order_by(EvidenceRequest.next_try_at, EvidenceRequest.id)
        .limit(limit),
    )
    return [RequestToSend(row.id, evidence_id, sha256, row.number, Wanted(row.wanted), row.tries) for row, evidence_id, sha256 in rows]


def note_try(session: Session, *, request_id: uuid.UUID, trouble: str | None, now: datetime) -> None:
    """Write down that a request was sent, or could not be, and is not answered yet; it is tried again after a pause."""
    row = session.get_one(EvidenceRequest, request_id, with_for_update=True, populate_existing=True)
    if row.answered_at is not None:
        return
    row.tries += 1
    row.first_tried_at = row.first_tried_at or now
    row.trouble = trouble[:TROUBLE_LENGTH] if trouble else None
    row.next_try_at = now + pause_after(row.tries)


def note_done(session: Session, *, request_id: uuid.UUID, answer: Answer, now: datetime) -> None:
    """Write down that a request was carried out; told again it changes nothing. Whether the answer fits is the caller's question."""
    row = session.get_one(EvidenceRequest, request_id, with_for_update=True, populate_existing=True)
    if row.answered_at is not None:
        return
    row.answered_at, row.answer, row.trouble = now, answer, None
    act = Act(Operation.DISCLOSURE, f"evidence_{answer}", "footage", str(row.footage_id), Purpose.RETENTION_ACTION, reason=f"{row.number}")
    record_act(session, actor=WORKER, act=act, now=now)


def unanswered_requests(session: Session, *, now: datetime, limit: int = 50) -> list[UnansweredRequest]:
    """Return the requests that were taken up ALERT_AFTER ago and are not acknowledged, the oldest first: somebody must telephone."""
    rows = session.execute(
        select(EvidenceRequest, EvidenceLink.evidence_id)
        .join(EvidenceLink, EvidenceLink.footage_id == EvidenceRequest.footage_id)
        .where(EvidenceRequest.answered_at.is_(None), EvidenceRequest.first_tried_at <= now - ALERT_AFTER)
        .order_by(EvidenceRequest.first_tried_at, EvidenceRequest.id)
        .limit(limit),
    )
    waiting = "It was taken, and not acknowledged yet."
    return [
        UnansweredRequest(row.id, evidence_id, Wanted(row.wanted), row.first_tried_at or now, row.tries, row.trouble or waiting)
        for row, evidence_id in rows
    ]


def evidence_counts(session: Session) -> dict[str, int]:
    """Return how many recordings the evidence system keeps, and how many it said are gone, by in what standing; those without one are 0."""
    rows: Sequence[tuple[str | None, int]] = [
        (gone_as, number) for gone_as, number in session.execute(select(EvidenceLink.gone_as, func.count()).group_by(EvidenceLink.gone_as))
    ]
    counted = dict(rows)
    return {"kept_there": counted.get(None, 0)} | {one.value: counted.get(one.value, 0) for one in GoneAs}


def _kept_there() -> Select[uuid.UUID]:
    still = (EvidenceLink.gone_at.is_(None), Footage.state != FootageState.ERASED)
    return (
        select(EvidenceLink.footage_id).join(Footage, Footage.id == EvidenceLink.footage_id).where(*still).order_by(EvidenceLink.footage_id)
    )


def _is_held() -> ColumnElement[bool]:
    return exists().where(
        FootageOfEncounter.footage_id == EvidenceLink.footage_id,
        FootageHold.encounter_id == FootageOfEncounter.encounter_id,
        FootageHold.released_at.is_(None),
    )


def _ask(session: Session, footage_ids: Iterable[uuid.UUID], now: datetime) -> None:
    for footage_id in footage_ids:
        held = session.scalar(select(_is_held()).select_from(EvidenceLink).where(EvidenceLink.footage_id == footage_id))
        wanted = Wanted.HOLD if held else Wanted.RELEASE
        ours = select(EvidenceRequest).where(EvidenceRequest.footage_id == footage_id)
        last = session.scalar(ours.order_by(EvidenceRequest.number.desc()).limit(1))
        if wanted is (Wanted(last.wanted) if last else Wanted.RELEASE):
            continue
        if last and last.answered_at is None:
            last.answered_at, last.answer = now, Answer.SUPERSEDED
        number = last.number + 1 if last else 1
        row = {"footage_id": footage_id, "number": number, "wanted": wanted, "asked_at": now, "next_try_at": now, "tries": 0}
        session.flush()
        session.execute(table_of(EvidenceRequest).insert(), [row | {"id": uuid.uuid4()}])
