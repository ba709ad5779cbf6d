"""Charts of standardised results: what they signal, what they do not, and which numbers they count with."""

import random
from statistics import fmean, pstdev

import pytest

from stop_search.learning.control_charts import EWMA_LIMIT, Period, average_deviation, chart, normal_score


def weeks(*shares: float, n: int = 100) -> list[Period]:
    """Return one week of n for each share."""
    return [Period(f"2026-W{number:02}", round(share * n), n) for number, share in enumerate(shares, start=1)]


def test_weeks_that_are_all_alike_give_no_signal() -> None:
    found = chart(weeks(*[0.3] * 30))
    assert found.usual == pytest.approx(0.3)
    assert not found.outside
    assert not found.summed_up


def test_a_lasting_change_is_signalled_by_both_charts_after_it_and_not_before() -> None:
    found = chart(weeks(*[0.3] * 20, *[0.45] * 20))
    assert found.outside
    assert found.summed_up
    assert {point.average > 0 for point in found.outside if point.name > "2026-W30"} == {True}
    assert min(point.name for point in found.summed_up if point.up > 4) > "2026-W20"


def test_a_fall_is_summed_downwards() -> None:
    found = chart(weeks(*[0.3] * 30, *[0.15] * 10))
    assert [point.down > found.decision for point in found.points].index(True) >= 30
    assert found.points[-1].average < -found.average_limit


def test_the_average_and_the_sums_are_those_of_the_textbook() -> None:
    found = chart(weeks(0.5, 0.6, 0.4, 0.5))
    average = up = 0.0
    for point in found.points:
        average, up = 0.1 * point.score + 0.9 * average, max(0.0, up + point.score - 0.5)
        assert (point.average, point.up) == pytest.approx((average, up))
    assert found.average_limit == pytest.approx(EWMA_LIMIT * (0.1 / 1.9) ** 0.5)
    assert average_deviation(0.1) == pytest.approx(0.2294, abs=1e-4)


def test_a_sum_that_has_signalled_begins_again() -> None:
    found = chart(weeks(*[0.3] * 20, *[0.5] * 20))
    signals = [place for place, point in enumerate(found.points) if point.up > found.decision]
    assert len(signals) > 1
    for place in signals[:-1]:
        assert found.points[place + 1].up == pytest.approx(max(0.0, found.points[place + 1].score - 0.5))


def test_an_empty_week_is_left_out_and_a_sure_thing_has_no_score() -> None:
    assert [point.name for point in chart([Period("a", 3, 9), Period("b", 0, 0), Period("c", 4, 9)]).points] == ["a", "c"]
    assert normal_score(Period("a", 0, 9), 0.0) == 0
    assert chart([]).points == ()


def test_a_score_is_of_as_many_as_its_people_are_worth() -> None:
    assert normal_score(Period("", 12, 40, worth=0.5), 0.2) == pytest.approx(normal_score(Period("", 6, 20), 0.2))
    (point,) = chart([Period("a", 12, 40, worth=0.5)]).points
    assert (point.n, point.share) == (40, 0.3)


def test_exact_scores_of_small_numbers_are_spread_as_standard_ones() -> None:
    chance = random.Random(4)  # noqa: S311 -- a seeded simulation
    scores = [normal_score(Period("", sum(chance.random() < 0.2 for _ in range(15)), 15), 0.2) for _ in range(4000)]
    assert fmean(scores) == pytest.approx(0, abs=0.05)
    assert 0.9 < pstdev(scores) <= 1.02
