"""POST /api/v1/encounters with two people against a bare endpoint that inserts the same rows: 16 clients, one run, same database.

    python benchmarks/recording.py [seconds]

SQLite, and PostgreSQL where STOP_SEARCH_TEST_POSTGRES_URL names a server. Rounds go A B A B; medians are told.
"""

import asyncio
import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

sys.path.insert(0, str(Path(__file__).parents[1]))

from services.demo.processes import free_port
from stop_search.database.migrating import migrate
from stop_search.database.session import open_database
from stop_search.settings import with_environment
from tests.support.builders import a_machine_token, an_officer
from tests.support.stops import OFFICER_NUMBER, a_posted_encounter, a_posted_person

CLIENTS = 16
SERVER = "STOP_SEARCH_TEST_POSTGRES_URL"
ROUNDS = 3
SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 and __name__ == "__main__" else 6.0


@dataclass(frozen=True)
class Measured:
    """One round: answered requests a second, and the slowest in a hundred in milliseconds."""

    per_second: float
    p99: float


def main() -> int:
    """Measure both databases and print a table."""
    print(f"{CLIENTS} clients, {ROUNDS} rounds of {SECONDS:.0f} s each, in turn; two people in each stop")
    with tempfile.TemporaryDirectory() as folder:
        compare("SQLite", f"sqlite:///{folder}/stops.sqlite3", f"sqlite:///{folder}/bare.sqlite3", Path(folder))
        if not os.environ.get(SERVER):
            print(f"PostgreSQL is not measured: name a server in {SERVER}, such as postgresql://postgres@127.0.0.1:5432/test.")
            return 0
        with two_postgres_databases(os.environ[SERVER]) as (ours, bare):
            compare("PostgreSQL", ours, bare, Path(folder))
    return 0


def compare(name: str, ours_url: str, bare_url: str, folder: Path) -> None:
    """Measure our endpoint and the bare one in turn, on two databases of the same kind."""
    token = prepared(ours_url)
    prepared(bare_url)
    with serving(ours_url, folder) as ours, serving_bare(bare_url) as bare:
        rounds: dict[str, list[Measured]] = {"recording": [], "bare": []}
        for number in range(ROUNDS + 1):
            found = {
                "recording": asyncio.run(load(ours, "/api/v1/encounters", token, SECONDS)),
                "bare": asyncio.run(load(bare, "/encounters", "", SECONDS)),
            }
            if number:  # the first round warms up
                for kind, measured in found.items():
                    rounds[kind].append(measured)
    told = {kind: (median(m.per_second for m in all_), median(m.p99 for m in all_)) for kind, all_ in rounds.items()}
    for kind, (per_second, p99) in told.items():
        print(f"{name:11} {kind:10} {per_second:7.0f} requests/s   p99 {p99:7.1f} ms")
    (ours_rate, ours_p99), (bare_rate, bare_p99) = told["recording"], told["bare"]
    print(f"{name:11} recording / bare: {ours_rate / bare_rate:.2f} of the requests a second, {ours_p99 / bare_p99:.2f} of the p99")


def prepared(url: str) -> str:
    """Make the tables, one officer and one device; return the device's token."""
    database = open_database(url)
    migrate(database)
    with database.writing() as session:
        an_officer(session, number=OFFICER_NUMBER)
        token = a_machine_token(session)
        session.commit()
    database.engine.dispose()
    return token


@contextmanager
def serving(url: str, folder: Path) -> Iterator[int]:
    """Serve the whole site in one process."""
    port = free_port()
    values = {"database_url": url, "data_folder": str(folder / "var"), "public_url": f"http://127.0.0.1:{port}"}
    values |= {"secret_key": secrets.token_urlsafe(48), "demo": "true", "log_level": "ERROR"}
    command = [str(Path(sys.executable).with_name("stop-search")), "serve", "--port", str(port)]
    with running(command, with_environment(**values), port):
        yield port


@contextmanager
def serving_bare(url: str) -> Iterator[int]:
    """Serve the bare endpoint in one process."""
    port = free_port()
    address = make_url(url)
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    shown = address.render_as_string(hide_password=False)
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    with running([sys.executable, str(Path(__file__).parent / "bare" / "inserts.py"), shown, str(port)], environment, port):
        yield port


@contextmanager
def running(command: list[str], environment: dict[str, str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until it is no longer needed."""
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(port)
            yield process
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    message = f"nothing answers on port {port}"
    raise RuntimeError(message)


async def load(port: int, path: str, token: str, seconds: float) -> Measured:
    """Post for so many seconds from CLIENTS connections that stay open; every answer must be 201."""
    until, took = time.perf_counter() + seconds, list[float]()
    begun = time.perf_counter()
    await asyncio.gather(*(_client(port, path, token, until, took) for _ in range(CLIENTS)))
    return Measured(len(took) / (time.perf_counter() - begun), statistics.quantiles(took, n=100)[98] * 1000)


async def _client(port: int, path: str, token: str, until: float, took: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < until:
        body = json.dumps(a_stop()).encode()
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        head += f"Authorization: Bearer {token}\r\nIdempotency-Key: {uuid.uuid4().hex}\r\n\r\n"
        begun = time.perf_counter()
        writer.write(head.encode() + body)
        answer = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        await reader.readexactly(int(answer.partition("content-length: ")[2].partition("\r\n")[0]))
        took.append(time.perf_counter() - begun)
        if " 201 " not in answer.partition("\r\n")[0]:
            message = f"answered {answer.partition(chr(13))[0]}"
            raise RuntimeError(message)
    writer.close()


def a_stop() -> dict[str, object]:
    """Return a stop of two people, as a device posts it."""
    started_at = (datetime.now(UTC) - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return a_posted_encounter(started_at=started_at, people=[a_posted_person(), a_posted_person()])


def median(numbers: Iterator[float]) -> float:
    """Return the median."""
    return statistics.median(numbers)


@contextmanager
def two_postgres_databases(given: str) -> Iterator[tuple[str, str]]:
    """Give two empty databases on one server."""
    server = make_url(given).set(drivername="postgresql+psycopg")
    names = [f"recording_{secrets.token_hex(4)}" for _ in range(2)]
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for name in names:
            connection.execute(text(f"CREATE DATABASE {name}"))
        try:
            yield tuple(server.set(database=name).render_as_string(hide_password=False) for name in names)  # type: ignore[misc]
        finally:
            for name in names:
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


if __name__ == "__main__":
    sys.exit(main())
