"""What may be told of groups within groups: a group less the cells that are told gives no small cell."""

from stop_search.learning.disparity.groups import Basis
from stop_search.learning.disparity.intersections import Intersections, intersections_of
from stop_search.learning.disparity.measures import NOTHING
from stop_search.learning.disparity.telling_cells import ToldCells, told_cells
from stop_search.learning.ratios import Group

BASES = (Basis.SELF_DEFINED, Basis.SEX)
SIZES = {("White", "male"): 400, ("White", "female"): 90, ("Black", "male"): 200, ("Black", "female"): 60}


def cells(sizes: dict[tuple[str, ...], int], *, not_stated: int = 30) -> Intersections:
    """Return cells of so many people, of half of whom it is so."""
    return intersections_of({key: Group(size // 2, size) for key, size in sizes.items()}, NOTHING, BASES, not_stated=not_stated)


def said(told: ToldCells) -> list[tuple[str, ...]]:
    """Return the keys of the cells of which something is said."""
    return [tuple(name.key for name in cell.names) for cell in told.within.said]


def test_with_no_small_cell_everything_is_told() -> None:
    told = told_cells(cells(SIZES), minimum=5)
    assert said(told) == list(SIZES)
    assert (told.unsaid, told.not_stated) == (0, 30)


def test_a_small_cell_takes_the_next_smallest_with_it_and_they_are_told_together() -> None:
    """3 would be all people less those in the other cells and those in none."""
    told = told_cells(cells(SIZES | {("Black", "other"): 3}), minimum=5)
    assert said(told) == [("White", "male"), ("White", "female"), ("Black", "male")]
    assert told.unsaid == 63


def test_where_everybody_is_in_a_cell_a_small_one_is_not_its_group_less_the_others() -> None:
    """7 and 2 come to enough, but Black people less the men and the women are 2."""
    sizes = SIZES | {("Asian", "other"): 7, ("Black", "other"): 2, ("Asian", "male"): 80}
    assert ("Black", "female") in said(told_cells(cells(sizes), minimum=5))
    assert ("Black", "female") not in said(told_cells(cells(sizes, not_stated=0), minimum=5))


def test_few_who_are_in_no_cell_are_not_all_people_less_those_in_cells() -> None:
    told = told_cells(cells(SIZES | {("Asian", "male"): 7}, not_stated=2), minimum=5)
    assert told.not_stated is told.unsaid is None
