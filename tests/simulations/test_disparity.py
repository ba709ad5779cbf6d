"""Short forms of `benchmarks/disparity.py`: intervals hold the truth, chance is seldom called a difference."""

import pytest

from stop_search.learning.disparity.measures import NO_VIDEO
from stop_search.learning.units import units_shown
from tests.support.simulated_groups import (
    compared_rates,
    compared_shares,
    false_claims,
    false_flags,
    false_signals,
    pooled_units,
    sixty_cells,
    steady_weeks,
)

SEED = 8


@pytest.mark.parametrize(("first", "second"), [((0.72, 92), (0.80, 300)), ((0.12, 193), (0.06, 400))])
def test_intervals_of_ratios_and_differences_hold_the_truth(first: tuple[float, int], second: tuple[float, int]) -> None:
    found = compared_shares(first, second, repetitions=400, seed=SEED, fewest=10)
    assert 0.92 <= found.ratio <= 0.99
    assert 0.92 <= found.difference <= 0.99


def test_intervals_of_rates_hold_the_truth_where_there_are_more_searches_than_residents() -> None:
    found = compared_rates((2.8, 60), (0.185, 1500), repetitions=400, seed=SEED)
    assert 0.92 <= found.ratio <= 0.99
    assert 0.92 <= found.difference <= 0.99


def test_among_twelve_units_that_do_not_differ_one_is_seldom_flagged_and_naive_limits_would_flag_often() -> None:
    flagged, naive = false_flags([62, 70, 85, 96, 101, 104, 110, 122, 131, 150, 162, 178], share=0.8, repetitions=400, seed=SEED)
    assert flagged <= 0.07
    assert naive >= 0.25


def test_pooled_shares_are_nearer_to_the_truth_and_their_intervals_hold_it() -> None:
    found = pooled_units(12, 100, spread=0.15, repetitions=60, seed=SEED)
    assert 0.91 <= found.coverage <= 0.99
    assert found.error <= 0.55


def test_a_best_guess_of_the_spread_holds_the_truth_far_less_often() -> None:
    found = pooled_units(12, 100, spread=0.15, repetitions=60, seed=SEED)
    assert found.plug_in_coverage < 0.88
    assert found.plug_in_coverage < found.coverage - 0.04


def test_charts_of_people_of_whom_a_third_are_stopped_together_signal_no_more_often_than_the_page_says() -> None:
    """In so many weeks chance alone gives 10 signals of the sums; 41 come where people of one stop are counted as independent."""
    (chart,) = (one.chart for one in units_shown(steady_weeks(1600, stops=60, share=0.1, seed=SEED), NO_VIDEO).charts)
    assert chart
    between_sums, outside = false_signals(chart)
    assert between_sums > 120
    assert outside < 0.01


def test_among_sixty_cells_that_do_not_differ_one_is_seldom_said_to() -> None:
    assert false_claims(sixty_cells(SEED, mean=30), share=0.25, repetitions=300, seed=SEED) <= 0.08
