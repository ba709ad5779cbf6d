"""Reviews that are past their day: for the learning team, which looks after the sample. A list of what waits, never a count by person."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.accounts.rules import Role, Viewer
from stop_search.errors import NotFound
from stop_search.reviews.assigning import take_back_review
from stop_search.reviews.records import Review
from stop_search.reviews.rules import OPEN_STATES
from stop_search.wording import london


@dataclass(frozen=True)
class LateLine:
    """A review that is late, and with whom it is. It says neither what it is of nor which reading it is."""

    review_id: uuid.UUID
    due_on: date
    reviewer: str
    is_started: bool


def late_reviews(session: Session, *, now: datetime, limit: int = 200) -> list[LateLine]:
    """Return the open reviews whose day is over, the longest late first."""
    rows = session.execute(
        select(Review.id, Review.due_on, Account.name, Review.started_at)
        .join(Account, Account.id == Review.reviewer_id)
        .where(Review.state.in_(OPEN_STATES), Review.due_on < london(now).date())
        .order_by(Review.due_on, Review.id)
        .limit(limit)
    )
    return [LateLine(review_id, due_on, name, started_at is not None) for review_id, due_on, name, started_at in rows]


def give_to_somebody_else(session: Session, *, review_id: uuid.UUID, viewer: Viewer, now: datetime) -> None:
    """Take a late review from its reviewer and ask for another. Raises NotFound where there is no such late review."""
    review = session.scalar(
        select(Review).where(Review.id == review_id, Review.state.in_(OPEN_STATES), Review.due_on < london(now).date()).with_for_update()
    )
    if review is None:
        message = "There is no such review that is late."
        raise NotFound(message)
    because = "It was late, and was given to somebody else."
    take_back_review(session, review=review, because=because, actor=viewer.acting_as(Role.LEARNING_TEAM), now=now)
