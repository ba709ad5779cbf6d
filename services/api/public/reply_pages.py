"""Coming back with the four words of the reply code: see one's answers, add, delete. The words are posted and never stand in an address."""

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from services.api.dependencies import InstallationDep, Now, WriteSession, opens_to_all
from services.api.language import link
from services.api.pages import page
from services.api.public.asking import Posted
from services.api.public.reply_turns import REPLY_CODE, Own, own_answers, read_own
from stop_search.errors import StopSearchError
from stop_search.feedback.coming_back import add_further_text, erase_equality_answers, erase_texts
from stop_search.feedback.queries import OwnFeedback
from stop_search.feedback.reply_codes import REPLY_KEY_USE, normalised_reply_code
from stop_search.feedback.rules import TEXT, cleaned_text
from stop_search.feedback.sealed_text import TEXT_KEY_USE
from stop_search.wording import first_day, london

REPLY = "/reply"
ADDING, ERASING = "/reply/add", "/reply/erase"
ABOUT_ME, TEXTS = "about_me", "texts"  # what can be deleted

router = APIRouter(dependencies=[opens_to_all()])


@router.get(REPLY)
def ask_for_words(request: Request) -> Response:
    """Ask for the four words."""
    return page(request, "public/reply.html", typed="", error=None)


@router.post(REPLY)
def show_own_answers(request: Request, own: Own, posted: Posted, now: Now) -> Response:
    """Show the answers that the words open."""
    return own_page(request, own, posted, now, text=cleaned_text(posted.get(TEXT, "")))


@router.get(ADDING)
@router.get(ERASING)
def ask_again(request: Request) -> Response:
    """Lead to where the words are asked for: an address alone opens nobody's answers."""
    return RedirectResponse(link(request, REPLY), status_code=303)


@router.post(ADDING)
def add_text(request: Request, installation: InstallationDep, session: WriteSession, now: Now, own: Own, posted: Posted) -> Response:
    """Add what was written. Sent twice, as when a page is loaded again, it is added once."""
    typed, text = posted.get(REPLY_CODE, ""), cleaned_text(posted.get(TEXT, ""))
    reply_key, text_key = installation.key_for(REPLY_KEY_USE), installation.key_for(TEXT_KEY_USE)
    try:
        add_further_text(session, typed=typed, text=text, reply_key=reply_key, text_key=text_key, now=now)
    except StopSearchError as wrong:
        return own_page(request, own, posted, now, error=wrong, text=text)
    return own_page(request, read_own(request, session, installation, typed), posted, now, done="own_answers.added")


@router.post(ERASING, dependencies=[Depends(own_answers)])
def erase(request: Request, installation: InstallationDep, session: WriteSession, now: Now, posted: Posted) -> Response:
    """Delete what the person said of themselves, or what they wrote; anything else is left as it is."""
    typed, reply_key, done = posted.get(REPLY_CODE, ""), installation.key_for(REPLY_KEY_USE), ""
    if posted.get("what") == ABOUT_ME:
        erase_equality_answers(session, typed=typed, reply_key=reply_key, now=now)
        done = "own_answers.erased"
    elif posted.get("what") == TEXTS:
        erase_texts(session, typed=typed, reply_key=reply_key, now=now)
        done = "own_answers.texts_erased"
    return own_page(request, read_own(request, session, installation, typed), posted, now, done=done)


def own_page(
    request: Request,
    own: OwnFeedback,
    posted: dict[str, str],
    now: Now,
    *,
    done: str = "",
    error: StopSearchError | None = None,
    text: str = "",
) -> Response:
    """Return the page of one's own answers. `done`: where the words for what was just done stand."""
    return page(
        request,
        "public/own_answers.html",
        status=422 if error else 200,
        own=own,
        reply_code=normalised_reply_code(posted.get(REPLY_CODE, "")),
        week=first_day(own.week),
        answered=[(first_day(written.week), written.text) for written in own.force_answers],
        may_correct=own.correct_until is not None and london(now).date() <= own.correct_until,
        done=done,
        error=error,
        text=text,
    )
