"""Sending several statements at once. A server's answer costs a way there and back, and whoever holds a lock has others wait for it."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import Compiled, Dialect, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session


@contextmanager
def sent_together(session: Session) -> Generator[None]:
    """Send what is executed inside one after the other, and wait for all of it at the end (PostgreSQL's pipeline mode).

    For plain statements on tables that give nothing back; no query, and nothing that the ORM flushes. One inside another is the outer
    one. SQLite is in this very process and is asked as always.

    Raises:
        DBAPIError: the first statement that failed, as if it had been sent alone (`IntegrityError` where a constraint said no).

    """
    dialect = session.get_bind().dialect
    driver = session.connection().connection.driver_connection
    if driver is None or dialect.name == "sqlite" or driver.pgconn.pipeline_status:
        yield
        return
    broken = dialect.loaded_dbapi.Error
    try:
        with driver.pipeline():
            yield
    except broken as error:
        raise DBAPIError.instance(None, None, error, broken, hide_parameters=True, dialect=dialect) from error


def asked_together(session: Session, *asked: tuple[Select[*tuple[Any, ...]], Mapping[str, Any]]) -> list[Sequence[Any]]:
    """Ask several queries, each with its parameters, at once and in this order; return each one's rows.

    Each sees what was committed before it began, so one that follows a lock sees what was done while the lock was waited for. For
    columns of plain types that the driver knows, with parameters that are no lists.

    Raises:
        DBAPIError: as `sent_together`.

    """
    session.flush()
    dialect = session.get_bind().dialect
    driver = session.connection().connection.driver_connection
    if driver is None or dialect.name == "sqlite":
        return [session.execute(query, parameters).all() for query, parameters in asked]
    written = [(_written(query, dialect), parameters) for query, parameters in asked]
    with sent_together(session):
        cursors = [driver.execute(query.string, query.construct_params(dict(parameters))) for query, parameters in written]
    return [cursor.fetchall() for cursor in cursors]


@cache
def _written(query: Select[*tuple[Any, ...]], dialect: Dialect) -> Compiled:
    """Return a query as text; the few that are asked together stand in their modules and are put together once."""
    return query.compile(dialect=dialect)
