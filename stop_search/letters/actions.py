"""Taking letters: sealed as they arrive, once per form, with nothing of when but the day, and nothing of who in the log."""

import secrets
import uuid
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.audit.actions import record_act
from stop_search.audit.rules import PUBLIC, Act, Actor, Operation, Purpose
from stop_search.encounters.queries import ReceiptNotFound
from stop_search.encounters.receipt_codes import ALPHABET
from stop_search.encounters.records import Receipt
from stop_search.errors import Conflict, NotFound
from stop_search.feedback.records import Feedback
from stop_search.footage.actions import place_hold
from stop_search.letters.keys import key_in_force
from stop_search.letters.records import Letter, LetterPart, SealingKey
from stop_search.letters.rules import (
    HOLDS,
    NAMES_A_RECEIPT,
    PREFIXES,
    REFERENCE_SYMBOLS,
    LetterCame,
    LetterKind,
    LetterState,
    PartOfLetter,
    SentLetter,
    answer_due_on,
    checked_body,
    refuse_wrong_envelope,
)
from stop_search.letters.sealing import seal
from stop_search.wording import iso_week, london, start_of_week

PURPOSES = {
    LetterKind.COMPLAINT: Purpose.COMPLAINT,
    LetterKind.COPY_OF_RECORD: Purpose.COPY_OF_RECORD_REQUEST,
    LetterKind.STOP_WITHOUT_RECEIPT: Purpose.COPY_OF_RECORD_REQUEST,
    LetterKind.PANEL_INTEREST: Purpose.PUBLIC_SERVICE,
}


def send_letter(
    session: Session,
    *,
    kind: LetterKind,
    body: Mapping[str, object],
    receipt_id: uuid.UUID | None,
    submission_id: str,
    language: str,
    assisted: bool,
    now: datetime,
) -> SentLetter:
    """Seal a letter and keep it. Sent again it changes nothing and says the same, even if its body differs.

    `receipt_id` is kept for complaints and copies only; then the stop's footage is held in the same transaction. A stop without a
    receipt is looked up by nobody here, so whoever sends one learns nothing of what is stored.

    Raises:
        Invalid: `fields` names what is missing in the body, or the envelope was not made by a page of ours.
        NoSealingKey: there is no key to seal to; nothing is kept.
        ReceiptNotFound: there is no such receipt.
        Conflict: this form was sent as another kind of letter.

    """
    refuse_wrong_envelope(submission_id, language)
    _wait_for_the_same_form(session, submission_id)
    if stored := session.scalar(select(Letter).where(Letter.submission_id == submission_id)):
        return _sent_before(stored, kind)
    told, key = checked_body(kind, body), key_in_force(session, now=now)
    receipt = _receipt(session, receipt_id) if receipt_id and kind in NAMES_A_RECEIPT else None
    letter = _new_letter(kind, LetterCame.ASSISTED if assisted else LetterCame.ONLINE, language, now)
    letter.submission_id = submission_id
    _tie(letter, receipt)
    session.add(letter)
    session.flush()
    add_part(session, letter, key=key, part=PartOfLetter.BODY, told=told, now=now)
    _hold_footage_and_log(session, letter, kind, now)
    return _sent(letter)


def open_complaint_from_feedback(session: Session, *, feedback_id: uuid.UUID, actor: Actor, now: datetime) -> SentLetter:
    """Log feedback as a complaint, because a person who read it took it for one (Police Reform Act 2002 s.12); once for each.

    Nothing personal is taken over: the letter names the feedback, and has no sealed part.

    Raises:
        NotFound: there is no such feedback.

    """
    if stored := session.scalar(select(Letter).where(Letter.feedback_id == feedback_id)):
        return _sent(stored)
    feedback = session.get(Feedback, feedback_id)
    if feedback is None:
        message = "There is no such feedback."
        raise NotFound(message)
    letter = _new_letter(LetterKind.COMPLAINT, LetterCame.FEEDBACK, feedback.language, now)
    letter.feedback_id = feedback_id
    _tie(letter, session.get(Receipt, feedback.receipt_id))
    session.add(letter)
    session.flush()
    hold_footage(session, letter, actor=actor, now=now)
    act = Act(Operation.COLLECTION, "complaint_opened_from_feedback", "letter", str(letter.id), Purpose.COMPLAINT)
    record_act(session, actor=actor, act=act, now=now)
    return _sent(letter)


def add_part(
    session: Session,
    letter: Letter,
    *,
    key: SealingKey,
    part: PartOfLetter,
    told: Mapping[str, object],
    now: datetime,
    ordinal: int = 0,
    written_by: uuid.UUID | None = None,
) -> None:
    """Seal something to a key and put it with the letter; what was said is kept in no other form."""
    part_id = uuid.uuid4()
    sealed = seal(key.public, told, letter_id=letter.id, part_id=part_id)
    session.add(
        LetterPart(
            id=part_id,
            letter_id=letter.id,
            part=part,
            ordinal=ordinal,
            written_on=london(now).date(),
            written_by=written_by,
            sealing_key_id=key.id,
            sealed=sealed,
        )
    )
    session.flush()


def hold_footage(session: Session, letter: Letter, *, actor: Actor, now: datetime) -> None:
    """Keep the recordings of the letter's encounter, if it names one: one hold for every letter of its sort about one encounter."""
    kind = LetterKind(letter.kind)
    if letter.encounter_id is None or kind not in HOLDS:
        return
    place_hold(
        session,
        encounter_id=letter.encounter_id,
        reason=HOLDS[kind],
        cause_id=str(letter.encounter_id),
        now=now,
        actor=actor,
        review_on=answer_due_on(kind, london(now).date()),
    )


def _wait_for_the_same_form(session: Session, submission_id: str) -> None:
    """Let the same form sent twice at once come one after the other, so that both are answered the same. SQLite has one writer."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"letter {submission_id}", 0))))


def _receipt(session: Session, receipt_id: uuid.UUID) -> Receipt:
    """Return the receipt, also a withdrawn one: that it was withdrawn takes nobody's right to complain or to a copy."""
    receipt = session.get(Receipt, receipt_id)
    if receipt is None:
        message = "We cannot find a receipt with this code. Look at your receipt and type the code again."
        raise ReceiptNotFound(message)
    return receipt


def _new_letter(kind: LetterKind, came: LetterCame, language: str, now: datetime) -> Letter:
    received_on = london(now).date()
    return Letter(
        id=uuid.uuid4(),
        reference=_reference(kind),
        kind=kind,
        state=LetterState.RECEIVED,
        came=came,
        language=language,
        received_on=received_on,
        answer_due_on=answer_due_on(kind, received_on),
    )


def _reference(kind: LetterKind) -> str:
    """Return a reference that can be said on the phone (`C-7K3M9Q2T`): random, so that it tells no order."""
    return f"{PREFIXES[kind]}-{''.join(secrets.choice(ALPHABET) for _ in range(REFERENCE_SYMBOLS))}"


def _tie(letter: Letter, receipt: Receipt | None) -> None:
    if receipt is not None:
        letter.receipt_id, letter.encounter_id = receipt.id, receipt.encounter_id


def _sent_before(stored: Letter, kind: LetterKind) -> SentLetter:
    if stored.kind != kind:
        message = "This form was already sent about something else. Open the page again and send it from there."
        raise Conflict(message)
    return _sent(stored)


def _sent(letter: Letter) -> SentLetter:
    return SentLetter(letter.reference, LetterKind(letter.kind), letter.answer_due_on)


def _hold_footage_and_log(session: Session, letter: Letter, kind: LetterKind, now: datetime) -> None:
    """Keep the footage, and tell the log that one letter of this kind arrived in this week.

    As with feedback, an entry with the letter or the minute would tell its reader who complained and when; so it names the week.
    """
    week = start_of_week(now)
    hold_footage(session, letter, actor=PUBLIC, now=week)
    act = Act(Operation.COLLECTION, "letter_sent", "letter_week", iso_week(now), PURPOSES[kind])
    record_act(session, actor=PUBLIC, act=act, now=week)
