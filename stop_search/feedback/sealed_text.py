"""Texts in envelopes: what a person or the force wrote, sealed for one row of one table. Pure but for the random keys."""

import uuid
from typing import Any

from stop_search.envelopes import Envelope, Place, opened, sealed

TEXT_KEY_USE = "feedback-text/v1"  # what the key that wraps the texts' own keys is derived for
COLUMN = "sealed"


def sealed_columns(text: str, *, key: bytes, table: str, row_id: uuid.UUID) -> dict[str, Any]:
    """Return the columns `key_version`, `wrapped_key` and `sealed` of the row that will hold this text."""
    return dict(vars(sealed(text.encode(), key=key, place=Place(table, COLUMN, row_id.hex))))


def text_of(row: Any, *, key: bytes, table: str) -> str:  # noqa: ANN401 -- an entity or a row with `id` and the three columns
    """Return the text of a row.

    Raises:
        EnvelopeRefused: the row was altered, or another row's text was put into it.

    """
    envelope = Envelope(row.key_version, row.wrapped_key, row.sealed)
    return opened(envelope, key=key, place=Place(table, COLUMN, row.id.hex)).decode()
