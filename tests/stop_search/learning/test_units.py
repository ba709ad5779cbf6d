"""Units over one measure and over weeks: what is counted, what is weighted, what is too few."""

import pytest

from stop_search.learning.disparity.groups import Film, SearchedPerson
from stop_search.learning.disparity.measures import NO_VIDEO
from stop_search.learning.estimates import Tally, share_met
from stop_search.learning.run_lengths import ewma_limit_for
from stop_search.learning.units import UnitsShown, units_of_criterion, units_shown


def people(unit: str | None, number: int, missing: int, *, week: int = 40, stop: object = None) -> list[SearchedPerson]:
    """Return so many people of a unit and week, `missing` of them without video."""
    return [
        SearchedPerson(
            stop=stop or object(), month="2026-10", week=f"2026-W{week}", unit=unit, film=Film.MISSING if place < missing else Film.FILMED
        )
        for place in range(number)
    ]


def by_week(unit: str, *missing: int) -> list[SearchedPerson]:
    """Return twenty people for each week, so many of them without video."""
    return [one for week, number in enumerate(missing, start=10) for one in people(unit, 20, number, week=week)]


def chart_of(found: UnitsShown, name: str | None) -> tuple[str, ...]:
    """Return the weeks in which a unit's charts signal."""
    return next(one.changed_in for one in found.charts if one.name == name)


def test_units_stand_by_name_and_people_without_a_unit_only_in_the_force() -> None:
    found = units_shown(people("b", 30, 3) + people("a", 40, 4) + people(None, 7, 7) + people("c", 9, 1), NO_VIDEO)
    assert [(point.unit.name, point.unit.n) for point in found.funnel.points] == [("a", 40), ("b", 30)]
    assert found.without_unit == 7
    assert [one.name for one in found.charts] == [None, "a", "b"]


def test_people_of_one_stop_are_worth_one() -> None:
    pairs = [one for _ in range(20) for one in people("a", 2, 2, stop=object())]
    (point,) = units_shown(pairs + people("a", 40, 0), NO_VIDEO).funnel.points
    assert point.share == pytest.approx(0.5)
    assert point.unit.n == pytest.approx(80 * 80 / (20 * 4 + 40))
    assert units_shown(people("a", 20, 20, stop="a crowd"), NO_VIDEO).funnel.points == ()


def test_a_change_in_one_unit_is_signalled_there_after_it_happened() -> None:
    steady, worse = [4] * 24, [4] * 12 + [12] * 12
    found = units_shown(by_week("steady", *steady) + by_week("worse", *worse) + by_week("third", *steady), NO_VIDEO)
    assert chart_of(found, "steady") == chart_of(found, "third") == ()
    assert chart_of(found, "worse")
    assert max(chart_of(found, "worse")) >= "2026-W28"


def test_the_limits_are_those_of_as_many_charts_as_are_shown() -> None:
    found = units_shown(by_week("a", *[4] * 10) + by_week("b", *[4] * 10) + people("c", 20, 4), NO_VIDEO)
    chart = next(one.chart for one in found.charts if one.name == "a")
    assert chart
    assert chart.average_limit == pytest.approx(ewma_limit_for(3) * (0.1 / 1.9) ** 0.5)
    assert next(one.chart for one in found.charts if one.name == "c") is None


def test_a_weeks_people_are_told_as_they_are_and_people_of_one_stop_count_as_one_in_its_score() -> None:
    pairs = [one for week in range(10, 20) for stop in range(20) for one in people("a", 2, 2 * (stop < 4), week=week, stop=(week, stop))]
    worse = [one for stop in range(20) for one in people("a", 2, 2 * (stop < 9), week=20, stop=(20, stop))]
    alone = by_week("a", *[4] * 10, 9)
    by_pairs, by_one = (units_shown(found, NO_VIDEO).charts[0].chart for found in (pairs + worse, alone))
    assert by_pairs
    assert by_one
    assert {point.n for point in by_pairs.points} == {40}
    assert by_pairs.usual == by_one.usual == pytest.approx(49 / 220)
    assert [point.score for point in by_pairs.points] == pytest.approx([point.score for point in by_one.points])


def test_before_eight_weeks_there_is_no_chart() -> None:
    assert all(one.chart is None for one in units_shown(by_week("a", *[4] * 7), NO_VIDEO).charts)
    assert units_shown([], NO_VIDEO).funnel.points == ()


def test_a_criterion_is_weighted_over_each_units_risk_classes() -> None:
    tallies = {"a": [Tally("base", 4, 30, 10), Tally("high", 1, 5, 15)], "b": [Tally("base", 4, 30, 10)], None: [Tally("base", 4, 1, 1)]}
    sizes = {"a": {"base": 160, "high": 20}, "b": {"base": 160}}
    first, second = units_of_criterion(tallies, sizes).points
    met = share_met(tallies["a"], sizes["a"]).interval
    assert met
    assert first.share == pytest.approx(met.share)
    assert first.unit.n == pytest.approx(1 / ((160 / 180) ** 2 / 40 + (20 / 180) ** 2 / 20))
    assert second.unit.n == pytest.approx(40)
