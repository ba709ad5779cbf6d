"""The tables as files: one row per group, small counts left out, and the not stated and the benchmark in every row."""

from stop_search.learning.disparity.benchmarks import census_of
from stop_search.learning.disparity.comparing import comparison_of
from stop_search.learning.disparity.groups import Basis
from stop_search.learning.disparity.measures import NOTHING
from stop_search.learning.disparity.population import NOT_STATED, Searches, population_table
from stop_search.learning.disparity.tables import INSIDE_HEADING, POPULATION_HEADING, inside_rows, population_rows
from stop_search.learning.ratios import Group

CENSUS = census_of("E23000036")


def population(minimum: int, **people: int) -> dict[object, dict[str, object]]:
    """Return the rows of a table of so many people, by group."""
    counts = {NOT_STATED if key == "unstated" else key: Searches(number, 1.0) for key, number in people.items()}
    rows = population_rows(population_table(counts, CENSUS, Basis.SELF_DEFINED), period="2019/20", minimum=minimum)
    return {row[2]: dict(zip(POPULATION_HEADING, row, strict=True)) for row in rows}


def test_every_row_names_its_benchmark_and_the_share_not_stated() -> None:
    rows = population(10, White=4853, Black=760, Mixed=30, Asian=169, Other=46, unstated=2237).values()
    assert {(row["benchmark"], row["benchmark_year"]) for row in rows} == {("residents of the Avon and Somerset police force area", 2021)}
    assert {row["not_stated_share"] for row in rows} == {round(2237 / 8095, 3)}
    assert {row["compared_with"] for row in rows} == {"White"}


def test_a_small_count_is_left_out_with_its_rate_and_so_is_a_second_that_would_give_it_away() -> None:
    rows = population(10, White=4853, Black=760, Asian=169, Mixed=25, Other=4)
    assert rows["Other"]["searches"] is rows["Other"]["rate_per_1000"] is None
    assert rows["Mixed"]["searches"] is None
    assert rows["Other"]["too_few_to_say_because"] == "fewer than 20 searches"
    assert rows["Asian"]["searches"] == 169


def test_no_figure_stands_in_a_row_whose_number_of_searches_is_left_out() -> None:
    """A ratio times the rate of those compared with, or the excess, would give it."""
    rows = population(10, White=400, Black=131, Asian=60, Mixed=24, Other=7, unstated=100)
    figures = POPULATION_HEADING[5:15]
    assert figures[0] == "rate_per_1000"
    assert figures[-1] == "ratio_if_all_not_stated_are_of_the_group"
    for key in ("Mixed", "Other"):
        assert {name: rows[key][name] for name in ("searches", *figures)} == dict.fromkeys(("searches", *figures))
    assert rows["Mixed"]["too_few_to_say_because"] == "withheld: its number would give a smaller one away"
    assert None not in {name: rows["Black"][name] for name in ("searches", *figures)}.values()


def test_where_the_not_stated_are_left_out_to_cover_a_group_their_share_and_all_bounds_are() -> None:
    rows = population(10, White=400, Black=131, Asian=60, Other=7, unstated=12)
    gone = ("not_stated_share", "ratio_if_all_not_stated_are_of_the_reference", "ratio_if_all_not_stated_are_of_the_group")
    assert {rows[key][name] for key in rows for name in gone} == {None}
    assert rows["Asian"]["ratio"] is not None


def inside(groups: dict[str | None, Group]) -> dict[object, dict[str, object]]:
    """Return the rows of a table of what became of these people, by group."""
    rows = inside_rows([comparison_of(groups, NOTHING, Basis.SELF_DEFINED)], period="2019/20", minimum=10)
    return {row[3]: dict(zip(INSIDE_HEADING, row, strict=True)) for row in rows}


def test_inside_the_search_each_row_has_its_denominator_and_says_where_it_is_too_few() -> None:
    found = inside({"White": Group(120, 200), "Black": Group(30, 60), "Other": Group(13, 24), None: Group(20, 40)})
    assert found["Black"]["share"] == 0.5
    assert found["Black"]["difference"] == -0.1
    assert found["Black"]["difference_at_least_whoever_the_not_stated_are"] == round(30 / 80 - 140 / 220, 3)
    assert (found["Other"]["people"], found["Other"]["of_whom"], found["Other"]["share"]) == (24, None, None)
    assert found["Other"]["too_few_to_say_because"] == "30 people are needed"
    assert {row["denominator"] for row in found.values()} == {"people searched whose outcome is known"}
    assert {row["not_stated_share"] for row in found.values()} == {round(40 / 324, 3)}


def test_no_figure_stands_in_a_row_whose_number_of_people_is_left_out() -> None:
    """Of whom it is so, divided by the share, would give it."""
    found = inside({"White": Group(240, 400), "Black": Group(60, 131), "Mixed": Group(22, 44), "Other": Group(3, 4), None: Group(20, 60)})
    figures = (*INSIDE_HEADING[4:19], "adjusted_p")
    assert {name: found["Mixed"][name] for name in figures} == {name: found["Other"][name] for name in figures} == dict.fromkeys(figures)
    assert found["Mixed"]["too_few_to_say_because"] == "withheld: its number would give a smaller one away"
    assert found["Black"]["people"] == 131


def test_inside_the_search_the_share_of_the_not_stated_does_not_give_them_where_they_cover_a_group() -> None:
    found = inside({"White": Group(120, 200), "Black": Group(30, 60), "Other": Group(3, 4), None: Group(20, 40)})
    gone = (
        "not_stated_share",
        "difference_at_least_whoever_the_not_stated_are",
        "difference_at_most_whoever_the_not_stated_are",
    )
    assert {row[name] for row in found.values() for name in gone} == {None}
    assert found["Black"]["difference"] == -0.1
