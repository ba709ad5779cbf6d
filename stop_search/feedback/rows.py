"""From checked answers to rows of tables: one statement for each table, put together once. Writing feedback and coming back use them."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.audit.actions import record_act
from stop_search.audit.rules import PUBLIC, Act, Operation, Purpose
from stop_search.database.base import table_of
from stop_search.feedback.forms import Form
from stop_search.feedback.records import EqualityAnswer, Feedback, FeedbackAnswer, FeedbackText, TriageItem
from stop_search.feedback.rules import TriageState
from stop_search.feedback.sealed_text import sealed_columns
from stop_search.feedback.working_days import next_working_day
from stop_search.footage.actions import place_hold
from stop_search.footage.rules import HoldReason
from stop_search.wording import iso_week, start_of_week

ADD_FEEDBACK = table_of(Feedback).insert()
ADD_ANSWERS = table_of(FeedbackAnswer).insert()
ADD_TEXT = table_of(FeedbackText).insert()
ADD_EQUALITY = table_of(EqualityAnswer).insert()
ADD_TRIAGE = table_of(TriageItem).insert()


def add_answers(session: Session, feedback_id: uuid.UUID, form: Form, given: Mapping[str, str], *, version: int) -> None:
    """Store one version of the answers to a form's questions."""
    asked = {question.id: question for question in form.questions}
    rows: list[dict[str, Any]] = [
        {"feedback_id": feedback_id, "version": version, "question": name, "answer": answer, "criterion": asked[name].criterion}
        for name, answer in given.items()
    ]
    if rows:
        session.execute(ADD_ANSWERS, rows)


def add_text(session: Session, feedback_id: uuid.UUID, text: str | None, *, number: int, key: bytes, now: datetime) -> None:
    """Store a text, sealed; no text, no row."""
    if text:
        text_id = uuid.uuid4()
        row = {"id": text_id, "feedback_id": feedback_id, "number": number, "week": iso_week(now)}
        session.execute(ADD_TEXT, [row | sealed_columns(text, key=key, table=FeedbackText.__tablename__, row_id=text_id)])


def add_equality(session: Session, feedback_id: uuid.UUID, kept: Mapping[str, str], *, consent_version: int) -> None:
    """Store what the person said of themselves."""
    rows = [
        {"feedback_id": feedback_id, "question": name, "answer": answer, "consent_version": consent_version}
        for name, answer in kept.items()
    ]
    if rows:
        session.execute(ADD_EQUALITY, rows)


def put_before_a_person(session: Session, feedback_id: uuid.UUID, signs: Sequence[str], now: datetime) -> None:
    """Have a complaints handler look at what may be a complaint, by the end of the next working day.

    There is one open item for one feedback: new signs are added to it, and its day stays.
    """
    waiting = select(TriageItem).where(TriageItem.feedback_id == feedback_id, TriageItem.state == TriageState.OPEN)
    if signs and (item := session.scalar(waiting)):
        item.signs = sorted({*item.signs, *signs})
        session.flush()
        return
    add_triage_item(session, feedback_id, signs, now)


def add_triage_item(session: Session, feedback_id: uuid.UUID, signs: Sequence[str], now: datetime) -> None:
    """Store an open item where there are signs; the caller knows that none is open."""
    if not signs:
        return
    row = {"id": uuid.uuid4(), "feedback_id": feedback_id, "state": TriageState.OPEN, "signs": list(signs)}
    session.execute(ADD_TRIAGE, [row | {"due_on": next_working_day(now)}])


def hold_footage(session: Session, encounter_id: uuid.UUID, *, action: str, now: datetime) -> None:
    """Keep the footage, as something was answered, and log both: one hold for all answers about an encounter, with no time but the week."""
    reason, cause = HoldReason.FEEDBACK, _act_of_week(Operation.COLLECTION, action, now)
    week = start_of_week(now)
    place_hold(session, encounter_id=encounter_id, reason=reason, cause_id=str(encounter_id), now=week, actor=PUBLIC, cause=cause)


def log_week(session: Session, *, operation: Operation, action: str, now: datetime) -> None:
    """Tell the audit log that this happened in this week."""
    record_act(session, actor=PUBLIC, act=_act_of_week(operation, action, now), now=start_of_week(now))


def _act_of_week(operation: Operation, action: str, now: datetime) -> Act:
    """Return what the audit log is told: what happened in this week.

    An entry that named the receipt or the minute would tell its reader who answered and when: beside the officer's duty times that is
    a name. So the entry names only the week, as does its time. What remains is the entry's place between its neighbours in the chain,
    which auditors see and officers do not.
    """
    return Act(operation, action, "feedback_week", iso_week(now), Purpose.PUBLIC_SERVICE)
