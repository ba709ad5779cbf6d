"""What an officer may know of the answers about their own stops: sums of at least ten people, once a month, never who or which stop.

A release is written once and never worked out anew: whatever is corrected, deleted or suspected later, its difference to what the
officer saw before would tell of one person. An answer is told in one release only, so two releases have nobody in common.
"""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from stop_search.audit.actions import record_act
from stop_search.audit.rules import WORKER, Act, Operation, Purpose
from stop_search.database.base import table_of
from stop_search.encounters.records import Encounter, Receipt
from stop_search.feedback.forms import Form, published_form
from stop_search.feedback.records import Feedback, FeedbackAnswer, OfficerAnswerCount, OfficerRelease
from stop_search.feedback.release_rules import ENOUGH, first_monday, month_of, told_bins
from stop_search.feedback.rules import Standing, bin_of
from stop_search.wording import london

ADD_COUNTS = table_of(OfficerAnswerCount).insert()
MARK = table_of(Feedback).update().where(Feedback.id == bindparam("of_id")).values(released_in=bindparam("in_month"))


@dataclass(frozen=True)
class ToldMonth:
    """One release: its month, of how many answers, and for each question the bins that are told ("3" to "0", "unsure", "apart").

    A bin that is not there holds fewer than five answers, perhaps none.
    """

    month: str
    answers: int
    bins: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class _Waiting:
    feedback_id: uuid.UUID
    encounter_id: uuid.UUID


def release_answers(session: Session, *, now: datetime) -> int:
    """Write this month's releases, on its first Monday or the first time after it; return for how many officers.

    What waits is taken where it comes from at least ENOUGH stops; of several answers about one stop only one is counted, by chance.
    Answers that the officer is suspected to have given himself stay out, and so does everybody's but the person's who was stopped.
    """
    today = london(now).date()
    month = month_of(today)
    if today < first_monday(month):
        return 0
    done = set(session.scalars(select(OfficerRelease.officer_id).where(OfficerRelease.month == month)))
    ready = {officer: rows for officer, rows in _waiting(session, month).items() if officer not in done}
    told = 0
    for officer, rows in sorted(ready.items()):
        counted = {row.encounter_id: row.feedback_id for row in rows}
        if len(counted) >= ENOUGH:
            _release(session, officer, month, set(counted.values()))
            session.execute(MARK, [{"of_id": row.feedback_id, "in_month": month} for row in rows])
            told += 1
    if told:
        act = Act(Operation.DISCLOSURE, "release_answers", "month", month, Purpose.LEARNING_ANALYSIS)
        record_act(session, actor=WORKER, act=act, now=now)
    return told


def told_to_officer(session: Session, *, officer_id: uuid.UUID) -> tuple[ToldMonth, ...]:
    """Return all that was ever released to one officer, by month. It is all that any page for officers may show of answers."""
    counts: dict[str, dict[str, dict[str, int]]] = {}
    for row in session.scalars(select(OfficerAnswerCount).where(OfficerAnswerCount.officer_id == officer_id)):
        counts.setdefault(row.month, {}).setdefault(row.question, {})[row.bin] = row.count
    releases = session.scalars(select(OfficerRelease).where(OfficerRelease.officer_id == officer_id).order_by(OfficerRelease.month))
    return tuple(ToldMonth(row.month, row.answers, counts.get(row.month, {})) for row in releases)


def _waiting(session: Session, month: str) -> dict[uuid.UUID, list[_Waiting]]:
    """Return by officer what may be told. The order is that of random ids: the last answer about a stop is the one that counts."""
    rows = session.execute(
        select(Encounter.officer_id, Feedback.id, Receipt.encounter_id)
        .select_from(Feedback)
        .join(Receipt, Receipt.id == Feedback.receipt_id)
        .join(Encounter, Encounter.id == Receipt.encounter_id)
        .where(
            Feedback.released_in.is_(None),
            Feedback.released_from <= month,
            Feedback.standing == Standing.PRIMARY,
            Feedback.self_scan_suspected.is_(False),
            Encounter.officer_id.is_not(None),
        )
        .order_by(Feedback.id)
    )
    found: dict[uuid.UUID, list[_Waiting]] = {}
    for officer_id, feedback_id, encounter_id in rows:
        if officer_id is not None:
            found.setdefault(officer_id, []).append(_Waiting(feedback_id, encounter_id))
    return found


def _release(session: Session, officer_id: uuid.UUID, month: str, feedback_ids: set[uuid.UUID]) -> None:
    session.add(OfficerRelease(officer_id=officer_id, month=month, answers=len(feedback_ids)))
    session.flush()
    rows: list[dict[str, Any]] = [
        {"officer_id": officer_id, "month": month, "question": question, "bin": name, "count": count}
        for question, counts in sorted(_counted(session, feedback_ids).items())
        for name, count in told_bins(counts).items()
    ]
    if rows:
        session.execute(ADD_COUNTS, rows)


def _counted(session: Session, feedback_ids: Iterable[uuid.UUID]) -> dict[str, Counter[str]]:
    rows = session.execute(
        select(Feedback.form, Feedback.form_version, FeedbackAnswer.question, FeedbackAnswer.answer)
        .join(FeedbackAnswer, (FeedbackAnswer.feedback_id == Feedback.id) & (FeedbackAnswer.version == Feedback.version))
        .where(Feedback.id.in_(feedback_ids))
    )
    found: dict[str, Counter[str]] = {}
    for name, version, question, answer in rows:
        form = published_form(name, version)
        if _has_levels(form, question):
            found.setdefault(question, Counter())[bin_of(answer, form.level(question, answer))] += 1
    return found


def _has_levels(form: Form, question_id: str) -> bool:
    question = form.question(question_id)
    return question is not None and any(answer.level is not None for answer in question.answers)
