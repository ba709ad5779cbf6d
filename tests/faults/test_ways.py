"""Whoever takes recordings in is killed again and again, whatever way they come: each arrives once, whole and unchanged.

STOP_SEARCH_TEST_WAY_KILLS sets how many kills (`make faults` sets 100), STOP_SEARCH_TEST_SEED which. The table is printed with -s.
"""

import os
import sys
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table
from sqlalchemy.engine import URL

from tests.faults.ways import Outcome, WaysCampaign
from tests.support.s3 import started_s3

KILLS = int(os.environ.get("STOP_SEARCH_TEST_WAY_KILLS", "15"))
ON_POSTGRES = max(6, KILLS // 5)
SEED = int(os.environ.get("STOP_SEARCH_TEST_SEED", "20261126"))


@pytest.mark.slow
@pytest.mark.timeout(120 + KILLS * 10)
def test_every_recording_arrives_once_and_whole_whoever_is_killed(tmp_path: Path) -> None:
    _fought(tmp_path, SEED, KILLS)


@pytest.mark.slow
@pytest.mark.timeout(120 + ON_POSTGRES * 10)
def test_every_recording_arrives_once_and_whole_on_postgresql_too(tmp_path: Path, empty_postgres_database: URL) -> None:
    _fought(tmp_path, SEED + 1, ON_POSTGRES, empty_postgres_database.render_as_string(hide_password=False))


def _fought(folder: Path, seed: int, kills: int, database_url: str = "") -> None:
    with started_s3() as bucket, WaysCampaign(folder, seed=seed, bucket=bucket, database_url=database_url) as campaign:
        try:
            outcome = campaign.run(kills)
        except BaseException:
            sys.stdout.write((folder / "actors.log").read_text(encoding="utf-8")[-20_000:])
            raise
    Console().print(table := _table(outcome, seed))
    assert outcome.kills.total() == kills
    assert min(outcome.sent.values()) > 0, "a way was not tried"
    assert not outcome.faults_found(), table


def _table(outcome: Outcome, seed: int) -> Table:
    table = Table("killed", "times", title=f"{outcome.kills.total()} kills, seed {seed}, {outcome.seconds:.0f} s")
    for name, times in sorted(outcome.kills.items()):
        table.add_row(name, str(times))
    for name, number in outcome.sent.items():
        table.add_row(f"[bold]sent by {name}", str(number))
    for name in ("resumed", "received", "left_before_sweep", *("lost", "doubled", "phantom", "mismatched", "without_row", "left_over")):
        table.add_row(f"[bold]{name.replace('_', ' ')}", str(getattr(outcome, name)))
    table.add_row("[bold]problems", str(outcome.problems))
    return table
