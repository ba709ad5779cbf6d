"""The twenty-third migration with rows: what replaced what is found for readings that were handed in before it, locked grounds too."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from stop_search.database.migrating import migrate, undo_migrations
from stop_search.database.session import Database
from stop_search.draws.records import Draw
from stop_search.reviews.records import Mark, Review
from stop_search.reviews.rules import Reading, ReviewState
from tests.support import builders as a

READ = {
    Reading.FIRST: {"C1": 0, "C4": 0, "C5": 0, "C6": 0},
    Reading.SECOND: {"C1": 3, "C4": 3, "C5": 3, "C6": 3},
    Reading.ADJUDICATION: {"C4": 1, "C5": 1},
    Reading.REREAD: {"C1": 2, "C5": 2},
}


def test_what_was_replaced_before_is_found_and_locked_grounds_stay_locked(database: Database) -> None:
    with database.writing() as session:
        draw = a.a_draw(session)
        _read_by_four(session, draw)
        _read_by_four(session, draw, last=ReviewState.STARTED)
        session.execute(text("UPDATE mark SET locked_at = marked_at WHERE criterion = 'C1'"))
        session.commit()
    before = _recorded(database)
    assert [kept for kept in before if kept[0] in ("C1", "C5")].count(("C5", 0, "adjudication")) == 2
    assert ("C1", 0, "reread") in before
    undo_migrations(database, to="0022")
    _refuses_to_change_grounds(database)
    migrate(database)
    assert _recorded(database) == before
    _refuses_to_change_grounds(database)


def _read_by_four(session: Session, draw: Draw, last: ReviewState = ReviewState.SUBMITTED) -> None:
    entry = a.a_frame_entry(session, draw=draw, encounter=a.an_encounter(session))
    for reading, marks in READ.items():
        state = last if reading is Reading.REREAD else ReviewState.SUBMITTED
        a.a_review(session, frame_entry=entry, reviewer=a.an_account(session), reading=reading, marks=marks, state=state)


def _recorded(database: Database) -> list[tuple[str, int | None, str | None]]:
    """Return every mark with the reading that replaced it, and every grade as if it were one: (criterion, level, reading)."""
    with database.reading() as session:
        readings = dict(session.execute(select(Review.id, Review.reading)).all())
        marks = [
            (row.criterion, row.level, readings[row.replaced_by] if row.replaced_by else None) for row in session.scalars(select(Mark))
        ]
        graded = [
            (row.reading, None, readings[row.grade_replaced_by] if row.grade_replaced_by else None)
            for row in session.scalars(select(Review))
        ]
        return sorted(marks + graded, key=str)


def _refuses_to_change_grounds(database: Database) -> None:
    with database.engine.begin() as connection, pytest.raises(DatabaseError, match="the grounds are locked"):
        connection.execute(text("UPDATE mark SET level = 3 WHERE criterion = 'C1'"))
