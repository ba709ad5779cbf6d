"""A report's tables: kept as JSON without loss, with figures that every machine writes the same."""

import json

import pytest

from stop_search.learning.reports.tables import WHY_NOT, Kind, Picture, Scale, as_json, count, from_json, interval, settled, table_of, text


def test_a_table_comes_back_from_json_as_it_was() -> None:
    table = table_of(
        name="made",
        title="Made up",
        note="A note.",
        columns=(text("name", "Name", "A name."), *interval("nowhere"), count("n", "How many", "A count.", "nowhere"), WHY_NOT),
        rows=[("“Ä”", 1 / 3, 0.1, 0.9, 40, ""), ("B", None, None, None, None, "too few to say")],
        picture=Picture(Scale.SHARES, "A picture", ("name",), "share", "low", "high", ("name",)),
    )
    assert from_json(json.loads(json.dumps(as_json(table)))) == table
    assert table.values()[0]["share"] == 0.3333
    assert table.columns[1].kind is Kind.SHARE


def test_minus_zero_and_the_last_digits_of_a_machine_are_not_kept() -> None:
    assert str(settled(-0.00001)) == "0.0"
    assert settled(0.1 + 0.2) == settled(0.3)
    assert (settled(7), settled(None), settled("0.123456789"), settled(cell=True)) == (7, None, "0.123456789", True)


def test_a_row_without_a_cell_for_each_column_is_refused() -> None:
    with pytest.raises(ValueError, match="the table made has 1 columns"):
        table_of(name="made", title="", note="", columns=(text("name", "Name", "A name."),), rows=[("a", "b")])
