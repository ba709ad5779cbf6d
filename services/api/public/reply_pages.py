"""Finding one's own answers again with the four words of the reply code. The words are posted and never stand in an address."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.api.dependencies import InstallationDep, ReadSession, opens_to_all
from services.api.pages import page
from services.api.public.asking import Posted
from stop_search.errors import Invalid, NotFound
from stop_search.feedback.queries import own_feedback
from stop_search.feedback.reply_codes import LONGEST_TYPED, REPLY_KEY_USE
from stop_search.feedback.rules import cleaned_text
from stop_search.feedback.sealed_text import TEXT_KEY_USE
from stop_search.wording import week_in_words

router = APIRouter(dependencies=[opens_to_all()])


@router.get("/reply")
def ask_for_words(request: Request) -> Response:
    """Ask for the four words."""
    return page(request, "public/reply.html", typed="", error="")


@router.post("/reply")
def show_own_answers(request: Request, installation: InstallationDep, session: ReadSession, posted: Posted) -> Response:
    """Show the answers that the words open, or say what is wrong with them and keep what was typed."""
    typed = posted.get("reply_code", "")
    try:
        own = own_feedback(session, typed=typed, reply_key=installation.key_for(REPLY_KEY_USE), text_key=installation.key_for(TEXT_KEY_USE))
    except (Invalid, NotFound) as wrong:
        return page(request, "public/reply.html", status=422, typed=cleaned_text(typed)[:LONGEST_TYPED], error=str(wrong))
    return page(request, "public/own_answers.html", own=own, week=week_in_words(own.week))
