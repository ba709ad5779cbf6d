"""Funnels with exact limits; a unit is flagged for a difference and not for its size. No function can be given an officer."""

import inspect
from math import comb

import pytest

from stop_search.learning import control_charts, funnels, pooling, unit_queries, units
from stop_search.learning.disparity import comparing, criteria, groups, intersections, queries, shown
from stop_search.learning.funnels import Unit, beyond_chance, funnel, limits_at


@pytest.mark.parametrize(("n", "centre", "level"), [(40, 0.3, 0.95), (40, 0.3, 0.998), (12, 0.1, 0.95), (200, 0.8, 0.998)])
def test_what_is_outside_the_limits_is_what_the_exact_mid_p_says(n: int, centre: float, level: float) -> None:
    low, high = limits_at(n, centre, level)
    terms = [comb(n, k) * centre**k * (1 - centre) ** (n - k) for k in range(n + 1)]
    for k in range(n + 1):
        below = sum(terms[:k]) + terms[k] / 2
        assert (k / n < low) == (below < (1 - level) / 2)
        assert (k / n > high) == (1 - below < (1 - level) / 2)


def test_limits_are_wider_for_fewer_and_for_a_higher_level() -> None:
    assert limits_at(20, 0.3, 0.95)[1] > limits_at(200, 0.3, 0.95)[1]
    assert limits_at(20, 0.3, 0.998)[1] > limits_at(20, 0.3, 0.95)[1]
    assert limits_at(20, 0.0, 0.95) == (0.0, 0.0)


def test_the_unit_that_differs_is_flagged_and_a_small_one_far_out_is_not() -> None:
    found = funnel([Unit("a", 20, 100), Unit("b", 22, 100), Unit("c", 50, 100), Unit("d", 18, 100), Unit("e", 5, 12)])
    assert [point.unit.name for point in found.points if point.is_flagged] == ["c"]
    assert found.points[4].share > found.centre
    assert found.points[4].pooled.share < found.points[4].share
    assert found.is_comparison


def test_fewer_than_ten_have_no_point_and_do_not_move_the_centre() -> None:
    found = funnel([Unit("a", 20, 100), Unit("b", 30, 100), Unit("tiny", 9, 9)])
    assert found.centre == 0.25
    assert [unit.name for unit in found.too_few] == ["tiny"]
    assert not found.is_comparison


def test_no_unit_and_no_event_are_no_comparison() -> None:
    assert not funnel([]).is_comparison
    assert funnel([]).points == ()
    assert not funnel([Unit(name, 0, 50) for name in "abc"]).is_comparison


def test_a_spread_beyond_chance_is_nothing_where_chance_explains_all() -> None:
    assert beyond_chance([Unit("a", 25, 100), Unit("b", 25, 100), Unit("c", 26, 100)], 76 / 300) == 0
    assert beyond_chance([Unit("a", 10, 100), Unit("b", 50, 100)], 0.3) == pytest.approx(0.280, abs=0.005)


def test_no_function_of_comparing_takes_or_names_an_officer() -> None:
    modules = (comparing, control_charts, criteria, funnels, groups, intersections, pooling, queries, shown, unit_queries, units)
    functions = [
        found for module in modules for _, found in inspect.getmembers(module, inspect.isfunction) if found.__module__ == module.__name__
    ]
    classes = [
        found for module in modules for _, found in inspect.getmembers(module, inspect.isclass) if found.__module__ == module.__name__
    ]
    names = [name for function in functions for name in (function.__name__, *inspect.signature(function).parameters)]
    names += [name for one in classes for name in (one.__name__.lower(), *getattr(one, "__annotations__", {}))]
    assert len(functions) > 50
    assert not [name for name in names if "officer" in name and name != "officer_perceived"]
