"""Reading what decides about conflicts of interest. Only reads."""

import uuid
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.accounts.queries import held_posts, line_of_command, related_accounts
from stop_search.encounters.records import Encounter, OfficerPresent
from stop_search.footage.records import Footage, FootageOfEncounter
from stop_search.letters.naming import named_in_complaints
from stop_search.reviews.assignment import Circumstances
from stop_search.reviews.records import Review
from stop_search.reviews.rules import OPEN_STATES, Reading, ReviewState
from stop_search.wording import london


def circumstances_of(session: Session, *, encounter_id: uuid.UUID, frame_entry_id: uuid.UUID, reading: Reading) -> Circumstances:
    """Return the circumstances of an encounter, as seen by whoever would take this reading of this entry.

    A stop that was drawn and that a person asked to have reviewed as well has two entries: nobody reads both.
    """
    encounter = session.get_one(Encounter, encounter_id)
    reviews: Sequence[Review] = session.scalars(select(Review).where(Review.encounter_id == encounter_id)).all()
    officer_id, day = encounter.officer_id, london(encounter.started_at).date()
    present = who_was_there(session, encounter_id)
    return Circumstances(
        officer_id=officer_id,
        officer_posts=held_posts(session, account_id=officer_id) if officer_id else (),
        present=present,
        team_id=encounter.team_id,
        day=day,
        gave_back=frozenset(review.reviewer_id for review in reviews if review.state == ReviewState.RECUSED),
        other_readers=frozenset(
            review.reviewer_id
            for review in reviews
            if review.state != ReviewState.RECUSED and (review.frame_entry_id, review.reading) != (frame_entry_id, reading)
        ),
        above=line_of_command(session, on=day),
        related=related_accounts(session, account_ids=[*present, *([officer_id] if officer_id else [])]),
        named=named_in_complaints(session, encounter_id=encounter_id),
    )


def who_was_there(session: Session, encounter_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Return who is recorded as present, and who wore a camera whose recording is tied to the stop."""
    recorded = session.scalars(select(OfficerPresent.account_id).where(OfficerPresent.encounter_id == encounter_id))
    tied = select(Footage.officer_id).join(FootageOfEncounter, FootageOfEncounter.footage_id == Footage.id)
    worn = session.scalars(tied.where(FootageOfEncounter.encounter_id == encounter_id, Footage.officer_id.is_not(None)))
    return frozenset((*recorded, *(account_id for account_id in worn if account_id)))


def open_loads(session: Session) -> dict[uuid.UUID, int]:
    """Return how many open reviews each reviewer has."""
    counted = session.execute(select(Review.reviewer_id, func.count()).where(Review.state.in_(OPEN_STATES)).group_by(Review.reviewer_id))
    return dict(counted.all())
