"""What stands in a report beside every figure of what the public answered: how many answered, and what that leaves unknown. Pure."""

from collections.abc import Mapping
from dataclasses import replace

from stop_search.learning.reports.tables import Cell, Column, Kind, Table, settled
from stop_search.learning.response import Response
from stop_search.wording import day_in_words

HALF = 0.5
NOT_SAID = "Of too few people who answered it can be said between what a share of theirs lies among everybody. It could be anything."
SOURCE = "receipts of the quarter's stops"
BOUND = "Half of those who answered is, of everybody, at {}: had all others said {}."
COLUMNS = (
    Column("receipts", "Receipts", Kind.NUMBER, "Receipts of the quarter's stops.", "receipts", SOURCE, is_shown=False),
    Column(
        "receipts_answered", "Answered", Kind.NUMBER, "Of these, answered by who was stopped.", "receipts", SOURCE, is_shown=False,
    ),
    Column("half_at_least", "Half is at least", Kind.SHARE, BOUND.format("least", "no"), "share, 0 to 1", SOURCE, is_shown=False),
    Column("half_at_most", "Half is at most", Kind.SHARE, BOUND.format("most", "yes"), "share, 0 to 1", SOURCE, is_shown=False),
)  # fmt: skip


def in_words(response: Response | None) -> str:
    """Return what is said of the response; `response` is None where how many answered is withheld."""
    return (
        response.said_of(f"receipts of the quarter's stops ({day_in_words(response.since)} to {day_in_words(response.until)})")
        if response
        else NOT_SAID
    )


def beside_answers(table: Table, response: Response | None, said: str, only: Mapping[str, str]) -> Table:
    """Return a table with what is `said` of the response in its note, and it in each row that has the values `only`."""
    nothing: tuple[Cell, ...] = (None,) * len(COLUMNS)
    cells = (response.receipts, response.answered, *map(settled, response.bounds(HALF))) if response else nothing
    rows = tuple(
        (*row, *(cells if only.items() <= told.items() else nothing)) for row, told in zip(table.rows, table.values(), strict=True)
    )
    return replace(table, note=f"{table.note} {said}", columns=(*table.columns, *COLUMNS), rows=rows)
