"""The only table from errors to statuses. Pages for people; RFC 9457 problem+json for machines and scripts."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from services.api.axis_tokens import is_axis
from services.api.dependencies import SignInNeeded
from services.api.language import language_of
from services.api.pages import page
from services.api.security import SAFE_METHODS, bearer_token, is_api, session_token, wants_json
from services.api.site_words import ENGLISH, SiteWords, site_words
from services.api.step_up import ConfirmationNeeded, confirm_address
from stop_search import errors

log = logging.getLogger(__name__)

STATUS: dict[type[errors.StopSearchError], int] = {
    errors.NotFound: 404,
    errors.NotAllowed: 403,
    errors.Conflict: 409,
    errors.NoLongerOpen: 410,
    errors.Invalid: 422,
    errors.TooLarge: 413,
    errors.Unavailable: 503,
    errors.StorageFull: 507,
    errors.TooBusy: 429,
    errors.StopSearchError: 500,
    SignInNeeded: 401,
}

# An Axis body worn system knows few statuses: 400 says that this can never be stored, and it gives up; 503 that it shall try again.
TO_AXIS = {405: 400, 409: 503, 410: 400, 413: 400, 422: 400, 429: 503}

# What a person is told where the error itself says nothing: a headline, and what to do now. Pages have them from words/…/error_page.yaml.
WORDS: dict[int, tuple[str, str]] = {
    400: ("We could not read what was sent", "Go back and try again. If you typed the address, check it."),
    401: (
        "Sign in first",
        "You were signed out, or never signed in. Sign in in another tab, then come back to this one and send it again.",
    ),
    403: ("You cannot open this page", "If you think you should be able to, ask your administrator."),
    404: ("Page not found", "If you typed the address, check it is right. If you scanned or followed a link, it may be out of date."),
    405: ("This cannot be done here", "Go back and use the buttons on the page."),
    409: ("This does not fit with what is already there", "Nothing was changed. Go back and look at the page again."),
    410: ("This is closed now", "Nothing was changed."),
    413: ("Too much was sent at once", "Go back and send less. Recordings are uploaded in another way."),
    422: ("Something needs to be put right", "Go back, put it right and send it again."),
    429: ("Please wait a little", "Too much was asked in a short time. Try again in a few minutes."),
    500: ("Sorry, something is wrong on our side", "Nothing you sent was half done. Try again in a few minutes."),
    503: ("Sorry, this is not working just now", "Nothing was lost that you were told is saved. Try again in a few minutes."),
    507: ("There is no room left to store this", "Nothing was stored. The people who run this service have to make room; try again later."),
}

# A page of its own for an error that people meet often and can do something about.
PAGES = {"urn:stop-search:receipt-not-found": "public/no_receipt.html"}

DATABASE_DOWN = "The database cannot be reached just now."
UNSTORABLE = "Something that was sent cannot be stored. Take out unusual characters or very large numbers."
OUR_FAULT = "Something went wrong that should not have. It was written down for the people who run this service."


@dataclass(frozen=True)
class Refusal:
    """What goes back: a status, one sentence, and for each field that is wrong its path and what to do.

    `words`: where the pages find the sentence in the reader's language; `filled` is what stands in it.
    """

    status: int
    detail: str
    kind: str = "about:blank"
    fields: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    words: str = ""
    filled: Mapping[str, object] = field(default_factory=dict[str, object])


def install(app: FastAPI) -> None:
    """Add the handlers to the app. What none of them knows is answered by the middleware with `unforeseen`."""
    for error, handler in (
        (errors.StopSearchError, told),
        (RequestValidationError, _validation),
        (HTTPException, _http),
        (OperationalError, _database_down),
        (InterfaceError, _database_down),
        (PoolTimeoutError, _database_down),
        (DataError, _unstorable),
    ):
        app.add_exception_handler(error, handler)


def answer(request: Request, refusal: Refusal) -> Response:
    """Return the refusal as whoever asked can use it: problem+json for machines and scripts, else a page."""
    if is_axis(request):
        refusal = replace(refusal, status=TO_AXIS.get(refusal.status, refusal.status))
    return _problem(refusal) if wants_json(request) else _page(request, refusal)


def unforeseen(request: Request) -> Response:
    """Return the answer to an error that nobody foresaw: it says nothing of the inside."""
    return answer(request, Refusal(500, OUR_FAULT, words="errors.our_fault"))


def status_of(error: errors.StopSearchError) -> int:
    """Return the status of the nearest of the error's classes that the table knows."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def told(request: Request, error: Exception) -> Response:
    """Return the answer to an error of the domain."""
    said = cast("errors.StopSearchError", error)
    status = status_of(said)
    if isinstance(said, SignInNeeded) and not wants_json(request) and request.method in SAFE_METHODS:
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?next={quote(wanted, safe='')}", status_code=303)
    if isinstance(said, ConfirmationNeeded) and not wants_json(request):
        return RedirectResponse(confirm_address(request), status_code=303)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("cannot answer", extra={"status": status, "why": type(said).__name__}, exc_info=said)
    fields = tuple(said.fields.items()) if isinstance(said, errors.Invalid) else ()
    headers = _how_to_sign_in(request) if status == HTTPStatus.UNAUTHORIZED else ()
    return answer(request, Refusal(status, str(said), _kind(said), fields, headers, said.words, said.filled))


def _validation(request: Request, error: Exception) -> Response:
    problems = cast("RequestValidationError", error).errors()
    fields = tuple((_path(problem), str(problem["msg"])) for problem in problems)
    return answer(request, Refusal(422, "Some of what was sent is missing or wrong.", "urn:stop-search:invalid", fields))


def _http(request: Request, error: Exception) -> Response:
    told = cast("HTTPException", error)
    said = told.detail if told.detail != HTTPStatus(told.status_code).phrase else ""
    headers = tuple((told.headers or {}).items())
    return answer(request, Refusal(told.status_code, said, headers=headers))


def _database_down(request: Request, error: Exception) -> Response:
    log.error("database not reached", extra={"why": type(error).__name__}, exc_info=error)
    later = (("Retry-After", "10"),)
    return answer(request, Refusal(503, DATABASE_DOWN, "urn:stop-search:unavailable", headers=later, words="errors.database_down"))


def _unstorable(request: Request, error: Exception) -> Response:
    log.warning("cannot be stored", extra={"why": type(error).__name__})
    return answer(request, Refusal(422, UNSTORABLE, "urn:stop-search:invalid", words="errors.unstorable"))


def _problem(refusal: Refusal) -> Response:
    body: dict[str, Any] = {
        "type": refusal.kind,
        "title": WORDS[refusal.status][0] if refusal.kind != "about:blank" and refusal.status in WORDS else _phrase(refusal.status),
        "status": refusal.status,
    }
    if refusal.detail:
        body["detail"] = refusal.detail
    if refusal.fields:
        body["errors"] = [{"path": path, "message": message} for path, message in refusal.fields]
    return JSONResponse(body, refusal.status, headers=dict(refusal.headers), media_type="application/problem+json")


def _page(request: Request, refusal: Refusal) -> Response:
    try:
        response = _in_words(request, refusal)
    except Exception:
        log.exception("the error page itself failed")
        headline, advice = WORDS.get(refusal.status, (_phrase(refusal.status), "Go back and try again."))
        response = HTMLResponse(f"<!doctype html><html lang=en><title>{headline}</title><h1>{headline}</h1><p>{advice}</p>", refusal.status)
    response.headers.update(dict(refusal.headers))
    return response


def _in_words(request: Request, refusal: Refusal) -> HTMLResponse:
    """Return the error's page: for the public in the reader's language, for staff in English."""
    is_staff = bool(session_token(request))
    site = site_words(ENGLISH if is_staff else language_of(request))
    headline, advice = _headline(site, refusal.status)
    return page(
        request,
        PAGES.get(refusal.kind, "errors/error.html"),
        status=refusal.status,
        layout="layouts/staff.html" if is_staff else "layouts/public.html",
        headline=headline,
        detail=site.say(refusal.words, **refusal.filled) if refusal.words else refusal.detail,
        advice=advice,
        fields=refusal.fields,
        needs_sign_in=refusal.status == HTTPStatus.UNAUTHORIZED,
    )


def _headline(site: SiteWords, status: int) -> tuple[str, str]:
    """Return a page's headline and what to do now, in the words of `site` where it has them."""
    if site.has(f"error_page.heading_{status}"):
        return site.say(f"error_page.heading_{status}"), site.say(f"error_page.advice_{status}")
    return WORDS.get(status, (_phrase(status), site.say("error_page.advice_other")))


def _how_to_sign_in(request: Request) -> tuple[tuple[str, str], ...]:
    if not is_api(request):
        return ()
    why = ', error="invalid_token"' if bearer_token(request) else ""
    return (("WWW-Authenticate", f'Bearer realm="stop-search"{why}'),)


def _kind(error: errors.StopSearchError) -> str:
    """ReceiptWithdrawn -> urn:stop-search:receipt-withdrawn."""
    name = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in type(error).__name__)
    return f"urn:stop-search:{name.lstrip('-')}"


def _path(problem: dict[str, Any]) -> str:
    """("body", "people", 0, "outcome") -> people.0.outcome; other places keep their name in front (header.Idempotency-Key)."""
    place, *inside = (str(part) for part in problem["loc"])
    return ".".join(inside if place == "body" and inside else [place, *inside])


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase
