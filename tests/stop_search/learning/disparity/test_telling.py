"""What may be told of comparisons: nothing is worked out from a count that is withheld, and no small count from what is told."""

from dataclasses import replace

import numpy as np
import pytest

from stop_search.learning.disparity.benchmarks import census_of
from stop_search.learning.disparity.comparing import comparison_of, together
from stop_search.learning.disparity.groups import Basis
from stop_search.learning.disparity.measures import (
    ARRESTED,
    FORCED,
    FOUND,
    HANDCUFFED,
    NO_VIDEO,
    NOTHING,
    OBJECTS_APART,
    Measure,
    objects_apart,
)
from stop_search.learning.disparity.population import NOT_STATED, Searches, population_table
from stop_search.learning.disparity.telling import (
    NOT_COMPARED,
    WITHHELD,
    ToldComparison,
    ToldPopulation,
    told_comparisons,
    told_population,
)
from stop_search.learning.ratios import Group
from tests.support.microdata import MEASURES, Reader, compared_by_ethnicity, some_people

CENSUS = census_of("E23000036")
PAIRS = ((HANDCUFFED, FORCED), (FOUND, NOTHING), (ARRESTED, NOTHING))


def residents(minimum: int = 10, **people: int) -> ToldPopulation:
    """Return what may be told of so many people of each group beside residents."""
    counts = {NOT_STATED if key == "unstated" else key: Searches(number, 1.0) for key, number in people.items()}
    return told_population(population_table(counts, CENSUS, Basis.SELF_DEFINED), minimum=minimum)


def told(measures: dict[Measure, dict[str | None, Group]], minimum: int = 10) -> dict[str, ToldComparison]:
    """Return what may be told of comparisons that stand together, by the measure's key."""
    found = together([comparison_of(groups, measure, Basis.SELF_DEFINED) for measure, groups in measures.items()])
    return {one.comparison.measure.key: one for one in told_comparisons(found, minimum=minimum)}


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


def test_all_that_is_worked_out_from_a_withheld_number_of_people_is_withheld() -> None:
    """Of 44 withheld, 22 of whom it is so would be the half."""
    groups = {"White": Group(200, 400), "Black": Group(60, 131), "Mixed": Group(22, 44), "Other": Group(3, 7)}
    found = told({NOTHING: groups})["nothing"]
    row = next(row for row in found.comparison.rows if row.name.key == "Mixed")
    assert found.people["Mixed"] is found.people["Other"] is None
    assert (row.interval, row.ratio, row.difference, row.bounds, found.chance(row), row.too_few) == (None, None, None, None, None, WITHHELD)


def test_of_the_objects_of_one_group_the_last_is_not_the_found_less_the_others() -> None:
    """66 people, of whom 30 were searched for drugs, 12 for weapons, 11 for stolen goods, 10 for theft: 3 for anything else."""
    numbers = dict(zip(objects_apart(), (30, 12, 11, 10, 3), strict=True))
    counts = {one: {"White": Group(0, number * 5), "Black": Group(0, number)} for one, number in numbers.items()}
    found = told({FOUND: {"White": Group(0, 330), "Black": Group(0, 66)}, **counts}, minimum=5)
    black = {key: one.people["Black"] for key, one in found.items()}
    assert black["found"] == 66
    assert black["found_other"] is None
    assert [key for key in OBJECTS_APART if black[f"found_{key}"] is None] == ["theft_articles"]
    assert [key for key, one in found.items() if one.people["White"] is None] == ["found_theft_articles", "found_other"]


def test_of_two_of_which_one_is_a_part_of_the_other_one_is_withheld_where_little_is_between_them() -> None:
    """40 saw force, 37 of them handcuffs: 3 saw other force."""
    people = {"White": Group(100, 300), "Black": Group(40, 90)}
    cuffed = {"White": Group(80, 300), "Black": Group(37, 90)}
    found = told({FORCED: people, HANDCUFFED: cuffed}, minimum=5)
    force, cuffs = (next(row for row in found[key].comparison.rows if row.name.key == "Black") for key in ("force", "handcuffs"))
    assert force.ratio
    assert (found["handcuffs"].people["Black"], cuffs.interval, cuffs.too_few) == (90, None, WITHHELD)
    apart = told({FORCED: people, HANDCUFFED: cuffed | {"Black": Group(35, 90)}}, minimum=5)
    assert all(row.interval for row in apart["handcuffs"].comparison.rows)


def test_a_p_value_stands_only_beside_a_difference_that_is_told() -> None:
    """Of 12 people of another group the test is made, but p and the size would give of how many it is so."""
    found = told({NO_VIDEO: {"White": Group(40, 400), "Black": Group(50, 200), "Other": Group(6, 12)}}, minimum=5)["no_video"]
    chance = {row.name.key: (found.chance(row) is not None, row.stands_out) for row in found.comparison.rows}
    assert chance == {"White": (False, False), "Black": (True, True), "Other": (False, True)}


def test_the_reason_why_nothing_is_said_of_a_criterion_does_not_say_how_many_there_are() -> None:
    groups = {"White": Group(50, 100), "Black": Group(3, 40), "Asian": Group(5, 7)}
    found = comparison_of(groups, Measure("C1", "Grounds", "the standard was met", "stops", lambda _: None), Basis.SELF_DEFINED)
    why = {"Black": "met in 3 of 40, 10 are needed on either side", "Asian": "7 scored, 30 are needed"}
    rows = tuple(replace(row, too_few=why.get(row.name.key, row.too_few)) for row in found.rows)
    (may,) = told_comparisons([replace(found, rows=rows)], minimum=5)
    assert {row.name.key: row.too_few for row in may.comparison.rows if row.too_few} == {
        "Black": "10 reviews are needed that met it, and 10 that did not",
        "Asian": "30 reviews are needed that scored it",
    }


@pytest.mark.parametrize("minimum", [5, 10])
@pytest.mark.parametrize("seed", range(4))
def test_from_all_that_is_told_no_small_count_follows(seed: int, minimum: int) -> None:
    """The reader solves for the people in every cell of group, object, outcome and force, from the sums and all that is told."""
    people = some_people(180 + 150 * seed, seed)
    comparisons = compared_by_ethnicity(people)
    reader = Reader(told_comparisons(together(comparisons), minimum=minimum))
    exact = Reader(told_comparisons(together(comparisons), minimum=1))
    by_key = {one.measure.key: one for one in comparisons}
    sought: list[np.ndarray] = []
    for measure in MEASURES:
        for row in by_key[measure.key].rows:
            counts = ((None, row.group.size), (True, row.group.events), (False, row.group.size - row.group.events))
            sought += [reader.of(measure, row.name.key, verdict=verdict) for verdict, number in counts if 0 < number < minimum]
    for part, whole in PAIRS:
        for row in by_key[part.key].rows:
            beside = next(one for one in by_key[whole.key].rows if one.name.key == row.name.key).group
            between = (beside.events if whole is FORCED else beside.size - beside.events) - row.group.events
            if 0 < between < minimum:
                over = reader.of(whole, row.name.key, verdict=whole is FORCED)
                sought.append(over - reader.of(part, row.name.key, verdict=True))
    assert len(sought) > 10
    assert any(exact.is_known(one) for one in sought), "were nothing withheld, some would be known"
    assert not [number for number, one in enumerate(sought) if reader.is_known(one)]
