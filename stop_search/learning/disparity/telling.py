"""What may be told of the comparisons: no small count, nothing that gives one away, and nothing that is worked out from either. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from stop_search.learning.disclosure import told_counts
from stop_search.learning.disparity.adding_up import NOT_STATED, OF_PEOPLE, OF_WHOM, AddingUp, Count
from stop_search.learning.disparity.comparing import ComparedRow, Comparison
from stop_search.learning.disparity.groups import GroupName
from stop_search.learning.disparity.population import PopulationRow, PopulationTable
from stop_search.learning.estimates import without_counts
from stop_search.learning.withholding import withheld_of

WITHHELD = "withheld: its number would give a smaller one away"
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


@dataclass(frozen=True)
class ToldComparison:
    """A comparison with what may be told; None is withheld. `people`: by the group's key; `comparison`: shares and what they lead to."""

    comparison: Comparison
    people: Mapping[str, int | None]
    not_stated: int | None
    share_not_stated: float | None

    def chance(self, row: ComparedRow) -> float | None:
        """Return the adjusted p-value; only beside a difference, as the counts could be read off it."""
        return row.adjusted_p if row.difference else None


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


def told_comparisons(comparisons: Sequence[Comparison], *, minimum: int) -> tuple[ToldComparison, ...]:
    """Return what may be told of comparisons that stand together, in their order; those of one basis are looked at together."""
    hidden = {
        basis: _hidden([one for one in comparisons if one.basis is basis], minimum)
        for basis in dict.fromkeys(one.basis for one in comparisons)
    }
    return tuple(_told(one, *hidden[one.basis]) for one in comparisons)


def _told_beside_residents(
    row: PopulationRow, told: Mapping[str | None, int | None], *, is_compared: bool, is_bound: bool
) -> PopulationRow:
    if told[row.group.key] is None or not is_compared:
        why = WITHHELD if told[row.group.key] is None else NOT_COMPARED
        return replace(row, ratio=None, difference=None, excess=None, bounds=None, too_few=row.too_few or why)
    return row if is_bound else replace(row, bounds=None)


def _hidden(comparisons: Sequence[Comparison], minimum: int) -> tuple[AddingUp, frozenset[Count]]:
    adding_up = AddingUp(comparisons, minimum=minimum)
    return adding_up, withheld_of(adding_up.tables, minimum=minimum)


def _told(one: Comparison, adding_up: AddingUp, hidden: frozenset[Count]) -> ToldComparison:
    measure, groups = one.measure.key, [*(row.name.key for row in one.rows), NOT_STATED]
    people = {group: adding_up.people(measure, group) not in hidden for group in groups}
    said = {group: Count(OF_WHOM, measure, group) not in hidden for group in groups}
    if measure not in OF_PEOPLE:  # what is told of the not stated is of all stops of the frame, and would give how many were searched
        said[NOT_STATED] = people[NOT_STATED] = not adding_up.hides_not_stated(hidden)
    is_compared, is_bound = said[one.reference.name.key], said[NOT_STATED]
    rows = [_told_row(_without_counts(row), is_said=said[row.name.key], is_compared=is_compared, is_bound=is_bound) for row in one.rows]
    return ToldComparison(
        comparison=replace(one, rows=tuple(rows)),
        people={row.name.key: row.group.size if people[row.name.key] else None for row in one.rows},
        not_stated=one.not_stated.size if people[NOT_STATED] else None,
        share_not_stated=one.share_not_stated if people[NOT_STATED] else None,
    )


def _told_row(row: ComparedRow, *, is_said: bool, is_compared: bool, is_bound: bool) -> ComparedRow:
    if not is_said:
        row = replace(row, interval=None, unseen=None, too_few=row.too_few or WITHHELD)
    if not is_said or not is_compared:
        row = replace(row, ratio=None, difference=None)
    return row if row.difference and is_bound else replace(row, bounds=None)


def _without_counts(row: ComparedRow) -> ComparedRow:
    """Return a row that does not say in its reason what its counts are, as one of a criterion does."""
    return replace(row, too_few=without_counts(row.too_few, row.group.size, row.group.events)) if row.too_few else row
