"""What is worked out of disparity as rows of a table, for files and the command line. Pure.

The first nine columns of the population's table are those of the usual published form: rates for 1,000, ratios, 95 % intervals.
"""

from collections.abc import Iterator, Sequence

from stop_search.learning.disparity.comparing import Comparison
from stop_search.learning.disparity.population import PopulationRow, PopulationTable
from stop_search.learning.disparity.telling import ToldComparison, ToldPopulation, told_comparisons, told_population
from stop_search.learning.ratios import Between

Row = Sequence[object]
PLACES = 3

POPULATION_HEADING = (
    "period", "ethnicity_basis", "group", "searches", "population", "rate_per_1000", "ratio", "ci_low", "ci_high",
    "difference_per_1000", "difference_low", "difference_high", "excess_searches",
    "ratio_if_all_not_stated_are_of_the_reference", "ratio_if_all_not_stated_are_of_the_group", "not_stated_share",
    "compared_with", "benchmark", "benchmark_year", "too_few_to_say_because",
)  # fmt: skip
INSIDE_HEADING = (
    "period", "basis", "measure", "group", "people", "of_whom", "share", "ci_low", "ci_high",
    "share_at_least_whatever_was_not_seen", "share_at_most_whatever_was_not_seen", "ratio", "ratio_low", "ratio_high",
    "difference", "difference_low", "difference_high", "difference_at_least_whoever_the_not_stated_are",
    "difference_at_most_whoever_the_not_stated_are", "not_stated_share", "compared_with", "adjusted_p", "denominator",
    "too_few_to_say_because",
)  # fmt: skip


def population_rows(table: PopulationTable, *, period: str, minimum: int) -> Iterator[Row]:
    """Return one row per group, by name. What `telling.py` withholds is left empty, with all that is worked out from it."""
    return told_population_rows(told_population(table, minimum=minimum), period=period)


def told_population_rows(told: ToldPopulation, *, period: str) -> Iterator[Row]:
    """Return the same of what may be told."""
    table = told.table
    for row in sorted(table.rows, key=lambda row: row.group.key):
        yield (
            period, table.basis.value, row.group.key, told.searches[row.group.key], row.residents, _rounded(told.rate(row)), *_ratio(row),
            *_ends(row.difference), None if row.excess is None else round(row.excess), *_pair(row.bounds),
            _rounded(told.share_not_stated), table.reference.group.key, table.benchmark.name, table.benchmark.year, row.too_few,
        )  # fmt: skip


def inside_rows(comparisons: Sequence[Comparison], *, period: str, minimum: int) -> Iterator[Row]:
    """Return one row per measure and group. Where it is too few to say, only how many people there are is told, if that may be."""
    return told_inside_rows(told_comparisons(comparisons, minimum=minimum), period=period)


def told_inside_rows(told: Sequence[ToldComparison], *, period: str) -> Iterator[Row]:
    """Return the same of what may be told."""
    for may in told:
        one = may.comparison
        for row in one.rows:
            found = row.interval
            yield (
                period, one.basis.value, one.measure.name, row.name.label, may.people[row.name.key], row.group.events if found else None,
                *_shares(found and (found.share, found.low, found.high)), *_pair(row.unseen), *_ends(row.ratio),
                *_ends(row.difference), *_pair(row.bounds), _rounded(may.share_not_stated), one.reference.name.label,
                _rounded(may.chance(row), 4), one.measure.of, row.too_few,
            )  # fmt: skip


def _rounded(value: float | None, places: int = PLACES) -> float | None:
    return None if value is None else round(value, places)


def _ratio(row: PopulationRow) -> Row:
    return (1.0, 1.0, 1.0) if row.is_reference and not row.too_few else _ends(row.ratio)


def _ends(found: Between | None) -> Row:
    return [None] * 3 if found is None else [round(end, PLACES) for end in (found.value, found.low, found.high)]


def _shares(found: tuple[float, float, float] | None) -> Row:
    return [None] * 3 if found is None else [round(end, 4) for end in found]


def _pair(found: tuple[float, float] | None) -> Row:
    return [None] * 2 if found is None else [round(end, PLACES) for end in found]
