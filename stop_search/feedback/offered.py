"""Whether a receipt was offered: what the person answers beside what the officer recorded for the same receipt. Counts only."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.encounters.records import PersonSearched, Receipt
from stop_search.feedback.forms import published_form
from stop_search.feedback.records import Feedback, FeedbackAnswer
from stop_search.feedback.rules import Standing

QUESTION = "receipt"
HAD_TO_ASK, NOT_OFFERED = 1, 0  # levels of the answers, the same in every form; above them the receipt was offered


@dataclass(frozen=True)
class OfferedCompared:
    """Of `n` receipts for which both say something: in how many they agree, differ, or the person is not sure.

    `had_to_ask`: of those that agree, the person got the receipt but had to ask for it.
    """

    n: int
    agree: int
    differ: int
    not_sure: int
    had_to_ask: int


def offered_compared(session: Session, *, first_week: str, last_week: str) -> OfferedCompared:
    """Return the comparison for the weeks of answering from `first_week` to `last_week` (both included), of the whole force.

    The officer says "offered" by how the receipt was handed over (also "offered and not wanted"), "not offered" by the reason why
    not (PACE Code of Practice A 4.2, 4.2A, 4.2B); who recorded neither, or both, is left out. Small counts are for the caller to hide.
    """
    handed, refused = PersonSearched.receipt_handed.is_not(None), PersonSearched.receipt_not_offered_reason.is_not(None)
    rows = session.execute(
        select(Feedback.form, Feedback.form_version, FeedbackAnswer.answer, handed, func.count())
        .select_from(Feedback)
        .join(FeedbackAnswer, (FeedbackAnswer.feedback_id == Feedback.id) & (FeedbackAnswer.version == Feedback.version))
        .join(Receipt, Receipt.id == Feedback.receipt_id)
        .join(PersonSearched, PersonSearched.id == Receipt.person_id)
        .where(
            FeedbackAnswer.question == QUESTION,
            Feedback.standing == Standing.PRIMARY,
            Feedback.week >= first_week,
            Feedback.week <= last_week,
            handed != refused,
        )
        .group_by(Feedback.form, Feedback.form_version, FeedbackAnswer.answer, handed)
    )
    counts = Counter[str]()
    for form, version, answer, was_handed, number in rows:
        level = published_form(form, version).level(QUESTION, answer)
        counts[_compared(level, was_handed=was_handed)] += number
        counts["had_to_ask"] += number if level == HAD_TO_ASK and was_handed else 0
    agree, differ, not_sure = counts["agree"], counts["differ"], counts["not_sure"]
    return OfferedCompared(agree + differ + not_sure, agree, differ, not_sure, counts["had_to_ask"])


def _compared(level: int | None, *, was_handed: bool) -> str:
    if level is None:
        return "not_sure"
    return "agree" if (level > NOT_OFFERED) == was_handed else "differ"
