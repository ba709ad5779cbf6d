"""The clock of the public's pages, and a receipt in force by it."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from services.api import dependencies
from services.api.public import turns
from stop_search.installation import Installation
from tests.support.tried_codes import Clock, a_code_in_force


@pytest.fixture
def clock(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """Put the site on a clock of its own."""
    moved, app = Clock(), client.app
    assert isinstance(app, FastAPI)
    monkeypatch.setattr(turns, "now", moved)
    app.dependency_overrides[dependencies.now] = moved
    yield moved
    app.dependency_overrides.clear()


@pytest.fixture
def code(installation: Installation, clock: Clock) -> str:
    """Return the code of a receipt in force."""
    return a_code_in_force(installation, clock.at)
