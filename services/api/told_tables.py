"""A released quarter's tables as pages and files show them: labels in the reader's language, numbers, and what is too few to tell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.api.site_words import SiteWords
from stop_search.learning.transparency.released import QuarterTold
from stop_search.learning.transparency.rules import ALL, FURTHEST, Key, Table

EARLIER = 3  # quarters beside the one that is shown
MONTHS = 3


@dataclass(frozen=True)
class Row:
    """One row. `is_english`: its label is, whatever the page's language; `numbers`: None where there are too few; `is_sum`: of the rows."""

    label: str
    is_english: bool
    numbers: tuple[int | None, ...]
    is_sum: bool = False


@dataclass(frozen=True)
class ShownTable:
    """One table. `rate`: of 100 receipts, between how many were answered; only where it can be told."""

    name: str
    title: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    rate: tuple[int, int] | None = None

    @property
    def tells_nothing(self) -> bool:
        """Whether there is no number in it at all."""
        return all(number is None for row in self.rows for number in row.numbers)


@dataclass(frozen=True)
class Labels:
    """Words for categories: the language's own, else names as they are recorded (areas), else those of the criteria, in English."""

    site: SiteWords
    criteria: Mapping[str, str]

    def of(self, dimension: str, category: str) -> tuple[str, bool]:
        """Return the words for a category and whether they are English."""
        if category == ALL:
            return self.site.plain("transparency.all"), False
        path = f"transparency.labels.{dimension}.{category}"
        if self.site.has(path):
            return self.site.plain(path), False
        return self.criteria.get(category, category.replace("_", " ")), True


def shown_tables(told: QuarterTold, labels: Labels, *, others: Sequence[QuarterTold] = ()) -> tuple[ShownTable, ...]:
    """Return the tables of a quarter; `others`: all quarters that are out, the newest first, so that earlier ones stand beside it."""
    earlier = [one for one in others if one.quarter < told.quarter][:EARLIER]
    return tuple(_shown(table, told, labels, earlier) for table in told.tables)


def quarter_words(site: SiteWords, quarter: str) -> str:
    """Return a quarter as people say it: "2026, months 7 to 9"."""
    year, number = quarter.split("Q")
    last = MONTHS * int(number)
    return site.plain("transparency.quarter", year=year, first=last - MONTHS + 1, last=last)


def _shown(table: Table, told: QuarterTold, labels: Labels, earlier: Sequence[QuarterTold]) -> ShownTable:
    site, name = labels.site, table.name
    title = site.plain(f"transparency.tables.{name}") if site.has(f"transparency.tables.{name}") else name.replace("_", " ")
    note = site.plain(f"transparency.notes.{table.universe}")
    if len(table.dimensions) == 1:
        columns, rows = _one_way(table, told, labels, earlier)
    else:
        columns, rows = _two_way(table, labels)
    return ShownTable(name, title, note, columns, rows, _rate(table))


def _one_way(table: Table, told: QuarterTold, labels: Labels, earlier: Sequence[QuarterTold]) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    beside = [(one.quarter, found) for one in earlier if (found := one.table(table.name)) is not None]
    columns = (told.quarter, *(quarter for quarter, _ in beside))
    (dimension,) = table.dimensions
    keys: list[Key] = [(category,) for category in dimension.categories] + [table.whole]
    rows = tuple(
        Row(*labels.of(dimension.name, key[0]), (table.counts[key], *(found.counts.get(key) for _, found in beside)), key == table.whole)
        for key in keys
    )
    return columns, rows


def _two_way(table: Table, labels: Labels) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    down, across = table.dimensions
    categories = (*across.categories, ALL)
    columns = tuple(labels.of(across.name, category)[0] for category in categories)
    rows = (*down.categories, ALL) if table.is_partition else down.categories
    return columns, tuple(
        Row(*labels.of(down.name, row), tuple(_number(table, row, column) for column in categories), row == ALL) for row in rows
    )


def _number(table: Table, row: str, column: str) -> int | None:
    if column == ALL and not table.is_partition:
        return table.counts[table.whole]
    return table.counts[row, column]


def _rate(table: Table) -> tuple[int, int] | None:
    """Return of 100 receipts between how many were answered, by what the rounded numbers allow."""
    answered, receipts = table.counts.get(("answered",)), table.counts.get((ALL,))
    if table.dimensions[0].name != "answered" or answered is None or receipts is None:
        return None
    low, high = (answered - FURTHEST) / (receipts + FURTHEST), (answered + FURTHEST) / (receipts - FURTHEST)
    return int(100 * low), min(-int(-100 * high // 1), 100)
