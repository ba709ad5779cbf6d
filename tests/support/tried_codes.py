"""Codes that are tried: right ones, wrong ones, and the clock by which one waits for a turn."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.testclient import TestClient

from stop_search.encounters.receipt_codes import KEY_USE, make_code
from stop_search.installation import Installation
from tests.support.builders import a_person, a_receipt, an_encounter, code_of


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC)

    def __call__(self) -> datetime:
        """Return the moment that it is."""
        return self.at


def a_code_in_force(installation: Installation, at: datetime, **columns: Any) -> str:
    """Issue a receipt."""
    key = installation.key_for(KEY_USE)
    with installation.writing() as session:
        encounter = an_encounter(session, people=0, started_at=at - timedelta(days=1))
        made = {"issued_at": at - timedelta(days=1)} | columns
        return code_of(a_receipt(session, person=a_person(session, encounter=encounter), key=key, **made), key=key)


def wrong_code() -> str:
    """Return a well-formed code that nobody has."""
    return make_code(b"w" * 32, uuid.uuid4())


def fails(client: TestClient, times: int) -> None:
    """Try so many wrong codes."""
    for _ in range(times):
        assert client.get(f"/r/{wrong_code()}").status_code == 404
