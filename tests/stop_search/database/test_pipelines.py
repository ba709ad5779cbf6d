"""Statements that are sent together do what they would do alone, and fail as they would alone."""

import threading
import time
from typing import Any

import pytest
from sqlalchemy import bindparam, func, select
from sqlalchemy.exc import IntegrityError

from stop_search.database.base import table_of
from stop_search.database.constraints import violated_constraint
from stop_search.database.pipelines import asked_together, sent_together
from stop_search.database.session import Database
from stop_search.encounters.records import CodeTry
from stop_search.feedback.records import NetworkMark
from stop_search.unit_of_work import unit_of_work
from tests.support.builders import NOON
from tests.support.doorbells import RememberingDoorbell

TRIES, MARKS = table_of(CodeTry), table_of(NetworkMark)
LOCK = select(TRIES.c.key).where(TRIES.c.key == "lock").with_for_update()
SEEN = select(MARKS.c.key, MARKS.c.encounters).where(MARKS.c.key == bindparam("key"))
A_MARK = {"key": "m", "day": NOON.date(), "encounters": 1}


def how_many(database: Database, table: Any) -> int:
    """Count the rows that were stored."""
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def _asked_behind_the_lock(database: Database) -> list[Any]:
    with unit_of_work(database, RememberingDoorbell()) as session:
        return list(asked_together(session, (LOCK, {}), (SEEN, {"key": "m"})))


def store_the_same_twice(database: Database) -> None:
    """Send one row that may be stored, one twice, and one more."""
    with unit_of_work(database, RememberingDoorbell()) as session, sent_together(session):
        session.execute(MARKS.insert(), A_MARK)
        for key in "aab":
            session.execute(TRIES.insert(), {"key": key, "free_at": 1})


def test_all_that_was_sent_together_is_stored_also_where_one_is_sent_inside_another(database: Database) -> None:
    with unit_of_work(database, RememberingDoorbell()) as session, sent_together(session):
        session.execute(TRIES.insert(), [{"key": key, "free_at": 1} for key in "abc"])
        with sent_together(session):
            session.execute(MARKS.insert(), A_MARK)
        session.execute(TRIES.update().where(TRIES.c.key == "a").values(free_at=2))
    assert how_many(database, TRIES) == 3
    assert how_many(database, MARKS) == 1


def test_what_follows_a_lock_sees_what_was_done_while_it_was_waited_for(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer, who waits before anything is asked")
    with unit_of_work(database, RememberingDoorbell()) as session:
        session.execute(TRIES.insert(), {"key": "lock", "free_at": 1})
    found: list[Any] = []
    with database.writing() as first:
        first.execute(LOCK)
        waiting = threading.Thread(target=lambda: found.extend(_asked_behind_the_lock(database)))
        waiting.start()
        time.sleep(0.3)
        assert found == []
        first.execute(MARKS.insert(), A_MARK)
        first.commit()
    waiting.join(10)
    assert [[tuple(row) for row in rows] for rows in found] == [[("lock",)], [("m", 1)]]


def test_queries_that_are_asked_together_are_answered_in_order(database: Database) -> None:
    with unit_of_work(database, RememberingDoorbell()) as session:
        session.execute(MARKS.insert(), A_MARK)
        assert [list(map(tuple, rows)) for rows in asked_together(session, (LOCK, {}), (SEEN, {"key": "m"}))] == [[], [("m", 1)]]


def test_a_constraint_that_says_no_is_told_by_its_name_and_nothing_is_stored(database: Database) -> None:
    with pytest.raises(IntegrityError) as refused:
        store_the_same_twice(database)
    if not database.is_sqlite:
        assert violated_constraint(refused.value) == "pk_code_try"
    assert how_many(database, MARKS) == how_many(database, TRIES) == 0


def test_after_a_refusal_the_next_one_stores(database: Database) -> None:
    for key, stored in (("a", 1), ("a", 1), ("b", 2)):
        try:
            with unit_of_work(database, RememberingDoorbell()) as session, sent_together(session):
                session.execute(TRIES.insert(), {"key": key, "free_at": 1})
        except IntegrityError:
            pass
        assert how_many(database, TRIES) == stored
