"""The feedback form, one question a page. What was typed travels in the form itself until it is sent; only sending stores anything."""

import uuid
from functools import partial
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from services.api.assisted import ASSISTED, is_assisted
from services.api.dependencies import InstallationDep, Now, opens_to_all
from services.api.language import language_of, link
from services.api.pages import page
from services.api.public.asking import Held, Posted
from services.api.public.drafts import FIELD, new_draft, read_draft, sets_offered
from services.api.public.form_pages import Journey, refused, shown
from services.api.public.receipt_pages import CHOOSING
from services.api.public.sending import leave
from services.api.public.steps import STAY, Walk, first_step, next_step
from stop_search.errors import Invalid
from stop_search.feedback.reply_codes import normalised_reply_code

FORM = "/r/{code}/feedback"
FORM_IN_CAPITALS = "/R/{code}/feedback"
SENDING = "/r/{code}/feedback/send"
THANKS = "/r/{code}/feedback/thanks"

router = APIRouter(dependencies=[opens_to_all()])


def the_journey(held: Held, posted: Posted, installation: InstallationDep, now: Now) -> Journey:
    """Return the addresses of this receipt's form. Who types for somebody else at a counter carries a token of the staff's own page."""
    token = posted.get(ASSISTED, "")
    return Journey(
        walk=Walk(sets_offered()),
        steps=FORM.format(code=held.code),
        sending=SENDING.format(code=held.code),
        back=CHOOSING.format(code=held.code),
        carried=((ASSISTED, token),) if is_assisted(installation, token, code=held.code, now=now) else (),
    )


JourneyDep = Annotated[Journey, Depends(the_journey)]


@router.get(FORM)
@router.get(FORM_IN_CAPITALS, include_in_schema=False)
def open_form(request: Request, journey: JourneyDep) -> Response:
    """Open a new form at its first page. Its id is made here, so that sending it twice stores it once."""
    return shown(request, first_step(new_draft(uuid.uuid4().hex, language_of(request)), journey.walk), journey, says_line=True)


@router.post(FORM)
def go_on(request: Request, journey: JourneyDep, posted: Posted) -> Response:
    """Show the page that follows the posted one. A staff page that leads here posts no draft yet: then it is the first."""
    language = language_of(request)
    draft = read_draft(posted, language) if FIELD in posted or "at" in posted else new_draft(uuid.uuid4().hex, language)
    return shown(request, next_step(draft, posted, journey.walk), journey, says_line=posted.get("go") == STAY)


@router.get(SENDING)
def start_again(request: Request, held: Held) -> Response:
    """Lead back to the form: the answers of a page that was left are gone, as they should be."""
    return RedirectResponse(link(request, FORM.format(code=held.code)), status_code=303)


# It takes its turn before it takes a thread, and its transaction begins and ends in that thread, as for records that come in crowds.
@router.post(SENDING)
async def send(request: Request, now: Now, held: Held, journey: JourneyDep, posted: Posted) -> Response:
    """Store the answers and show the reply code, alone on its page.

    The page comes as the answer to this very POST and not after a redirect: the reply code may stand in no address, where the
    browser's history would keep it, and there is no cookie that could carry it. Loading the page again sends the same form again,
    which stores nothing new and shows the same page.
    """
    draft = read_draft(posted, language_of(request))
    keep = partial(leave, request, held=held, draft=draft, assisted=bool(journey.carried), now=now)
    try:
        left = await to_thread.run_sync(keep, limiter=request.app.state.write_turns)
    except Invalid as wrong:
        return refused(request, draft, journey, wrong)
    return _words_page(request, held.code, left.reply_code, draft.answers.get("next", ""))


@router.get(THANKS)
def leave_thanks(request: Request, held: Held) -> Response:
    """Lead to what else can be done: the words are in no address, so an opened one shows none."""
    return RedirectResponse(link(request, CHOOSING.format(code=held.code)), status_code=303)


@router.post(THANKS)
def thank(request: Request, held: Held, posted: Posted) -> Response:
    """Say what happens now. `go=stay` shows the words once more: in another language, or when a browser brings the page back."""
    try:
        reply_code = normalised_reply_code(posted.get("reply_code", ""))
    except Invalid:
        reply_code = ""
    wanted = posted.get("next", "")
    if posted.get("go") == STAY and reply_code and "kept" not in posted:
        return _words_page(request, held.code, reply_code, wanted)
    return page(request, "public/thanks.html", code=held.code, reply_code=reply_code, wanted=wanted)


def _words_page(request: Request, code: str, reply_code: str, wanted: str) -> Response:
    return page(request, "public/reply_code.html", code=code, reply_code=reply_code, wanted=wanted)
