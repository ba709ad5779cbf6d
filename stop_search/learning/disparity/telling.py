"""What may be told of the comparisons: no small count, nothing that gives one away, and nothing that is worked out from either. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from stop_search.learning.disclosure import told_counts
from stop_search.learning.disparity.groups import GroupName
from stop_search.learning.disparity.population import PopulationRow, PopulationTable

WITHHELD = "withheld: its number would give a smaller one away"
NOT_STATED = None
NOT_COMPARED = "withheld: the number of those it is compared with would give a smaller one away"


@dataclass(frozen=True)
class ToldPopulation:
    """A table of residents with what may be told; None is withheld. `searches`: by the group's key; `table`: ratios, rates and bounds."""

    table: PopulationTable
    searches: Mapping[str, int | None]
    not_stated: int | None
    no_residents: tuple[tuple[GroupName, int | None], ...]

    @property
    def share_not_stated(self) -> float | None:
        """Of all people searched, the share that is in no group."""
        return None if self.not_stated is None else self.table.share_not_stated

    def rate(self, row: PopulationRow) -> float | None:
        """Return how many of a group were searched for every 1,000 residents."""
        return None if self.searches[row.group.key] is None else row.per_1000


def told_population(table: PopulationTable, *, minimum: int) -> ToldPopulation:
    """Return what may be told of searches beside residents. Groups, not stated and groups without residents add up to all searched."""
    reference = table.reference.group.key
    counts = {row.group.key: row.searches for row in table.rows} | {group.key: number for group, number in table.no_residents}
    told = told_counts({**counts, NOT_STATED: table.not_stated}, minimum=minimum, last={reference})
    rows = tuple(
        _told_beside_residents(row, told, is_compared=told[reference] is not None, is_bound=told[NOT_STATED] is not None)
        for row in table.rows
    )
    return ToldPopulation(
        table=replace(table, rows=rows),
        searches={row.group.key: told[row.group.key] for row in table.rows},
        not_stated=told[NOT_STATED],
        no_residents=tuple((group, told[group.key]) for group, _ in table.no_residents),
    )


def _told_beside_residents(
    row: PopulationRow, told: Mapping[str | None, int | None], *, is_compared: bool, is_bound: bool
) -> PopulationRow:
    if told[row.group.key] is None or not is_compared:
        why = WITHHELD if told[row.group.key] is None else NOT_COMPARED
        return replace(row, ratio=None, difference=None, excess=None, bounds=None, too_few=row.too_few or why)
    return row if is_bound else replace(row, bounds=None)
