"""Reading feedback: one's own answers by reply code, and counts. Never a list by officer, encounter or time finer than a week."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from stop_search.errors import NotFound
from stop_search.feedback.forms import Form, published_form
from stop_search.feedback.records import EqualityAnswer, Feedback, FeedbackAnswer, FeedbackText, ForceAnswer
from stop_search.feedback.reply_codes import normalised_reply_code, reply_code_digest
from stop_search.feedback.rules import WHO, Standing, last_day_to_correct
from stop_search.feedback.sealed_text import text_of


@dataclass(frozen=True)
class Written:
    """A text and the ISO week in which it was written."""

    week: str
    text: str


@dataclass(frozen=True)
class OwnFeedback:
    """What a person sees of their own answers: (question, answer) in words and in the form's order, what they wrote, and the week.

    `given`: question id to answer key, to fill in the form for a correction; `version`: how many times it was sent, the first included.
    `force_answers`: what the force wrote back. `said_of_self`: whether answers about themselves are kept, which may be deleted alone.
    """

    week: str
    answers: tuple[tuple[str, str], ...]
    comment: str | None
    further: tuple[Written, ...] = ()
    force_answers: tuple[Written, ...] = ()
    form: str = ""
    form_version: int = 0
    language: str = ""
    given: Mapping[str, str] = field(default_factory=dict[str, str])
    version: int = 1
    correct_until: date | None = None
    said_of_self: bool = False


@dataclass(frozen=True)
class AnswerCount:
    """How often one answer was given. `level`: the rubric's level it stands for; None where it stands for none."""

    question: str
    answer: str
    criterion: str | None
    level: int | None
    count: int


def feedback_by_reply_code(session: Session, *, typed: str, reply_key: bytes, lock: bool = False) -> Feedback:
    """Return the row that the typed reply code opens; for this package only.

    Raises:
        Invalid: the words are mistyped; the sentence says which.
        NotFound: no answers have this code.

    """
    digest = reply_code_digest(reply_key, normalised_reply_code(typed))
    found = select(Feedback).where(Feedback.reply_code_digest == digest).execution_options(populate_existing=True)
    feedback = session.scalar(found.with_for_update() if lock else found)
    if feedback is None:
        message = "No answers have these four words. Look at the words again."
        raise NotFound(message).worded("errors.reply_not_found")
    return feedback


def own_feedback(session: Session, *, typed: str, reply_key: bytes, text_key: bytes, language: str | None = None) -> OwnFeedback:
    """Return the answers that the typed reply code opens, in `language` or else in that of the form that was sent.

    Raises:
        Invalid: the words are mistyped; the sentence says which.
        NotFound: no answers have this code.

    """
    feedback = feedback_by_reply_code(session, typed=typed, reply_key=reply_key)
    given = answers_in_force(session, feedback)
    shown = given | ({WHO: feedback.answering_as} if feedback.answering_as else {})
    texts = written_texts(session, feedback.id, key=text_key)
    return OwnFeedback(
        week=feedback.week,
        answers=answers_in_words(published_form(feedback.form, feedback.form_version, language or feedback.language), shown),
        comment=next((written.text for number, written in texts if number == 1), None),
        further=tuple(written for number, written in texts if number > 1),
        force_answers=_force_answers(session, feedback.id, text_key),
        form=feedback.form,
        form_version=feedback.form_version,
        language=feedback.language,
        given=given,
        version=feedback.version,
        correct_until=last_day_to_correct(feedback.week),
        said_of_self=bool(session.scalar(select(exists().where(EqualityAnswer.feedback_id == feedback.id)))),
    )


def answers_in_force(session: Session, feedback: Feedback) -> dict[str, str]:
    """Return question id to answer key in the newest version; for this package only."""
    of_version = (FeedbackAnswer.feedback_id == feedback.id, FeedbackAnswer.version == feedback.version)
    return {row.question: row.answer for row in session.scalars(select(FeedbackAnswer).where(*of_version))}


def written_texts(session: Session, feedback_id: uuid.UUID, *, key: bytes) -> list[tuple[int, Written]]:
    """Return what a person wrote, with each text's number, in order; for this package only."""
    rows = session.scalars(select(FeedbackText).where(FeedbackText.feedback_id == feedback_id).order_by(FeedbackText.number))
    return [(row.number, Written(row.week, text_of(row, key=key, table=FeedbackText.__tablename__))) for row in rows]


def answers_in_words(form: Form, given: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return (question, answer) in words and in the form's order, for every question that was answered."""
    pairs = ((question, question.answer(given[question.id])) for question in form.questions if question.id in given)
    return tuple((question.words, answer.words) for question, answer in pairs if answer)


def answer_counts(
    session: Session, *, first_week: str, last_week: str, standing: Standing = Standing.PRIMARY, answering_as: str | None = None
) -> tuple[AnswerCount, ...]:
    """Return how often each answer was given in the weeks from `first_week` to `last_week` (both included), by question and answer.

    `answering_as` narrows secondary answers to those of one kind of people ("saw_it"). The answers in force are counted:
    a correction counts in the place of what it corrects.
    """
    counted = (
        select(Feedback.form, Feedback.form_version, FeedbackAnswer.question, FeedbackAnswer.answer, FeedbackAnswer.criterion, func.count())
        .join(FeedbackAnswer, (FeedbackAnswer.feedback_id == Feedback.id) & (FeedbackAnswer.version == Feedback.version))
        .where(Feedback.week >= first_week, Feedback.week <= last_week, Feedback.standing == standing)
        .group_by(Feedback.form, Feedback.form_version, FeedbackAnswer.question, FeedbackAnswer.answer, FeedbackAnswer.criterion)
        .order_by(Feedback.form, Feedback.form_version, FeedbackAnswer.question, FeedbackAnswer.answer)
    )
    if answering_as is not None:
        counted = counted.where(Feedback.answering_as == answering_as)
    return tuple(
        AnswerCount(question, answer, criterion, published_form(form, version).level(question, answer), number)
        for form, version, question, answer, criterion, number in session.execute(counted)
    )


def _force_answers(session: Session, feedback_id: uuid.UUID, key: bytes) -> tuple[Written, ...]:
    rows = session.scalars(select(ForceAnswer).where(ForceAnswer.feedback_id == feedback_id).order_by(ForceAnswer.week, ForceAnswer.id))
    return tuple(Written(row.week, text_of(row, key=key, table=ForceAnswer.__tablename__)) for row in rows)
