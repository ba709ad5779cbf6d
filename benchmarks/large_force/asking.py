"""Asking every dashboard page of a site through its ASGI app in process, signed in as who may open it: seconds and statements of each."""

import os
import statistics
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine
from starlette.testclient import TestClient

from services.api.app import create_app
from services.api.settled import settle
from stop_search.accounts.rules import Role
from stop_search.installation import Installation
from tests.support.dashboards import PAGES, counted
from tests.support.visitors import sign_in


@dataclass(frozen=True)
class Asked:
    """One page: seconds of each ask, in order, seconds of the processor (ours and the database's), statements of the last one."""

    page: str
    seconds: tuple[float, ...]
    used: tuple[float, ...]
    statements: int

    @property
    def median(self) -> float:
        """The middle one, in seconds."""
        return statistics.median(self.seconds)

    @property
    def slowest_but_one_in_twenty(self) -> float:
        """The 95th percentile by linear interpolation, in seconds."""
        return statistics.quantiles(self.seconds, n=20, method="inclusive")[-1]


def asked(
    installation: Installation,
    *,
    people: Mapping[Role, uuid.UUID],
    names: Mapping[str, uuid.UUID],
    rounds: int,
    takes: Callable[[str], bool],
) -> Iterator[Asked]:
    """Ask each page once unseen and then `rounds` times. `people`: the account of a role where it must be one of the force's own.

    `takes` says which pages are asked.
    """
    app = create_app(installation)
    settle()  # as a server does
    for role, pages in PAGES.items():
        browser = TestClient(app, follow_redirects=False)
        sign_in(browser, installation, *(() if role in people else (role,)), account_id=people.get(role))
        for page in pages:
            if takes(page):
                yield _asked(browser, installation, page, page.format(**names), rounds)


def _asked(browser: TestClient, installation: Installation, page: str, address: str, rounds: int) -> Asked:
    seconds: list[float] = []
    used: list[float] = []
    number = 0
    for _ in range(rounds + 1):
        with counted(installation.database.engine) as statements:
            began, used_before = time.perf_counter(), processor_seconds(installation.database.engine)
            answer = browser.get(address)
            seconds.append(time.perf_counter() - began)
            used.append(processor_seconds(installation.database.engine) - used_before)
        number = len(statements)
        if not answer.is_success:
            message = f"{address} answered {answer.status_code}"
            raise RuntimeError(message)
    return Asked(page, tuple(seconds[1:]), tuple(used[1:]), number)


def processor_seconds(engine: Engine) -> float:
    """Return what this process and the database's processes that serve it have used, on one machine; its parallel helpers are not seen."""
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'")
        pids = [pid for (pid,) in cursor.fetchall()]
    finally:
        raw.close()
    ticks = sum(_ticks(pid) for pid in pids)
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def _ticks(pid: int) -> int:
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except FileNotFoundError:
        return 0
    return int(after_name[11]) + int(after_name[12])  # utime and stime, proc(5)
