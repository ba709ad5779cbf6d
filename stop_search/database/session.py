"""Opening the database: one engine, a session that reads and a session that writes. Nobody else makes engines."""

import math
import sqlite3
import threading
import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from stop_search.errors import Unavailable

# FULL: an acknowledged commit survives a power cut. secure_delete: an erased value does not linger in free pages.
SQLITE_PRAGMAS = ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=30000", "synchronous=FULL", "secure_delete=ON")

IDLE_SECONDS = 5
WRITER_WAITS_SECONDS = 30  # as long as SQLite itself waits for a writer in another process


class WriteLock:
    """One writer at a time in this process. Who waits too long is told so: waiting for ever would take every thread with it."""

    def __init__(self, seconds: float = WRITER_WAITS_SECONDS) -> None:
        self._lock, self._seconds = threading.Lock(), seconds

    def __enter__(self) -> None:
        """Wait for the turn. Raises Unavailable."""
        if not self._lock.acquire(timeout=self._seconds):
            message = "Too many others are writing just now. Nothing was stored: try again."
            raise Unavailable(message)

    def __exit__(self, *_error: object) -> None:
        """Let the next one in."""
        self._lock.release()


@dataclass(frozen=True)
class Database:
    """An open database. `writing()` begins IMMEDIATE on SQLite, so that a write never fails half-way for lack of the lock.

    `glancing()` is for reading by statements that stand alone: a server is asked once for each, without a transaction around them.
    """

    engine: Engine
    reading: sessionmaker[Session]
    glancing: sessionmaker[Session]
    writing: sessionmaker[Session]
    write_lock: AbstractContextManager[object]

    @property
    def is_sqlite(self) -> bool:
        """True on the embedded database."""
        return self.engine.dialect.name == "sqlite"


def open_database(address: str) -> Database:
    """Open the database at a SQLAlchemy address; SQLite folders are made. Nothing is migrated here.

    Parameters are hidden in errors, so that no personal value reaches a log by way of a failed statement.
    """
    url = make_url(address)
    is_sqlite = url.get_backend_name() == "sqlite"
    if is_sqlite:
        if url.database and url.database != ":memory:":
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, connect_args={"timeout": 30, "check_same_thread": False}, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        # One writer at a time: busy-wait sleeps of many writers ruin the slowest answers (25 x at 16 clients).
        write_lock: AbstractContextManager[object] = WriteLock()
    else:
        if url.drivername == "postgresql":
            url = url.set(drivername="postgresql+psycopg")
        engine = create_engine(url, pool_size=10, max_overflow=10, hide_parameters=True, connect_args={"connect_timeout": 5})
        event.listen(engine, "checkin", _note_idle)
        event.listen(engine, "checkout", partial(_ping_if_idle, engine))
        write_lock = nullcontext()
    return Database(
        engine=engine,
        reading=sessionmaker(engine, expire_on_commit=False),
        glancing=sessionmaker(engine if is_sqlite else engine.execution_options(isolation_level="AUTOCOMMIT"), expire_on_commit=False),
        writing=sessionmaker(engine.execution_options(writes=True), expire_on_commit=False),
        write_lock=write_lock,
    )


def database_now(session: Session) -> datetime:
    """Return the database's own clock, aware, UTC: the only clock that leases and schedules go by."""
    if session.get_bind().dialect.name == "sqlite":
        written = session.execute(text("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')")).scalar_one()
        return datetime.fromisoformat(written).replace(tzinfo=UTC)
    return session.execute(select(text("clock_timestamp()"))).scalar_one().astimezone(UTC)


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401 -- the pool's own bookkeeping, not looked at
    connection.isolation_level = None  # SQLAlchemy says BEGIN; the driver must not
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _note_idle(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info["idle_since"] = time.monotonic()


def _ping_if_idle(engine: Engine, connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:  # noqa: ANN401 -- the driver's own
    """Ask a connection that lay idle whether it still stands. One just used is not asked: where it broke, one request hears of it."""
    if time.monotonic() - record.info.get("idle_since", -math.inf) < IDLE_SECONDS:
        return
    try:
        engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
