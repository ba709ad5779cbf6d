"""What may be told of comparisons: nothing is worked out from a count that is withheld, and no small count from what is told."""

from stop_search.learning.disparity.benchmarks import census_of
from stop_search.learning.disparity.groups import Basis
from stop_search.learning.disparity.population import NOT_STATED, Searches, population_table
from stop_search.learning.disparity.telling import NOT_COMPARED, WITHHELD, ToldPopulation, told_population

CENSUS = census_of("E23000036")


def residents(minimum: int = 10, **people: int) -> ToldPopulation:
    """Return what may be told of so many people of each group beside residents."""
    counts = {NOT_STATED if key == "unstated" else key: Searches(number, 1.0) for key, number in people.items()}
    return told_population(population_table(counts, CENSUS, Basis.SELF_DEFINED), minimum=minimum)


def test_all_that_is_worked_out_from_a_withheld_number_of_searches_is_withheld() -> None:
    """24 of Mixed would be 722 less all others, of whom 7 are Other; a ratio times the rate of White people gives it as well."""
    found = residents(White=400, Black=131, Asian=60, Mixed=24, Other=7, unstated=100)
    row = next(row for row in found.table.rows if row.group.key == "Mixed")
    assert found.searches == {"White": 400, "Mixed": None, "Asian": 60, "Black": 131, "Other": None}
    assert (row.ratio, row.difference, row.excess, row.bounds, row.too_few) == (None, None, None, None, WITHHELD)
    assert found.rate(row) is None
    assert found.share_not_stated == 100 / 722
    assert next(row for row in found.table.rows if row.group.key == "Black").ratio


def test_where_the_not_stated_cover_a_group_neither_their_share_nor_the_bounds_give_them() -> None:
    found = residents(White=400, Black=131, Asian=60, Mixed=50, Other=7, unstated=20)
    black = next(row for row in found.table.rows if row.group.key == "Black")
    assert [key for key, number in found.searches.items() if number is None] == ["Other"]
    assert found.not_stated is found.share_not_stated is black.bounds is None
    assert black.ratio


def test_those_compared_with_are_withheld_last() -> None:
    found = residents(White=40, Black=131, Other=7)
    assert found.searches == {"White": 40, "Mixed": 0, "Asian": 0, "Black": None, "Other": None}


def test_where_those_compared_with_are_withheld_nothing_is_compared_and_it_says_why() -> None:
    """A ratio would give them, as the other side of it is told."""
    found = residents(White=40, Other=7, unstated=8)
    alone = residents(minimum=60, White=50, Black=131, Other=30)
    assert found.searches["White"] == 40
    assert {row.group.key: row.too_few for row in alone.table.rows}["White"] == WITHHELD
    assert {row.group.key: row.too_few for row in alone.table.rows}["Black"] == NOT_COMPARED
    assert alone.searches["Black"] == 131
    assert not any(row.ratio or row.difference or row.bounds or row.excess for row in alone.table.rows)
