"""Keeping what a member of the public answers: once per form, one primary answer per receipt, and nothing of when but the week."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.audit.actions import record_act
from stop_search.audit.rules import PUBLIC, Act, Operation, Purpose
from stop_search.encounters.queries import ReceiptNotFound
from stop_search.encounters.records import Receipt
from stop_search.encounters.rules import ReceiptState
from stop_search.errors import Conflict
from stop_search.feedback.forms import published_form
from stop_search.feedback.records import Feedback, FeedbackAnswer
from stop_search.feedback.reply_codes import make_reply_code, reply_code_digest
from stop_search.feedback.rules import CheckedAnswers, Standing, checked_answers, refuse_wrong_submission_id, standing_of
from stop_search.footage.actions import place_hold
from stop_search.footage.rules import HoldReason
from stop_search.wording import iso_week, start_of_week


@dataclass(frozen=True)
class LeftFeedback:
    """What leaving feedback gives back, the first time and every further time that the same form is sent."""

    feedback_id: uuid.UUID
    reply_code: str
    standing: Standing


def leave_feedback(
    session: Session,
    *,
    receipt_id: uuid.UUID,
    submission_id: str,
    form: str,
    form_version: int,
    answers: Mapping[str, str],
    comment: str | None,
    answering_as: str | None,
    language: str,
    reply_key: bytes,
    now: datetime,
) -> LeftFeedback:
    """Keep the answers to one form. Sent again it changes nothing and gives the same reply code, even if its answers differ.

    Raises:
        ReceiptNotFound: there is no such receipt in force.
        NotFound: there is no such form.
        Invalid: an answer does not belong to the form, the text is too long, or nothing was answered.
        Conflict: this form was sent for another receipt.

    """
    refuse_wrong_submission_id(submission_id)
    receipt = _receipt_in_force(session, receipt_id)
    if stored := session.scalar(select(Feedback).where(Feedback.submission_id == submission_id)):
        return _left_before(stored, receipt, reply_key)
    checked = checked_answers(published_form(form, form_version), answers=answers, comment=comment, answering_as=answering_as)
    reply_code = _unused_reply_code(session, reply_key, submission_id)
    feedback = Feedback(
        id=uuid.uuid4(),
        receipt_id=receipt.id,
        submission_id=submission_id,
        standing=standing_of(checked.answering_as, has_primary=_has_primary(session, receipt.id)),
        answering_as=checked.answering_as,
        form=form,
        form_version=form_version,
        language=language,
        week=iso_week(now),
        reply_code_digest=reply_code_digest(reply_key, reply_code),
        comment=checked.comment,
    )
    session.add(feedback)
    session.flush()
    _add_answers(session, feedback, checked)
    _hold_footage_and_log(session, receipt, now)
    return LeftFeedback(feedback.id, reply_code, Standing(feedback.standing))


def _receipt_in_force(session: Session, receipt_id: uuid.UUID) -> Receipt:
    """Lock the receipt, so that two forms for it come one after the other and only the first is primary."""
    receipt = session.get(Receipt, receipt_id, with_for_update=True)
    if receipt is None or receipt.state != ReceiptState.ISSUED:
        message = "We cannot find a receipt with this code. Look at your receipt and type the code again."
        raise ReceiptNotFound(message)
    return receipt


def _left_before(stored: Feedback, receipt: Receipt, reply_key: bytes) -> LeftFeedback:
    if stored.receipt_id != receipt.id:
        message = "These answers were already sent for another receipt. Open the form again from this one."
        raise Conflict(message)
    candidates = (make_reply_code(reply_key, stored.submission_id, attempt) for attempt in count())
    reply_code = next(code for code in candidates if reply_code_digest(reply_key, code) == stored.reply_code_digest)
    return LeftFeedback(stored.id, reply_code, Standing(stored.standing))


def _has_primary(session: Session, receipt_id: uuid.UUID) -> bool:
    primary = select(Feedback.id).where(Feedback.receipt_id == receipt_id, Feedback.standing == Standing.PRIMARY)
    return session.scalar(primary) is not None


def _unused_reply_code(session: Session, reply_key: bytes, submission_id: str) -> str:
    for attempt in count():
        code = make_reply_code(reply_key, submission_id, attempt)
        if session.scalar(select(Feedback.id).where(Feedback.reply_code_digest == reply_code_digest(reply_key, code))) is None:
            return code
    raise AssertionError


def _add_answers(session: Session, feedback: Feedback, checked: CheckedAnswers) -> None:
    form = published_form(feedback.form, feedback.form_version)
    for question_id, answer in checked.given.items():
        question = form.question(question_id)
        criterion = question.criterion if question else None
        session.add(FeedbackAnswer(feedback_id=feedback.id, question=question_id, answer=answer, criterion=criterion))
    session.flush()


def _hold_footage_and_log(session: Session, receipt: Receipt, now: datetime) -> None:
    """Keep the footage, and tell the audit log that one form arrived in this week.

    An entry that named the receipt or the minute would tell its reader who answered and when: beside the officer's duty times that is
    a name. So the entry names only the week, as does its time, and the hold is the same row for every answer about an encounter.
    What remains is the entry's place between its neighbours in the chain, which auditors see and officers do not.
    """
    week = start_of_week(now)
    encounter = receipt.encounter_id
    place_hold(session, encounter_id=encounter, reason=HoldReason.FEEDBACK, cause_id=str(encounter), now=week, actor=PUBLIC)
    act = Act(Operation.COLLECTION, "leave_feedback", "feedback_week", iso_week(now), Purpose.PUBLIC_SERVICE)
    record_act(session, actor=PUBLIC, act=act, now=week)
