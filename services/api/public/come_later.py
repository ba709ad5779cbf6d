"""Answering a flood without being moved by it: a network that must wait longer than any turn lasts hears so before anything else is done.

The database decides; what it said is remembered here for as long as SHORTLY. In a flood a turn falls free every moment and whoever asks
at that moment gets it: so each network asks once in a while, and none a hundred times a second. The page is the very page that was shown
then, so nothing about a code can be learned from it, right or wrong. Without this a flood that keeps one process busy slows everybody
down: each page that is put together anew keeps an honest person's answer waiting.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus

from fastapi import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from services.api.language import language_of
from services.api.packing import Packing, packing_for
from stop_search.encounters.code_tries import network_of

SHORTLY = timedelta(minutes=1)
MOST_NETWORKS = 50_000  # about 10 MB; beyond it the database is asked again
CODES = "/r/"

Shown = tuple[str, Packing]  # in which language


@dataclass(frozen=True)
class Wait:
    """Until when a network is told to come later, and when the first turn could be."""

    told_until: datetime
    turns_from: datetime


@dataclass
class ToldToComeLater:
    """One for each process, in memory alone. `pages` holds one page for each language, packed and plain."""

    waits: dict[str, Wait] = field(default_factory=dict[str, Wait])
    pages: dict[Shown, Response] = field(default_factory=dict[Shown, Response])
    route: object = None  # whose pattern the log line names

    def remember(self, request: Request, shown: Response, *, address: str, wait: timedelta, now: datetime) -> None:
        """Remember that everything from this network must wait so long, longer than any turn lasts, and the page that says so."""
        if not _is_plain(request.scope):
            return
        if len(self.waits) >= MOST_NETWORKS:
            self.waits = {network: each for network, each in self.waits.items() if each.told_until > now}
        if len(self.waits) < MOST_NETWORKS:
            self.waits[network_of(address)] = Wait(now + SHORTLY, now + wait)
        self.pages.setdefault((language_of(request), packing_for(request.headers)), shown)
        self.route = request.scope.get("route")

    def page_for(self, request: Request, *, now: datetime) -> Response | None:
        """Return the page for a request whose network was told to come later; None where it must be asked anew."""
        if not self.waits or not _is_plain(request.scope) or request.client is None:
            return None
        wait = self.waits.get(network_of(request.client.host))
        if wait is None or wait.told_until <= now:
            return None
        page = self.pages.get((language_of(request), packing_for(request.headers)))
        if page is None:
            return None
        again = Response(page.body, HTTPStatus.TOO_MANY_REQUESTS, dict(page.headers))
        again.headers["Retry-After"] = str(1 + int((wait.turns_from - now).total_seconds()))
        return again


class ComeLater:
    """The layer in front of the routes that says it. `told` is shared with whoever finds out."""

    def __init__(self, app: ASGIApp, *, told: ToldToComeLater, clock: Callable[[], datetime]) -> None:
        self._app, self._told, self._clock = app, told, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that is to come later, or pass it on."""
        if scope["type"] == "http" and scope["path"].startswith(CODES):
            request = Request(scope)
            if page := self._told.page_for(request, now=self._clock()):
                request.state.is_public_page = True
                scope["route"] = self._told.route
                await page(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _is_plain(scope: Scope) -> bool:
    """Return whether nothing but the code's address is asked: no turn, no form, no language in the address, nobody signed in."""
    return scope["method"] == "GET" and not scope["query_string"] and not any(name == b"cookie" for name, _ in scope["headers"])
