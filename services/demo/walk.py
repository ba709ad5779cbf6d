"""`stop-search demo --once`: the whole chain by HTTP on a running site, each step timed, a table at the end."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
from rich.console import Console
from rich.table import Table

from services.demo.browser import Browser, PageRefused
from stop_search.accounts.actions import make_machine_token, make_sign_in_link
from stop_search.accounts.queries import account_by_email
from stop_search.accounts.rules import Role
from stop_search.audit.rules import COMMAND_LINE
from stop_search.errors import StopSearchError
from stop_search.installation import Installation

API = "/api/v1"


class StepFailed(Exception):
    """A step did not do what it must; the message says what came instead."""


@dataclass
class Walk:
    """What the steps hand on to one another."""

    installation: Installation
    address: str
    device: httpx2.Client = field(init=False)
    camera: httpx2.Client = field(init=False)
    started_at: datetime = field(init=False)
    reference: str = ""
    codes: list[str] = field(default_factory=list)
    receipt_links: list[dict[str, Any]] = field(default_factory=list)
    page_from_qr: str = ""
    reply_words: str = ""
    footage_id: str = ""
    draw_id: str = ""
    draw_folder: Path = Path()
    review_page: str = ""
    reviewer_email: str = ""

    def __post_init__(self) -> None:
        """Sign the walk's own device and camera in."""
        self.device = self.machine(Role.DEVICE)
        self.camera = self.machine(Role.CAMERA)

    def signed_in(self, email: str) -> Browser:
        """Return a browser in which this person has signed in by a one-time link."""
        with self.installation.writing() as session:
            account_id = account_by_email(session, email=email)
            token = make_sign_in_link(session, account_id=account_id, actor=COMMAND_LINE, now=datetime.now(UTC))
        browser = Browser(self.address)
        page = browser.open(f"/sign-in/link/{token}")
        browser.send(page, page.form("/sign-in/link"), {})
        return browser

    def machine(self, role: Role) -> httpx2.Client:
        """Return a program's connection with a fresh bearer token."""
        with self.installation.writing() as session:
            token = make_machine_token(session, role=role, label="walk through the chain", actor=COMMAND_LINE, now=datetime.now(UTC))
        return httpx2.Client(base_url=self.address, headers={"Authorization": f"Bearer {token}"}, timeout=60)


Step = tuple[str, Callable[[Walk], str]]


def walk(installation: Installation, address: str, console: Console) -> int:
    """Take every step in order, print the table, and return the exit code: 0, or 1 with the step that failed and why."""
    from services.demo import walk_footage, walk_review, walk_stop

    journey = Walk(installation, address)
    steps: list[Step] = [*walk_stop.STEPS, *walk_footage.STEPS, *walk_review.STEPS]
    table = Table("step", "what was seen", "seconds", title="The whole chain, by HTTP and the queue")
    table.columns[2].justify = "right"
    failure = ""
    for name, step in steps:
        begun = time.perf_counter()
        try:
            seen = step(journey)
        except (StepFailed, PageRefused, StopSearchError, httpx2.HTTPError, KeyError, OSError) as error:
            failure = f"Step {name!r} failed: {type(error).__name__}: {error}"
            table.add_row(name, "FAILED", f"{time.perf_counter() - begun:.2f}")
            break
        table.add_row(name, seen, f"{time.perf_counter() - begun:.2f}")
    console.print(table)
    if failure:
        console.print(failure, markup=False)
        return 1
    for line in (
        f"receipt {journey.codes[0]}",
        f"encounter {journey.reference}",
        f"footage {journey.footage_id}",
        f"draw {journey.draw_folder}",
    ):
        print(line)  # noqa: T201 -- the four lines are for programs, whatever the terminal's width
    return 0


def answered(response: httpx2.Response, *expected: int) -> Any:  # noqa: ANN401 -- parsed JSON
    """Return the JSON of an answer with one of these statuses.

    Raises:
        StepFailed: it has another; the message has the problem's text.

    """
    if response.status_code not in expected:
        message = f"{response.request.method} {response.url.path} answered {response.status_code}: {response.text[:400]}"
        raise StepFailed(message)
    return response.json() if response.content else None


def waited_for(what: str, look: Callable[[], Any], *, seconds: float = 120) -> Any:  # noqa: ANN401 -- whatever is looked for
    """Look again and again until something comes, and return it.

    Raises:
        StepFailed: it did not come in time.

    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.1)
    message = f"{what} did not come within {seconds:.0f} s"
    raise StepFailed(message)


def moment_on(day_of: datetime) -> datetime:
    """Return a believable moment for a stop on that day: early in the afternoon."""
    return day_of.replace(hour=14, minute=5, second=0, microsecond=0)
