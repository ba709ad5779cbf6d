"""Asking every dashboard page of a site through its ASGI app in process, signed in as who may open it: seconds and statements of each."""

import statistics
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from starlette.testclient import TestClient

from services.api.app import create_app
from stop_search.accounts.rules import Role
from stop_search.installation import Installation
from tests.support.dashboards import PAGES, counted
from tests.support.visitors import sign_in


@dataclass(frozen=True)
class Asked:
    """One page: seconds of each ask, in order, and how many statements the last one sent to the database."""

    page: str
    seconds: tuple[float, ...]
    statements: int

    @property
    def median(self) -> float:
        """The middle one, in seconds."""
        return statistics.median(self.seconds)

    @property
    def slowest_but_one_in_twenty(self) -> float:
        """The 95th percentile by linear interpolation, in seconds."""
        return statistics.quantiles(self.seconds, n=20, method="inclusive")[-1]


def asked(
    installation: Installation, *, people: Mapping[Role, uuid.UUID], names: Mapping[str, uuid.UUID], rounds: int, only: str = ""
) -> Iterator[Asked]:
    """Ask each page once unseen and then `rounds` times. `people`: the account of a role where it must be one of the force's own."""
    app = create_app(installation)
    for role, pages in PAGES.items():
        browser = TestClient(app, follow_redirects=False)
        sign_in(browser, installation, *(() if role in people else (role,)), account_id=people.get(role))
        for page in pages:
            if only in page:
                yield _asked(browser, installation, page, page.format(**names), rounds)


def _asked(browser: TestClient, installation: Installation, page: str, address: str, rounds: int) -> Asked:
    seconds: list[float] = []
    for _ in range(rounds + 1):
        with counted(installation.database.engine) as statements:
            began = time.perf_counter()
            answer = browser.get(address)
            seconds.append(time.perf_counter() - began)
        if not answer.is_success:
            message = f"{address} answered {answer.status_code}"
            raise RuntimeError(message)
    return Asked(page, tuple(seconds[1:]), len(statements))
