"""Refusing a drawn stop: somebody of rank, for a reason that is published with the rank. Nothing is drawn in its place."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Rank
from stop_search.audit.actions import wait_for_log
from stop_search.audit.rules import Actor, Operation
from stop_search.draws.outcome_chain import note_outcome, refused
from stop_search.draws.outcomes import OutcomeLine
from stop_search.draws.records import FrameEntry
from stop_search.draws.rules import RefusalReason
from stop_search.encounters.records import Encounter
from stop_search.errors import NotFound
from stop_search.reviews.own import record_on_review
from stop_search.reviews.records import Review
from stop_search.reviews.rules import OPEN_STATES, ReviewState


def refuse_drawn(session: Session, *, reference: str, reason: RefusalReason, rank: Rank, actor: Actor, now: datetime) -> OutcomeLine:
    """End a drawn stop without a review, by a decision of somebody of this rank; its open reviews are closed with the reason.

    Raises:
        NotFound: no stop with this reference was drawn.
        NoLongerOpen: it was said before what became of it.

    """
    wait_for_log(session)
    drawn = select(FrameEntry).join(Encounter, Encounter.id == FrameEntry.encounter_id)
    entry = session.scalar(drawn.where(Encounter.reference == reference.strip().upper(), FrameEntry.is_drawn))
    if entry is None:
        message = "No stop with this reference was drawn."
        raise NotFound(message)
    return refuse_entry(session, entry=entry, reason=reason, rank=rank, actor=actor, now=now)


def refuse_entry(session: Session, *, entry: FrameEntry, reason: RefusalReason, rank: Rank, actor: Actor, now: datetime) -> OutcomeLine:
    """End a drawn stop of which the entry is at hand. Raises NoLongerOpen, and Conflict where it was not drawn."""
    line = note_outcome(session, entry=entry, ended=refused(reason, rank), actor=actor, now=now)
    entry.unassigned_reason = None
    opened = select(Review).where(Review.frame_entry_id == entry.id, Review.state.in_(OPEN_STATES)).order_by(Review.id)
    for review in session.scalars(opened).all():
        review.state, review.recused_reason = ReviewState.RECUSED, f"The stop was refused: {reason.value.replace('_', ' ')}."
        session.flush()
        record_on_review(session, review, "review_closed_by_refusal", Operation.ALTERATION, actor, now)
    return line
