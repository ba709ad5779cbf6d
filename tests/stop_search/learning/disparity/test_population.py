"""Searches for every 1,000 who live here: rates, ratios, differences, bounds, and what may not be said."""

import pytest

from stop_search.learning.disparity.benchmarks import Benchmark, census_of
from stop_search.learning.disparity.groups import Basis, SearchedPerson
from stop_search.learning.disparity.population import NOT_STATED, PopulationTable, Searches, population_table, searches_by_group

CENSUS = census_of("E23000036")


def table(**people: int) -> PopulationTable:
    """Return the table of so many people of each group, each stopped alone."""
    counts = {NOT_STATED if key == "unstated" else key: Searches(number, 1.0) for key, number in people.items()}
    return population_table(counts, CENSUS, Basis.SELF_DEFINED)


def test_a_group_has_its_rate_its_ratio_its_difference_and_its_excess() -> None:
    found = table(White=4853, Black=760, unstated=2237)
    row = next(row for row in found.rows if row.group.key == "Black")
    assert row.ratio
    assert row.difference
    assert round(row.per_1000, 3) == 20.082
    assert round(row.ratio.value, 3) == 6.557
    assert round(row.difference.value, 2) == 17.02
    assert row.excess == pytest.approx(760 - 4853 / 1584583 * 37844)
    assert found.share_not_stated == pytest.approx(2237 / 7850)


def test_bounds_stand_beside_every_ratio_that_is_said() -> None:
    found = table(White=4853, Black=760, Mixed=214, unstated=2237)
    said = [row for row in found.rows if row.ratio]
    assert [row.group.key for row in said] == ["Mixed", "Black"]
    for row in said:
        assert row.ratio
        assert row.bounds
        assert row.difference
        assert row.bounds[0] < row.ratio.value < row.bounds[1]


def test_fewer_than_twenty_searches_are_too_few_to_say_on_either_side() -> None:
    found = table(White=4853, Black=19, Asian=20)
    rows = {row.group.key: row for row in found.rows}
    assert rows["Black"].ratio is rows["Black"].excess is None
    assert rows["Black"].too_few == "fewer than 20 searches"
    assert rows["Asian"].ratio
    assert all(row.ratio is None for row in table(White=19, Black=500).rows)


def test_the_group_that_others_are_compared_with_is_white_and_never_compared_with_itself() -> None:
    found = table(White=4853, Black=760)
    assert found.reference.group.key == "White"
    assert found.reference.ratio is None
    assert found.reference.too_few is None


def test_people_who_were_stopped_together_are_worth_fewer() -> None:
    people = [SearchedPerson(stop=number // 2, month="2026-11", self_defined="B1") for number in range(40)]
    people += [SearchedPerson(stop=f"alone {number}", month="2026-11", self_defined="W1") for number in range(30)]
    people += [SearchedPerson(stop="with one", month="2026-11"), SearchedPerson(stop="said nothing", month="2026-11", self_defined="NS")]
    assert searches_by_group(people, Basis.SELF_DEFINED) == {
        "Black": Searches(40, 0.5),
        "White": Searches(30, 1.0),
        NOT_STATED: Searches(2, 1.0),
    }


def test_a_group_that_the_benchmark_does_not_count_is_told_apart() -> None:
    benchmark = Benchmark("residents", 2021, "a test", {"male": 1000, "female": 1000})
    found = population_table({"male": Searches(60, 1.0), "female": Searches(20, 1.0), "other": Searches(7, 1.0)}, benchmark, Basis.SEX)
    assert [(group.key, number) for group, number in found.no_residents] == [("other", 7)]
    assert found.searched == 87


def test_where_more_are_searched_than_live_residents_stay_those_of_the_census() -> None:
    """The City of London, of whose residents 232 are Black; the intervals are those of Poisson counts (see `test_ratios.py`)."""
    counts = {"White": Searches(1100, 1.0), "Black": Searches(650, 1.0), NOT_STATED: Searches(200, 1.0)}
    found = population_table(counts, census_of("E23000034"), Basis.SELF_DEFINED)
    row = next(row for row in found.rows if row.group.key == "Black")
    assert row.ratio
    assert row.difference
    assert (row.searches, row.residents, round(row.per_1000, 2)) == (650, 232, 2801.72)
    assert [round(value, 3) for value in (row.ratio.value, row.ratio.low, row.ratio.high)] == [15.168, 13.766, 16.712]
    assert [round(value) for value in (row.difference.value, row.difference.low, row.difference.high)] == [2617, 2409, 2841]
    assert row.bounds == pytest.approx((650 / 232 / (1300 / 5955), 850 / 232 / (1100 / 5955)))
    assert row.excess == pytest.approx(650 - 1100 / 5955 * 232)
