"""Closing a letter: how it was decided, by a person; and for a complaint, that the person was told of the right to a review."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from services.api.complaints.letter import Reference, Why, letter_again
from services.api.complaints.words import reasons, shown_words
from services.api.dependencies import CurrentViewer, Now, ReadSession, WriteSession, opens_to
from services.api.pages import page
from services.api.step_up import needs_fresh_sign_in
from stop_search.accounts.rules import Role, Viewer
from stop_search.errors import Invalid
from stop_search.letters.dealing import close_letter
from stop_search.letters.queries import LetterShown, letter_shown
from stop_search.letters.rules import LetterState, ReviewTold, dispositions
from stop_search.wording import london

router = APIRouter(
    prefix="/complaints/{reference}/close", dependencies=[opens_to(Role.COMPLAINTS_HANDLER), needs_fresh_sign_in()], include_in_schema=False
)


@router.get("", response_model=None)
def ask_closing(request: Request, reference: Reference, session: ReadSession, viewer: CurrentViewer, now: Now, why: str = "") -> Response:
    """Ask how the letter was decided, and say what the person has to be told. A closed one is shown instead."""
    letter = letter_shown(session, reference=reference, viewer=viewer)
    return letter_again(reference, why) if letter.state is LetterState.CLOSED else _page(request, viewer, letter, why, now)


@router.post("", response_model=None)
def close(
    request: Request,
    reference: Reference,
    session: WriteSession,
    viewer: CurrentViewer,
    now: Now,
    why: Why = "",
    disposition: Annotated[str, Form(max_length=60)] = "",
    review_told: Annotated[str, Form(max_length=60)] = "",
) -> Response:
    """Close the letter by the viewer's decision."""
    told = ReviewTold(review_told) if review_told in set(ReviewTold) else None
    try:
        close_letter(session, reference=reference, disposition=disposition, review_told=told, viewer=viewer, now=now)
    except Invalid as error:
        letter = letter_shown(session, reference=reference, viewer=viewer)
        return _page(request, viewer, letter, why, now, faults=error.fields, chosen=disposition, told=review_told)
    return letter_again(reference, why)


def _page(
    request: Request, viewer: Viewer, letter: LetterShown, why: str, now: datetime, *, faults: dict[str, str] | None = None, **also: str
) -> HTMLResponse:
    ways = dispositions(letter.kind, london(now).date())
    return page(
        request,
        "complaints/close.html",
        status=422 if faults else 200,
        viewer=viewer,
        letter=letter,
        why=why if why in reasons() else "deciding",
        ways=ways,
        faults=faults or {},
        **also,
        **shown_words(),
    )
