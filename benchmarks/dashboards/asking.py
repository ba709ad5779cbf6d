"""Asking every dashboard page of a site through its ASGI app in process, signed in as who may open it: seconds and statements of each."""

import statistics
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine, event
from starlette.testclient import TestClient

from services.api.app import create_app
from stop_search.accounts.rules import Role
from stop_search.installation import Installation
from tests.support.visitors import sign_in

PAGES: Mapping[Role, tuple[str, ...]] = {
    Role.LEARNING_TEAM: (
        "/learning",
        "/learning/criteria.csv",
        "/learning/public",
        "/learning/disparity",
        "/learning/disparity?basis=age",
        "/learning/units",
        "/learning/units?measure=C3",
        "/learning/themes",
        "/learning/themes?source=reviews",
        "/learning/themes?theme=calm_and_care",
        "/learning/themes/code",
        "/learning/themes/translate",
        "/learning/together",
        "/learning/actions",
        "/learning/actions/{action}",
        "/learning/agreement",
        "/learning/draws",
        "/learning/draws/{draw}",
        "/learning/gold",
        "/learning/late-reviews",
        "/learning/officers-answers",
        "/learning/redactions",
        "/learning/rubric",
        "/holds",
    ),
    Role.SUPERVISOR: ("/reviews", "/reviews/unfinished", "/reviews/footage", "/reviews/calibration", "/reviews/away", "/reviews/near"),
    Role.OFFICER: ("/officer", "/officer/reviews", "/officer/feedback", "/officer/handsets", "/recordings"),
    Role.PANEL_MEMBER: ("/panels",),
    Role.COMPLAINTS_HANDLER: (
        "/complaints",
        "/complaints/closed",
        "/complaints/feedback",
        "/complaints/comments",
        "/complaints/concerns",
    ),
    Role.ADMINISTRATOR: ("/admin", "/admin/footage", "/admin/retention"),
}


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
    installation: Installation, *, people: Mapping[Role, str], names: Mapping[str, str], rounds: int, only: str = ""
) -> Iterator[Asked]:
    """Ask each page once unseen and then `rounds` times. `people`: the account of a role where it must be one of the force's own."""
    app = create_app(installation)
    for role, pages in PAGES.items():
        browser = TestClient(app, follow_redirects=False)
        sign_in(browser, installation, *(() if role in people else (role,)), account_id=people.get(role))
        for page in pages:
            if only in page and not any(skip and skip in page for skip in __import__("os").environ.get("SKIP", "").split(",")):
                yield _asked(browser, installation, page, page.format(**names), rounds)


def _asked(browser: TestClient, installation: Installation, page: str, address: str, rounds: int) -> Asked:
    seconds: list[float] = []
    for _ in range(rounds + 1):
        with counted(installation.database.engine) as statements:
            began = time.perf_counter()
            answer = browser.get(address)
            seconds.append(time.perf_counter() - began)
        if answer.status_code != 200:
            message = f"{address} answered {answer.status_code}"
            raise RuntimeError(message)
    return Asked(page, tuple(seconds[1:]), len(statements))


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """Yield a list that every statement is added to while the block runs."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)
