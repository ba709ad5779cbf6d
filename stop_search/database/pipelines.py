"""Sending several statements at once. A server's answer costs a way there and back, and whoever holds a lock has others wait for it."""

from collections.abc import Generator
from contextlib import contextmanager

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
