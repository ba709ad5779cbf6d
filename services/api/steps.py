"""Answers that leave at a full step after the request had arrived, so that how long the work took is not told (decision 41)."""

import time
from typing import cast

import anyio
from fastapi import Depends, Request
from fastapi.params import Depends as DependsMarker
from starlette.types import ASGIApp, Message, Receive, Scope, Send

STEP_SECONDS = 0.5  # many times what handing in a review takes; nobody notices it after a quarter of an hour's work


async def in_steps(request: Request) -> None:
    """Mark the request: its answer waits for the next full step."""
    request.state.leaves_in_steps = True


def leaves_in_steps() -> DependsMarker:
    """Return the dependency that has a route's answers wait for the next full step: `dependencies=[leaves_in_steps()]`."""
    return cast("DependsMarker", Depends(in_steps))


class InSteps:
    """Holds marked answers back. The transaction has ended by then: neither a connection nor a thread waits."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. The clock begins with the last of what was sent: who sends slowly cannot move the work to a step's edge."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        arrived = time.monotonic()

        async def receiving() -> Message:
            nonlocal arrived
            message = await receive()
            if message["type"] == "http.request":
                arrived = time.monotonic()
            return message

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start" and scope["state"].get("leaves_in_steps", False):
                await anyio.sleep(until_step(time.monotonic() - arrived))
            await send(message)

        await self.app(scope, receiving, sending)


def until_step(seconds: float) -> float:
    """Return how long it is until the next full step.

    >>> until_step(0.0), until_step(0.125), until_step(0.75)
    (0.5, 0.375, 0.25)
    """
    return STEP_SECONDS - seconds % STEP_SECONDS
