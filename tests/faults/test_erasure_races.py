"""Somebody holds a recording at the moment at which somebody else erases it: either it is kept, or the hold says that it came too late.

STOP_SEARCH_TEST_RACES=1000 runs the long form.
"""

import os

import pytest

from stop_search.database.session import Database
from tests.faults.erasure_races import run_races

RACES = int(os.environ.get("STOP_SEARCH_TEST_RACES", "60"))
SEED = int(os.environ.get("STOP_SEARCH_TEST_SEED", "20261125"))


@pytest.mark.timeout(1800)
def test_a_hold_and_an_erasure_at_the_same_moment_never_lose_a_held_recording(database: Database) -> None:
    told = run_races(database, races=RACES, seed=SEED)
    print(f"{database.engine.dialect.name}, {RACES} races: {told.by_way}")  # noqa: T201 -- the counts are what a long run is for
    assert told.troubles == []
    assert told.held_and_erased == 0
    assert told.neither == 0
    assert told.hold_first > 0
    assert told.erased_first > 0
