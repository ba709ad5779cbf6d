"""Groups within groups: at most three, pooled, tested against all others, and too few is said."""

import pytest

from stop_search.learning.disparity.groups import Basis, SearchedPerson
from stop_search.learning.disparity.intersections import against_others, intersections
from stop_search.learning.disparity.measures import NOTHING
from stop_search.learning.exact_tests import adjusted, differ
from stop_search.learning.ratios import Group

THREE = (Basis.SELF_DEFINED, Basis.AGE, Basis.SEX)


def people(number: int, nothing: int, **told: str) -> list[SearchedPerson]:
    """Return so many people, of whom with `nothing` nothing more was done."""
    return [
        SearchedPerson(stop=object(), month="2026-11", outcome="no_further_action" if place < nothing else "arrest", **told)
        for place in range(number)
    ]


def some() -> list[SearchedPerson]:
    """Return four cells that are said, one that differs, one that is too small, and somebody in no cell."""
    told = people(200, 100, self_defined="W1", age_band="18_24", gender="male") + people(
        60, 31, self_defined="W1", age_band="10_17", gender="male"
    )
    told += people(80, 70, self_defined="B1", age_band="18_24", gender="male") + people(
        70, 35, self_defined="B1", age_band="18_24", gender="female"
    )
    return told + people(9, 9, self_defined="A1", age_band="18_24", gender="male") + people(5, 5, self_defined="W1", gender="male")


def test_cells_stand_in_the_order_of_the_groups_and_only_the_one_that_differs_stands_out() -> None:
    found = intersections(some(), NOTHING, THREE)
    assert [" ".join(name.label for name in cell.names) for cell in found.cells] == [
        "White 10 to 17 Male", "White 18 to 24 Male", "Asian 18 to 24 Male", "Black 18 to 24 Male", "Black 18 to 24 Female",
    ]  # fmt: skip
    assert [cell.names[0].label for cell in found.cells if cell.stands_out and cell.share and cell.share.share > 0.7] == ["Black"]
    assert found.not_stated == 5


def test_a_cell_of_fewer_than_ten_says_nothing() -> None:
    (cell,) = [cell for cell in intersections(some(), NOTHING, THREE).cells if cell.names[0].key == "Asian"]
    assert cell.share is cell.adjusted_p is None
    assert cell.too_few == "10 people are needed"


def test_a_share_is_drawn_towards_that_of_all() -> None:
    found = intersections(some(), NOTHING, THREE)
    (cell,) = [cell for cell in found.cells if cell.names[0].key == "Black" and cell.names[2].key == "male"]
    assert cell.share
    assert found.overall < cell.share.share < 70 / 80


def test_every_cell_is_tested_against_all_others_with_all_tests_adjusted() -> None:
    groups = [Group(100, 200), Group(31, 60), Group(70, 80)]
    expected = adjusted([differ(one, Group(201 - one.events, 340 - one.size)) for one in groups])
    assert against_others(groups) == expected


def test_two_cells_are_too_few_to_pool() -> None:
    told = people(40, 20, gender="male") + people(40, 10, gender="female")
    found = intersections(told, NOTHING, (Basis.SEX,))
    assert not found.said
    assert {cell.too_few for cell in found.cells} == {"3 cells of 10 people are needed"}


def test_nobody_gives_no_cell() -> None:
    assert intersections([], NOTHING, THREE).cells == ()


@pytest.mark.parametrize("bases", [(), (*THREE, Basis.OFFICER_PERCEIVED), (Basis.AGE, Basis.AGE)])
def test_more_than_three_groups_at_once_or_one_twice_are_refused(bases: tuple[Basis, ...]) -> None:
    with pytest.raises(ValueError, match="different bases"):
        intersections([], NOTHING, bases)
