"""The first reading counts; a third reading and a re-read take its place, criterion by criterion; a second one never."""

import random
import uuid
from collections.abc import Collection

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from stop_search.reviews.final_marks import DECIDING, decided, final_marks, grade_counts, mark_counts, replaced_by
from stop_search.reviews.records import Mark, Review
from stop_search.reviews.replacing import note_replaced
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
def test_what_is_recorded_is_what_the_rule_says_in_whichever_order_readings_come_in(session: Session, seed: int) -> None:
    chance, entries = random.Random(seed), []  # noqa: S311 -- a seeded story, no secret
    officer, waiting = a.an_officer(session), []
    for _ in range(8):
        first = a_reviewed_stop(session, officer=officer, marks=_some_marks(chance))
        entries.append(first.frame_entry_id)
        later = chance.sample((Reading.SECOND, Reading.ADJUDICATION, Reading.REREAD), chance.randint(0, 3))
        waiting += [read_again(session, first, marks=_some_marks(chance), reading=reading, state=ReviewState.STARTED) for reading in later]
    chance.shuffle(waiting)
    for review in waiting[: len(waiting) * 3 // 4]:  # the last ones are never handed in
        review.state, review.submitted_at, review.grade = ReviewState.SUBMITTED, a.NOON, "adequate"
        session.flush()
        note_replaced(session, frame_entry_id=review.frame_entry_id)
        _recorded_equals_the_rule(session, entries)


def _recorded_equals_the_rule(session: Session, entries: Collection[uuid.UUID]) -> None:
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
    graded = session.execute(select(Review.frame_entry_id, Review.reading).where(grade_counts())).all()
    handed_in: dict[uuid.UUID, set[str]] = {}
    for review in session.scalars(select(Review).where(Review.state == ReviewState.SUBMITTED)):
        handed_in.setdefault(review.frame_entry_id, set()).add(review.reading)
    assert sorted(graded) == sorted((entry_id, max(found & set(DECIDING), key=DECIDING.index)) for entry_id, found in handed_in.items())


@given(st.dictionaries(st.sampled_from(Reading), st.dictionaries(st.sampled_from(("C1", "C2", "C3")), st.integers(0, 3)), min_size=1))
def test_what_replaced_no_mark_is_what_counts(levels: dict[Reading, dict[str, int]]) -> None:
    readings = {reading: marks(**given_levels) for reading, given_levels in levels.items()}
    replaced = replaced_by(readings)
    kept = {
        (reading, criterion)
        for reading, given_marks in readings.items()
        for criterion in given_marks
        if reading in DECIDING and (reading, criterion) not in replaced
    }
    assert sorted(criterion for _, criterion in kept) == sorted(decided(readings).marks)
    assert {criterion: readings[reading][criterion] for reading, criterion in kept} == decided(readings).marks


def test_grounds_that_are_locked_can_be_replaced_and_not_changed(session: Session) -> None:
    first = a_reviewed_stop(session, officer=a.an_officer(session), marks={"C1": 0})
    session.get_one(Mark, (first.id, "C1")).locked_at = a.NOON
    session.flush()
    again = read_again(session, first, marks={"C1": 2})
    assert session.get_one(Mark, (first.id, "C1")).replaced_by == again.id
    session.get_one(Mark, (first.id, "C1")).level = 2
    with pytest.raises(DatabaseError, match="the grounds are locked"), session.begin_nested():
        session.flush()


def _some_marks(chance: random.Random) -> dict[str, int | MarkKind]:
    answers = (0, 1, 2, 3, MarkKind.NOT_OBSERVABLE, MarkKind.NOT_APPLICABLE)
    return {criterion: chance.choice(answers) for criterion in ("C4", "C5", "C6") if chance.random() < 0.7}


def test_a_stop_of_which_only_a_second_reading_is_handed_in_has_nothing_that_was_replaced(session: Session) -> None:
    first = a_reviewed_stop(session, officer=a.an_officer(session), state=ReviewState.STARTED)
    second = read_again(session, first, marks={"C4": 3}, reading=Reading.SECOND)
    assert (second.grade_replaced_by, session.get_one(Mark, (second.id, "C4")).replaced_by) == (None, None)


def test_the_grade_of_the_last_reading_that_decided_counts(session: Session) -> None:
    officer = a.an_officer(session)
    once, twice, unfinished = (a_reviewed_stop(session, officer=officer, marks={"C4": 1}) for _ in range(3))
    read_again(session, twice, marks={"C4": 3}, reading=Reading.SECOND)
    judged = read_again(session, twice, marks={"C4": 2}, reading=Reading.ADJUDICATION)
    read_again(session, unfinished, marks={"C4": 3}, reading=Reading.REREAD, state=ReviewState.STARTED)
    assert set(session.scalars(select(Review.id).where(grade_counts()))) == {once.id, judged.id, unfinished.id}
    assert DECIDING == (Reading.FIRST, Reading.ADJUDICATION, Reading.REREAD)
