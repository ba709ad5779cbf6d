"""No sentence of a report names a group whose row its table withholds, by itself or because it would give another one away."""

from itertools import product

import pytest

from stop_search.learning.disparity.benchmarks import Benchmark
from stop_search.learning.disparity.comparing import Comparison, comparison_of, together
from stop_search.learning.disparity.groups import ETHNIC, Basis
from stop_search.learning.disparity.measures import NO_VIDEO, OF_THE_FILM, OF_THE_SEARCH, Measure
from stop_search.learning.disparity.population import PopulationTable, Searches, population_table
from stop_search.learning.disparity.telling import told_comparisons, told_population
from stop_search.learning.ratios import Group
from stop_search.learning.reports.of_people import groups_table, residents_table, video_table
from stop_search.learning.reports.sentences import of_groups, of_video
from stop_search.learning.reports.told import to_be_said

MINIMUM = 10
LIVE_HERE = Benchmark("residents", 2021, "made up", {"White": 90000, "Mixed": 3000, "Asian": 4000, "Black": 2000, "Other": 500})
REPORTED = {"White": 400, "Mixed": 100, "Asian": 60, "Black": 3, "Other": 41}


def residents(searched: dict[str, int]) -> PopulationTable:
    """Return so many searches of each group beside residents."""
    return population_table({key: Searches(number, 1.0) for key, number in searched.items()}, LIVE_HERE, Basis.SELF_DEFINED)


def compared(measure: Measure, searched: dict[str, int], few: float = 0.3) -> Comparison:
    """Return a comparison in which it is so of few of the first and last groups, and of many of the others."""
    shares = {"White": few, "Other": 0.9}
    groups: dict[str | None, Group] = {key: Group(round(number * shares.get(key, 0.32)), number) for key, number in searched.items()}
    return comparison_of(groups, measure, Basis.SELF_DEFINED)


def said_of_groups(searched: dict[str, int]) -> tuple[str, set[str]]:
    """Return the sentences about groups, and the people whom a table withholds."""
    found = [told_population(residents(searched), minimum=MINIMUM)]
    inside = told_comparisons(together([compared(one, searched) for one in OF_THE_SEARCH]), minimum=MINIMUM)
    beside, within = residents_table(found, period="2026Q4"), groups_table(inside)
    names = {name.label: name.people for name in ETHNIC}
    hidden = {
        names[row["group"]] for table, count in ((beside, "searches"), (within, "people")) for row in table.values() if row[count] is None
    }
    return of_groups([one.table for one in found], to_be_said(inside)), hidden


def names_any(said: str, hidden: set[str]) -> bool:
    """Say whether any of these people are named."""
    return any(people.lower() in said.lower() for people in hidden)


def test_a_finding_says_nothing_of_a_group_that_is_withheld_so_that_another_stays_so() -> None:
    said, hidden = said_of_groups(REPORTED)
    assert hidden == {"Black people", "people of another ethnic group"}
    assert not names_any(said, hidden)
    assert said.startswith("People of mixed ethnicity were 7.5 times as likely to be searched as White people"), "the next one is said"


def test_where_those_compared_with_are_withheld_no_ratio_is_said() -> None:
    said, hidden = said_of_groups({"White": 41, "Mixed": 0, "Asian": 0, "Black": 3, "Other": 0})
    assert hidden == {"Black people", "White people"}
    assert said.startswith("Too little is known to compare searches with the people who live here.")
    assert not names_any(said, hidden)


@pytest.mark.parametrize("searched", list(product((20, 35, 300), (3, 45), (12, 60), (0, 4, 70), (9, 41))))
def test_no_finding_names_a_group_whose_row_is_withheld(searched: tuple[int, ...]) -> None:
    said, hidden = said_of_groups(dict(zip(REPORTED, searched, strict=True)))
    assert not names_any(said, hidden)


def test_no_sentence_about_video_names_a_group_that_is_withheld() -> None:
    """Missing video is tested for small groups too, so more of them could be named."""
    searched = {"White": 400, "Mixed": 100, "Asian": 60, "Black": 3, "Other": 12}
    inside = list(together([compared(one, searched, few=0.1) for one in OF_THE_FILM]))
    video = video_table([], minimum=MINIMUM)
    assert "people of another ethnic group" in of_video(video, inside), "as it stands without the table"
    said = of_video(video, to_be_said(told_comparisons(inside, minimum=MINIMUM)))
    assert NO_VIDEO.name in said
    assert not names_any(said, {"Black people", "people of another ethnic group"})
