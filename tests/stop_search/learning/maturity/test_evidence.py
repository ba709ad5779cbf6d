"""Evidence: each figure from known counts; in an empty force each says why it says nothing, and none gives a share without an interval."""

from datetime import timedelta

from sqlalchemy.orm import Session

from stop_search.learning.action_rules import ActionKind, NewAction
from stop_search.learning.doing import open_action
from stop_search.learning.maturity.evidence import FIGURES, Evidence
from stop_search.learning.maturity.lights import Figure
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.learned import some_reviews
from tests.support.searched import BLACK, SILENT, WHITE, a_viewer, some_searched


def figure(session: Session, key: str) -> Figure:
    """Return one figure at noon."""
    return Evidence(session, NOON).figures([key])[0]


def test_in_an_empty_force_every_figure_says_that_there_is_nothing(session: Session) -> None:
    found = Evidence(session, NOON).figures(FIGURES)
    assert [one.key for one in found] == list(FIGURES)
    assert [one.words for one in found if one.share is not None] == []
    said = {one.key: one.words for one in found if one.key != "criteria_agreed"}
    assert {key for key, words in said.items() if not words.startswith("too few to say")} == set()
    assert all(one.where.startswith("/learning") and one.caveat for one in found)


def test_film_counts_stops_once_and_says_what_is_not_known(session: Session) -> None:
    some_searched(session, 60, filmed=50, **WHITE)
    some_searched(session, 10, started_at=NOON - timedelta(hours=1), every=timedelta(minutes=1), **BLACK)
    pair = a.an_encounter(session, started_at=NOON - timedelta(days=30), people=0)
    for ordinal in (1, 2):
        a.a_person(session, encounter=pair, ordinal=ordinal)
    filmed = figure(session, "stops_filmed")
    assert (filmed.events, filmed.n) == (50, 61)
    assert filmed.caveat.startswith("Of 10 more it cannot be told; whatever they are, it is between 70 and 85 of 100.")


def test_ethnicity_not_stated_is_not_stated(session: Session) -> None:
    some_searched(session, 30, **WHITE)
    some_searched(session, 10, **SILENT)
    stated = figure(session, "ethnicity_stated")
    assert (stated.events, stated.n) == (30, 40)


def test_receipts_offered_and_answered_are_counted_of_those_of_whom_it_is_known(session: Session) -> None:
    for place in range(60):
        encounter = a.an_encounter(session, people=0)
        told = {"receipt_handed": "printed"} if place < 40 else {"receipt_not_offered_reason": "person_left"} if place < 50 else {}
        receipt = a.a_receipt(session, person=a.a_person(session, encounter=encounter, **({"receipt_handed": None} | told)))
        if place % 5 == 0:
            a.some_feedback(session, receipt=receipt)
    offered, answered = figure(session, "receipts_offered"), figure(session, "receipts_answered")
    assert (offered.events, offered.n) == (40, 50)
    assert "of 10 people the record does not say" in offered.caveat
    assert (answered.events, answered.n) == (12, 60)
    assert "not what everyone who was stopped would say" in answered.caveat


def test_what_was_drawn_and_reviewed_and_the_actions_are_counted(session: Session) -> None:
    some_reviews(session, draw=a.a_draw(session), marks=[{"C5": 2}] * 31, not_drawn=9)
    drawn, scored = figure(session, "drawn_reviewed"), figure(session, "reviews_scored")
    assert (drawn.events, drawn.n, scored.events, scored.n) == (31, 31, 31, 40)
    new = NewAction("Practise", ActionKind.TRAINING, "Module 3", "C4", "C4", NOON.date() + timedelta(days=60))
    open_action(session, new=new, viewer=a_viewer(session), now=NOON)
    late = Evidence(session, NOON + timedelta(days=61)).figures(["actions_late", "actions_done"])
    assert [(one.events, one.n) for one in late] == [(1, 1), (0, 1)]


def test_a_figure_that_this_version_does_not_know_says_so(session: Session) -> None:
    assert figure(session, "weather").words == "too few to say: this version of the program has no such figure"
