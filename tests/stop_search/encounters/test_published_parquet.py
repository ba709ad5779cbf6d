"""A month as Parquet says what the CSV says, column by column and word by word, in the same bytes every time."""

import csv
import io

import polars as pl

from stop_search.encounters.police_uk import COLUMNS, written
from stop_search.encounters.published_parquet import as_parquet
from tests.support.published import a_published_row

ROWS = [a_published_row(), a_published_row(gender="Female")]


def test_it_holds_the_same_columns_and_words() -> None:
    text = written(ROWS)
    read = pl.read_parquet(io.BytesIO(as_parquet(text)))
    assert tuple(read.columns) == COLUMNS
    assert [list(row) for row in read.rows()] == list(csv.reader(io.StringIO(text)))[1:]
    assert as_parquet(text) == as_parquet(text)


def test_a_month_without_anything_has_its_columns() -> None:
    read = pl.read_parquet(io.BytesIO(as_parquet(written([]))))
    assert (tuple(read.columns), read.height) == (COLUMNS, 0)
