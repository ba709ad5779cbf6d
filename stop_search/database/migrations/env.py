"""Alembic's entry: runs the numbered migrations on the connection that `migrating.py` hands over, or on the configured database."""

from alembic import context
from sqlalchemy import Connection

from stop_search.database.session import open_database
from stop_search.database.tables import METADATA
from stop_search.settings import read_settings


def run_on(connection: Connection) -> None:
    """Run what is asked for on one connection, in one transaction."""
    context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True, compare_type=True, user_module_prefix="")
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run_on(given)
else:
    with open_database(read_settings().database_address).engine.connect() as opened:
        run_on(opened)
        opened.commit()
