"""POST /r/CODE/feedback/send against a bare endpoint that inserts the same rows: 16 clients, one run, same kind of database.

    python benchmarks/answering.py [seconds]

Every request is the first answer to a receipt of its own, from a network of its own. SQLite, and PostgreSQL where
STOP_SEARCH_TEST_POSTGRES_URL names a server. Rounds go A B A B; medians are told.
"""

import asyncio
import os
import secrets
import statistics
import sys
import tempfile
import time
import urllib.parse
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert
from sqlalchemy.engine import make_url

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.flood import asked, opened
from benchmarks.recording import CLIENTS, ROUNDS, SERVER, Measured, running, two_postgres_databases
from services.demo.processes import free_port
from stop_search.encounters.receipt_codes import KEY_USE, code_digest, make_code
from stop_search.encounters.records import Encounter, PersonSearched, Receipt
from stop_search.installation import Installation
from stop_search.settings import with_environment

MOST_A_SECOND = 500  # receipts are made beforehand
ANSWERS = {"listened": "fully", "reason_told": "clear_reason", "looking_for": "before_clear", "force": "not_used"}


def main(seconds: float = 6.0) -> int:
    """Measure both databases and print a table."""
    print(f"{CLIENTS} clients, {ROUNDS} rounds of {seconds:.0f} s each, in turn; {len(ANSWERS)} questions answered, and a text")
    with tempfile.TemporaryDirectory() as folder:
        compare("SQLite", f"sqlite:///{folder}/stops.sqlite3", f"sqlite:///{folder}/bare.sqlite3", Path(folder), seconds)
        if not os.environ.get(SERVER):
            print(f"PostgreSQL is not measured: name a server in {SERVER}, such as postgresql://postgres@127.0.0.1:5432/test.")
            return 0
        with two_postgres_databases(os.environ[SERVER]) as (ours, bare):
            compare("PostgreSQL", ours, bare, Path(folder), seconds)
    return 0


def compare(name: str, ours_url: str, bare_url: str, folder: Path, seconds: float) -> None:
    """Measure our route and the bare one in turn, on two databases of the same kind."""
    number = round(MOST_A_SECOND * seconds * (ROUNDS + 1))
    with serving(ours_url, folder, number) as (ours, codes), serving_bare(bare_url, folder, number) as (bare, paths):
        rounds: dict[str, list[Measured]] = {"answering": [], "bare": []}
        for turn in range(ROUNDS + 1):
            found = {
                "answering": asyncio.run(load(ours, (f"/r/{code}/feedback/send" for code in codes), seconds)),
                "bare": asyncio.run(load(bare, paths, seconds)),
            }
            if turn:  # the first round warms up
                for kind, measured in found.items():
                    rounds[kind].append(measured)
    told = {kind: (statistics.median(m.per_second for m in all_), statistics.median(m.p99 for m in all_)) for kind, all_ in rounds.items()}
    for kind, (per_second, p99) in told.items():
        print(f"{name:11} {kind:10} {per_second:7.0f} requests/s   p99 {p99:7.1f} ms")
    (ours_rate, ours_p99), (bare_rate, bare_p99) = told["answering"], told["bare"]
    print(f"{name:11} answering / bare: {ours_rate / bare_rate:.2f} of the requests a second, {ours_p99 / bare_p99:.2f} of the p99")


@contextmanager
def serving(url: str, folder: Path, number: int) -> Iterator[tuple[int, Iterator[str]]]:
    """Serve the whole site in one process; give its port and the codes of so many receipts."""
    port = free_port()
    values = {"database_url": url, "data_folder": str(folder / "var"), "public_url": f"http://127.0.0.1:{port}", "demo": "true"}
    values |= {"secret_key": secrets.token_urlsafe(48), "log_level": "ERROR", "trusted_proxies": "127.0.0.1"}
    environment = with_environment(**values)
    key, receipts = _with_receipts(environment, number)
    codes = (make_code(key, receipt) for receipt, _ in receipts)
    with running([str(Path(sys.executable).with_name("stop-search")), "serve", "--port", str(port)], environment, port):
        yield port, codes


@contextmanager
def serving_bare(url: str, folder: Path, number: int) -> Iterator[tuple[int, Iterator[str]]]:
    """Serve the bare endpoint in one process; give its port and as many paths."""
    port, address = free_port(), make_url(url)
    values = {"database_url": url, "data_folder": str(folder / "bare"), "public_url": "http://127.0.0.1:1", "demo": "true"}
    _, receipts = _with_receipts(with_environment(secret_key=secrets.token_urlsafe(48), **values), number)
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    shown = address.render_as_string(hide_password=False)
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    with running([sys.executable, str(Path(__file__).parent / "bare" / "answers.py"), shown, str(port)], environment, port):
        yield port, (f"/answers/{receipt}/{encounter}" for receipt, encounter in receipts)


def _with_receipts(environment: dict[str, str], number: int) -> tuple[bytes, list[tuple[uuid.UUID, uuid.UUID]]]:
    """Migrate the database and fill it; return the key of the codes, and each receipt's and encounter's id."""
    installation: Installation = opened(environment)
    key, now = installation.key_for(KEY_USE), datetime.now(UTC)
    made = [(uuid.uuid4(), uuid.uuid4(), uuid.uuid4()) for _ in range(number)]
    stop = {"kind": "person", "source": "device", "gaps": [], "started_at": now - timedelta(days=1), "recorded_at": now}
    person = {"ordinal": 1, "part": "searched", "force_used": []}
    issued = {"check_words": "amber otter", "state": "issued", "language": "en", "layout_version": 2, "issued_at": now}
    issued |= {"entitlement_ends_on": now.date() + timedelta(days=90)}
    codes = [make_code(key, receipt) for receipt, _, _ in made]
    with installation.writing() as session:
        session.execute(insert(Encounter), [stop | {"id": e, "reference": e.hex} for _, e, _ in made])
        session.execute(insert(PersonSearched), [person | {"id": p, "encounter_id": e} for _, e, p in made])
        session.execute(
            insert(Receipt),
            [
                issued | {"id": r, "encounter_id": e, "person_id": p, "locator": code[:4], "code_digest": code_digest(key, code)}
                for (r, e, p), code in zip(made, codes, strict=True)
            ],
        )
    installation.database.engine.dispose()
    return key, [(receipt, encounter) for receipt, encounter, _ in made]


async def load(port: int, paths: Iterator[str], seconds: float) -> Measured:
    """Post for so many seconds from CLIENTS connections that stay open; every answer must be 200."""
    begun, took = time.perf_counter(), list[float]()
    await asyncio.gather(*(_client(port, paths, begun + seconds, took) for _ in range(CLIENTS)))
    return Measured(len(took) / (time.perf_counter() - begun), statistics.quantiles(took, n=100)[98] * 1000)


async def _client(port: int, paths: Iterator[str], until: float, took: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < until:
        fields = {"form_version": "1", "submission_id": uuid.uuid4().hex, "text": "They were kind & quick.", **ANSWERS}
        network = secrets.randbits(24)
        address = f"10.{network >> 16}.{network >> 8 & 255}.{network & 255}"
        path, begun = next(paths), time.perf_counter()
        status = await asked(reader, writer, port, f"POST {path}", address, urllib.parse.urlencode(fields))
        took.append(time.perf_counter() - begun)
        if status != "200":
            message = f"answered {status}"
            raise RuntimeError(message)
    writer.close()


if __name__ == "__main__":
    sys.exit(main(*map(float, sys.argv[1:])))
