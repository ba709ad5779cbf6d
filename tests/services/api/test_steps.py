"""Answers of marked routes leave at full steps after the request had arrived, whatever the work took, and hold nothing while they wait."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import anyio
import anyio.lowlevel
import pytest
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.routing import iter_route_contexts
from starlette.types import Message

from services.api import steps
from services.api.app import create_app
from services.api.steps import STEP_SECONDS, InSteps, in_steps, leaves_in_steps, until_step
from stop_search.installation import Installation

MARKED = frozenset({"submit", "without-footage", "give-back", "concern", "refusal"})
AT_ONCE = 50


class Clock:
    """Time that passes only where somebody works or waits, so that a busy machine changes nothing."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        """Return what the clock says."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Give the answers this clock."""
    made = Clock()
    monkeypatch.setattr(steps, "time", made)
    monkeypatch.setattr(steps, "anyio", made)
    return made


@dataclass
class Turns:
    """How many hold a transaction now, and how many did each time that an answer left."""

    held: int = 0
    at_leaving: list[int] = field(default_factory=list[int])


def site(turns: Turns, clock: Clock | None = None) -> FastAPI:
    """Return an app with one marked and one common route; both work as long as they are told to."""
    app = FastAPI()

    async def turn() -> AsyncIterator[None]:
        turns.held += 1
        yield
        turns.held -= 1

    async def work(request: Request, seconds: float, *, fails: bool = False) -> None:
        await request.body()
        await (clock.sleep(seconds) if clock else anyio.sleep(seconds))
        if fails:
            raise HTTPException(409)

    in_a_turn = Depends(turn, scope="function")
    app.add_api_route("/marked", work, methods=["POST"], dependencies=[leaves_in_steps(), in_a_turn])
    app.add_api_route("/common", work, methods=["POST"], dependencies=[in_a_turn])
    app.add_middleware(InSteps)
    return app


async def asked(
    app: FastAPI, path: str, query: str, turns: Turns, *, body_comes: Callable[[], Awaitable[None]] = anyio.lowlevel.checkpoint
) -> None:
    """Send a request, whose body comes when it comes, and note how many held a transaction when the answer left."""

    async def receive() -> Message:
        await body_comes()
        return {"type": "http.request", "body": b"a", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            turns.at_leaving.append(turns.held)

    await app({"type": "http", "method": "POST", "path": path, "query_string": query.encode(), "headers": [], "state": {}}, receive, send)


@pytest.mark.parametrize("query", ["seconds=0", "seconds=0.1", "seconds=0.37", "seconds=0.05&fails=true", "seconds=much"])
def test_a_marked_answer_leaves_at_the_first_step_whatever_the_work_took(query: str, clock: Clock) -> None:
    began = clock.now
    anyio.run(lambda: asked(site(Turns(), clock), "/marked", query, Turns()))
    assert clock.now - began == pytest.approx(STEP_SECONDS)


def test_work_that_takes_longer_than_a_step_is_answered_at_the_next(clock: Clock) -> None:
    began = clock.now
    anyio.run(lambda: asked(site(Turns(), clock), "/marked", f"seconds={STEP_SECONDS * 1.3}", Turns()))
    assert clock.now - began == pytest.approx(2 * STEP_SECONDS)


def test_who_sends_slowly_does_not_move_the_work_to_the_edge_of_a_step(clock: Clock) -> None:
    slowly, began = STEP_SECONDS * 0.95, clock.now
    anyio.run(lambda: asked(site(Turns(), clock), "/marked", "seconds=0.05", Turns(), body_comes=lambda: clock.sleep(slowly)))
    assert clock.now - began == pytest.approx(slowly + STEP_SECONDS)


def test_other_answers_leave_at_once(clock: Clock) -> None:
    began = clock.now
    anyio.run(lambda: asked(site(Turns(), clock), "/common", "seconds=0.1", Turns()))
    assert clock.now - began == pytest.approx(0.1)


def test_nobody_holds_a_transaction_while_an_answer_waits_and_many_wait_at_once() -> None:
    turns = Turns()
    app = site(turns)

    async def many() -> float:
        began = time.monotonic()
        async with anyio.create_task_group() as tasks:
            for _ in range(AT_ONCE):
                tasks.start_soon(lambda: asked(app, "/marked", "seconds=0.01", turns))
        return time.monotonic() - began

    assert anyio.run(many) < STEP_SECONDS * AT_ONCE / 5
    assert turns.at_leaving == [0] * AT_ONCE


def test_the_time_until_a_step_is_less_than_a_step() -> None:
    assert until_step(STEP_SECONDS * 3.25) == pytest.approx(STEP_SECONDS * 0.75)
    assert until_step(STEP_SECONDS * 0.999) < STEP_SECONDS / 100


def test_what_ends_a_review_or_asks_about_it_is_marked(installation: Installation) -> None:
    """Whatever a reader does once for a review, and which other work may hang on."""
    found = {
        str(route.path).rsplit("/", 1)[1]
        for route in iter_route_contexts(create_app(installation).routes)
        if str(route.path).startswith("/reviews/{review_id}/") and in_steps in {one.call for one in route.dependant.dependencies}
    }
    assert found == MARKED
