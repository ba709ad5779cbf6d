"""What officers dispute of their reviews: when they may, what waits to be read again by somebody else, and that it was read."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from stop_search.draws.records import FrameEntry
from stop_search.reviews.records import OfficerResponse, Review
from stop_search.reviews.rules import Reading, ResponseKind, ReviewState


@dataclass(frozen=True)
class WantedReread:
    """A re-read that nobody has: of which drawn encounter, and of which criteria, in the order in which they were named."""

    entry: FrameEntry
    criteria: tuple[str, ...]
    asked_at: datetime


def may_still_dispute(*, shown_since: datetime, within: timedelta, now: datetime) -> bool:
    """Return whether the time for a dispute, which begins when the officer could first read the review, is not over. Pure."""
    return now < shown_since + within


def wanted_rereads(session: Session, *, of: ColumnElement[bool]) -> list[WantedReread]:
    """Return the re-reads that officers asked for and nobody has, `of` some entries: what was asked for first comes first.

    Whoever is assigned must be neither reader: `circumstances_of` with Reading.REREAD names every other reader of the encounter.
    """
    taken = select(Review.frame_entry_id).where(Review.reading == Reading.REREAD, Review.state != ReviewState.RECUSED)
    rows = session.execute(
        select(FrameEntry, OfficerResponse.criteria, OfficerResponse.at)
        .join(Review, Review.frame_entry_id == FrameEntry.id)
        .join(OfficerResponse, and_(OfficerResponse.review_id == Review.id, OfficerResponse.kind == ResponseKind.DISPUTED))
        .where(OfficerResponse.answered_at.is_(None), FrameEntry.id.not_in(taken))
        .where(of)
        .order_by(OfficerResponse.at, FrameEntry.ticket, FrameEntry.token)
    )
    return [WantedReread(entry, tuple(criteria or ()), at) for entry, criteria, at in rows]


def note_reread(session: Session, *, review: Review, now: datetime) -> None:
    """Say of the dispute that it is answered, where the review just handed in is the re-read that it asked for."""
    if review.reading != Reading.REREAD:
        return
    asked = session.scalars(
        select(OfficerResponse)
        .join(Review, Review.id == OfficerResponse.review_id)
        .where(Review.frame_entry_id == review.frame_entry_id, OfficerResponse.kind == ResponseKind.DISPUTED)
        .where(OfficerResponse.answered_at.is_(None))
    )
    for response in asked:
        response.answered_at = now
    session.flush()


def disputed_entries(session: Session) -> set[uuid.UUID]:
    """Return the frame entries of which a dispute is not answered yet: their recordings are kept until somebody has read again."""
    return set(
        session.scalars(
            select(Review.frame_entry_id)
            .join(OfficerResponse, OfficerResponse.review_id == Review.id)
            .where(OfficerResponse.kind == ResponseKind.DISPUTED, OfficerResponse.answered_at.is_(None))
        )
    )
