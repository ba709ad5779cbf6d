"""Fixtures of all tests: a migrated database of each kind, a session rolled back per test, a whole installation, a client."""

import os
import shutil
import uuid
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Session

from stop_search.database.migrating import migrate
from stop_search.database.session import Database, open_database
from stop_search.settings import PREFIX, Settings
from tests.support.doorbells import RememberingDoorbell

if TYPE_CHECKING:  # tests of rules and tables load neither the app nor the storage
    from starlette.testclient import TestClient

    from stop_search.installation import Installation
    from stop_search.learning.reports.queries import Report

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
SECRET = "for-tests-only-" + "0123456789abcdef" * 2


@pytest.fixture
def now() -> datetime:
    """Return the moment at which every test happens: Wednesday 18 November 2026, noon."""
    return NOON


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[URL]:
    """Give a PostgreSQL server: the one named in STOP_SEARCH_TEST_POSTGRES_URL, else one that this run starts and stops."""
    if given := os.environ.get("STOP_SEARCH_TEST_POSTGRES_URL"):
        yield make_url(given).set(drivername="postgresql+psycopg")
        return
    from tests.support.postgres import started_postgres

    with started_postgres(tmp_path_factory) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: URL) -> Iterator[URL]:
    """Give a migrated database on the server, to be copied."""
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
    """Return a migrated SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    opened = open_database(f"sqlite:///{path}")
    migrate(opened)
    with opened.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    opened.engine.dispose()
    return path


@pytest.fixture(params=["sqlite", "postgres"])
def kind(request: pytest.FixtureRequest) -> str:
    """Run the test on SQLite and again on PostgreSQL."""
    return request.param


@pytest.fixture
def database(request: pytest.FixtureRequest, kind: str, tmp_path: Path) -> Iterator[Database]:
    """Give a migrated, empty database of its own for one test: for what commits."""
    with _copy_of(request.getfixturevalue(f"{kind}_template"), tmp_path) as copy:
        yield copy


@pytest.fixture(scope="session")
def shared_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Give the one SQLite database in which nothing is ever committed."""
    with _copy_of(sqlite_template, tmp_path_factory.mktemp("shared")) as copy:
        yield copy


@pytest.fixture(scope="session")
def shared_postgres(postgres_template: URL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Give the one PostgreSQL database in which nothing is ever committed."""
    with _copy_of(postgres_template, tmp_path_factory.mktemp("shared")) as copy:
        yield copy


@pytest.fixture(scope="session")
def eventful(shared_sqlite: Database) -> "Report":
    """Give the report of a quarter in which much happened, worked out once for all that look at it."""
    from tests.support.quarters import an_eventful_report

    return an_eventful_report(shared_sqlite)


@pytest.fixture
def session(request: pytest.FixtureRequest, kind: str) -> Iterator[Session]:
    """Give a writing session on either database; nothing is kept, not even what the test commits."""
    home: Database = request.getfixturevalue("database" if "database" in request.fixturenames else f"shared_{kind}")
    with home.engine.execution_options(writes=True).connect() as connection:
        outermost = connection.begin()
        with home.writing(bind=connection, join_transaction_mode="create_savepoint") as opened:
            yield opened
        outermost.rollback()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return settings of a small installation below the test's own folder; those of the surroundings are left out."""
    for name in [name for name in os.environ if name.startswith(PREFIX) and not name.startswith(f"{PREFIX}TEST_")]:
        monkeypatch.delenv(name)
    values = {"data_folder": tmp_path / "var", "public_url": "http://testserver", "secret_key": SECRET, "demo": True}
    return Settings(**values)


@pytest.fixture
def installation(settings: Settings, sqlite_template: Path) -> Iterator["Installation"]:
    """Give a whole installation on SQLite with a doorbell that remembers who was rung for."""
    settings.data_folder.mkdir(parents=True)
    shutil.copy(sqlite_template, settings.data_folder / "stop-search.sqlite3")
    opened = open_database(settings.database_address)
    yield _installed(settings, opened)
    opened.engine.dispose()


@pytest.fixture
def installation_on_each(settings: Settings, database: Database) -> "Installation":
    """Return a whole installation, once on SQLite and once on PostgreSQL: for what must behave the same on both."""
    settings.data_folder.mkdir(parents=True)
    return _installed(settings, database)


@pytest.fixture
def client(installation: "Installation") -> Iterator["TestClient"]:
    """Give a browser without JavaScript, on the whole site."""
    from starlette.testclient import TestClient

    from services.api.app import create_app

    with TestClient(create_app(installation), follow_redirects=False) as opened:
        yield opened


@contextmanager
def _copy_of(template: Path | URL, folder: Path) -> Generator[Database]:
    if isinstance(template, Path):
        shutil.copy(template, folder / "test.sqlite3")
        opened = open_database(f"sqlite:///{folder / 'test.sqlite3'}")
        yield opened
        opened.engine.dispose()
        return
    name = f"stop_search_{uuid.uuid4().hex[:12]}"
    server = template.set(database="postgres")
    _administer(server, f"CREATE DATABASE {name} TEMPLATE {template.database}")
    opened = open_database(template.set(database=name).render_as_string(hide_password=False))
    yield opened
    opened.engine.dispose()
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def _installed(settings: Settings, database: Database) -> "Installation":
    from stop_search.installation import Installation
    from stop_search.storage import open_storage

    storage = open_storage(settings.storage_address)
    return Installation(settings=settings, database=database, storage=storage, doorbell=RememberingDoorbell())


def _administer(server: URL, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
