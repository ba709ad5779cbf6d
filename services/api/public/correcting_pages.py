"""Changing one's answers within 28 days: the form's own pages, filled in, and a sending that keeps the answers before as they are."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from services.api.dependencies import InstallationDep, Now, WriteSession, opens_to_all
from services.api.language import language_of, link
from services.api.public.asking import Posted
from services.api.public.drafts import FIELD, Draft, read_draft
from services.api.public.form_pages import Journey, refused, shown
from services.api.public.reply_pages import REPLY, own_page
from services.api.public.reply_turns import REPLY_CODE, Own, read_own
from services.api.public.steps import CHECK, Step, Walk, next_step
from stop_search.errors import Invalid
from stop_search.feedback.coming_back import correct_answers
from stop_search.feedback.forms import published_form
from stop_search.feedback.queries import OwnFeedback
from stop_search.feedback.reply_codes import REPLY_KEY_USE
from stop_search.feedback.rules import TEXT, WHO

CORRECTING, SENDING = "/reply/correct", "/reply/correct/send"

router = APIRouter(dependencies=[opens_to_all()])


def the_journey(posted: Posted) -> Journey:
    """Return the addresses of a correction. Who answers stays, and a text is added and not changed."""
    walk = Walk(asks_about=False, without=(WHO, TEXT))
    carried = ((REPLY_CODE, posted.get(REPLY_CODE, "")),)
    return Journey(walk, steps=CORRECTING, sending=SENDING, back=REPLY, carried=carried, is_correction=True)


JourneyDep = Annotated[Journey, Depends(the_journey)]


@router.get(CORRECTING)
@router.get(SENDING)
def ask_again(request: Request) -> Response:
    """Lead to where the words are asked for."""
    return RedirectResponse(link(request, REPLY), status_code=303)


@router.post(CORRECTING)
def go_on(request: Request, own: Own, journey: JourneyDep, posted: Posted) -> Response:
    """Show all answers, each to be changed, or the page that follows the posted one."""
    if FIELD not in posted:
        return shown(request, Step(_draft(request, own), CHECK), journey)
    return shown(request, next_step(read_draft(posted, language_of(request)), posted, journey.walk), journey)


@router.post(SENDING)
def send(
    request: Request, installation: InstallationDep, session: WriteSession, now: Now, own: Own, journey: JourneyDep, posted: Posted
) -> Response:
    """Put the new answers in force. Sent twice it changes nothing more."""
    draft = read_draft(posted, language_of(request)) if FIELD in posted else _draft(request, own)
    answers = {name: answer for name, answer in draft.answers.items() if name not in journey.walk.without}
    typed = posted.get(REPLY_CODE, "")
    try:
        correct_answers(session, typed=typed, answers=answers, reply_key=installation.key_for(REPLY_KEY_USE), now=now)
    except Invalid as wrong:
        return refused(request, draft, journey, wrong)
    return own_page(request, read_own(request, session, installation, typed), posted, now, done="own_answers.corrected")


def _draft(request: Request, own: OwnFeedback) -> Draft:
    language = language_of(request)
    return Draft("", published_form(own.form, own.form_version, language), answers=own.given, language=language)
