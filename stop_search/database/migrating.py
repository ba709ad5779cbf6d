"""Bringing a database to the newest tables, by the numbered migrations."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from stop_search.database.session import Database

SCRIPTS = Path(__file__).parent / "migrations"


def migrate(database: Database, *, to: str = "head") -> None:
    """Upgrade to a revision (default: the newest), in one transaction."""
    with database.engine.execution_options(writes=True).begin() as connection:
        command.upgrade(_config(connection), to)


def undo_migrations(database: Database, *, to: str = "base") -> None:
    """Downgrade to a revision (default: no tables), in one transaction."""
    with database.engine.execution_options(writes=True).begin() as connection:
        command.downgrade(_config(connection), to)


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
