"""A reader's control chart: it stays quiet where nothing moved, and says so where something did."""

from datetime import timedelta

import numpy as np
import pytest

from stop_search.reviews.drift import Comparison, Verdict, drift_chart, mean_difference, usual_spread
from tests.support.builders import NOON

SPREAD = 0.5


def comparisons(differences: list[float]) -> list[Comparison]:
    return [Comparison(NOON + timedelta(hours=n), difference) for n, difference in enumerate(differences)]


def test_only_criteria_to_which_both_gave_a_level_are_compared() -> None:
    assert mean_difference({"C1": 3, "C2": 2, "C3": 0}, {"C1": 2, "C2": 2, "C9": 3}) == pytest.approx(0.5)
    assert mean_difference({"C1": 3}, {"C2": 3}) is None


def test_the_line_is_the_weighted_mean_and_the_limit_that_of_the_long_run() -> None:
    chart = drift_chart(comparisons([1.0] + [0.0] * 11), spread=SPREAD)
    assert chart.line == pytest.approx([0.1 * 0.9**n for n in range(12)])
    assert chart.limit == pytest.approx(2.814 * SPREAD * (0.1 / 1.9) ** 0.5)
    assert chart.verdict is Verdict.STEADY


@pytest.mark.parametrize(("difference", "verdict"), [(-0.6, Verdict.LOWER), (0.6, Verdict.HIGHER), (0.2, Verdict.STEADY)])
def test_who_stays_apart_from_the_others_is_told_in_which_direction(difference: float, verdict: Verdict) -> None:
    assert drift_chart(comparisons([difference] * 30), spread=SPREAD).verdict is verdict


def test_it_goes_by_time_and_not_by_the_order_in_which_they_come() -> None:
    late = comparisons([-1.0] * 20 + [1.0] * 20)
    assert drift_chart(late, spread=SPREAD).verdict is Verdict.HIGHER
    assert drift_chart(late[::-1], spread=SPREAD) == drift_chart(late, spread=SPREAD)


@pytest.mark.parametrize(("own", "spread"), [(9, SPREAD), (30, None)])
def test_too_few_are_too_few_to_say(own: int, spread: float | None) -> None:
    chart = drift_chart(comparisons([2.0] * own), spread=spread)
    assert (chart.comparisons, chart.verdict, chart.line, chart.limit) == (own, Verdict.TOO_FEW, (), None)


def test_the_usual_spread_needs_forty_and_is_taken_about_nothing() -> None:
    assert usual_spread([0.5] * 39) is None
    assert usual_spread([0.5] * 40) == pytest.approx(0.5)
    assert usual_spread([0.0] * 60) is None


def test_an_alarm_by_chance_is_rare_and_a_move_of_one_spread_is_found_within_twenty_clips() -> None:
    chance = np.random.default_rng(7)
    quiet, found = [], []
    for _ in range(120):
        steady = drift_chart(comparisons(chance.normal(0, SPREAD, 900).tolist()), spread=SPREAD)
        moved = drift_chart(comparisons(chance.normal(-SPREAD, SPREAD, 100).tolist()), spread=SPREAD)
        quiet.append(next((n for n, height in enumerate(steady.line) if abs(height) > steady.limit), 900))
        found.append(next(n for n, height in enumerate(moved.line, 1) if abs(height) > moved.limit))
    assert np.mean(quiet) > 350  # 500 on average, cut off at 900 here
    assert np.mean(found) == pytest.approx(10.3, abs=1.5)
