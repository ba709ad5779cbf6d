"""One whole site for all journeys, and a browser."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.chromium import chromium
from tests.support.running import WholeSite, whole_site


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeSite]:
    """Give a site with workers and queue, each a process of its own. It is shared: a journey makes what it needs and counts only that."""
    with whole_site(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture
def browser() -> Iterator[Any]:
    """Give Chromium (playwright), or skip where there is none."""
    with chromium() as opened:
        yield opened
