"""The report's table of units: no small unit can be worked out from the others and the sum, nor how few people a unit did not film."""

from hypothesis import given
from hypothesis import strategies as st

from stop_search.learning.disparity.groups import Film, SearchedPerson
from stop_search.learning.disparity.measures import CUT_VIDEO, FOUND, LATE_VIDEO, MEASURES, NO_VIDEO
from stop_search.learning.funnels import Funnel
from stop_search.learning.reports.of_people import units_table, video_table
from stop_search.learning.reports.sentences import of_units
from stop_search.learning.reports.told import told_units
from stop_search.learning.reports.unit_counts import withheld_units
from stop_search.learning.units import units_funnel

MINIMUM = 10
REPORTED = {"Harbour": 60, "Moor": 45, "Quay": 50, "Fell": 4}


def searched(units: dict[str | None, int], unfilmed: dict[str | None, int] | None = None) -> list[SearchedPerson]:
    """Return so many people of each unit, of whom so many were not filmed; the others' video begins late of every third."""
    gone = unfilmed or {}
    return [
        SearchedPerson(
            stop=(unit, place),
            month="2026-11",
            unit=unit,
            outcome="arrest",
            outcome_linked=place % 2 == 0,
            film=Film.MISSING if place < gone.get(unit, 0) else Film.FILMED,
            is_late=place % 3 == 0,
            is_cut=place % 3 == 1,
        )
        for unit, number in units.items()
        for place in range(number)
    ]


def rows_of(people: list[SearchedPerson], measure: str) -> dict[str, dict[str, object]]:
    """Return the rows of a measure by unit."""
    found = [(one.name, one.said, units_funnel(people, one)) for one in MEASURES.values()]
    return {row["unit"]: row for row in units_table(found, people, minimum=MINIMUM).values() if row["measure"] == measure}


def hidden_in(people: list[SearchedPerson], measure: str) -> set[str]:
    """Return the units of which no number is told."""
    return {unit for unit, row in rows_of(people, measure).items() if row["n"] is None}


def test_one_small_unit_takes_the_next_smallest_with_it_with_all_that_is_worked_out() -> None:
    people = searched({**REPORTED})
    assert hidden_in(people, FOUND.name) == {"Fell", "Moor"}
    moor = rows_of(people, FOUND.name)["Moor"]
    assert [name for name, cell in moor.items() if cell not in {None, ""}] == ["measure", "unit", "why_not"]
    assert moor["why_not"] == "withheld: its number would give a smaller one away"
    assert rows_of(people, FOUND.name)["Quay"]["n"] == 50


def test_people_of_no_unit_are_a_unit_too() -> None:
    """The four are not in the table; the sum less the three units would tell them."""
    assert hidden_in(searched({"Harbour": 60, "Moor": 45, "Quay": 50, None: 4}), FOUND.name) == {"Moor"}


def test_of_how_few_people_of_a_unit_there_is_no_video_cannot_be_worked_out() -> None:
    """In Moor there is no video of one: 45 people, 44 of them filmed. Quay's 12 must hide it, or the sum would tell."""
    people = searched({"Harbour": 60, "Moor": 45, "Quay": 50, "Fell": 70}, {"Moor": 1, "Quay": 12, "Fell": 14})
    assert hidden_in(people, NO_VIDEO.name) == set()
    for measure in (LATE_VIDEO, CUT_VIDEO):
        assert hidden_in(people, measure.name) == {"Moor", "Quay"}


def test_of_how_few_people_there_is_no_video_in_all_cannot_be_worked_out() -> None:
    few = {row["measure"]: row for row in video_table(searched({**REPORTED}, {"Moor": 1}), minimum=MINIMUM).values()}
    assert few[NO_VIDEO.name]["people"] == 159
    assert few[LATE_VIDEO.name]["people"] is few[LATE_VIDEO.name]["share"] is None
    assert few[LATE_VIDEO.name]["why_not"] == "withheld: its number would tell of how few people there is no video"
    many = {row["measure"]: row for row in video_table(searched({**REPORTED}, {"Moor": 10}), minimum=MINIMUM).values()}
    assert many[LATE_VIDEO.name]["people"] == 149


def test_no_sentence_names_a_unit_that_is_withheld() -> None:
    people = searched({"Harbour": 60, "Moor": 45, "Quay": 50, "Dale": 90, "Fell": 4}, {"Moor": 30, "Quay": 12, "Harbour": 12, "Dale": 12})
    found = [(one.name, one.said, units_funnel(people, one)) for one in MEASURES.values()]
    table = units_table(found, people, minimum=MINIMUM)
    assert {row["unit"] for row in table.values() if row["measure"] == NO_VIDEO.name and row["n"] is None} == {"Moor", "Fell"}
    assert any(point.unit.name == "Moor" and point.is_flagged for _, _, one in found for point in one.points)
    assert "Moor" not in of_units(told_units(found, table))


@given(st.lists(st.integers(0, 40), min_size=1, max_size=5), st.integers(0, 15), st.lists(st.integers(0, 20), min_size=5, max_size=5))
def test_no_small_number_follows_from_the_sum_and_what_is_told(sizes: list[int], without: int, gone: list[int]) -> None:
    """What is hidden of a measure is of two at least and not small together; no two numbers differ by a few who were not filmed."""
    units: dict[str | None, int] = {str(place): number for place, number in enumerate(sizes) if number}
    unfilmed: dict[str | None, int] = {unit: min(number, gone[int(str(unit))]) for unit, number in units.items()}
    nothing = Funnel(0.0, (), (), 0.0)
    found = [(one.name, one.said, nothing) for one in (NO_VIDEO, LATE_VIDEO)]
    withheld = withheld_units(found, searched(units | {None: without}, unfilmed), minimum=MINIMUM)
    told, late = ({unit for unit in units if (one.name, unit) not in withheld} for one in (NO_VIDEO, LATE_VIDEO))
    assert all(units[unit] >= MINIMUM for unit in told)
    assert all(units[unit] - unfilmed[unit] not in range(1, MINIMUM) for unit in late)
    assert all(unfilmed[unit] not in range(1, MINIMUM) for unit in told & late)
    hidden = [units[unit] for unit in units if unit not in told] + [without]
    if any(0 < number < MINIMUM for number in hidden) and told:
        assert sum(hidden) >= MINIMUM
        assert len([number for number in hidden if number]) >= 2
