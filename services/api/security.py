"""Cookies, tokens in forms, security headers. Holds no rules about roles: those stand at the routes."""

import hashlib
import hmac

from fastapi import Request

from stop_search.installation import Installation

SESSION_COOKIE = "__Host-stop-search"
SESSION_COOKIE_WITHOUT_TLS = "stop-search"  # the demo on http://127.0.0.1 only: a __Host- cookie needs TLS


def session_cookie_name(installation: Installation) -> str:
    """Return the session cookie's name; the prefix makes browsers insist on TLS, this host and path /."""
    return SESSION_COOKIE if installation.settings.public_url.startswith("https://") else SESSION_COOKIE_WITHOUT_TLS


def session_token(request: Request) -> str | None:
    """Return the session token that the browser sent, if any."""
    return request.cookies.get(session_cookie_name(request.app.state.installation))


def bearer_token(request: Request) -> str | None:
    """Return the machine's bearer token, if any; only /api takes one."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token if kind.lower() == "bearer" and request.url.path.startswith("/api/") else None


def csrf_token(request: Request) -> str:
    """Return the token for this browser's forms: a keyed digest of its session token, so that nothing need be stored."""
    installation: Installation = request.app.state.installation
    secret = installation.key_for("csrf/v1")
    return hmac.new(secret, (session_token(request) or "").encode(), hashlib.sha256).hexdigest()


def add_security(app: object) -> None:
    """Add the middleware that puts security headers on every answer."""
