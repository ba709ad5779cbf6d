"""The thirty-second migration with rows: what was marked without footage counts no more; down again, it is handed in as before."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from stop_search.database.migrating import migrate, undo_migrations
from stop_search.database.session import Database
from stop_search.draws.rules import FrameOutcome
from stop_search.learning.kept_sums import keep_sums
from stop_search.learning.records import KeptSums
from stop_search.learning.sample import marks_that_count
from stop_search.reviews.records import Mark, Review
from stop_search.reviews.rules import Reading, ReviewState
from tests.conftest import NOON
from tests.support import builders as a

BEFORE = "0031"


def test_what_was_marked_without_footage_counts_no_more_and_the_rest_stays(database: Database) -> None:
    undo_migrations(database, to=BEFORE)
    with database.writing() as session:
        draw = a.a_draw(session)
        for outcome in (FrameOutcome.REVIEWED, FrameOutcome.NO_FOOTAGE, FrameOutcome.NO_FOOTAGE):
            entry = a.a_frame_entry(session, draw=draw, encounter=a.an_encounter(session), outcome=outcome)
            for reading in (Reading.FIRST, Reading.SECOND):
                a.a_review(session, frame_entry=entry, reviewer=a.an_account(session), reading=reading, marks={"C4": 2})
        keep_sums(session, counted={draw.id: {"marks|C4": [3, 0, 0, 0]}}, now=NOON)
        session.commit()
    migrate(database)
    with database.reading() as session:
        told = select(Review.reading, Review.state, Review.grade, func.count()).group_by(Review.reading, Review.state, Review.grade)
        assert sorted(session.execute(told).all(), key=str) == [
            ("first", "submitted", "adequate", 1),
            ("first", "without_footage", None, 2),
            ("second", "submitted", "adequate", 1),
            ("second", "without_footage", None, 2),
        ]
        assert session.scalar(marks_that_count(select(func.count()))) == 1
        assert session.scalar(select(func.count()).select_from(Mark)) == 6
        assert session.scalar(select(func.count()).select_from(KeptSums)) == 0
    undo_migrations(database, to=BEFORE)
    with database.reading() as session:
        assert session.execute(select(Review.state, Review.grade, func.count()).group_by(Review.state, Review.grade)).all() == [
            ("submitted", "adequate", 2),
            ("submitted", "not_assessable", 4),
        ]
    migrate(database)


def test_a_conflict_that_came_to_light_since_does_not_stand_in_the_way_and_is_refused_again_after(database: Database) -> None:
    undo_migrations(database, to=BEFORE)
    with database.writing() as session:
        team = a.a_team(session)
        officer, reader = a.an_officer(session, team=team), a.an_account(session)
        stop = a.an_encounter(session, officer=officer)
        entry = a.a_frame_entry(session, draw=a.a_draw(session), encounter=stop, outcome=FrameOutcome.NO_FOOTAGE)
        a.a_review(session, frame_entry=entry, reviewer=reader)
        a.a_post(session, account=reader, team=team)
        session.commit()
    migrate(database)
    with database.reading() as session:
        review = session.scalars(select(Review)).one()
        assert review.state == ReviewState.WITHOUT_FOOTAGE
    with pytest.raises(DatabaseError, match="review_conflict"), database.writing() as session:
        session.execute(text("UPDATE review SET state = 'submitted', grade = 'adequate'"))
