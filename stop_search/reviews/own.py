"""The viewer's own review, found and locked for a change, and the audit entry for it: for the actions of this noun only."""

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Viewer
from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Actor, Operation, Purpose
from stop_search.errors import NoLongerOpen, NotAllowed, NotFound
from stop_search.reviews.records import Review
from stop_search.reviews.rules import HANDED_IN, OPEN_STATES, ReviewState


def own_review(session: Session, review_id: uuid.UUID, viewer: Viewer, *, for_update: bool = False) -> Review:
    """Return a review that is the viewer's; anybody else's is as if it were not there. Raises NotFound."""
    query = select(Review).where(Review.id == review_id, Review.reviewer_id == viewer.id)
    review = session.scalar(query.with_for_update() if for_update else query)
    if review is None:
        message = "There is no such review."
        raise NotFound(message)
    return review


def open_review(session: Session, review_id: uuid.UUID, viewer: Viewer) -> Review:
    """Return the viewer's review, locked, while it can be changed. Raises NotFound and NoLongerOpen."""
    review = own_review(session, review_id, viewer, for_update=True)
    if review.state not in OPEN_STATES:
        words = "handed in" if review.state in HANDED_IN else "given back"
        message = f"This review was {words} and cannot be changed any more."
        raise NoLongerOpen(message)
    return review


def started_review(session: Session, review_id: uuid.UUID, viewer: Viewer) -> Review:
    """Return the viewer's review, locked, while marks can be given. Raises NotFound, NoLongerOpen and NotAllowed."""
    review = open_review(session, review_id, viewer)
    if review.state != ReviewState.STARTED:
        message = "Start the review first."
        raise NotAllowed(message)
    return review


def record_on_review(
    session: Session, review: Review, action: str, operation: Operation, actor: Actor, now: datetime, fields: tuple[str, ...] = ()
) -> None:
    """Append the act on a review to the audit log."""
    act = Act(operation, action, "review", str(review.id), Purpose.SUPERVISOR_REVIEW, fields=fields)
    record_act(session, actor=actor, act=act, now=now)
