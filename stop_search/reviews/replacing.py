"""Which marks and grades were replaced, noted with them in the transaction in which a later reading that decides is handed in."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.reviews.final_marks import DECIDING, replaced_by
from stop_search.reviews.records import Mark, Review
from stop_search.reviews.rules import Reading, ReviewState


def note_replaced(session: Session, *, frame_entry_id: uuid.UUID) -> None:
    """Write with every mark and grade of one drawn encounter which review replaced it, and with those that count that none did.

    Said anew for the whole encounter each time, so that it does not matter in which order readings come in.
    """
    handed_in = select(Review).where(Review.frame_entry_id == frame_entry_id, Review.state == ReviewState.SUBMITTED)
    found = {Reading(review.reading): review for review in session.scalars(handed_in.where(Review.reading.in_(DECIDING)))}
    in_order = [found[reading] for reading in DECIDING if reading in found]
    for place, review in enumerate(in_order):
        review.grade_replaced_by = in_order[place + 1].id if place + 1 < len(in_order) else None
    _note_marks(session, found)
    session.flush()


def _note_marks(session: Session, found: dict[Reading, Review]) -> None:
    readings = {review.id: reading for reading, review in found.items()}
    rows = session.scalars(select(Mark).where(Mark.review_id.in_(readings))).all()
    marked: dict[Reading, set[str]] = {reading: set() for reading in found}
    for row in rows:
        marked[readings[row.review_id]].add(row.criterion)
    replaced = replaced_by(marked)
    for row in rows:
        later = replaced.get((readings[row.review_id], row.criterion))
        row.replaced_by = found[later].id if later else None
