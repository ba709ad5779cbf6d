"""How long every dashboard page takes in a force of 10,000, of 100,000 and of 1,000,000 encounters, on PostgreSQL.

    python benchmarks/dashboards.py --server postgresql://postgres@127.0.0.1:5432/postgres [--encounters 10000 100000] [--keep]
        [--only /learning /admin] [--not /learning/units]

Each force is written into a database of its own (`dash_…`), which is dropped at the end, or with `--keep` stays and is asked again the
next time. Pages are asked through the ASGI app in this process, signed in, after the jobs that count have run: median and 95th percentile
of 7 asks, statements of one. Beside it polars adds up the same marks, answers and stops from Parquet files of the same rows. Also
printed: how busy the machine was, which says how far to believe the seconds.
"""

import argparse
import hashlib
import os
import secrets
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.large_force.asking import Asked, asked, processor_seconds
from benchmarks.large_force.beside import polars_seconds
from benchmarks.large_force.force import write_force
from services.worker.months_jobs import count_months_until_done
from services.worker.sums_jobs import count_sums_until_done
from stop_search.accounts.rules import Role
from stop_search.database.migrating import migrate
from stop_search.database.session import Database, open_database
from stop_search.installation import Installation
from stop_search.settings import Settings
from stop_search.storage import open_storage
from tests.support.doorbells import RememberingDoorbell

ROUNDS, BAR_SECONDS = 7, 1.0
SIZES = (10_000, 100_000, 1_000_000)


def main() -> int:
    """Print a table for each size and one of growth; return 1 where a page of the largest force misses the bar."""
    wanted = argparse.ArgumentParser()
    wanted.add_argument("--server", required=True)
    wanted.add_argument("--encounters", type=int, nargs="+", default=SIZES)
    wanted.add_argument("--only", nargs="+", default=("",), help="ask pages with one of these in their address only")
    wanted.add_argument("--not", nargs="+", default=(), dest="left_out", help="leave out pages with one of these in their address")
    wanted.add_argument("--rounds", type=int, default=ROUNDS)
    wanted.add_argument("--keep", action="store_true", help="keep the databases, and use those that were kept")
    given = wanted.parse_args()
    asking = Asking(given.server, tuple(given.only), tuple(given.left_out), given.rounds, given.keep)
    found = {size: measured(asking, size) for size in given.encounters}
    if len(found) > 1:
        print_growth(found)
    return int(any(page.slowest_but_one_in_twenty > BAR_SECONDS for page in found[max(found)]))


@dataclass(frozen=True)
class Asking:
    """What was asked for on the command line."""

    server: str
    only: tuple[str, ...]
    left_out: tuple[str, ...]
    rounds: int
    is_kept: bool

    def takes(self, page: str) -> bool:
        """Return whether a page is asked."""
        return any(part in page for part in self.only) and not any(part in page for part in self.left_out)


def measured(asking: Asking, encounters: int) -> list[Asked]:
    """Write a force, count its sums, ask its pages, and print what came of it."""
    name = f"dash_{encounters}_{'kept' if asking.is_kept else secrets.token_hex(3)}"
    with a_database(asking.server, name, is_kept=asking.is_kept) as database, tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        if not has_rows(database):
            write_force(database.engine, encounters=encounters)
        print(f"\n{encounters} encounters, written in {time.perf_counter() - began:.0f} s, ", end="")
        installation = an_installation(database, Path(folder))
        began, used = time.perf_counter(), processor_seconds(database.engine)
        count_sums_until_done(installation)
        count_months_until_done(installation)
        used = processor_seconds(database.engine) - used
        print(f"counted in {time.perf_counter() - began:.0f} s, {used:.0f} s of the processor; load {os.getloadavg()[0]:.1f}\n")
        print("| page | median, ms | 95th percentile, ms | of the processor, ms | statements |\n|---|---|---|---|---|")
        people = {Role.SUPERVISOR: digest_id("reader0"), Role.OFFICER: digest_id("officer0"), Role.PANEL_MEMBER: digest_id("reader1")}
        names = {"action": digest_id("action0"), "draw": digest_id("draw200")}
        pages: list[Asked] = []
        for page in asked(installation, people=people, names=names, rounds=asking.rounds, takes=asking.takes):
            pages.append(page)
            is_missed = page.slowest_but_one_in_twenty > BAR_SECONDS
            times = f"{page.median * 1000:.0f} | {page.slowest_but_one_in_twenty * 1000:.0f}{' **above**' if is_missed else ''}"
            print(f"| `{page.page}` | {times} | {statistics.median(page.used) * 1000:.0f} | {page.statements} |", flush=True)
        print("\n| the same sums by polars, from Parquet | ms |\n|---|---|")
        for name, seconds in polars_seconds(database.engine, Path(folder), rounds=asking.rounds):
            print(f"| {name} | {seconds * 1000:.0f} |", flush=True)
        print(f"\nload {os.getloadavg()[0]:.1f}")
        return pages


def has_rows(database: Database) -> bool:
    """Return whether a force was written into the database before."""
    with database.engine.connect() as connection:
        return bool(connection.execute(text("SELECT EXISTS (SELECT 1 FROM draw)")).scalar_one())


def print_growth(found: dict[int, list[Asked]]) -> None:
    """Print how many times the median grows from each size to the next."""
    sizes = sorted(found)
    print(
        f"\n| page | {' | '.join(f'{size}, ms' for size in sizes)} | times for each ten times the rows |\n|---|{'---|' * (len(sizes) + 1)}"
    )
    for pages in zip(*(found[size] for size in sizes), strict=True):
        medians = [page.median for page in pages]
        times = ", ".join(f"{later / earlier:.1f}" for earlier, later in pairwise(medians))
        print(f"| `{pages[0].page}` | {' | '.join(f'{median * 1000:.0f}' for median in medians)} | {times} |")


def digest_id(name: str) -> uuid.UUID:
    """Return the id that the force's statements give to a name."""
    return uuid.UUID(hashlib.md5(name.encode(), usedforsecurity=False).hexdigest())


def an_installation(database: Database, folder: Path) -> Installation:
    """Return an installation on the database, with keys of its own."""
    settings = Settings(data_folder=folder, public_url="http://testserver", secret_key=secrets.token_urlsafe(48), demo=True)  # pyright: ignore[reportCallIssue, reportArgumentType] -- the rest comes from the surroundings
    return Installation(
        settings=settings, database=database, storage=open_storage(settings.storage_address), doorbell=RememberingDoorbell()
    )


@contextmanager
def a_database(server: str, name: str, *, is_kept: bool) -> Iterator[Database]:
    """Give a migrated database on the server, and drop it in the end unless it is kept."""
    url = make_url(server).set(drivername="postgresql+psycopg")
    administering = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with administering.connect() as connection:
        if not connection.execute(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}).scalar():
            connection.execute(text(f"CREATE DATABASE {name}"))
        connection.execute(text(f"ALTER DATABASE {name} SET max_parallel_workers_per_gather = 0"))  # so that all that it uses is seen
    database = open_database(url.set(database=name).render_as_string(hide_password=False))
    try:
        migrate(database)
        yield database
    finally:
        database.engine.dispose()
        if not is_kept:
            with administering.connect() as connection:
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        administering.dispose()


if __name__ == "__main__":
    sys.exit(main())
