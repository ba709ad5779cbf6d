"""Erasing answers that are too old to be kept: the person's answers and texts with their keys, and all that hangs on them."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from stop_search.audit.actions import record_acts
from stop_search.audit.rules import WORKER, Act, Operation, Purpose
from stop_search.feedback.records import CommentDecision, EqualityAnswer, Feedback, FeedbackAnswer, FeedbackText, ForceAnswer, TriageItem
from stop_search.feedback.rules import newest_week_to_erase
from stop_search.wording import london

HANGING = (ForceAnswer, TriageItem, EqualityAnswer, FeedbackText, FeedbackAnswer)  # on feedback, by its id


def erase_old_answers(session: Session, *, now: datetime) -> int:
    """Erase all feedback that was left more than two years ago; return how much of it there was.

    Gone are every version of the answers, texts, what was released of them, what the force wrote back, what was said of oneself, and
    what a person decided, also where nobody has decided yet: the privacy page promises the two years. What stays are the receipts and
    sums that tell of nobody. Whatever names the feedback from a later room (a letter) is untied before. One audit entry for each week.
    """
    last = newest_week_to_erase(london(now).date())
    old = Feedback.week <= last
    counts = session.execute(select(Feedback.week, func.count()).where(old).group_by(Feedback.week).order_by(Feedback.week)).all()
    if not counts:
        return 0
    _erase(session, old)
    record_acts(session, actor=WORKER, acts=_acts((week, number) for week, number in counts), now=now)
    return sum(number for _, number in counts)


def _erase(session: Session, old: ColumnElement[bool]) -> None:
    ids = select(Feedback.id).where(old)
    texts = select(FeedbackText.id).where(FeedbackText.feedback_id.in_(ids))
    session.execute(delete(CommentDecision).where(CommentDecision.text_id.in_(texts)))
    for table in HANGING:
        session.execute(delete(table).where(table.feedback_id.in_(ids)))
    session.execute(delete(Feedback).where(old))


def _acts(counts: Iterable[tuple[str, int]]) -> list[Act]:
    return [
        Act(Operation.ERASURE, "erase_old_answers", "feedback_week", week, Purpose.PUBLIC_SERVICE, reason=f"{number} answers")
        for week, number in counts
    ]
