"""Simulated time, true beside shown: nothing goes early, nothing that is held, and what may go is gone within a day that workers work.

STOP_SEARCH_TEST_RETENTION_DAYS=730 runs two years; -s shows the figures.
"""

import os

import pytest
from sqlalchemy import event

from stop_search.database.session import Database
from tests.faults.retention_simulation import Station

DAYS = int(os.environ.get("STOP_SEARCH_TEST_RETENTION_DAYS", "40"))
SEED = int(os.environ.get("STOP_SEARCH_TEST_SEED", "20261126"))
CLIPS_A_DAY = float(os.environ.get("STOP_SEARCH_TEST_RETENTION_CLIPS", "5"))


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_no_clock_no_outage_and_no_hold_makes_footage_go_early_or_late(database: Database) -> None:
    event.listen(database.engine, "connect", lambda opened, _record: opened.execute("PRAGMA synchronous=OFF"))  # no power cut here
    database.engine.dispose()
    figures = Station(database, days=DAYS, clips_a_day=CLIPS_A_DAY, seed=SEED).live()
    print(f"{DAYS} days, seed {SEED}: {figures}")  # noqa: T201 -- the figures are what a long run is for
    assert (figures.early, figures.held, figures.late) == (0, 0, 0)
    assert figures.erased > 10
    assert figures.runs > DAYS
    assert figures.confirmed > 0
