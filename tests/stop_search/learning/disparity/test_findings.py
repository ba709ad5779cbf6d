"""What is said of disparity: the finding, the alerts, and what is always printed beside."""

from stop_search.learning.disparity.benchmarks import Benchmark, census_of
from stop_search.learning.disparity.comparing import Comparison, comparison_of, together
from stop_search.learning.disparity.findings import (
    NO_THRESHOLD_TEST,
    OUTCOME_TEST,
    PITFALLS,
    alerts,
    chance_in_words,
    headline,
    more_than_live_here,
)
from stop_search.learning.disparity.groups import Basis
from stop_search.learning.disparity.measures import NO_VIDEO, NOTHING, Measure
from stop_search.learning.disparity.population import PopulationTable, Searches, population_table
from stop_search.learning.ratios import Group

CENSUS = census_of("E23000036")


def table(**people: int) -> PopulationTable:
    """Return the table of so many people of each group."""
    return population_table({key: Searches(number, 1.0) for key, number in people.items()}, CENSUS, Basis.SELF_DEFINED)


def inside(measure: Measure = NOTHING, **groups: Group) -> tuple[Comparison, ...]:
    """Return one comparison, its tests adjusted."""
    return together([comparison_of(groups, measure, Basis.SELF_DEFINED)])


def test_the_finding_names_the_group_that_is_furthest_off_and_the_benchmark() -> None:
    words = headline(table(White=4853, Black=760, Asian=169), inside(White=Group(60, 100), Black=Group(61, 100)), Basis.SELF_DEFINED)
    assert words.startswith(
        "Black people were 6.6 times as likely to be searched as White people, between 6.1 and 7.1 times (ethnicity as people said it "
        "themselves; residents of the Avon and Somerset police force area, 2021)."
    )
    assert words.endswith("nothing differed between the groups by more than chance (ethnicity as people said it themselves).")


def test_a_group_that_is_searched_less_often_can_be_the_furthest_off() -> None:
    assert headline(table(White=4853, Asian=40), (), Basis.SELF_DEFINED).startswith("Asian people were 0.22 times as likely to be searched")


def test_no_difference_and_too_few_are_said_as_such() -> None:
    assert "No group was searched more or less often than White people" in headline(table(White=4853, Other=50), (), Basis.SELF_DEFINED)
    assert "Too few people were searched" in headline(table(White=4853, Other=5), (), Basis.SELF_DEFINED)
    assert headline(None, (), Basis.AGE) == (
        "It is too early to compare what became of the searches: too few people of any group are recorded."
    )


def test_more_searches_than_residents_are_said_in_words_unless_they_are_too_few_to_say() -> None:
    city = Benchmark("residents of the City", 2021, "a test", {"White": 5955, "Mixed": 3, "Black": 232})
    counts = {"White": Searches(1100, 1.0), "Mixed": Searches(4, 1.0), "Black": Searches(650, 1.0)}
    found = population_table(counts, city, Basis.SELF_DEFINED)
    assert headline(found, (), Basis.SELF_DEFINED).startswith("Black people were 15.2 times as likely to be searched as White people")
    assert more_than_live_here(found).startswith("More searches than residents: Black people. Some of those who were searched")
    assert more_than_live_here(table(White=4853, Black=760)) == ""


def test_what_differs_most_surely_inside_the_search_is_told_with_both_shares() -> None:
    words = headline(None, inside(White=Group(120, 200), Black=Group(170, 200)), Basis.SELF_DEFINED)
    assert "“Nothing more was done”, 85 of 100 Black people against 60 of 100 White people, 1.4 times as often." in words


def test_missing_video_beyond_chance_is_an_alert() -> None:
    (alert,) = alerts(inside(NO_VIDEO, White=Group(20, 400), Black=Group(40, 200), Asian=Group(10, 150)))
    assert alert == (
        "Black people: there is no video more often than of White people, beyond chance: 20 of 100 Black people against 5 of 100 White "
        "people, 4.0 times as often (exact test, p less than 0.001, adjusted for all tests of video on this page)."
    )


def test_an_alert_of_a_small_group_tells_no_share() -> None:
    (alert,) = alerts(inside(NO_VIDEO, White=Group(20, 400), Black=Group(9, 12)))
    assert "Black people: there is no video more often than of White people, beyond chance (exact test" in alert
    assert " of 100" not in alert


def test_without_a_difference_beyond_chance_there_is_no_alert() -> None:
    assert alerts(inside(NO_VIDEO, White=Group(20, 400), Black=Group(12, 200))) == ()


def test_chance_is_never_nought() -> None:
    assert (chance_in_words(0.0000001), chance_in_words(0.0314)) == ("less than 0.001", "0.031")


def test_the_pitfalls_and_limits_are_all_there() -> None:
    words = " ".join(PITFALLS)
    for part in (
        "What people say of themselves and what officers see",
        "searches lie close together",
        "population has changed",
        "not stated",
        "Residents are not the people in the street",
        "stopped together",
        "vehicle",
    ):
        assert part in words
    assert "Equal find rates do not show that searches are fair" in OUTCOME_TEST
    assert "no threshold test" in NO_THRESHOLD_TEST
    assert "every record here is of a search already" in NO_THRESHOLD_TEST
