"""The recorded probabilities are those with which stops are drawn, and coverage sees every officer at its stated cost. Short forms.

The long forms are measured by benchmarks/draws.py: 20,000 draws, 3,000 quarters.
"""

import pytest

from tests.support.sampled import hexed
from tests.support.simulated_quarters import a_quarter, band, drawn_quarter, groups_of, share_beyond, surprises

DRAWS = 1500


def test_each_stop_is_drawn_as_often_as_is_recorded_by_the_main_stream_and_by_either() -> None:
    month = [stop for stop in a_quarter(900, 90, seed=1) if stop.month == 0]
    for scores in surprises(month, DRAWS):
        low, high = band(len(scores))
        assert low <= share_beyond(scores) <= high + 0.02  # stops of one officer are covered together, which widens it
        assert max(abs(score) for score in scores) < 5


@pytest.mark.parametrize(("stops", "officers", "most"), [(9000, 400, 0.15), (3250, 250, 0.28)])
def test_every_officer_with_a_stop_is_seen_each_quarter_at_the_stated_cost(stops: int, officers: int, most: float) -> None:
    main = cover = 0
    for n in range(6):
        quarter = a_quarter(stops, officers, seed=n)
        seen, by_main, by_cover = drawn_quarter(quarter, hexed(f"quarter {n}"))
        assert seen == set(groups_of(quarter))
        main, cover = main + by_main, cover + by_cover
    assert cover / main <= most
