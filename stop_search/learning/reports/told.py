"""What sentences may be made from: nothing of a group or unit whose count is withheld, by itself or for another. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from stop_search.learning.disparity.comparing import Comparison
from stop_search.learning.disparity.telling import ToldComparison
from stop_search.learning.funnels import Funnel, UnitPoint
from stop_search.learning.reports.tables import Table
from stop_search.learning.reports.unit_counts import UnitsFound


def to_be_said(found: Sequence[ToldComparison]) -> list[Comparison]:
    """Return the comparisons inside the search without the tests of groups that are withheld: a test says that they differ."""
    return [
        replace(
            one.comparison,
            rows=tuple(
                row if one.people[row.name.key] is not None else replace(row, p=None, adjusted_p=None) for row in one.comparison.rows
            ),
        )
        for one in found
    ]


def told_units(found: Sequence[UnitsFound], table: Table) -> list[tuple[str, str, Funnel, tuple[UnitPoint, ...]]]:
    """Return the funnels, each with the points whose share the table tells."""
    told = {(row["measure"], row["unit"]) for row in table.values() if row["share"] is not None}
    return [(name, said, one, tuple(point for point in one.points if (name, point.unit.name) in told)) for name, said, one in found]
