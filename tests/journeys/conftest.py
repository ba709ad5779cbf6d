"""One whole site for all journeys, and a browser."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL

from tests.support.chromium import chromium
from tests.support.running import WholeSite, whole_site


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeSite]:
    """Give a site with workers and queue, each a process of its own. It is shared: a journey makes what it needs and counts only that."""
    with whole_site(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture
def empty_postgres(postgres_template: URL) -> Iterator[str]:
    """Give the address of a migrated PostgreSQL database of its own."""
    name = f"stop_search_{uuid.uuid4().hex[:12]}"
    server = create_engine(postgres_template.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {postgres_template.database}"))
        yield postgres_template.set(database=name).render_as_string(hide_password=False)
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def browser() -> Iterator[Any]:
    """Give Chromium (playwright), or skip where there is none."""
    with chromium() as opened:
        yield opened
