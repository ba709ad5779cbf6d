"""What a plan takes from the reviews of the year before: only of stops that chance drew and that have ended, by group and class."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.draws.outlook import Outlook
from stop_search.draws.records import Draw
from stop_search.draws.rules import FrameOutcome, RiskClass
from stop_search.encounters.records import Encounter
from stop_search.errors import NotFound
from stop_search.learning.expecting import outlook_by_reviews
from stop_search.reviews.rules import MarkKind, ReviewState
from tests.support import builders as a
from tests.support.learned import some_reviews

MET, BELOW = {"C1": 2}, {"C1": 1}
NEXT_YEAR = date(2027, 1, 1)


@pytest.fixture
def draw(session: Session) -> Draw:
    """Return a draw of November 2026."""
    return a.a_draw(session)


def outlook(session: Session, before: date = NEXT_YEAR) -> Outlook:
    """Return what is expected of C1."""
    return outlook_by_reviews(session, criterion="C1", before=before)


def test_shares_are_by_class_and_weighted(session: Session, draw: Draw) -> None:
    some_reviews(session, draw=draw, marks=[MET] * 60, probability=(1, 1))
    some_reviews(session, draw=draw, marks=[BELOW] * 60, probability=(1, 3))
    some_reviews(session, draw=draw, marks=[BELOW] * 40, risk_class=RiskClass.HIGH)
    found = outlook(session)
    assert found.reviews == 160
    assert found.by_class["base"].met / found.by_class["base"].scored == pytest.approx(0.25)
    assert found.of("all stops", "high").share < 0.1 < found.of("all stops", "base").share


def test_what_was_drawn_and_not_scored_counts_and_what_waits_does_not(session: Session, draw: Draw) -> None:
    some_reviews(session, draw=draw, marks=[MET] * 4 + [{"C1": MarkKind.NOT_APPLICABLE}] * 2 + [{"C2": 2}])
    some_reviews(session, draw=draw, marks=[MET] * 20, state=ReviewState.STARTED, not_drawn=9)
    refused = a.a_frame_entry(
        session, draw=draw, encounter=a.an_encounter(session), risk_class=RiskClass.BASE, probability=(1, 4), outcome=FrameOutcome.REFUSED
    )
    session.flush()
    found = outlook(session)
    assert refused.is_drawn
    assert found.reviews == 4
    assert (found.whole.ended, found.whole.marked, found.whole.scored) == (32, 24, 16)


def test_groups_are_those_of_the_plan(session: Session, draw: Draw) -> None:
    some_reviews(session, draw=draw, marks=[MET] * 3)
    team = a.a_team(session, unit="North")
    stop = session.scalars(select(Encounter)).first()
    assert stop
    stop.team_id = team.id
    a.a_person(session, encounter=stop, self_defined_ethnicity="B1")
    session.flush()
    assert {group for group, _ in outlook(session).by_group} == {"all stops", "unit: North", "ethnicity: Black"}


def test_only_draws_of_the_year_before_count(session: Session, draw: Draw) -> None:
    some_reviews(session, draw=draw, marks=[MET] * 3)
    assert [outlook(session, date(*day)).reviews for day in ((2026, 11, 15), (2026, 11, 16), (2027, 11, 15), (2027, 11, 16))] == [
        0,
        3,
        3,
        0,
    ]


def test_a_criterion_that_the_rubric_does_not_have_is_refused(session: Session) -> None:
    with pytest.raises(NotFound, match="no criterion C99"):
        outlook_by_reviews(session, criterion="C99", before=NEXT_YEAR)
