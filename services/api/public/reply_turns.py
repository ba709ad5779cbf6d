"""Finding answers behind four words without letting anybody guess: the same counting and waiting as for receipts' codes (`turns.py`).

The words are posted and never stand in an address; a turn does, and says nothing of them to whoever has no key.
"""

from functools import partial
from typing import Annotated

from fastapi import Depends, FastAPI, Request
from starlette.responses import Response

from services.api.dependencies import InstallationDep, Now, ReadSession
from services.api.language import TURN, language_of
from services.api.pages import page
from services.api.public import turns
from services.api.public.asking import Posted
from stop_search.encounters.code_tries import TRIES_KEY_USE, Tries, take_turn, turn_is_here, waiting_time
from stop_search.errors import Invalid, NotFound, StopSearchError, TooBusy
from stop_search.feedback.queries import OwnFeedback, own_feedback
from stop_search.feedback.reply_codes import LONGEST_TYPED, REPLY_KEY_USE, normalised_reply_code
from stop_search.feedback.reply_tries import reply_tries
from stop_search.feedback.rules import cleaned_text
from stop_search.feedback.sealed_text import TEXT_KEY_USE
from stop_search.installation import Installation

REPLY_CODE = "reply_code"


class WordsRefused(NotFound):
    """The words open nothing; `why` says what is wrong with them."""

    def __init__(self, typed: str, why: StopSearchError) -> None:
        super().__init__(str(why))
        self.typed, self.why = typed, why


class WordsWait(TooBusy):
    """The words have to wait for their turn."""


def own_answers(request: Request, posted: Posted, session: ReadSession, installation: InstallationDep, at: Now) -> OwnFeedback:
    """Return the answers that the posted words open.

    Raises:
        WordsRefused: they are mistyped, or open nothing.
        WordsWait: too many words were tried from this network.

    """
    typed = posted.get(REPLY_CODE, "")
    try:
        words = normalised_reply_code(typed)
        wait = waiting_time(session, tried=_tries(request, installation), now=at)
        if wait and not _has_turn(request, installation, words):
            raise WordsWait(turns.BUSY, wait).worded("errors.busy")
        return read_own(request, session, installation, typed)
    except (Invalid, NotFound) as wrong:
        raise WordsRefused(typed, wrong) from wrong


Own = Annotated[OwnFeedback, Depends(own_answers)]


def read_own(request: Request, session: ReadSession, installation: Installation, typed: str) -> OwnFeedback:
    """Return the answers behind four words in the reader's language. Raises Invalid and NotFound."""
    return own_feedback(
        session,
        typed=typed,
        reply_key=installation.key_for(REPLY_KEY_USE),
        text_key=installation.key_for(TEXT_KEY_USE),
        language=language_of(request),
    )


def install(app: FastAPI) -> None:
    """Have wrong words counted and told, and turns given."""
    app.add_exception_handler(WordsRefused, _refused)
    app.add_exception_handler(WordsWait, _wait)


async def _refused(request: Request, error: Exception) -> Response:
    """Show the words again with what is wrong. Only well-formed words that open nothing count, and not those that were given a turn."""
    if not isinstance(error, WordsRefused):
        raise error
    installation: Installation = request.app.state.installation
    if isinstance(error.why, NotFound) and not _has_turn(request, installation, normalised_reply_code(error.typed)):
        await turns.counted(request, _tries(request, installation))
    typed = cleaned_text(error.typed)[:LONGEST_TYPED]
    return page(request, "public/reply.html", status=422, typed=typed, error=error.why)


async def _wait(request: Request, error: Exception) -> Response:
    """Show when the turn comes; the words go along in the form."""
    installation: Installation = request.app.state.installation
    typed = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    take = partial(_take_turn, request, installation, normalised_reply_code(typed.get(REPLY_CODE, "")))
    return await turns.wait_page(request, error, take, typed)


def _tries(request: Request, installation: Installation) -> Tries:
    address = request.client.host if request.client else ""
    return reply_tries(address=address, key=installation.key_for(TRIES_KEY_USE), now=turns.now())


def _take_turn(request: Request, installation: Installation, words: str) -> dict[str, str] | None:
    key, now = installation.key_for(TRIES_KEY_USE), turns.now()
    with installation.writing() as session:
        turn = take_turn(session, code=words, tried=_tries(request, installation), key=key, now=now)
    return {TURN: turn} if turn else None


def _has_turn(request: Request, installation: Installation, words: str) -> bool:
    turn = request.query_params.get(TURN, "")
    return bool(turn) and turn_is_here(turn, code=words, key=installation.key_for(TRIES_KEY_USE), now=turns.now())
