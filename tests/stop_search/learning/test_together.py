"""What two say of the same encounters: intervals, too few, people of one encounter as one, and the join as it is read."""

import random
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy.orm import Session

from stop_search.draws.records import FrameEntry
from stop_search.feedback.forms import newest_form
from stop_search.feedback.rules import Standing
from stop_search.learning.asked import asked_now
from stop_search.learning.disparity.queries import Months
from stop_search.learning.series import READERS_DIFFER
from stop_search.learning.together import Gaps, Pair, compared, t_quantile
from stop_search.learning.together_queries import pairs_by_criterion, pairs_of
from stop_search.learning.together_sums import gaps_in, together_sums
from stop_search.learning.told_criteria import told_together
from stop_search.reviews.agreement import Band
from stop_search.reviews.rules import MarkKind, Reading
from tests.support import builders as a


@pytest.mark.parametrize(("degrees", "expected"), [(10, 2.2281), (29, 2.0452), (60, 2.0003), (120, 1.9799), (10_000, 1.9602)])
def test_the_quantile_is_the_one_in_the_tables(degrees: int, expected: float) -> None:
    assert t_quantile(0.975, degrees) == pytest.approx(expected, abs=1e-4)


def test_people_of_one_encounter_count_as_one() -> None:
    pairs = [Pair("a", 0, 2), Pair("a", 2, 2), Pair("b", 3, 2)]
    found = compared(pairs, least=2)
    assert (found.n, found.people, found.lower, found.same, found.higher, found.far_lower) == (2, 3, 1, 1, 1, 1)
    assert found.mean == 0.0


def test_too_few_encounters_say_so_and_nothing_else() -> None:
    found = compared([Pair(str(n), 1, 2) for n in range(29)])
    assert (found.mean, found.low, found.high) == (None, None, None)
    assert found.too_few == "29 encounters with both, 30 are needed"
    assert compared([Pair(str(n), n % 2, 2) for n in range(30)]).mean == -1.5


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    chance, hits, tries = random.Random(7), 0, 2000  # noqa: S311 -- a repeatable example, no secret
    for _ in range(tries):
        pairs = [Pair(str(n), chance.choices([0, 1, 2, 3], [3, 2, 3, 2])[0], 2) for n in range(40)]
        found = compared(pairs)
        assert found.low is not None
        assert found.high is not None
        hits += found.low <= -0.6 <= found.high
    assert 0.935 < hits / tries < 0.965


def a_spoken_of(
    session: Session, *, said: str, level: int | MarkKind, standing: Standing = Standing.PRIMARY, **columns: object
) -> FrameEntry:
    """Add a drawn encounter with a mark for C5 and an answer to the question about it."""
    encounter = a.an_encounter(session, officer=a.an_officer(session))
    receipt = a.a_receipt(session, person=session.query(a.PersonSearched).filter_by(encounter_id=encounter.id).one())
    question = next(one for one in newest_form().questions if one.criterion == "C5")
    answer = next(one.key for one in question.answers if str(one.level) == said)
    a.some_feedback(session, receipt=receipt, answers={question.id: answer}, criteria={question.id: "C5"}, standing=standing, **columns)
    draw = session.query(a.Draw).first() or a.a_draw(session)
    entry = a.a_frame_entry(session, draw=draw, encounter=encounter)
    a.a_review(session, frame_entry=entry, reviewer=a.an_account(session), marks={"C5": level})
    return entry


def test_answers_stand_beside_the_mark_of_the_same_encounter(session: Session) -> None:
    entry = a_spoken_of(session, said="0", level=2)
    a_spoken_of(session, said="3", level=MarkKind.NOT_OBSERVABLE)
    a_spoken_of(session, said="3", level=2, standing=Standing.SECONDARY)
    a_spoken_of(session, said="3", level=2, self_scan_suspected=True)
    assert pairs_by_criterion(session, asked=asked_now(session)) == {"C5": [Pair(entry.token, 0, 2)]}


def test_where_a_third_judged_the_third_mark_counts(session: Session) -> None:
    entry = a_spoken_of(session, said="0", level=3)
    a.a_review(session, frame_entry=entry, reviewer=a.an_account(session), reading=Reading.SECOND, marks={"C5": 1})
    a.a_review(session, frame_entry=entry, reviewer=a.an_account(session), reading=Reading.ADJUDICATION, marks={"C5": 1})
    assert pairs_by_criterion(session, asked=asked_now(session)) == {"C5": [Pair(entry.token, 0, 1)]}


def test_whoever_answers_two_questions_about_a_criterion_is_one_person_with_the_mean_of_both(session: Session) -> None:
    entry = a_stop_with_a_mark(session, criterion="C3", level=3)
    an_answer_about_c3(session, entry, looking_for="before_clear", officer_id="before_brief")
    an_answer_about_c3(session, entry, looking_for="not_told", officer_id="not_sure")
    pairs = pairs_by_criterion(session, asked=asked_now(session))["C3"]
    assert sorted(pair.public for pair in pairs) == [0, Fraction(5, 2)]
    assert pairs_of(session, asked=asked_now(session), tokens=[entry.token])["C3"] == pairs
    found = compared(pairs)
    assert (found.n, found.people, found.lower, found.same, found.higher, found.far_lower) == (1, 2, 2, 0, 0, 1)


def test_sums_of_months_hold_half_levels_and_say_what_the_pairs_say(session: Session) -> None:
    half, whole = a_stop_with_a_mark(session, criterion="C3", level=2), a_stop_with_a_mark(session, criterion="C3", level=2)
    an_answer_about_c3(session, half, looking_for="before_clear", officer_id="before_brief")
    an_answer_about_c3(session, whole, looking_for="not_told", officer_id="not_told")
    ended = session.get_one(a.Draw, half.draw_id).period_end
    sums = together_sums(session, months=Months(f"{ended:%Y-%m}", f"{ended:%Y-%m}"))
    assert gaps_in(sums, asked_now(session)) == {"C3": Gaps.of(pairs_by_criterion(session, asked=asked_now(session))["C3"])}
    assert gaps_in(sums, asked_now(session))["C3"].people == {Fraction(1, 2): 1, Fraction(-2): 1}


def test_a_mark_by_words_that_are_asked_no_more_stands_beside_nobodys_answer(session: Session) -> None:
    entry = a_spoken_of(session, said="0", level=2)
    asked = asked_now(session)
    other_words = asked | {"C5": replace(asked["C5"], versions=frozenset({99}))}
    ended = session.get_one(a.Draw, entry.draw_id).period_end
    sums = together_sums(session, months=Months(f"{ended:%Y-%m}", f"{ended:%Y-%m}"))
    for words, people in ((asked, 1), (other_words, 0)):
        assert len(pairs_by_criterion(session, asked=words).get("C5", [])) == people
        assert len(pairs_of(session, asked=words, tokens=[entry.token]).get("C5", [])) == people
        assert len(gaps_in(sums, words)) == people


def test_where_readers_differ_nothing_is_told_but_how_many_there_are(session: Session) -> None:
    of_c5 = asked_now(session)["C5"]
    found = compared([Pair(str(n), n % 2, 2) for n in range(30)])
    assert told_together(found, of_c5) == found
    told = told_together(found, replace(of_c5, band=Band.WITHHELD))
    assert (told.n, told.people, told.mean, told.low, told.high, told.lower) == (30, 30, None, None, None, 0)
    assert told.why_withheld == f"withheld: {READERS_DIFFER}"
    few = compared([Pair("a", 0, 2)])
    assert told_together(few, replace(of_c5, band=Band.WITHHELD)) == few, "too few comes first"


def a_stop_with_a_mark(session: Session, *, criterion: str, level: int) -> FrameEntry:
    """Add a drawn and reviewed stop."""
    draw = session.query(a.Draw).first() or a.a_draw(session, period_start=date(2026, 11, 2), period_end=date(2026, 11, 8))
    entry = a.a_frame_entry(session, draw=draw, encounter=a.an_encounter(session, officer=a.an_officer(session), people=0))
    a.a_review(session, frame_entry=entry, reviewer=a.an_account(session), marks={criterion: level})
    return entry


def an_answer_about_c3(session: Session, entry: FrameEntry, **answers: str) -> None:
    """Add another person who was stopped there, and what they answered."""
    number = session.query(a.PersonSearched).filter_by(encounter_id=entry.encounter_id).count()
    person = a.a_person(session, encounter=session.get_one(a.Encounter, entry.encounter_id), ordinal=number + 1)
    a.some_feedback(session, receipt=a.a_receipt(session, person=person), answers=answers, criteria=dict.fromkeys(answers, "C3"))
