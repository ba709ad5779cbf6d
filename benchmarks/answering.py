"""POST /r/CODE/feedback/send against a bare endpoint that inserts the same rows: 16 clients, one run, same kind of database.

    python benchmarks/answering.py [seconds]

Every request is the first answer to a receipt of its own, as the check page posts it: all questions of the newest form and a text. Limits
on posting are in force and none bites, which needs three things: a receipt is answered once, a request comes from one of 65,536 networks,
and the count of all, which allows 3,000 at once and 100 a second, is set back before each round. What was stored is counted on both sides
and must be the same. SQLite, and PostgreSQL where STOP_SEARCH_TEST_POSTGRES_URL names a server. Rounds go A B A B; medians are told.
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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, insert, text
from sqlalchemy.engine import make_url

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.flood import asked, opened
from benchmarks.recording import CLIENTS, ROUNDS, SERVER, Measured, running, two_postgres_databases
from services.api.public.drafts import Draft
from services.demo.processes import free_port
from stop_search.database.session import open_database
from stop_search.encounters.receipt_codes import KEY_USE, code_digest, make_code
from stop_search.encounters.records import Encounter, PersonSearched, Receipt
from stop_search.feedback.forms import newest_form
from stop_search.feedback.rules import TEXT
from stop_search.installation import Installation
from stop_search.settings import with_environment
from tests.support.builders import an_officer

MOST_A_SECOND = 300  # receipts are made beforehand
OFFICERS = 200
FORM = newest_form()
ANSWERS = {question.id: question.answers[0].key for question in FORM.questions if not question.is_text}
SAID = "They were kind & quick."
STORED = ("feedback", "feedback_answer", "feedback_text", "triage_item", "footage_hold", "audit_entry", "code_try", "network_mark")


def main(seconds: float = 6.0) -> int:
    """Measure both databases and print a table."""
    print(f"{CLIENTS} clients, {ROUNDS} rounds of {seconds:.0f} s each, in turn; {len(ANSWERS)} questions answered, and a text")
    print(f"load of the machine before: {os.getloadavg()[0]:.1f}")
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
    engines = {"answering": opened_engine(ours_url), "bare": opened_engine(bare_url)}
    rounds: dict[str, list[Measured]] = {"answering": [], "bare": []}
    with serving(ours_url, folder, number) as (ours, codes), serving_bare(bare_url, folder, number) as (bare, paths):
        for turn in range(ROUNDS + 1):
            forget_count_of_all(engines["answering"])
            found = {
                "answering": asyncio.run(load(ours, (f"/r/{code}/feedback/send" for code in codes), drafted, seconds)),
                "bare": asyncio.run(load(bare, paths, plain, seconds)),
            }
            if turn:  # the first round warms up
                for kind, measured in found.items():
                    rounds[kind].append(measured)
        stored = {kind: rows_for_each(engine) for kind, engine in engines.items()}
    for engine in engines.values():
        engine.dispose()
    told = {kind: (statistics.median(m.per_second for m in all_), statistics.median(m.p99 for m in all_)) for kind, all_ in rounds.items()}
    for kind, (per_second, p99) in told.items():
        print(f"{name:11} {kind:10} {per_second:7.0f} requests/s   p99 {p99:7.1f} ms   rows for each: {stored[kind]}")
    (ours_rate, ours_p99), (bare_rate, bare_p99) = told["answering"], told["bare"]
    print(f"{name:11} answering / bare: {ours_rate / bare_rate:.2f} of the requests a second, {ours_p99 / bare_p99:.2f} of the p99")


def opened_engine(url: str) -> Engine:
    """Open a database beside the server that is measured."""
    return open_database(url).engine


def forget_count_of_all(engine: Engine) -> None:
    """Set the count of all answers back: a round sends more than are allowed at once."""
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM code_try WHERE key = 'answers'"))


def rows_for_each(engine: Engine) -> dict[str, float]:
    """Return how many rows of each table there are for one feedback."""
    with engine.connect() as connection:
        rows = {table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in STORED}  # noqa: S608 -- our own names
    return {table: round(number / max(1, rows["feedback"]), 2) for table, number in rows.items()}


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
        officers = [an_officer(session).id for _ in range(OFFICERS)]
        stops = ((e, officers[n % OFFICERS]) for n, (_, e, _) in enumerate(made))
        session.execute(insert(Encounter), [stop | {"id": e, "reference": e.hex, "officer_id": officer} for e, officer in stops])
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


def drafted() -> dict[str, str]:
    """Return what the check page posts."""
    return dict(Draft(uuid.uuid4().hex, FORM, ANSWERS, SAID).hidden(""))


def plain() -> dict[str, str]:
    """Return the same answers, each in a field of its own, for an endpoint that looks nothing up."""
    return {"submission_id": uuid.uuid4().hex, TEXT: SAID, **ANSWERS}


async def load(port: int, paths: Iterator[str], fields: Callable[[], dict[str, str]], seconds: float) -> Measured:
    """Post for so many seconds from CLIENTS connections that stay open; every answer must be 200."""
    begun, took = time.perf_counter(), list[float]()
    await asyncio.gather(*(_client(port, paths, fields, begun + seconds, took) for _ in range(CLIENTS)))
    return Measured(len(took) / (time.perf_counter() - begun), statistics.quantiles(took, n=100)[98] * 1000)


async def _client(port: int, paths: Iterator[str], fields: Callable[[], dict[str, str]], until: float, took: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < until:
        network = secrets.randbits(24)
        address = f"10.{network >> 16}.{network >> 8 & 255}.{network & 255}"
        path, begun = next(paths), time.perf_counter()
        status = await asked(reader, writer, port, f"POST {path}", address, urllib.parse.urlencode(fields()))
        took.append(time.perf_counter() - begun)
        if status != "200":
            message = f"answered {status}"
            raise RuntimeError(message)
    writer.close()


if __name__ == "__main__":
    sys.exit(main(*map(float, sys.argv[1:])))
