"""Workers, horses, requesters, reconcilers and the queue server are killed again and again: nothing is lost, doubled or stuck.

STOP_SEARCH_TEST_KILLS sets how many kills (`make faults` sets 600), STOP_SEARCH_TEST_SEED which. The table is printed with -s.
"""

import os
import random
import sys
import time
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table
from sqlalchemy.engine import URL

from tests.faults.campaign import Campaign, Case, Outcome, all_cases

KILLS = int(os.environ.get("STOP_SEARCH_TEST_KILLS", "66"))
SEED = int(os.environ.get("STOP_SEARCH_TEST_SEED", "20261122"))
ON_POSTGRES = max(20, KILLS // 5)


@pytest.mark.slow
@pytest.mark.timeout(120 + KILLS * 10)
def test_nothing_is_lost_doubled_or_stuck_when_every_point_kills(tmp_path: Path) -> None:
    outcome = _fought(tmp_path, SEED, _cases(SEED, KILLS))
    assert outcome.kills.total() == KILLS
    assert not outcome.faults_found(), _table(outcome, SEED)


@pytest.mark.slow
@pytest.mark.timeout(120 + ON_POSTGRES * 10)
def test_nothing_is_lost_doubled_or_stuck_on_postgresql_either(tmp_path: Path, empty_postgres_database: URL) -> None:
    address = empty_postgres_database.render_as_string(hide_password=False)
    outcome = _fought(tmp_path, SEED + 1, _cases(SEED + 1, ON_POSTGRES), address)
    assert outcome.kills.total() == ON_POSTGRES
    assert not outcome.faults_found(), _table(outcome, SEED + 1)


def _cases(seed: int, kills: int) -> list[Case]:
    """Return every case at least once if there is room for all, in random order, and then random ones."""
    chance, cases = random.Random(seed), all_cases()  # noqa: S311 -- seeded, to be repeated
    chance.shuffle(cases)
    return (cases + chance.choices(cases, k=max(0, kills - len(cases))))[:kills]


def _fought(folder: Path, seed: int, cases: list[Case], database_url: str = "") -> Outcome:
    with Campaign(folder, seed=seed, database_url=database_url) as campaign:
        try:
            outcome = campaign.run(cases)
        except BaseException:
            time.sleep(0.1)
            sys.stdout.write((folder / "actors.log").read_text(encoding="utf-8")[-20_000:])
            raise
    Console().print(_table(outcome, seed))
    return outcome


def _table(outcome: Outcome, seed: int) -> Table:
    table = Table("killed", "times", title=f"{outcome.kills.total()} kills, seed {seed}, {outcome.seconds:.0f} s")
    for name, times in sorted(outcome.kills.items()):
        table.add_row(name, str(times))
    figures = (
        "flushes",
        "stalls",
        "cuts",
        "server_kills",
        "sent",
        "acked",
        "effects",
        "attempts",
        "leftovers",
        "lost",
        "doubled",
        "phantom",
        "stuck",
    )
    for name in (*figures, "without_file", "horses_left", "problems"):
        table.add_row(f"[bold]{name.replace('_', ' ')}", str(getattr(outcome, name)))
    table.add_row("[bold]slowest horse to follow its parent", f"{outcome.slowest_horse:.3f} s")
    return table
