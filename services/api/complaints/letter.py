"""One letter: asked why before it is opened, shown sealed, its sealed part handed to the reader's browser, taken in hand, noted."""

from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Path, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from receipts.words import languages
from receipts.words import words as receipt_words
from services.api.complaints.words import FIELD_WORDS, reasons, shown_words
from services.api.dependencies import CurrentViewer, InstallationDep, Now, WriteSession, opens_to
from services.api.pages import page
from services.api.step_up import needs_fresh_sign_in
from stop_search.accounts.rules import Role, Viewer
from stop_search.codes.lists import code_list
from stop_search.encounters.rows import LAYOUT_VERSION
from stop_search.errors import Invalid
from stop_search.feedback.triaging import item_of_feedback
from stop_search.letters.dealing import add_note, consult_letter, take_in_hand, unseal_letter
from stop_search.letters.naming import name_in_complaint, named_numbers
from stop_search.letters.queries import letter_shown
from stop_search.letters.rules import LetterKind, LetterState, dispositions
from stop_search.wording import london

router = APIRouter(prefix="/complaints/{reference}", dependencies=[opens_to(Role.COMPLAINTS_HANDLER)], include_in_schema=False)
Reference = Annotated[str, Path(max_length=40)]
Why = Annotated[str, Form(max_length=40)]


@router.get("", dependencies=[needs_fresh_sign_in()])
def letter_page(
    request: Request,
    reference: Reference,
    session: WriteSession,
    viewer: CurrentViewer,
    now: Now,
    installation: InstallationDep,
    why: str = "",
) -> HTMLResponse:
    """Ask why the letter is opened; then show it, and note that it was opened."""
    if why not in reasons():
        shown = letter_shown(session, reference=reference, viewer=viewer)
        return page(
            request,
            "complaints/why.html",
            viewer=viewer,
            letter=shown,
            reasons=reasons(),
            asked="why" in request.query_params,
            **shown_words(),
        )
    return show_letter(request, session, viewer, reference, why, now, demo=installation.settings.demo)


@router.post("/sealed", dependencies=[needs_fresh_sign_in()])
def sealed_letter(reference: Reference, session: WriteSession, viewer: CurrentViewer, now: Now, why: Why = "") -> Response:
    """Hand out the sealed letter: to the page's script, or as a file. Nothing in it can be read without the key."""
    told = unseal_letter(session, reference=reference, reason=why, viewer=viewer, now=now)
    return JSONResponse(told, headers={"Content-Disposition": f'attachment; filename="{told["reference"]}.sealed.json"'})


@router.post("/take")
def take(reference: Reference, session: WriteSession, viewer: CurrentViewer, now: Now, why: Why = "") -> Response:
    """Take the letter in hand."""
    take_in_hand(session, reference=reference, viewer=viewer, now=now)
    return letter_again(reference, why)


@router.post("/note", response_model=None)
def note(
    request: Request,
    reference: Reference,
    session: WriteSession,
    viewer: CurrentViewer,
    now: Now,
    installation: InstallationDep,
    why: Why = "",
    text: Annotated[str, Form(alias="note", max_length=20_000)] = "",
) -> Response:
    """Seal a note and put it with the letter."""
    try:
        add_note(session, reference=reference, text=text, viewer=viewer, now=now)
    except Invalid as error:
        if why not in reasons():
            raise
        return show_letter(request, session, viewer, reference, why, now, demo=installation.settings.demo, faults=error.fields, typed=text)
    return letter_again(reference, why)


@router.post("/named", response_model=None)
def named(
    request: Request,
    reference: Reference,
    session: WriteSession,
    viewer: CurrentViewer,
    now: Now,
    installation: InstallationDep,
    why: Why = "",
    number: Annotated[str, Form(max_length=60)] = "",
) -> Response:
    """Note whom a complaint is about: they review nothing of that stop."""
    try:
        name_in_complaint(session, reference=reference, officer_number=number, viewer=viewer, now=now)
    except Invalid as error:
        if why not in reasons():
            raise
        return show_letter(
            request, session, viewer, reference, why, now, demo=installation.settings.demo, faults=error.fields, number=number
        )
    return letter_again(reference, why)


def show_letter(
    request: Request,
    session: WriteSession,
    viewer: Viewer,
    reference: str,
    why: str,
    now: datetime,
    *,
    demo: bool,
    faults: dict[str, str] | None = None,
    **also: object,
) -> HTMLResponse:
    """Return the letter's page. What is typed again after a fault comes in `also`."""
    shown = consult_letter(session, reference=reference, reason=why, viewer=viewer, now=now)
    language = receipt_words(shown.language, LAYOUT_VERSION).own_name if shown.language in languages(LAYOUT_VERSION) else shown.language
    power = code_list("power").entry(shown.encounter.power).label if shown.encounter and shown.encounter.power else None
    decided = {entry.key: entry.label for entry in dispositions(shown.kind, shown.closed_on or london(now).date())}
    context = {
        "letter": shown,
        "why": why,
        "because": reasons()[why],
        "power": power,
        "written_in": language,
        "decided": decided,
        "field_words": FIELD_WORDS,
        "is_open": shown.state is not LetterState.CLOSED,
        "can_be_tied": shown.kind is not LetterKind.PANEL_INTEREST and not shown.names_a_receipt and shown.state is not LetterState.CLOSED,
        "is_overdue": shown.state is not LetterState.CLOSED and shown.answer_due_on < london(now).date(),
        "feedback_item": item_of_feedback(session, feedback_id=shown.feedback_id, viewer=viewer) if shown.feedback_id else None,
        "named": named_numbers(session, reference=reference, viewer=viewer),
        "demo": demo,
        "faults": faults or {},
    }
    return page(request, "complaints/letter.html", status=422 if faults else 200, viewer=viewer, **context, **shown_words(), **also)


def letter_again(reference: str, why: str) -> Response:
    """Lead back to the letter, opened for the same reason."""
    return RedirectResponse(f"/complaints/{quote(reference, safe='')}?why={quote(why, safe='')}", status_code=303)
