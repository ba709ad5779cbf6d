"""Cookies, tokens in forms, where a redirect may lead. Holds no rules about roles: those stand at the routes."""

import hashlib
import hmac
import re
from urllib.parse import quote, unquote, urlsplit

from fastapi import Request
from starlette.responses import Response

from stop_search.accounts.rules import ABSOLUTE_LIMIT, LINK_LIVES
from stop_search.errors import NotAllowed
from stop_search.installation import Installation

SESSION_COOKIE = "__Host-stop-search"
SESSION_COOKIE_WITHOUT_TLS = "stop-search"  # the demo on http://127.0.0.1 only: a __Host- cookie needs TLS
WANTED_COOKIE = "stop-search-wanted"  # below /sign-in alone
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER = "x-csrf-token"  # for scripts that save while one works; a page of another site cannot set it

_OWN_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]*")


class Forged(NotAllowed):
    """A form that did not come from a page of ours, or came from one that belongs to another sign-in."""


def session_cookie_name(installation: Installation) -> str:
    """Return the session cookie's name; the prefix makes browsers insist on TLS, this host and path /."""
    return SESSION_COOKIE if _has_tls(installation) else SESSION_COOKIE_WITHOUT_TLS


def session_token(request: Request) -> str | None:
    """Return the session token that the browser sent, if any."""
    return request.cookies.get(session_cookie_name(request.app.state.installation))


def keep_wanted(response: Response, installation: Installation, path: str) -> None:
    """Have the browser remember where somebody wanted to go until a sign-in link is opened, for as long as such a link lives."""
    life, is_secure = int(LINK_LIVES.total_seconds()), _has_tls(installation)
    response.set_cookie(WANTED_COOKIE, quote(path), max_age=life, path="/sign-in", secure=is_secure, httponly=True, samesite="lax")


def kept_wanted(request: Request) -> str:
    """Return where the browser says that its reader wanted to go: a path on this site, or nothing."""
    return own_path(unquote(request.cookies.get(WANTED_COOKIE, "")), otherwise="")


def keep_session(response: Response, installation: Installation, token: str) -> None:
    """Give the browser its session cookie: HttpOnly, SameSite=Lax, and Secure wherever there is TLS."""
    response.set_cookie(
        session_cookie_name(installation),
        token,
        max_age=int(ABSOLUTE_LIMIT.total_seconds()),
        path="/",
        secure=_has_tls(installation),
        httponly=True,
        samesite="lax",
    )


def drop_session(response: Response, installation: Installation) -> None:
    """Take the session cookie away and ask the browser to forget the pages that it kept.

    Not its storage: there the officers' app keeps records that could not be sent yet, which a sign-out must not lose. It keeps nothing
    else that is personal there, and shows those records to nobody but the officer who made them, signed in again.
    """
    response.delete_cookie(session_cookie_name(installation), path="/", secure=_has_tls(installation), httponly=True, samesite="lax")
    response.headers["Clear-Site-Data"] = '"cache"'


def bearer_token(request: Request) -> str | None:
    """Return the machine's bearer token, if any; only /api takes one."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" and is_api(request) else None


def is_api(request: Request) -> bool:
    """Return whether a machine is asking: it gets JSON and never acts by a cookie."""
    return request.url.path.startswith("/api/")


def wants_json(request: Request) -> bool:
    """Return whether whoever asks takes a refusal as JSON: machines, and scripts of our own pages, which say so."""
    return is_api(request) or request.headers.get("accept") == "application/json"


def is_unattended(request: Request) -> bool:
    """Return whether a script asked by itself, with nobody at it: that must not keep a session from falling idle."""
    return "x-unattended" in request.headers


def csrf_token(request: Request) -> str:
    """Return the token for this browser's forms: a keyed digest of its session token, so that nothing need be stored."""
    installation: Installation = request.app.state.installation
    secret = installation.key_for("csrf/v1")
    return hmac.new(secret, (session_token(request) or "").encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def refuse_foreign_form(request: Request) -> None:
    """Refuse a form that a page of another site sent. Browsers that say nothing of where it came from are let through.

    Sec-Fetch-Site decides where the browser sends it. Origin "null" says nothing: our own Referrer-Policy makes it so.

    Raises:
        Forged: it came from elsewhere.

    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            raise Forged(_FOREIGN).worded("errors.foreign_form")
        return
    origin = request.headers.get("origin", "null")
    if origin != "null" and urlsplit(origin).netloc.lower() not in _own_places(request):
        raise Forged(_FOREIGN).worded("errors.foreign_form")


async def refuse_without_token(request: Request) -> None:
    """Refuse a signed-in person's form that does not carry this session's token in the field `csrf` (or a script's header).

    Raises:
        Forged: it is missing or belongs to another session.

    """
    given = request.headers.get(CSRF_HEADER)
    if given is None:
        field = (await request.form()).get("csrf")
        given = field if isinstance(field, str) else ""
    if not session_token(request) or not hmac.compare_digest(given.encode("utf-8", "surrogatepass"), csrf_token(request).encode()):
        raise Forged(_STALE)


def own_path(wanted: str | None, *, otherwise: str) -> str:
    """Return `wanted` if it is a path on this site, else `otherwise`: a redirect never leads away from here."""
    return wanted if wanted and _OWN_PATH.fullmatch(wanted) and not urlsplit(wanted).netloc else otherwise


def own_hosts(installation: Installation) -> frozenset[str]:
    """Return the host names that this site answers to, lower case, without ports."""
    own = urlsplit(installation.settings.public_url).hostname or ""
    near = {"localhost", "127.0.0.1", "::1", "testserver"} if installation.settings.demo else set[str]()
    return frozenset({own.lower(), *near})


def _own_places(request: Request) -> set[str]:
    """Return host and port of our own pages: as people type them, and as this request (whose host was checked) names them."""
    installation: Installation = request.app.state.installation
    return {urlsplit(installation.settings.public_url).netloc.lower(), request.headers.get("host", "").lower()}


def _has_tls(installation: Installation) -> bool:
    return installation.settings.public_url.startswith("https://")


_FOREIGN = "This form came from another website, so nothing was done. Open the page here and send it again."
_STALE = "This form belongs to an earlier sign-in, so nothing was done. Go back, load the page again and send it once more."
