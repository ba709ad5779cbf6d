"""Bringing a database to the newest tables, by the numbered migrations."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from stop_search.database.session import Database


class DatabaseBroken(Exception):  # a fault of the installation
    """Rows refer to others that are not there; the message names the first of them."""


SCRIPTS = Path(__file__).parent / "migrations"


def migrate(database: Database, *, to: str = "head") -> None:
    """Upgrade to a revision (default: the newest), in one transaction."""
    with _rebuilding(database) as connection:
        command.upgrade(_config(connection), to)


def undo_migrations(database: Database, *, to: str = "base") -> None:
    """Downgrade to a revision (default: no tables), in one transaction."""
    with _rebuilding(database) as connection:
        command.downgrade(_config(connection), to)


@contextmanager
def _rebuilding(database: Database) -> Generator[Connection]:
    """Open one transaction in which SQLite lets tables be rebuilt that others refer to; before it ends, every reference is checked.

    This is SQLite's own procedure (https://www.sqlite.org/lang_altertable.html, "Making Other Kinds Of Table Schema Changes").
    """
    if database.engine.dialect.name != "sqlite":
        with database.engine.execution_options(writes=True).begin() as connection:
            yield connection
        return
    with database.engine.execution_options(writes=True).connect() as connection:
        driver = connection.connection
        driver.execute("PRAGMA foreign_keys=OFF")  # heard only outside a transaction
        try:
            with connection.begin():
                yield connection
                if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                    message = f"A migration left rows that refer to nothing: {broken[:5]}"
                    raise DatabaseBroken(message)
        finally:
            driver.execute("PRAGMA foreign_keys=ON")


def pending_revision(database: Database) -> str | None:
    """Return the newest revision if the database is not at it yet, else None."""
    newest = ScriptDirectory.from_config(_config(None)).get_current_head()
    with database.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return newest if current != newest else None


def _config(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
