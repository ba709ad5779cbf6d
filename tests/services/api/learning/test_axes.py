"""Where things stand in the pictures: ratios on a logarithmic axis with 1 on it, units in a funnel, weeks in a chart."""

import pytest

from services.api.learning.axes import chart_drawn, funnel_drawn, log_axis
from stop_search.learning.control_charts import Period, chart
from stop_search.learning.funnels import Unit, funnel


def test_twice_and_half_are_as_far_from_one() -> None:
    axis = log_axis([0.5, 2.0])
    assert (axis.place(0.5), axis.place(1), axis.place(2)) == pytest.approx((0, 0.5, 1))
    assert axis.ticks == [(0.0, "1/2"), (0.5, "1"), (1.0, "2")]


def test_an_axis_holds_all_and_one_and_ends_at_powers_of_two() -> None:
    axis = log_axis([6.1, 7.1, 0.3])
    assert (axis.low, axis.high) == (0.25, 8)
    assert [label for _, label in axis.ticks] == ["1/4", "1/2", "1", "2", "4", "8"]
    assert log_axis([]).ticks == log_axis([1.5]).ticks


def test_what_is_beyond_the_widest_axis_stands_at_its_end() -> None:
    axis = log_axis([0.0, 0.001, 900])
    assert (axis.low, axis.high) == (1 / 32, 32)
    assert (axis.place(0), axis.place(0.001), axis.place(900)) == (0, 0, 1)


def test_a_funnel_narrows_about_its_centre_and_every_point_lies_in_the_picture() -> None:
    found = funnel([Unit("a", 20, 100), Unit("b", 45, 150), Unit("c", 3, 12)])
    drawn = funnel_drawn(found)
    assert all(0 <= across <= 1 and 0 <= up <= 1 for across, up in drawn.dots)
    highs = [float(point.split(",")[1]) for point in drawn.curves["high 0.95"].split()]
    assert highs == sorted(highs)
    assert highs[-1] < 100 - drawn.middle * 100
    assert drawn.across[0] == (0.0, "0")
    assert 3 <= len(drawn.across) <= 7


def test_a_share_near_nothing_still_has_a_picture() -> None:
    drawn = funnel_drawn(funnel([Unit(name, 1, 400) for name in "abc"]))
    assert [label for _, label in drawn.up] == ["0", "1", "2", "3", "4", "5"]


def test_a_chart_has_its_limits_as_far_above_as_below_and_its_weeks_from_left_to_right() -> None:
    drawn = chart_drawn(chart([Period(f"w{number}", number, 20) for number in range(10)]), "first", "last")
    high, low = (float(drawn.curves[name].split()[0].split(",")[1]) for name in ("high", "low"))
    assert high + low == pytest.approx(100, abs=0.02)
    assert [across for across, _ in drawn.dots] == pytest.approx([number / 9 for number in range(10)])
    assert drawn.across == [(0.0, "first"), (1.0, "last")]
