"""What happens to every request and every answer: host, size, headers, one log line, and the answer to what nobody foresaw."""

import logging
import time
import uuid
from collections.abc import Mapping
from typing import cast
from urllib.parse import urlsplit

from fastapi import FastAPI, HTTPException, Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.api.errors import Refusal, answer, unforeseen
from services.api.security import own_hosts
from services.api.steps import InSteps
from stop_search.installation import Installation

log = logging.getLogger("stop_search.requests")

BODY_LIMIT_BYTES = 1 << 20
FIRST_ERROR = 400
# These check sizes themselves: each recording against STOP_SEARCH_UPLOAD_LIMIT_BYTES.
UPLOADS = ("/api/v1/uploads", "/recordings/uploads", "/api/axis/v1")
FORM_WITH_FILE = "/recordings"
FILE_LIMIT_BYTES = 256 << 20  # of a recording that is sent with a form, all of it again if the line breaks
WITHOUT_HOST_CHECK = frozenset({"/healthz", "/readyz", "/metrics"})  # asked by address, from inside
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
TOO_LARGE = "At most {kilobytes} KB can be sent at once."  # as errors.too_large in the pages' words

ONLY_FROM_HERE = ("script", "style", "img", "font", "media", "connect", "manifest", "worker")
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; "
    + "".join(f"{kind}-src 'self'; " for kind in ONLY_FROM_HERE)
    + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
NOT_NEEDED = ("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone", "payment", "usb")
HEADERS: dict[str, str] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in NOT_NEEDED),
    "X-Frame-Options": "DENY",
}
# A page of the public, and what it loads, has no video, font or worker, and may come over a very slow line: it says no more than it needs.
# frame-ancestors stands for X-Frame-Options; nothing of other origins runs here that a Permissions-Policy would hold back.
PUBLIC_POLICY = (
    "default-src 'none'; "
    + "".join(f"{kind}-src 'self'; " for kind in ("script", "style", "img", "connect"))
    + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
NOT_ON_PUBLIC_PAGES = frozenset({"Permissions-Policy", "X-Frame-Options"})
PUBLIC_HEADERS: Mapping[str, str] = {
    name: value for name, value in (HEADERS | {"Content-Security-Policy": PUBLIC_POLICY}).items() if name not in NOT_ON_PUBLIC_PAGES
}
STRICT_TRANSPORT = "max-age=31536000"


class Envelope:
    """The outermost layer of ours. Pure ASGI, so that streamed recordings are never held in memory."""

    def __init__(self, app: ASGIApp, *, installation: Installation) -> None:
        self.app = app
        self.hosts = own_hosts(installation)
        self.has_tls = installation.settings.public_url.startswith("https://")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        exchange = _Exchange(scope, send, has_tls=self.has_tls)
        request = Request(exchange.scope)
        try:
            if refusal := self._refused(request):
                await answer(request, refusal)(exchange.scope, receive, exchange.send)
            else:
                await self.app(exchange.scope, _limited(request, receive), exchange.send)
        except Exception:
            log.exception("unforeseen error", extra=exchange.told())
            if exchange.status:
                raise  # half an answer has left: only cutting the line tells the browser so
            await unforeseen(request)(exchange.scope, receive, exchange.send)
        finally:
            log.info("request", extra=exchange.told())

    def _refused(self, request: Request) -> Refusal | None:
        if request.url.path not in WITHOUT_HOST_CHECK and _host(request) not in self.hosts:
            return Refusal(400, "This address does not belong to this service.")
        length = request.headers.get("content-length", "0")
        limit = _body_limit(request)
        if limit is not None and length.isdecimal() and int(length[:20]) > limit:
            filled = {"kilobytes": limit // 1024}
            close = (("Connection", "close"),)
            return Refusal(
                413, TOO_LARGE.format(**filled), "urn:stop-search:too-large", headers=close, words="errors.too_large", filled=filled
            )
        return None


class _Exchange:
    """One request and its answer: puts headers on the answer and remembers what the log line says."""

    def __init__(self, scope: Scope, send: Send, *, has_tls: bool) -> None:
        self.request_id = uuid.uuid4().hex
        self.started = time.monotonic()
        self.status = 0
        self.asked_head = scope["method"] == "HEAD" and not scope["path"].startswith(("/api/", *UPLOADS))
        # A page can be asked for its headers alone; uvicorn leaves the body out by the original scope.
        self.scope = cast("Scope", {**scope, "method": "GET"}) if self.asked_head else scope
        self.scope.setdefault("state", {})["request_id"] = self.request_id
        self._send = send
        self._has_tls = has_tls

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            is_public = self.scope["state"].get("is_public_page", False) or self.scope["path"].startswith("/static/")
            for name, value in (PUBLIC_HEADERS if is_public else HEADERS).items():
                headers[name] = value
            headers.setdefault("Cache-Control", "no-store")
            if not is_public or self.status >= FIRST_ERROR:
                headers["X-Request-Id"] = self.request_id
            if self._has_tls:
                headers["Strict-Transport-Security"] = STRICT_TRANSPORT
        elif self.asked_head and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)

    def told(self) -> dict[str, object]:
        """Return the fields of the log line. The route's pattern stands for the path: `/r/{code}`, never the code."""
        route = self.scope.get("route")
        method = "HEAD" if self.asked_head else self.scope["method"]
        return {
            "request_id": self.request_id,
            "method": method if method in METHODS else "other",
            "route": getattr(route, "path", "") or ("/static" if self.scope["path"].startswith("/static/") else "no such page"),
            "status": self.status,
            "milliseconds": round((time.monotonic() - self.started) * 1000, 1),
        }


def add_middleware(app: FastAPI, installation: Installation) -> None:
    """Wrap the app, so that every answer passes here, error pages and static files included."""
    app.add_middleware(InSteps)
    app.add_middleware(Envelope, installation=installation)


def _host(request: Request) -> str:
    try:
        return (urlsplit(f"//{request.headers.get('host', '')}").hostname or "").lower()
    except ValueError:
        return ""


def _body_limit(request: Request) -> int | None:
    """Return how many bytes a request may carry; None where the route itself holds them against a limit of its own."""
    path = request.url.path
    if any(path == place or path.startswith(f"{place}/") for place in UPLOADS):
        return None
    return FILE_LIMIT_BYTES + BODY_LIMIT_BYTES if path == FORM_WITH_FILE else BODY_LIMIT_BYTES


def _limited(request: Request, receive: Receive) -> Receive:
    """Count what arrives without a Content-Length too: a body that grows past the limit is refused."""
    limit = _body_limit(request)
    if limit is None:
        return receive
    arrived = 0

    async def counting() -> Message:
        nonlocal arrived
        message = await receive()
        arrived += len(message.get("body", b""))
        if arrived > limit:
            raise HTTPException(413, TOO_LARGE.format(kilobytes=limit // 1024))
        return message

    return counting
