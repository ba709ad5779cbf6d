"""The first reading counts; a third reading and a re-read take its place, criterion by criterion; a second one never."""

import random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.reviews.final_marks import DECIDING, decided, final_marks, grade_counts, mark_counts
from stop_search.reviews.records import Mark, Review
from stop_search.reviews.rules import MarkGiven, MarkKind, Reading, ReviewState
from tests.support import builders as a
from tests.support.reviewed_stops import a_reviewed_stop, read_again


def marks(**levels: int) -> dict[str, MarkGiven]:
    return {criterion: MarkGiven(MarkKind.SCORED, level) for criterion, level in levels.items()}


def test_a_third_reading_and_then_a_reread_take_the_place_of_what_was_before() -> None:
    readings = {
        Reading.REREAD: marks(C5=3),
        Reading.FIRST: marks(C4=0, C5=1, C6=2),
        Reading.ADJUDICATION: marks(C4=2, C5=2),
        Reading.SECOND: marks(C4=3, C5=3, C6=0),
    }
    found = decided(readings)
    assert {criterion: mark.level for criterion, mark in found.marks.items()} == {"C4": 2, "C5": 3, "C6": 2}
    assert {criterion: mark.level for criterion, mark in found.before_reread.items()} == {"C5": 2}


def test_a_blind_second_reading_decides_nothing() -> None:
    found = decided({Reading.FIRST: marks(C4=2), Reading.SECOND: marks(C4=0, C5=0)})
    assert (found.marks, found.before_reread) == (marks(C4=2), {})


def test_only_what_was_handed_in_counts_and_only_of_the_stops_asked_about(session: Session) -> None:
    officer = a.an_officer(session)
    one, other = (a_reviewed_stop(session, officer=officer, marks={"C4": 1}) for _ in range(2))
    read_again(session, one, marks={"C4": 3}, state=ReviewState.STARTED)
    found = final_marks(session, frame_entry_ids=[one.frame_entry_id])
    assert set(found) == {one.frame_entry_id}
    assert found[one.frame_entry_id].marks["C4"].level == 1
    assert other.frame_entry_id not in found


def test_a_stop_without_a_first_reading_has_no_marks(session: Session) -> None:
    review = a_reviewed_stop(session, officer=a.an_officer(session))
    review.reading = Reading.SECOND
    session.flush()
    assert final_marks(session, frame_entry_ids=[review.frame_entry_id]) == {}


def test_items_of_a_checklist_come_along(session: Session) -> None:
    from stop_search.reviews.records import MarkItem

    review = a_reviewed_stop(session, officer=a.an_officer(session))
    session.add(MarkItem(review_id=review.id, criterion="C3", item="G", answer="said"))
    session.flush()
    assert final_marks(session, frame_entry_ids=[review.frame_entry_id])[review.frame_entry_id].marks["C3"].items == {"G": "said"}


@pytest.mark.parametrize("seed", range(6))
def test_a_statement_over_many_counts_the_same_marks(session: Session, seed: int) -> None:
    chance, entries = random.Random(seed), []  # noqa: S311 -- a seeded story, no secret
    officer = a.an_officer(session)
    for _ in range(8):
        first = a_reviewed_stop(session, officer=officer, marks=_some_marks(chance))
        entries.append(first.frame_entry_id)
        for reading in (Reading.SECOND, Reading.ADJUDICATION, Reading.REREAD):
            if chance.random() < 0.6:
                state = ReviewState.SUBMITTED if chance.random() < 0.7 else ReviewState.STARTED
                read_again(session, first, marks=_some_marks(chance), reading=reading, state=state)
    counted = session.execute(
        select(Review.frame_entry_id, Mark.criterion, Mark.kind, Mark.level).join(Mark, Mark.review_id == Review.id).where(mark_counts())
    ).all()
    one_by_one = {
        (entry_id, criterion, mark.kind, mark.level)
        for entry_id, found in final_marks(session, frame_entry_ids=entries).items()
        for criterion, mark in found.marks.items()
    }
    assert len(counted) == len(one_by_one)
    assert set(map(tuple, counted)) == one_by_one


def _some_marks(chance: random.Random) -> dict[str, int | MarkKind]:
    answers = (0, 1, 2, 3, MarkKind.NOT_OBSERVABLE, MarkKind.NOT_APPLICABLE)
    return {criterion: chance.choice(answers) for criterion in ("C4", "C5", "C6") if chance.random() < 0.7}


def test_the_grade_of_the_last_reading_that_decided_counts(session: Session) -> None:
    officer = a.an_officer(session)
    once, twice, unfinished = (a_reviewed_stop(session, officer=officer, marks={"C4": 1}) for _ in range(3))
    read_again(session, twice, marks={"C4": 3}, reading=Reading.SECOND)
    judged = read_again(session, twice, marks={"C4": 2}, reading=Reading.ADJUDICATION)
    read_again(session, unfinished, marks={"C4": 3}, reading=Reading.REREAD, state=ReviewState.STARTED)
    assert set(session.scalars(select(Review.id).where(grade_counts()))) == {once.id, judged.id, unfinished.id}
    assert DECIDING == (Reading.FIRST, Reading.ADJUDICATION, Reading.REREAD)
