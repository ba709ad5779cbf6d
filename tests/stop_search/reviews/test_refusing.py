"""Refusing a drawn stop: the reason and the rank are fixed, open reviews are closed, and nothing is drawn in its place."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Rank
from stop_search.audit.rules import COMMAND_LINE, WORKER
from stop_search.draws.records import DrawOutcome, FrameEntry
from stop_search.draws.rules import RefusalReason
from stop_search.errors import NoLongerOpen, NotFound
from stop_search.footage.actions import place_hold
from stop_search.footage.rules import HoldReason
from stop_search.reviews.actions import submit_review
from stop_search.reviews.assigning import assign_reviews
from stop_search.reviews.before_review import drawn_without_hold
from stop_search.reviews.holds import drawn_holds_closed
from stop_search.reviews.records import Review
from stop_search.reviews.refusing import refuse_drawn
from stop_search.reviews.rules import ReviewState
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.marking import all_marked, viewer_of


def refuse(session: Session, reference: str) -> None:
    """Refuse a stop."""
    refuse_drawn(
        session,
        reference=f" {reference.lower()} ",
        reason=RefusalReason.CRIMINAL_PROCEEDINGS,
        rank=Rank.INSPECTOR,
        actor=COMMAND_LINE,
        now=NOON,
    )


def a_drawn(session: Session) -> FrameEntry:
    """Add a drawn stop."""
    encounter = a.an_encounter(session, officer=a.an_officer(session, team=a.a_team(session)))
    return a.a_frame_entry(session, draw=a.a_draw(session), encounter=encounter)


def reference_of(session: Session, entry: FrameEntry) -> str:
    """Return the stop's reference."""
    from stop_search.encounters.records import Encounter

    return session.get_one(Encounter, entry.encounter_id).reference


def test_a_refused_stop_ends_with_reason_and_rank_and_is_assigned_to_nobody_any_more(session: Session) -> None:
    entry = a_drawn(session)
    review = a.a_review(session, frame_entry=entry, reviewer=a.an_account(session), state=ReviewState.STARTED)
    refuse(session, reference_of(session, entry))
    line = session.scalars(select(DrawOutcome)).one()
    assert (line.outcome, line.reason, line.rank, entry.outcome) == ("refused", "criminal_proceedings", "inspector", "refused")
    assert (review.state, review.recused_reason) == ("recused", "The stop was refused: criminal proceedings.")
    assert entry.draw_id
    assign_reviews(session, draw_id=entry.draw_id, within=timedelta(days=14), actor=WORKER, now=NOON)
    assert session.scalar(select(func.count()).select_from(Review).where(Review.state != ReviewState.RECUSED)) == 0
    assert session.scalar(select(func.count()).where(FrameEntry.is_drawn)) == 1


def test_what_was_reviewed_or_refused_or_not_drawn_cannot_be_refused(session: Session) -> None:
    entry = a_drawn(session)
    a.a_recording(session, encounter=session.get_one(a.Encounter, entry.encounter_id), facts={"length_seconds": 60.0})
    reviewer = a.an_account(session)
    review = a.a_review(session, frame_entry=entry, reviewer=reviewer, state=ReviewState.STARTED)
    all_marked(session, review, viewer_of(reviewer))
    submit_review(session, review_id=review.id, viewer=viewer_of(reviewer), now=NOON)
    with pytest.raises(NoLongerOpen):
        refuse(session, reference_of(session, entry))
    with pytest.raises(NotFound):
        refuse(session, a.an_encounter(session).reference)
    assert session.scalars(select(DrawOutcome.outcome)).all() == ["reviewed"]


def test_the_hold_on_a_refused_stop_ends_and_nobody_is_warned_of_its_footage(session: Session) -> None:
    entry = a_drawn(session)
    last_day = (NOON + timedelta(days=1)).date()
    a.a_recording(session, encounter=session.get_one(a.Encounter, entry.encounter_id), erase_after=last_day)
    assert len(drawn_without_hold(session, now=NOON)) == 1
    hold = place_hold(session, encounter_id=entry.encounter_id, reason=HoldReason.DRAWN, cause_id=str(entry.draw_id), now=NOON)
    assert drawn_holds_closed(session) == {}
    refuse(session, reference_of(session, entry))
    assert drawn_holds_closed(session) == {hold: NOON.date()}
    assert drawn_without_hold(session, now=NOON) == []
