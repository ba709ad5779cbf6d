"""Figures of a criterion before and after a change of its words are two, each with the stops that it speaks of; of the others, one."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.draws.records import FrameEntry
from stop_search.learning.criteria import CriterionResult, criterion_results, grade_series
from stop_search.learning.estimates import Tally, share_met
from stop_search.learning.queries import review_progress, what_was_learned
from stop_search.reviews.records import Mark, Review
from stop_search.reviews.rules import Reading
from tests.support import builders as a
from tests.support.builders import NOON
from tests.support.learned import some_reviews
from tests.support.rubrics import changed, published

STARTS = date(2026, 11, 20)
MARKS = {"C4": 2, "C5": 2}, {"C4": 1, "C5": 1}


@pytest.fixture
def split(session: Session) -> Session:
    """Give reviews of two draws, of 40 and of 60 stops: the second by a version that changed the words of C4."""
    met, below = MARKS
    some_reviews(session, draw=a.a_draw(session), marks=[met] * 16 + [below] * 4, probability=(1, 2), not_drawn=20)
    number = published(session, changed(), starts_on=STARTS)
    later = a.a_draw(session, period_start=date(2026, 11, 16), period_end=date(2026, 11, 22))
    some_reviews(session, draw=later, marks=[met] * 10 + [below] * 20, probability=(1, 2), not_drawn=30, rubric_version=number)
    return session


def results(session: Session, criterion: str) -> list[CriterionResult]:
    return [result for result in criterion_results(session) if result.id == criterion]


def test_what_changed_its_words_is_two_series_with_their_own_stops(split: Session) -> None:
    before, after = results(split, "C4")
    assert before.share == share_met([Tally("base", 2, 16, 4)], {"base": 40})
    assert after.share == share_met([Tally("base", 2, 10, 20)], {"base": 60})
    assert (before.series.until, after.series.since, after.series.why) == (STARTS, STARTS, "the words for level 2 changed")


def test_what_kept_its_words_goes_on_as_one(split: Session) -> None:
    (whole,) = results(split, "C5")
    assert (whole.share.n, whole.share.met, whole.series.versions) == (50, 26, (1, 2))
    assert whole.share == share_met([Tally("base", 2, 16, 4), Tally("base", 2, 10, 20)], {"base": 100})


def test_draws_that_nobody_has_read_yet_belong_to_the_newest_words(split: Session) -> None:
    waiting = a.a_draw(split, period_start=date(2026, 11, 23), period_end=date(2026, 11, 29))
    some_reviews(split, draw=waiting, marks=[], not_drawn=7)
    before, after = results(split, "C4")
    assert before.share == share_met([Tally("base", 2, 16, 4)], {"base": 40})
    assert after.share == share_met([Tally("base", 2, 10, 20)], {"base": 67})


def test_a_version_that_nobody_has_scored_by_splits_nothing_yet(session: Session) -> None:
    some_reviews(session, draw=a.a_draw(session), marks=[MARKS[0]] * 3)
    published(session, changed(), starts_on=STARTS)
    (only,) = results(session, "C4")
    assert (only.share.n, only.series.is_current, only.series.versions) == (3, True, (1,))
    assert what_was_learned(session, now=NOON).rubric.version == 1


def test_grades_are_split_with_what_they_rest_on(split: Session) -> None:
    before, after = grade_series(split)
    assert (before.until, after.since) == (STARTS, STARTS)
    assert [sum(grade.count for grade in series.grades) for series in (before, after)] == [20, 30]


def test_nothing_is_left_out_for_its_version(split: Session) -> None:
    assert (review_progress(split).submitted, review_progress(split).unknown_rubric) == (50, 0)
    learned = what_was_learned(split, now=NOON)
    assert learned.rubric.version == 2
    assert [result.id for result in learned.current] == [criterion.id for criterion in learned.rubric.criteria]
    assert len(learned.criteria) == len(learned.current) + 1


def test_of_an_earlier_wording_nothing_is_told_that_nobody_scored(session: Session) -> None:
    number = published(session, changed(), starts_on=STARTS)
    some_reviews(session, draw=a.a_draw(session), marks=[MARKS[0]] * 3, rubric_version=number)
    assert [result.series.versions for result in results(session, "C4")] == [(2,)]


def test_what_a_third_reader_decided_is_counted_in_place_of_the_first(session: Session) -> None:
    draw = a.a_draw(session)
    some_reviews(session, draw=draw, marks=[MARKS[0]] * 12 + [MARKS[1]] * 11)
    first = session.scalars(select(Review).join(Mark, Mark.review_id == Review.id).where(Mark.criterion == "C4", Mark.level == 2)).first()
    assert first is not None
    for reading, level in ((Reading.SECOND, 0), (Reading.ADJUDICATION, 1)):
        entry = session.get_one(FrameEntry, first.frame_entry_id)
        a.a_review(session, frame_entry=entry, reviewer=a.an_account(session), reading=reading, marks={"C4": level}, grade="not_assessable")
    (judged,), (untouched,) = results(session, "C4"), results(session, "C5")
    assert (judged.share.n, judged.share.met) == (23, 11)
    assert (untouched.share.n, untouched.share.met) == (23, 12)
    (series,) = grade_series(session)
    assert {grade.id: grade.count for grade in series.grades if grade.count} == {"adequate": 22, "not_assessable": 1}
