"""Keeping what a member of the public answers: once per form, one primary answer per receipt, and nothing of when but the week."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import Row, bindparam, or_, select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role
from stop_search.database.base import table_of
from stop_search.database.pipelines import sent_together
from stop_search.encounters.code_tries import Tries
from stop_search.encounters.queries import ReceiptNotFound
from stop_search.encounters.records import Receipt
from stop_search.encounters.rules import ReceiptState
from stop_search.errors import Conflict
from stop_search.feedback.equality import EqualityGiven, kept_equality
from stop_search.feedback.forms import Form, feedback_form
from stop_search.feedback.posting import count_posting
from stop_search.feedback.records import Feedback
from stop_search.feedback.release_rules import drawn_delay, release_month
from stop_search.feedback.reply_codes import make_reply_code, reply_code_digest
from stop_search.feedback.rows import ADD_FEEDBACK, add_answers, add_equality, add_text, add_triage_item, hold_footage
from stop_search.feedback.rules import CheckedAnswers, Standing, checked_answers, refuse_wrong_submission_id, standing_of
from stop_search.feedback.self_scans import CameFrom, self_scan_suspected
from stop_search.feedback.triage import signs_of_complaint
from stop_search.wording import iso_week

# Done with every form that is sent, so they are put together once. The lock on the receipt has two forms for it come one after
# the other; the second statement then sees at once whether the form came before, whether the first place is taken, and the words.
_RECEIPTS, _LEFT = table_of(Receipt).c, table_of(Feedback).c
ASKED_OF_RECEIPT = select(_RECEIPTS.encounter_id, _RECEIPTS.issued_at, _RECEIPTS.state)
LOCK_RECEIPT = ASKED_OF_RECEIPT.where(_RECEIPTS.id == bindparam("receipt_id")).with_for_update()
KNOWN = select(_LEFT.id, _LEFT.receipt_id, _LEFT.submission_id, _LEFT.standing, _LEFT.reply_code_digest).where(
    or_(
        _LEFT.receipt_id == bindparam("receipt_id"),
        _LEFT.submission_id == bindparam("submission_id"),
        _LEFT.reply_code_digest == bindparam("digest"),
    )
)

KnownRow = Row[uuid.UUID, uuid.UUID, str, str, str]


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
    text_key: bytes,
    now: datetime,
    equality: EqualityGiven | None = None,
    typed_by: Role | None = None,
    came_from: CameFrom | None = None,
    posted: Tries | None = None,
) -> LeftFeedback:
    """Keep the answers to one form. Sent again it changes nothing and gives the same reply code, even if its answers differ.

    `typed_by`: the role of the staff who typed it for the person. `came_from`: looked at to tell whether the officer answered himself.
    `posted`: what sending counts against, sent again too. Some of its rows are everybody's, as is the head of the log: they come last.

    Raises:
        ReceiptNotFound: there is no such receipt in force.
        NotFound: there is no such form, or it is the one about the person.
        Invalid: an answer does not belong to the form, the text is too long, or nothing was answered.
        Conflict: this form was sent for another receipt.
        TooManyAnswers: it has to wait; the transaction is to be rolled back.

    """
    refuse_wrong_submission_id(submission_id)
    receipt = _locked_receipt(session, receipt_id)
    known = _known(session, receipt_id, submission_id, reply_key)
    if stored := next((row for row in known if row.submission_id == submission_id), None):
        count_posting(session, posted=posted, now=now)
        return _left_before(stored, receipt_id, reply_key)
    asked = feedback_form(form, form_version)
    checked = checked_answers(asked, answers=answers, comment=comment, answering_as=answering_as)
    reply_code = _unused_reply_code(session, reply_key, submission_id, known)
    left = LeftFeedback(uuid.uuid4(), reply_code, _standing(checked.answering_as, receipt_id, known))
    row = {
        "id": left.feedback_id,
        "receipt_id": receipt_id,
        "submission_id": submission_id,
        "standing": left.standing,
        "answering_as": checked.answering_as,
        "form": form,
        "form_version": form_version,
        "language": language,
        "typed_by": typed_by,
        "self_scan_suspected": _is_suspected(session, receipt, came_from, now),
    } | _when(submission_id, reply_code, reply_key, now)
    _keep(session, row, asked=asked, checked=checked, equality=equality, text_key=text_key, now=now)
    count_posting(session, posted=posted, now=now)
    hold_footage(session, receipt.encounter_id, action="leave_feedback", now=now)
    return left


def _keep(
    session: Session,
    row: dict[str, Any],
    *,
    asked: Form,
    checked: CheckedAnswers,
    equality: EqualityGiven | None,
    text_key: bytes,
    now: datetime,
) -> None:
    """Store one form and all that hangs on it. Raises Invalid before it writes: what was said of oneself does not fit its page."""
    about = kept_equality(equality)
    signs = signs_of_complaint(asked, given=checked.given, text=checked.comment, language=row["language"])
    with sent_together(session):
        session.execute(ADD_FEEDBACK, [row])
        add_answers(session, row["id"], asked, checked.given, version=1)
        add_text(session, row["id"], checked.comment, number=1, key=text_key, now=now)
        add_equality(session, row["id"], about, consent_version=equality.consent_version if equality else 0)
        add_triage_item(session, row["id"], signs, now)


def _is_suspected(session: Session, receipt: Row[uuid.UUID, datetime, str], came_from: CameFrom | None, now: datetime) -> bool:
    if came_from is None:
        return False
    return self_scan_suspected(session, encounter_id=receipt.encounter_id, issued_at=receipt.issued_at, came_from=came_from, now=now)


def _locked_receipt(session: Session, receipt_id: uuid.UUID) -> Row[uuid.UUID, datetime, str]:
    """Lock the receipt, so that two forms for it come one after the other and only the first is primary."""
    receipt = session.execute(LOCK_RECEIPT, {"receipt_id": receipt_id}).one_or_none()
    if receipt is None or receipt.state != ReceiptState.ISSUED:
        message = "We cannot find a receipt with this code. Look at your receipt and type the code again."
        raise ReceiptNotFound(message).worded("errors.receipt_not_found")
    return receipt


def _known(session: Session, receipt_id: uuid.UUID, submission_id: str, reply_key: bytes) -> Sequence[KnownRow]:
    """Return all feedback with this receipt, this form's id, or the words that this form would get."""
    digest = reply_code_digest(reply_key, make_reply_code(reply_key, submission_id))
    return session.execute(KNOWN, {"receipt_id": receipt_id, "submission_id": submission_id, "digest": digest}).all()


def _standing(answering_as: str | None, receipt_id: uuid.UUID, known: Sequence[KnownRow]) -> Standing:
    has_primary = any(row.receipt_id == receipt_id and row.standing == Standing.PRIMARY for row in known)
    return standing_of(answering_as, has_primary=has_primary)


def _left_before(stored: KnownRow, receipt_id: uuid.UUID, reply_key: bytes) -> LeftFeedback:
    if stored.receipt_id != receipt_id:
        message = "These answers were already sent for another receipt. Open the form again from this one."
        raise Conflict(message).worded("errors.other_receipt")
    candidates = (make_reply_code(reply_key, stored.submission_id, attempt) for attempt in count())
    reply_code = next(code for code in candidates if reply_code_digest(reply_key, code) == stored.reply_code_digest)
    return LeftFeedback(stored.id, reply_code, Standing(stored.standing))


def _unused_reply_code(session: Session, reply_key: bytes, submission_id: str, known: Sequence[KnownRow]) -> str:
    """Return the first words of this form that no other has. Those of the first attempt were looked up already."""
    taken = {row.reply_code_digest for row in known}
    for attempt in count():
        code = make_reply_code(reply_key, submission_id, attempt)
        digest = reply_code_digest(reply_key, code)
        if digest not in taken and (attempt == 0 or not _is_taken(session, digest)):
            return code
    raise AssertionError


def _is_taken(session: Session, digest: str) -> bool:
    return session.scalar(select(Feedback.id).where(Feedback.reply_code_digest == digest)) is not None


def _when(submission_id: str, reply_code: str, reply_key: bytes, now: datetime) -> dict[str, Any]:
    """Return all that is kept of when, and the digest under which the person finds it again."""
    return {
        "week": iso_week(now),
        "version": 1,
        "released_from": release_month(now, drawn_delay(reply_key, submission_id)),
        "released_in": None,
        "reply_code_digest": reply_code_digest(reply_key, reply_code),
    }
