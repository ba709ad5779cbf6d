"""Opening the database: pragmas, who begins how, and many threads writing at once."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from stop_search.accounts.records import Account
from stop_search.audit.actions import record_act
from stop_search.audit.queries import chain_report
from stop_search.audit.rules import COMMAND_LINE, Act, Operation, Purpose
from stop_search.database import session as session_module
from stop_search.database.session import Database, database_now, open_database
from stop_search.unit_of_work import reading, unit_of_work
from tests.support import builders as a
from tests.support.doorbells import RememberingDoorbell

WRITERS, WRITES = 16, 10
ACT = Act(Operation.COLLECTION, "write", "thing", "1", Purpose.TECHNICAL_WORK)


@pytest.mark.parametrize(("pragma", "value"), [("journal_mode", "wal"), ("foreign_keys", 1), ("synchronous", 2), ("secure_delete", 1)])
def test_sqlite_keeps_what_was_acknowledged(tmp_path: Path, pragma: str, value: object) -> None:
    """Synchronous 2 is FULL: a commit is on the disk before it is answered."""
    opened = open_database(f"sqlite:///{tmp_path / 'made' / 'on' / 'the' / 'way.sqlite3'}")
    with opened.engine.connect() as first, opened.engine.connect() as second:
        assert first.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value
        assert second.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value
    opened.engine.dispose()


def test_a_writer_on_sqlite_holds_the_lock_from_its_first_word(tmp_path: Path) -> None:
    opened = open_database(f"sqlite:///{tmp_path / 'one.sqlite3'}")
    with opened.writing() as first, opened.writing() as second:
        first.execute(text("SELECT 1"))  # not a word was written, yet the lock is taken: BEGIN IMMEDIATE
        second.connection  # noqa: B018 -- the session begins below, with the wait cut short
        with pytest.raises(OperationalError, match="locked"):
            _without_waiting(opened)
    opened.engine.dispose()


def test_a_reader_on_sqlite_neither_waits_nor_sees_what_is_not_committed(tmp_path: Path) -> None:
    opened = open_database(f"sqlite:///{tmp_path / 'one.sqlite3'}")
    with opened.writing() as writer:
        writer.execute(text("CREATE TABLE thing (n INTEGER)"))
        writer.commit()
        writer.execute(text("INSERT INTO thing VALUES (1)"))
        started = time.monotonic()
        with reading(opened) as reader:
            assert reader.execute(text("SELECT count(*) FROM thing")).scalar_one() == 0
        assert time.monotonic() - started < 5
    opened.engine.dispose()


def test_the_databases_clock_is_aware_and_right(database: Database) -> None:
    with database.reading() as session:
        told = database_now(session)
    assert told.tzinfo == UTC
    assert abs(told - datetime.now(UTC)) < timedelta(minutes=1)


def test_sixteen_threads_writing_at_once_lose_nothing(database: Database) -> None:
    """Rows, and the audit chain that they all append to: each is there, the chain is whole."""
    doorbell, ready = RememberingDoorbell(), threading.Barrier(WRITERS)

    def write(writer: int) -> None:
        ready.wait()
        for n in range(WRITES):
            with unit_of_work(database, doorbell) as session:
                a.an_account(session, email=f"{writer}.{n}@force.example")
                record_act(session, actor=COMMAND_LINE, act=ACT, now=a.NOON)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == WRITERS * WRITES
        report = chain_report(session)
    assert report.problems == []
    assert report.entries == WRITERS * WRITES


def test_sessions_that_only_read_keep_nothing(database: Database) -> None:
    with reading(database) as session:
        a.an_account(session)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == 0


def test_the_postgresql_driver_is_ours_whatever_the_address_says() -> None:
    opened = open_database("postgresql://someone@db.example/name")
    assert opened.engine.url.drivername == "postgresql+psycopg"
    assert not opened.is_sqlite


def _without_waiting(opened: Database) -> None:
    connection = opened.engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA busy_timeout=0")
        connection.cursor().execute("BEGIN IMMEDIATE")
    except Exception as error:
        raise OperationalError(str(error), None, error) from error
    finally:
        connection.cursor().execute("PRAGMA busy_timeout=30000")
        connection.close()


@pytest.mark.parametrize("kind", ["postgres"], indirect=True)
def test_a_connection_that_broke_while_it_lay_idle_is_replaced(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "IDLE_SECONDS", 0)
    with database.reading() as held:
        served_by = held.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with database.engine.connect() as other:
        assert other.execute(text("SELECT pg_backend_pid()")).scalar_one() == served_by
    killer = open_database(database.engine.url.render_as_string(hide_password=False))
    with killer.reading() as session:
        session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": served_by})
    killer.engine.dispose()
    with database.reading() as again:
        assert again.execute(text("SELECT pg_backend_pid()")).scalar_one() != served_by


@pytest.mark.parametrize("kind", ["postgres"], indirect=True)
def test_a_connection_that_broke_just_after_use_fails_once_and_no_more(database: Database) -> None:
    with database.reading() as held:
        served_by = held.execute(text("SELECT pg_backend_pid()")).scalar_one()
    killer = open_database(database.engine.url.render_as_string(hide_password=False))
    with killer.reading() as session:
        session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": served_by})
    killer.engine.dispose()
    failures = 0
    for _ in range(5):
        try:
            with database.reading() as again:
                again.execute(text("SELECT 1"))
        except OperationalError:
            failures += 1
    assert failures <= 1


def test_a_glance_is_one_statement_on_either_database(database: Database) -> None:
    with database.glancing() as session:
        assert session.execute(select(func.count()).select_from(Account)).scalar_one() == 0
    with database.writing() as session:
        a.an_account(session)
        session.commit()
    with database.glancing() as session:
        assert session.execute(select(func.count()).select_from(Account)).scalar_one() == 1
