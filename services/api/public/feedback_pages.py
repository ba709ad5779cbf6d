"""The feedback form, one question a page. What was typed travels in the form itself until it is sent; only sending stores anything."""

import uuid
from datetime import datetime
from functools import partial

from anyio import to_thread
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from services.api.dependencies import InstallationDep, Now, opens_to_all
from services.api.language import link
from services.api.pages import page
from services.api.public.asking import Held, Posted
from services.api.public.steps import Draft, Step, first_step, next_step, number_of, read_draft
from services.api.public.turns import posting_counts
from stop_search.encounters.code_tries import Tries
from stop_search.encounters.rules import HeldReceipt
from stop_search.errors import Invalid
from stop_search.feedback.actions import LeftFeedback, leave_feedback
from stop_search.feedback.forms import Form, forms, newest_form
from stop_search.feedback.posting import count_posting
from stop_search.feedback.queries import answers_in_words
from stop_search.feedback.reply_codes import REPLY_KEY_USE
from stop_search.feedback.rules import TEXT, WHO
from stop_search.installation import Installation

FORM = "/r/{code}/feedback"
FORM_IN_CAPITALS = "/R/{code}/feedback"
SENDING = "/r/{code}/feedback/send"

router = APIRouter(dependencies=[opens_to_all()])


@router.get(FORM)
@router.get(FORM_IN_CAPITALS, include_in_schema=False)
def open_form(request: Request, held: Held) -> Response:
    """Open a new form at its first question. Its id is made here, so that sending it twice stores it once."""
    form = newest_form()
    return _shown(request, held, form, first_step(form, uuid.uuid4().hex))


@router.post(FORM)
def go_on(request: Request, held: Held, posted: Posted) -> Response:
    """Show the page that follows the posted one."""
    form = _form(posted)
    return _shown(request, held, form, next_step(form, posted))


@router.get(SENDING)
def start_again(request: Request, held: Held) -> Response:
    """Lead back to the form: the answers of a page that was left are gone, as they should be."""
    return RedirectResponse(link(request, f"/r/{held.code}/feedback"), status_code=303)


# It takes its turn before it takes a thread, and its transaction begins and ends in that thread, as for records that come in crowds.
@router.post(SENDING)
async def send(request: Request, installation: InstallationDep, now: Now, held: Held, posted: Posted) -> Response:
    """Store the answers and show the reply code.

    The page comes as the answer to this very POST and not after a redirect: the reply code may stand in no address, where the
    browser's history would keep it, and there is no cookie that could carry it. Loading the page again sends the same form again,
    which stores nothing new and shows the same page.
    """
    form = _form(posted)
    draft = read_draft(form, posted)
    counted = posting_counts(request, installation, draft.submission_id)
    leave = partial(_left, installation, held, form, draft, counted, now)
    try:
        left = await to_thread.run_sync(leave, limiter=request.app.state.write_turns)
    except Invalid as wrong:
        return _check_page(request, held, form, draft, wrong)
    return page(request, "public/thanks.html", code=held.code, reply_code=left.reply_code, wanted=draft.answers.get("next", ""))


def _left(installation: Installation, held: HeldReceipt, form: Form, draft: Draft, counted: Tries | None, now: datetime) -> LeftFeedback:
    with installation.writing() as session:
        if counted:
            count_posting(session, posted=counted, now=now)
        return leave_feedback(
            session,
            receipt_id=held.receipt_id,
            submission_id=draft.submission_id,
            form=form.name,
            form_version=form.version,
            answers={question: answer for question, answer in draft.answers.items() if question != WHO},
            comment=draft.text,
            answering_as=draft.answers.get(WHO),
            language=form.language,
            reply_key=installation.key_for(REPLY_KEY_USE),
            now=now,
        )


def _form(posted: dict[str, str]) -> Form:
    """Return the version of the form that the page was made from; the newest where it does not say."""
    wanted = posted.get("form_version", "")
    newest = newest_form()
    return next((form for form in forms() if form.name == newest.name and str(form.version) == wanted), newest)


def _shown(request: Request, held: HeldReceipt, form: Form, step: Step) -> Response:
    if step.question is None:
        return _check_page(request, held, form, step.draft)
    return page(
        request,
        "public/question.html",
        status=422 if step.error else 200,
        code=held.code,
        form=form,
        question=step.question,
        number=number_of(form, step.question),
        total=len(form.questions),
        chosen=step.draft.answers.get(step.question.id, ""),
        text=step.draft.text,
        hidden=step.draft.hidden(step.question),
        changing=step.draft.changing,
        error=step.error,
    )


def _check_page(request: Request, held: HeldReceipt, form: Form, draft: Draft, wrong: Invalid | None = None) -> Response:
    in_words = dict(answers_in_words(form, draft.answers))
    lines = [
        (question.id, question.words, draft.text if question.is_text else in_words.get(question.words, "")) for question in form.questions
    ]
    errors = [(place if form.question(place) else "", sentence) for place, sentence in wrong.fields.items()] if wrong else []
    return page(
        request,
        "public/check_answers.html",
        status=422 if wrong else 200,
        code=held.code,
        form=form,
        lines=lines,
        hidden=draft.hidden(None),
        text_id=TEXT,
        errors=errors,
    )
