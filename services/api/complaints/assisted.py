"""Typing for somebody at a counter or on the phone: leads to the same public pages, with a token that marks what is sent as typed by staff.

Whether there is a receipt behind the code is not looked up here, and no code stands in an address of these pages.
"""

import uuid
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse

from services.api.assisted import ASSISTED, assisted_token
from services.api.dependencies import CurrentViewer, InstallationDep, Now, opens_to
from services.api.pages import page
from stop_search.accounts.rules import Role, Viewer
from stop_search.encounters.receipt_codes import normalised, pretty
from stop_search.errors import Invalid
from stop_search.feedback.rules import cleaned_text

LONGEST_SHOWN = 64

router = APIRouter(prefix="/complaints/assisted", dependencies=[opens_to(Role.COMPLAINTS_HANDLER)], include_in_schema=False)


@dataclass(frozen=True)
class Way:
    """One form that can be filled in for somebody: where it stands, and the words of its button."""

    path: str
    words: str


CODED = (
    Way("/feedback", "Say how it went"),
    Way("/complain", "Make a complaint"),
    Way("/record", "Ask for a copy of the record"),
    Way("/panel", "Offer to join the panel"),
)
PLAIN = (
    Way("/no-receipt/tell", "Tell us about a stop without a receipt"),
    Way("/complain", "Make a complaint"),
    Way("/record", "Ask for a copy of the record"),
    Way("/panel-interest", "Offer to join the panel"),
)


@router.get("")
def ask_code(request: Request, viewer: CurrentViewer) -> HTMLResponse:
    """Ask whether there is a receipt."""
    return _page(request, viewer)


@router.post("")
def show_ways(
    request: Request, viewer: CurrentViewer, installation: InstallationDep, now: Now, code: Annotated[str, Form()] = ""
) -> HTMLResponse:
    """Show the forms for this receipt, or those that need none."""
    typed = cleaned_text(code)[:LONGEST_SHOWN]
    try:
        found = normalised(typed) if typed else ""
    except Invalid as wrong:
        return _page(request, viewer, typed=typed, error=str(wrong))
    ways = tuple(Way(f"/r/{found}{way.path}", way.words) for way in CODED) if found else PLAIN
    token = assisted_token(installation, code=found, now=now)
    return _page(request, viewer, ways=ways, token=token, shown_code=pretty(found) if found else "")


def _page(request: Request, viewer: Viewer, **shown: object) -> HTMLResponse:
    at_first = {"typed": "", "error": "", "ways": (), "token": "", "shown_code": ""}
    return page(
        request,
        "complaints/assisted.html",
        status=422 if shown.get("error") else 200,
        viewer=viewer,
        field=ASSISTED,
        new_id=lambda: uuid.uuid4().hex,
        **(at_first | shown),
    )
