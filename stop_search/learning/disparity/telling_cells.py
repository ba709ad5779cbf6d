"""What may be told of groups within groups: no cell whose number would give a small one away. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from stop_search.learning.disclosure import told_counts
from stop_search.learning.disparity.intersections import Cell, Intersections
from stop_search.learning.disparity.telling import WITHHELD
from stop_search.learning.withholding import Sum, Tables, withheld_of

UNSAID, NOT_STATED = "cells of which nothing is said", "in no cell"


@dataclass(frozen=True)
class ToldCells:
    """Groups within groups as they may be told. `unsaid`: people in the cells of which nothing is said; None is withheld."""

    within: Intersections
    unsaid: int | None
    not_stated: int | None


def told_cells(within: Intersections, *, minimum: int) -> ToldCells:
    """Return what may be told: all cells and those in none add up to all people; where few are in none, a group's cells add up to it."""
    hidden = withheld_of(_adding_up(within.cells, by_group=within.not_stated < minimum), minimum=minimum)
    cells = tuple(
        replace(cell, share=None, adjusted_p=None, too_few=cell.too_few or WITHHELD) if place in hidden else cell
        for place, cell in enumerate(within.cells)
    )
    unsaid = sum(cell.group.size for cell in cells if not cell.share)
    told = told_counts({UNSAID: unsaid, NOT_STATED: within.not_stated}, minimum=minimum)
    return ToldCells(replace(within, cells=cells), told[UNSAID], told[NOT_STATED])


def _adding_up(cells: Sequence[Cell], *, by_group: bool) -> Tables[int]:
    sizes = {place: cell.group.size for place, cell in enumerate(cells)}
    names = dict.fromkeys(name for cell in cells for name in cell.names) if by_group else ()
    sums = [Sum({place: size for place, size in sizes.items() if name in cells[place].names}) for name in names]
    unsaid = frozenset(place for place, cell in enumerate(cells) if not cell.share)
    return Tables([*sums, Sum(sizes)], sizes.__getitem__, unsaid)
