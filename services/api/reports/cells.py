"""How the figures of a report are written for people. Files hold them as they are."""

from datetime import date

from stop_search.learning.disparity.findings import chance_in_words
from stop_search.learning.findings import of_100
from stop_search.learning.ratios import in_figures
from stop_search.learning.reports.tables import Cell, Column, Kind
from stop_search.wording import day_in_words

NOTHING = "\N{EN DASH}"
WITHHELD = "withheld"
MINUS = "\N{MINUS SIGN}"
NUMERIC = frozenset({Kind.COUNT, Kind.NUMBER, Kind.SHARE, Kind.POINTS, Kind.LEVELS, Kind.RATIO, Kind.CHANCE})


def written(column: Column, cell: Cell) -> str:
    """Return a cell in words: a share as of 100, a difference of shares in points, with its sign."""
    if cell is None:
        return WITHHELD if column.kind is Kind.COUNT else NOTHING
    if column.kind is Kind.YES:
        return "Yes" if cell else "No"
    if column.kind is Kind.DAY:
        return day_in_words(date.fromisoformat(str(cell)))
    if isinstance(cell, str):
        return cell
    return _figure(column.kind, float(cell))


def _figure(kind: Kind, figure: float) -> str:
    if kind is Kind.SHARE:
        return of_100(figure)
    if kind is Kind.POINTS:
        return f"{figure * 100:+.1f}".replace("-", MINUS)
    if kind is Kind.LEVELS:
        return f"{figure:+.1f}".replace("-", MINUS)
    if kind is Kind.RATIO:
        return in_figures(figure).replace("-", MINUS)
    if kind is Kind.CHANCE:
        return chance_in_words(figure)
    return f"{round(figure):,}".replace("-", MINUS)
