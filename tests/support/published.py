"""Rows and files as data.police.uk publishes them."""

from typing import Any

from stop_search.encounters.police_uk import COLUMNS, written

HEADER = ",".join(COLUMNS)


def a_published_row(**changes: str) -> tuple[str, ...]:
    """Return one row; `changes` name columns in lower case with underscores ("officer_defined_ethnicity")."""
    usual = {
        "type": "Person search",
        "date": "2019-01-05T14:30:00+00:00",
        "latitude": "51.454500",
        "longitude": "-2.587900",
        "gender": "Male",
        "age_range": "18-24",
        "self_defined_ethnicity": "Black/African/Caribbean/Black British - Caribbean",
        "officer_defined_ethnicity": "Black",
        "legislation": "Misuse of Drugs Act 1971 (section 23)",
        "object_of_search": "Controlled drugs",
        "outcome": "A no further action disposal",
    }
    values = usual | changes
    names = [column.lower().replace(" ", "_").replace("-", "_") for column in COLUMNS]
    assert set(values) <= set(names), set(values) - set(names)
    return tuple(values.get(name, "") for name in names)


def a_published_file(*rows: tuple[str, ...], **changes: Any) -> bytes:
    """Return a file of these rows, or of one usual row with changes."""
    return written(rows or (a_published_row(**changes),)).encode()
