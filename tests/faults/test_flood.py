"""A flood of wrong codes over more connections than there are threads: whoever has a receipt is served, and little is written.

The long form, with times and memory: `python benchmarks/flood.py 300`.
"""

import os

import pytest

from benchmarks.flood import flood

SECONDS = float(os.environ.get("STOP_SEARCH_TEST_FLOOD", "8"))
NETWORKS = 50


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_honest_people_are_served_beside_a_flood_and_what_it_writes_is_bounded() -> None:
    told = flood(seconds=SECONDS, wrong_a_second=300, networks=NETWORKS)
    print("\n".join(told.lines()))  # noqa: T201 -- the figures are what a long run is for
    assert told.honest >= SECONDS * 4
    assert told.honest_served >= 0.99 * told.honest
    assert told.rows["feedback"] >= told.honest
    assert told.memory_after - told.memory_before <= 50
    assert told.answers["404"] <= NETWORKS * 10 + 100
    assert set(told.answers) <= {"404", "429"}
