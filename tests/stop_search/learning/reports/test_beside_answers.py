"""The response stands beside the public's answers in a report, and beside nothing else."""

from datetime import date

from stop_search.learning.reports.beside_answers import COLUMNS, NOT_SAID, beside_answers, in_words
from stop_search.learning.reports.tables import count, table_of, text
from stop_search.learning.response import Response

THEMES = table_of(
    name="themes",
    title="Themes",
    note="A note.",
    columns=(text("source", "From", "Where from."), count("texts", "Texts", "How many.", "made up")),
    rows=[("comments", 12), ("reviews", 30)],
)


def test_it_stands_in_the_note_and_in_the_rows_of_answers_only() -> None:
    response = Response(receipts=400, answered=100, since=date(2026, 10, 1), until=date(2026, 12, 31))
    told = beside_answers(THEMES, response, in_words(response), {"source": "comments"})
    of_quarter = (
        "100 of 400 receipts of the quarter's stops (1 October 2026 to 31 December 2026) were answered by the person who was stopped"
    )
    assert told.note == f"A note. {in_words(response)}"
    assert in_words(response).startswith(f"{of_quarter}: 25 of 100. ")
    assert told.rows == (("comments", 12, 400, 100, 0.125, 0.875), ("reviews", 30, None, None, None, None))
    assert [column.name for column in told.columns[2:]] == ["receipts", "receipts_answered", "half_at_least", "half_at_most"]


def test_a_withheld_number_of_answers_is_not_told_by_its_bounds() -> None:
    told = beside_answers(THEMES, None, in_words(None), {})
    assert told.note == f"A note. {NOT_SAID}"
    assert {row[2:] for row in told.rows} == {(None,) * len(COLUMNS)}
