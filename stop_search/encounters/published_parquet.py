"""A published month as Parquet: the same fifteen columns, the same words, one row for each row of the CSV. The same bytes every time."""

import csv
import io
from typing import Any

import arro3.io
from arro3.core import Array, DataType, Table

from stop_search.encounters.police_uk import COLUMNS

CREATED_BY = "stop-search"


def as_parquet(text: str) -> bytes:
    """Return what is written in a published CSV as a Parquet file: every column text, an empty cell an empty text, as in the CSV."""
    _, *rows = csv.reader(io.StringIO(text, newline=""))
    columns: dict[str, Any] = {name: Array([row[place] for row in rows], DataType.utf8()) for place, name in enumerate(COLUMNS)}
    held = io.BytesIO()
    table = Table.from_pydict(columns)  # pyright: ignore[reportUnknownMemberType] -- its stub names numpy arrays of any sort
    arro3.io.write_parquet(table, held, created_by=CREATED_BY)
    return held.getvalue()
