"""Finding one's own answers again with the four words of the reply code. The words are posted and never stand in an address."""

import math

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.api.dependencies import InstallationDep, Now, ReadSession, opens_to_all
from services.api.pages import page
from services.api.public.asking import Posted
from stop_search.encounters.code_tries import TRIES_KEY_USE, count_try, waiting_time
from stop_search.errors import Invalid, NotFound
from stop_search.feedback.queries import own_feedback
from stop_search.feedback.reply_codes import LONGEST_TYPED, REPLY_KEY_USE
from stop_search.feedback.reply_tries import reply_tries
from stop_search.feedback.rules import cleaned_text
from stop_search.feedback.sealed_text import TEXT_KEY_USE
from stop_search.wording import week_in_words

router = APIRouter(dependencies=[opens_to_all()])


@router.get("/reply")
def ask_for_words(request: Request) -> Response:
    """Ask for the four words."""
    return page(request, "public/reply.html", typed="", error="")


@router.post("/reply")
def show_own_answers(request: Request, installation: InstallationDep, session: ReadSession, now: Now, posted: Posted) -> Response:
    """Show the answers that the words open, or say what is wrong with them and keep what was typed.

    Words that open nothing are counted as a try; whoever tried too many waits.
    """
    typed = posted.get("reply_code", "")
    address = request.client.host if request.client else ""
    tried = reply_tries(address=address, key=installation.key_for(TRIES_KEY_USE), now=now)
    if wait := waiting_time(session, tried=tried, now=now):
        seconds = math.ceil(wait.total_seconds())
        answer = _asked_again(request, typed, f"Too many words were tried from where you are. Try again in {seconds} seconds.", status=429)
        answer.headers["Retry-After"] = str(seconds)
        return answer
    reply_key, text_key = installation.key_for(REPLY_KEY_USE), installation.key_for(TEXT_KEY_USE)
    try:
        own = own_feedback(session, typed=typed, reply_key=reply_key, text_key=text_key)
    except Invalid as wrong:
        return _asked_again(request, typed, str(wrong))
    except NotFound as wrong:
        with installation.writing() as counting:
            count_try(counting, tried=tried, now=now)
        return _asked_again(request, typed, str(wrong))
    return page(request, "public/own_answers.html", own=own, week=week_in_words(own.week))


def _asked_again(request: Request, typed: str, error: str, *, status: int = 422) -> Response:
    return page(request, "public/reply.html", status=status, typed=cleaned_text(typed)[:LONGEST_TYPED], error=error)
