"""One set of answers that may be a complaint: read masked, or as written for a reason; answered, and closed by a person's decision."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.api.complaints.signs import signs_in_words
from services.api.complaints.words import language_in_words, reasons
from services.api.dependencies import CurrentViewer, InstallationDep, Now, WriteSession, opens_to
from services.api.pages import page
from services.api.step_up import needs_fresh_sign_in
from stop_search.accounts.rules import Role, Viewer
from stop_search.codes.lists import code_list
from stop_search.errors import Invalid
from stop_search.feedback.answering import LONGEST_ANSWER, answer_feedback
from stop_search.feedback.personal_details.masking import masked, pieces
from stop_search.feedback.sealed_text import TEXT_KEY_USE
from stop_search.feedback.triaging import DISPOSITIONS, TriageShown, feedback_of_item, look_at_item, read_item_as_written
from stop_search.installation import Installation
from stop_search.letters.from_triage import decide_item
from stop_search.wording import london

router = APIRouter(prefix="/complaints/feedback/{item_id}", dependencies=[opens_to(Role.COMPLAINTS_HANDLER)], include_in_schema=False)
Line = Annotated[str, Form(max_length=1_000)]


@router.get("")
def item_page(
    request: Request, item_id: UUID, session: WriteSession, viewer: CurrentViewer, now: Now, installation: InstallationDep, done: str = ""
) -> HTMLResponse:
    """Show what the person said, masked, and note that it was read."""
    return _masked_page(request, session, viewer, item_id, installation, now, done=done)


@router.post("/as-written", dependencies=[needs_fresh_sign_in()])
def as_written(
    request: Request, item_id: UUID, session: WriteSession, viewer: CurrentViewer, now: Now, installation: InstallationDep, why: Line = ""
) -> HTMLResponse:
    """Show the texts as they were written, and note who read them and why. The reason comes by a form: no address opens them."""
    key = installation.key_for(TEXT_KEY_USE)
    try:
        item = read_item_as_written(session, item_id=item_id, reason=why, viewer=viewer, text_key=key, now=now)
    except Invalid as error:
        return _masked_page(request, session, viewer, item_id, installation, now, faults=error.fields)
    return _page(request, viewer, item, now, because=reasons()[why])


@router.post("/answer", response_model=None)
def answer(
    request: Request,
    item_id: UUID,
    session: WriteSession,
    viewer: CurrentViewer,
    now: Now,
    installation: InstallationDep,
    text: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Write back to the person, who reads it with the four words."""
    feedback_id = feedback_of_item(session, item_id=item_id, viewer=viewer)
    try:
        key = installation.key_for(TEXT_KEY_USE)
        answer_feedback(session, feedback_id=feedback_id, text=text, viewer=viewer, text_key=key, now=now)
    except Invalid as error:
        return _masked_page(request, session, viewer, item_id, installation, now, faults=error.fields, typed=text)
    return RedirectResponse(f"/complaints/feedback/{item_id}?done=answered", status_code=303)


@router.post("/close", response_model=None)
def close(
    request: Request,
    item_id: UUID,
    session: WriteSession,
    viewer: CurrentViewer,
    now: Now,
    installation: InstallationDep,
    disposition: Line = "",
    reason: Line = "",
) -> Response:
    """Close it by the viewer's decision; a complaint goes on as a letter."""
    try:
        letter = decide_item(session, item_id=item_id, disposition=disposition, reason=reason, viewer=viewer, now=now)
    except Invalid as error:
        also = {"faults": error.fields, "chosen": disposition, "reason": reason}
        return _masked_page(request, session, viewer, item_id, installation, now, **also)
    return RedirectResponse(f"/complaints/{letter.reference}" if letter else "/complaints/feedback", status_code=303)


def _masked_page(
    request: Request, session: Session, viewer: Viewer, item_id: UUID, installation: Installation, now: datetime, **also: object
) -> HTMLResponse:
    key = installation.key_for(TEXT_KEY_USE)
    item = look_at_item(session, item_id=item_id, mask=masked, viewer=viewer, text_key=key, now=now)
    return _page(request, viewer, item, now, **also)


def _page(request: Request, viewer: Viewer, item: TriageShown, now: datetime, **also: object) -> HTMLResponse:
    """Return the page. `because`: the reason for which the texts stand there as written; without it they are masked."""
    at_first: dict[str, object] = {"because": "", "faults": {}, "typed": "", "chosen": "", "reason": "", "done": ""}
    today = london(now).date()
    return page(
        request,
        "complaints/feedback_item.html",
        status=422 if also.get("faults") else 200,
        viewer=viewer,
        item=item,
        signs=signs_in_words(item.signs),
        written_in=language_in_words(item.language),
        is_overdue=item.due_on is not None and item.due_on < today,
        ways=code_list(DISPOSITIONS).on(today),
        decided={entry.key: entry.label for entry in code_list(DISPOSITIONS).entries},
        reasons=reasons(),
        pieces=(lambda text: ((text, False),)) if also.get("because") else pieces,
        longest=LONGEST_ANSWER,
        **(at_first | also),
    )
