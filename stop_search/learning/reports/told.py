"""What sentences may be made from: nothing of a group or unit whose count the finished table withholds, by itself or for another. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from stop_search.learning.disparity.comparing import ComparedRow, Comparison
from stop_search.learning.disparity.groups import SHORT
from stop_search.learning.disparity.population import PopulationRow, PopulationTable
from stop_search.learning.funnels import Funnel, UnitPoint
from stop_search.learning.reports.tables import Table
from stop_search.learning.reports.unit_counts import UnitsFound

Key = tuple[object, ...]


def told_in(table: Table, *names: str, told: str) -> frozenset[Key]:
    """Return the rows, by these columns, in which a column is told."""
    return frozenset(tuple(row[name] for name in names) for row in table.values() if row[told] is not None)


def told_residents(found: Sequence[PopulationTable], table: Table) -> list[PopulationTable]:
    """Return the searches beside residents without the ratios of groups that the table withholds: a ratio gives the count away.

    Where those that the others are compared with are withheld, no ratio may be said.
    """
    told = told_in(table, "basis", "group", told="searches")
    return [replace(one, rows=tuple(row if _may_say(one, row, told) else _silenced(row) for row in one.rows)) for one in found]


def _may_say(one: PopulationTable, row: PopulationRow, told: frozenset[Key]) -> bool:
    return {(SHORT[one.basis], each.group.label) for each in (row, one.reference)} <= told


def _silenced(row: PopulationRow) -> PopulationRow:
    return replace(row, ratio=None, difference=None, bounds=None, excess=None)


def told_groups(found: Sequence[Comparison], table: Table) -> list[Comparison]:
    """Return the comparisons inside the search, without what is said of groups that the table withholds or compares with withheld ones."""
    told = told_in(table, "basis", "measure", "group", told="people")
    return [replace(one, rows=tuple(row if _may_compare(one, row, told) else _unsaid(row) for row in one.rows)) for one in found]


def _may_compare(one: Comparison, row: ComparedRow, told: frozenset[Key]) -> bool:
    return {(SHORT[one.basis], one.measure.name, each.name.label) for each in (row, one.reference)} <= told


def _unsaid(row: ComparedRow) -> ComparedRow:
    return replace(row, interval=None, ratio=None, difference=None, bounds=None, p=None, adjusted_p=None, unseen=None)


def told_units(found: Sequence[UnitsFound], table: Table) -> list[tuple[str, str, Funnel, tuple[UnitPoint, ...]]]:
    """Return the funnels, each with the points whose share the table tells."""
    told = told_in(table, "measure", "unit", told="share")
    return [(name, said, one, tuple(point for point in one.points if (name, point.unit.name) in told)) for name, said, one in found]
