"""Finding the receipt behind a code without letting anybody guess: failed tries are counted, and who tried too much waits for a turn.

Counting writes, and a route may hold the one write lock already; so it is done when the request's own transaction has ended.
"""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from urllib.parse import urlencode

from anyio import to_thread
from fastapi import FastAPI, Request
from starlette.responses import Response

from services.api import errors
from services.api.dependencies import InstallationDep, Now
from services.api.language import FIELD, TURN, chosen
from services.api.pages import page
from services.api.public.come_later import ComeLater, ToldToComeLater
from services.api.public.counting import TryCounter
from services.api.security import is_api
from stop_search.encounters.code_tries import (
    ALL,
    LONGEST_WAIT,
    OF_ALL,
    TRIES_KEY_USE,
    Tries,
    take_turn,
    tries,
    tries_from,
    turn_is_here,
    waiting_time,
)
from stop_search.encounters.queries import ReceiptNotFound, receipt_by_code
from stop_search.encounters.receipt_codes import KEY_USE, normalised
from stop_search.encounters.rules import HeldReceipt
from stop_search.errors import Invalid, TooBusy
from stop_search.feedback.posting import TooManyAnswers, one_form, postings
from stop_search.installation import Installation

LONGEST_IN_SECONDS = 50
TurnTaker = Callable[[], "dict[str, str] | None"]
FORM_TURN = "form_turn"  # the query's field that carries a turn for sending one form


def now() -> datetime:
    """Return this moment, for what happens after the request's own transaction."""
    return datetime.now(UTC)


BUSY = "Too many codes were tried from where you are, so each has to wait for its turn."


async def held_receipt(request: Request, code: str, installation: InstallationDep, at: Now) -> HeldReceipt:
    """Return the receipt behind the code in the path.

    SQLite reads faster than a thread is found, and in a flood the threads are for those who have a receipt.

    Raises:
        ReceiptNotFound: wrong, withdrawn and unknown codes alike.
        RecordAwaited: the officer's record has not arrived yet.
        TooBusy: too many codes were tried from this network or for this locator.

    """
    find = partial(_held, request, code, installation, at)
    held = find() if installation.database.is_sqlite else await to_thread.run_sync(find)
    request.state.receipt_language = held.facts.language
    return held


def _held(request: Request, code: str, installation: Installation, at: datetime) -> HeldReceipt:
    with installation.database.glancing() as session:
        if _is_well_formed(code) and not _has_turn(request, installation):
            tried = _tries(request, installation)
            if wait := waiting_time(session, tried=tried, now=at):
                raise TooBusy(BUSY, wait).worded("errors.busy")
        return receipt_by_code(session, code=code, key=installation.key_for(KEY_USE), now=at)


def install(app: FastAPI) -> None:
    """Have failed tries counted and turns given."""
    app.state.try_counter = TryCounter(app.state.installation, app.state.write_turns)
    app.state.told_to_come_later = ToldToComeLater()
    app.add_middleware(ComeLater, told=app.state.told_to_come_later, clock=lambda: now())  # noqa: PLW0108 -- tests move the clock
    app.add_exception_handler(ReceiptNotFound, _not_found)
    app.add_exception_handler(TooBusy, _too_busy)


async def _not_found(request: Request, error: Exception) -> Response:
    """Count the failed try before it is answered; one that was given a turn was counted then."""
    installation: Installation = request.app.state.installation
    if getattr(error, "is_try", False) and not is_api(request) and not _has_turn(request, installation):
        await counted(request, _tries(request, installation))
    return errors.told(request, error)


async def counted(request: Request, tried: Tries) -> None:
    """Count one try that failed just now; when this returns it is stored."""
    counter: TryCounter = request.app.state.try_counter
    await counter.count(tried, at=now())


async def _too_busy(request: Request, error: Exception) -> Response:
    """Give a turn, and show when it comes."""
    sent = await request.form() if request.method == "POST" else {}
    typed = {name: value for name, value in sent.items() if isinstance(value, str)}
    is_form = isinstance(error, TooManyAnswers)
    shown = await wait_page(request, error, partial(_take_form_turn if is_form else _take_turn, request, typed), typed)
    if not is_form and isinstance(error, TooBusy) and error.wait > LONGEST_WAIT:
        await to_thread.run_sync(_remember, request, shown)
    return shown


def _remember(request: Request, shown: Response) -> None:
    """Remember a network that must come later whatever code it tries; a code whose locator alone must wait says nothing of others."""
    installation: Installation = request.app.state.installation
    address, at = _address(request), now()
    tried = tries_from(address, kind="network", key=installation.key_for(TRIES_KEY_USE), now=at) | {ALL: OF_ALL}
    with installation.database.glancing() as session:
        wait = waiting_time(session, tried=tried, now=at)
    if wait > LONGEST_WAIT:
        request.app.state.told_to_come_later.remember(request, shown, address=address, wait=wait, now=at)


async def wait_page(request: Request, error: Exception, take: TurnTaker, typed: Mapping[str, str]) -> Response:
    """Return the page that says when the turn comes, with a button to go on; what was typed goes along.

    `take` takes the turn and returns the fields that carry it in the address; where the wait is too long it is not asked.
    """
    wait = error.wait if isinstance(error, TooBusy) else timedelta(0)
    turn = await to_thread.run_sync(take, limiter=request.app.state.write_turns) if wait <= LONGEST_WAIT else None
    seconds = math.ceil(wait.total_seconds()) + 1
    shown = page(
        request,
        "public/wait.html",
        status=HTTPStatus.TOO_MANY_REQUESTS,
        seconds=seconds,
        minutes=math.ceil((seconds - 10) / 60) if seconds > LONGEST_IN_SECONDS else 0,
        next_address=f"{request.url.path}?{urlencode(turn | _language(request))}" if turn else "",
        typed=list(typed.items()),
        is_form=request.method == "POST",
    )
    shown.headers["Retry-After"] = str(seconds)
    return shown


def _language(request: Request) -> dict[str, str]:
    language = chosen(request)
    return {FIELD: language} if language else {}


def posting_counts(request: Request, installation: Installation, submission_id: str) -> Tries | None:
    """Return what sending this form counts against; None where it comes at its turn, and was counted when that was given."""
    code, key, at = normalised(request.path_params["code"]), installation.key_for(TRIES_KEY_USE), now()
    if turn_is_here(request.query_params.get(FORM_TURN, ""), code=one_form(code, submission_id), key=key, now=at):
        return None
    return postings(code, address=_address(request), key=key, now=at)


def _take_turn(request: Request, _typed: dict[str, str]) -> dict[str, str] | None:
    installation: Installation = request.app.state.installation
    code, key = normalised(request.path_params["code"]), installation.key_for(TRIES_KEY_USE)
    with installation.writing() as session:
        turn = take_turn(session, code=code, tried=_tries(request, installation), key=key, now=now())
    return {TURN: turn} if turn else None


def _take_form_turn(request: Request, typed: dict[str, str]) -> dict[str, str] | None:
    """Take a turn for this one form; a turn for its code is kept."""
    installation: Installation = request.app.state.installation
    code, key, at = normalised(request.path_params["code"]), installation.key_for(TRIES_KEY_USE), now()
    posted, this_form = postings(code, address=_address(request), key=key, now=at), one_form(code, typed.get("submission_id", ""))
    with installation.writing() as session:
        turn = take_turn(session, code=this_form, tried=posted, key=key, now=at)
    kept = {TURN: request.query_params[TURN]} if TURN in request.query_params else {}
    return {**kept, FORM_TURN: turn} if turn else None


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _tries(request: Request, installation: Installation) -> Tries:
    code = normalised(request.path_params["code"])
    return tries(code, address=_address(request), key=installation.key_for(TRIES_KEY_USE), now=now())


def _has_turn(request: Request, installation: Installation) -> bool:
    turn, code = request.query_params.get(TURN, ""), request.path_params["code"]
    return bool(turn) and turn_is_here(turn, code=normalised(code), key=installation.key_for(TRIES_KEY_USE), now=now())


def _is_well_formed(code: str) -> bool:
    try:
        normalised(code)
    except Invalid:
        return False
    return True
