"""The join of three: a panel's level beside the mark that counts and the person's answer, of drawn encounters, once votes are shown."""

from dataclasses import replace

from sqlalchemy.orm import Session

from stop_search.draws.records import FrameEntry
from stop_search.encounters.records import Encounter
from stop_search.feedback.forms import newest_form
from stop_search.learning.asked import asked_now
from stop_search.learning.panel_together import panel_levels, panels_and_reviewers, public_and_panels
from stop_search.learning.together import Pair
from stop_search.reviews.rules import MarkKind, Reading
from tests.support import builders as a
from tests.support.panels import some_votes


def a_reviewed(session: Session, *, level: int | MarkKind = 2, is_drawn: bool = True) -> tuple[Encounter, FrameEntry]:
    """Add a stop with a mark for C5."""
    encounter = a.an_encounter(session, officer=a.an_officer(session), people=0)
    draw = session.query(a.Draw).first() or a.a_draw(session)
    entry = a.a_frame_entry(session, draw=draw, encounter=encounter, drawn=is_drawn)
    a.a_review(session, frame_entry=entry, reviewer=a.an_account(session), marks={"C5": level})
    return encounter, entry


def test_the_panels_level_stands_beside_the_mark_that_counts(session: Session) -> None:
    encounter, entry = a_reviewed(session, level=3)
    for reading in (Reading.SECOND, Reading.ADJUDICATION):
        a.a_review(session, frame_entry=entry, reviewer=a.an_account(session), reading=reading, marks={"C5": 1})
    some_votes(session, encounters=[encounter], levels=[2, 2, 0])
    assert panels_and_reviewers(session, panel_levels(session), asked=asked_now(session)) == {"C5": [Pair(entry.token, 2, 1)]}


def test_a_mark_by_words_that_are_asked_no_more_stands_beside_no_panel(session: Session) -> None:
    encounter, _ = a_reviewed(session)
    some_votes(session, encounters=[encounter], levels=[2, 2, 0])
    asked = asked_now(session)
    other_words = asked | {"C5": replace(asked["C5"], versions=frozenset({99}))}
    assert panels_and_reviewers(session, panel_levels(session), asked=other_words) == {}


def test_votes_that_are_not_shown_yet_count_nowhere(session: Session) -> None:
    encounter, _ = a_reviewed(session)
    some_votes(session, encounters=[encounter], levels=[2, 2, 0], is_closed=False)
    assert panel_levels(session) == {}


def test_what_chance_did_not_draw_and_what_too_few_scored_has_no_level(session: Session) -> None:
    picked, _ = a_reviewed(session, is_drawn=False)
    unclear, _ = a_reviewed(session)
    some_votes(session, encounters=[picked], levels=[2, 2, 2])
    some_votes(session, encounters=[unclear], levels=[2, None, 3])
    assert panel_levels(session) == {}


def test_two_meetings_on_one_stop_are_one_level(session: Session) -> None:
    encounter, entry = a_reviewed(session)
    some_votes(session, encounters=[encounter], levels=[0, 0])
    some_votes(session, encounters=[encounter], levels=[3, 3, 3])
    assert panel_levels(session) == {("C5", entry.token): 3}


def test_a_mark_that_could_not_be_told_makes_no_pair(session: Session) -> None:
    encounter, _ = a_reviewed(session, level=MarkKind.NOT_OBSERVABLE)
    some_votes(session, encounters=[encounter], levels=[2, 2, 2])
    assert panels_and_reviewers(session, panel_levels(session), asked=asked_now(session)) == {}


def test_the_persons_answer_stands_beside_the_panels_level(session: Session) -> None:
    encounter, entry = a_reviewed(session)
    question = next(one for one in newest_form().questions if one.criterion == "C5")
    worst = next(one.key for one in question.answers if one.level == 0)
    receipt = a.a_receipt(session, person=a.a_person(session, encounter=encounter))
    a.some_feedback(session, receipt=receipt, answers={question.id: worst}, criteria={question.id: "C5"})
    other, _ = a_reviewed(session)
    some_votes(session, encounters=[encounter, other], levels=[2, 2, 2])
    assert public_and_panels(session, panel_levels(session), asked=asked_now(session)) == {"C5": [Pair(entry.token, 0, 2)]}
