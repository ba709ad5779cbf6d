"""Copies for slow lines, as one reader sees them: whoever asked, and not before it can have been made.

Two read one recording. Were the copy there as soon as either asks, the other would learn from it that there is somebody else.
"""

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.database.session import database_now
from stop_search.footage.copies import ask_for_copy
from stop_search.footage.queries import CopyShown, FootageLine
from stop_search.footage.records import Footage, ReviewCopy
from stop_search.footage.rules import CopyReason, CopyState, plays_in_browser
from stop_search.reviews.own import open_review
from stop_search.reviews.records import CopyWish, Review
from stop_search.reviews.rules import OPEN_STATES

ON_ITS_WAY = CopyShown(CopyState.ASKED, None, None, None, None, CopyReason.SLOW_LINE)


def wish_for_copy(session: Session, *, review_id: uuid.UUID, footage_id: uuid.UUID, viewer: Viewer, now: datetime) -> None:
    """Have a copy made that a slow line can carry, for one review of the viewer's. One that is there is shown after as long as it took.

    A copy of what no browser plays is for every reader.

    Raises:
        NotFound: it is not the viewer's review, or there is no such recording.
        NoLongerOpen: the review was handed in or given back, or the recording was erased.
        Conflict: the recording's bytes are not here.

    """
    review = open_review(session, review_id, viewer)
    facts = session.scalar(select(Footage.facts).where(Footage.id == footage_id)) or {}
    reason = CopyReason.SLOW_LINE if plays_in_browser(facts) else CopyReason.UNPLAYABLE
    ask_for_copy(session, footage_id=footage_id, reason=reason, actor=viewer.acting_as(Role.SUPERVISOR), now=now)
    if session.get(CopyWish, (review.id, footage_id)) is not None:
        return
    copy = session.get_one(ReviewCopy, footage_id)
    shown_from = now if copy.ended_at is None else now + (copy.ended_at - copy.asked_at)
    session.add(CopyWish(review_id=review.id, footage_id=footage_id, asked_at=now, shown_from=shown_from))
    session.flush()


def copies_as_asked(session: Session, *, review_id: uuid.UUID, footage: Iterable[FootageLine]) -> tuple[FootageLine, ...]:
    """Return recordings with their copies as this review's reader is to see them."""
    wishes = dict(session.execute(select(CopyWish.footage_id, CopyWish.shown_from).where(CopyWish.review_id == review_id)).all())
    return tuple(replace(line, copy=_as_asked(session, line.copy, wishes.get(line.footage_id))) for line in footage)


def reader_sees_copy(session: Session, *, footage_id: uuid.UUID, viewer: Viewer) -> bool:
    """Return whether the copy of a recording is there for this reader: every copy but that which somebody else's slow line asked for."""
    copy = session.get(ReviewCopy, footage_id)
    if copy is None or copy.reason != CopyReason.SLOW_LINE:
        return True
    own = select(CopyWish.shown_from).join(Review, Review.id == CopyWish.review_id).where(CopyWish.footage_id == footage_id)
    shown_from = session.scalar(own.where(Review.reviewer_id == viewer.id, Review.state.in_(OPEN_STATES)).order_by(CopyWish.shown_from))
    return shown_from is not None and shown_from <= database_now(session)


def _as_asked(session: Session, copy: CopyShown | None, shown_from: datetime | None) -> CopyShown | None:
    if copy is None or copy.reason is not CopyReason.SLOW_LINE:
        return copy
    if shown_from is None:
        return None
    return copy if copy.state is not CopyState.MADE or shown_from <= database_now(session) else ON_ITS_WAY
