"""Coming back with the four words: adding a text, correcting answers, deleting what was written or said of oneself. Still nobody."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from stop_search.audit.rules import Operation
from stop_search.encounters.records import Receipt
from stop_search.errors import Invalid, NoLongerOpen
from stop_search.feedback.forms import feedback_form, published_form
from stop_search.feedback.queries import answers_in_force, feedback_by_reply_code, written_texts
from stop_search.feedback.records import CommentDecision, EqualityAnswer, FeedbackText, ForceAnswer
from stop_search.feedback.rows import add_answers, add_text, hold_footage, log_week, put_before_a_person
from stop_search.feedback.rules import MOST_TEXTS, TEXT, checked_answers, checked_text, last_day_to_correct
from stop_search.feedback.triage import signs_of_complaint
from stop_search.wording import day_in_words, london


def add_further_text(session: Session, *, typed: str, text: str, reply_key: bytes, text_key: bytes, now: datetime) -> None:
    """Add a text to one's own feedback, at any time. A text that is there already, sent again, is not added again.

    Raises:
        Invalid: the words are mistyped, the text is empty or too long, or there are MOST_TEXTS of them already.
        NotFound: no answers have these words.

    """
    feedback = feedback_by_reply_code(session, typed=typed, reply_key=reply_key, lock=True)
    form = published_form(feedback.form, feedback.form_version)
    added = checked_text(form, text)
    if not added:
        message = "You have not written anything yet. Write something, then send."
        raise Invalid(message, {TEXT: message}).worded("errors.text_empty")
    there = written_texts(session, feedback.id, key=text_key)
    if any(written.text == added for _, written in there):
        return
    if len(there) >= MOST_TEXTS:
        message = f"You have added {MOST_TEXTS} texts already. To say more, make a complaint or call the police station."
        raise Invalid(message, {TEXT: message}).worded("errors.most_texts", most=MOST_TEXTS)
    last = max((number for number, _ in there), default=1)  # number 1 is what came with the form, or nobody's
    add_text(session, feedback.id, added, number=last + 1, key=text_key, now=now)
    put_before_a_person(session, feedback.id, signs_of_complaint(form, given={}, text=added, language=feedback.language), now)
    hold_footage(session, session.get_one(Receipt, feedback.receipt_id).encounter_id, action="add_further_text", now=now)


def correct_answers(session: Session, *, typed: str, answers: Mapping[str, str], reply_key: bytes, now: datetime) -> int:
    """Put a whole new version of one's answers in force and keep the ones before; return the number of the version in force.

    `answers` are all that shall count, without who answers and without the text. The same answers again make no new version.

    Raises:
        Invalid: the words are mistyped, an answer does not belong to the form, or none is left.
        NotFound: no answers have these words, or their form is no longer one about how it went.
        NoLongerOpen: the 28 days, counted from the Monday after the week of sending, are over.

    """
    feedback = feedback_by_reply_code(session, typed=typed, reply_key=reply_key, lock=True)
    last_day = last_day_to_correct(feedback.week)
    if london(now).date() > last_day:
        message = f"You could change your answers until {day_in_words(last_day)}. You can still add a text."
        raise NoLongerOpen(message).worded("errors.correct_too_late", day=last_day)
    form = feedback_form(feedback.form, feedback.form_version)
    checked = checked_answers(form, answers=answers, comment=None, answering_as=feedback.answering_as)
    if checked.given == answers_in_force(session, feedback):
        return feedback.version
    feedback.version += 1
    session.flush()
    add_answers(session, feedback.id, form, checked.given, version=feedback.version)
    put_before_a_person(session, feedback.id, signs_of_complaint(form, given=checked.given, text=None, language=feedback.language), now)
    log_week(session, operation=Operation.ALTERATION, action="correct_answers", now=now)
    return feedback.version


def erase_texts(session: Session, *, typed: str, reply_key: bytes, now: datetime) -> None:
    """Delete all that was written in own words, what was released of it, and what the force wrote back, each with its key.

    Raises:
        Invalid: the words are mistyped.
        NotFound: no answers have these words.

    """
    feedback = feedback_by_reply_code(session, typed=typed, reply_key=reply_key, lock=True)
    texts = select(FeedbackText.id).where(FeedbackText.feedback_id == feedback.id)
    session.execute(delete(CommentDecision).where(CommentDecision.text_id.in_(texts)))
    session.execute(delete(FeedbackText).where(FeedbackText.feedback_id == feedback.id))
    session.execute(delete(ForceAnswer).where(ForceAnswer.feedback_id == feedback.id))
    log_week(session, operation=Operation.ERASURE, action="erase_texts", now=now)


def erase_equality_answers(session: Session, *, typed: str, reply_key: bytes, now: datetime) -> None:
    """Delete what was said of oneself, and nothing else.

    Raises:
        Invalid: the words are mistyped.
        NotFound: no answers have these words.

    """
    feedback = feedback_by_reply_code(session, typed=typed, reply_key=reply_key, lock=True)
    session.execute(delete(EqualityAnswer).where(EqualityAnswer.feedback_id == feedback.id))
    log_week(session, operation=Operation.ERASURE, action="erase_equality_answers", now=now)
