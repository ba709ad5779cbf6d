"""Reading feedback: one's own answers by reply code, and counts. Never a list by officer, encounter or time finer than a week."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.errors import NotFound
from stop_search.feedback.forms import Form, published_form
from stop_search.feedback.records import Feedback, FeedbackAnswer
from stop_search.feedback.reply_codes import normalised_reply_code, reply_code_digest
from stop_search.feedback.rules import WHO, Standing


@dataclass(frozen=True)
class OwnFeedback:
    """What a person sees of their own answers: (question, answer) in words and in the form's order, their text, and the week."""

    week: str
    answers: tuple[tuple[str, str], ...]
    comment: str | None


@dataclass(frozen=True)
class AnswerCount:
    """How often one answer was given. `level`: the rubric's level it stands for; None where it stands for none."""

    question: str
    answer: str
    criterion: str | None
    level: int | None
    count: int


def own_feedback(session: Session, *, typed: str, reply_key: bytes) -> OwnFeedback:
    """Return the answers that the typed reply code opens.

    Raises:
        Invalid: the words are mistyped; the sentence says which.
        NotFound: no answers have this code.

    """
    digest = reply_code_digest(reply_key, normalised_reply_code(typed))
    feedback = session.scalar(select(Feedback).where(Feedback.reply_code_digest == digest))
    if feedback is None:
        message = "No answers have these four words. Look at the words again."
        raise NotFound(message)
    rows = session.scalars(select(FeedbackAnswer).where(FeedbackAnswer.feedback_id == feedback.id))
    given = {row.question: row.answer for row in rows}
    if feedback.answering_as:
        given[WHO] = feedback.answering_as
    form = published_form(feedback.form, feedback.form_version)
    return OwnFeedback(week=feedback.week, answers=answers_in_words(form, given), comment=feedback.comment)


def answers_in_words(form: Form, given: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Return (question, answer) in words and in the form's order, for every question that was answered."""
    pairs = ((question, question.answer(given[question.id])) for question in form.questions if question.id in given)
    return tuple((question.words, answer.words) for question, answer in pairs if answer)


def answer_counts(session: Session, *, first_week: str, last_week: str, standing: Standing = Standing.PRIMARY) -> tuple[AnswerCount, ...]:
    """Return how often each answer was given in the weeks from `first_week` to `last_week` (both included), by question and answer."""
    counted = (
        select(Feedback.form, Feedback.form_version, FeedbackAnswer.question, FeedbackAnswer.answer, FeedbackAnswer.criterion, func.count())
        .join(FeedbackAnswer, FeedbackAnswer.feedback_id == Feedback.id)
        .where(Feedback.week >= first_week, Feedback.week <= last_week, Feedback.standing == standing)
        .group_by(Feedback.form, Feedback.form_version, FeedbackAnswer.question, FeedbackAnswer.answer, FeedbackAnswer.criterion)
        .order_by(Feedback.form, Feedback.form_version, FeedbackAnswer.question, FeedbackAnswer.answer)
    )
    return tuple(
        AnswerCount(question, answer, criterion, published_form(form, version).level(question, answer), number)
        for form, version, question, answer, criterion, number in session.execute(counted)
    )
