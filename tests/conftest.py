"""Fixtures of all tests: a migrated database of each kind, a session rolled back per test, a whole installation, a client."""

import os
import shutil
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from services.api.app import create_app
from stop_search.database.migrating import migrate
from stop_search.database.session import Database, open_database
from stop_search.installation import Installation
from stop_search.settings import Settings
from stop_search.storage import open_storage
from tests.support.doorbells import RememberingDoorbell

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
SECRET = "for-tests-only-" + "0123456789abcdef" * 2


@pytest.fixture
def now() -> datetime:
    """The moment at which every test happens: Wednesday 18 November 2026, noon."""
    return NOON


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[URL]:
    """A PostgreSQL server: the one named in STOP_SEARCH_TEST_POSTGRES_URL, else one that this run starts and stops."""
    if given := os.environ.get("STOP_SEARCH_TEST_POSTGRES_URL"):
        yield make_url(given).set(drivername="postgresql+psycopg")
        return
    from tests.support.postgres import started_postgres

    with started_postgres(tmp_path_factory) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: URL) -> Iterator[URL]:
    """A migrated database on the server, to be copied."""
    name = f"stop_search_{uuid.uuid4().hex[:12]}"
    _administer(postgres_server, f"CREATE DATABASE {name}")
    url = postgres_server.set(database=name)
    opened = open_database(url.render_as_string(hide_password=False))
    migrate(opened)
    opened.engine.dispose()
    yield url
    _administer(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    opened = open_database(f"sqlite:///{path}")
    migrate(opened)
    with opened.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    opened.engine.dispose()
    return path


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated, empty database of its own for one test, on SQLite and again on PostgreSQL."""
    if request.param == "sqlite":
        copy = tmp_path / "test.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), copy)
        address = f"sqlite:///{copy}"
        opened = open_database(address)
        yield opened
        opened.engine.dispose()
        return
    server: URL = request.getfixturevalue("postgres_server")
    template: URL = request.getfixturevalue("postgres_template")
    name = f"stop_search_{uuid.uuid4().hex[:12]}"
    _administer(server, f"CREATE DATABASE {name} TEMPLATE {template.database}")
    opened = open_database(server.set(database=name).render_as_string(hide_password=False))
    yield opened
    opened.engine.dispose()
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A writing session on either database; nothing is kept."""
    with database.writing() as opened:
        yield opened
        opened.rollback()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a small installation below the test's own folder."""
    return Settings(data_folder=tmp_path / "var", public_url="http://testserver", secret_key=SECRET, demo=True)  # pyright: ignore


@pytest.fixture
def installation(settings: Settings, sqlite_template: Path) -> Iterator[Installation]:
    """A whole installation on SQLite with a doorbell that remembers who was rung for."""
    settings.data_folder.mkdir(parents=True)
    shutil.copy(sqlite_template, settings.data_folder / "stop-search.sqlite3")
    opened = open_database(settings.database_address)
    yield Installation(settings=settings, database=opened, storage=open_storage(settings.storage_address), doorbell=RememberingDoorbell())
    opened.engine.dispose()


@pytest.fixture
def installation_on_each(settings: Settings, database: Database) -> Installation:
    """A whole installation, once on SQLite and once on PostgreSQL: for what must behave the same on both."""
    settings.data_folder.mkdir(parents=True)
    return Installation(
        settings=settings, database=database, storage=open_storage(settings.storage_address), doorbell=RememberingDoorbell()
    )


@pytest.fixture
def client(installation: Installation) -> Iterator[TestClient]:
    """A browser without JavaScript, on the whole site."""
    with TestClient(create_app(installation), follow_redirects=False) as opened:
        yield opened


def _administer(server: URL, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
