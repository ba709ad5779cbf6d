"""Locking the row of a recording: whoever changes, holds or erases one goes through here, so that they decide one after the other.

The row is locked without keeping out those that only name it, and read afresh. Why: docs/decisions/0019.
"""

import uuid

from sqlalchemy.orm import Session

from stop_search.errors import NotFound
from stop_search.footage.records import Footage


def locked_if_there(session: Session, *, footage_id: uuid.UUID) -> Footage | None:
    """Return the locked row, None where there is none."""
    return session.get(Footage, footage_id, with_for_update={"key_share": True}, populate_existing=True)


def locked_footage(session: Session, *, footage_id: uuid.UUID) -> Footage:
    """Return the locked row.

    Raises:
        NotFound: there is no such recording.

    """
    footage = locked_if_there(session, footage_id=footage_id)
    if footage is None:
        message = "There is no such recording."
        raise NotFound(message)
    return footage
