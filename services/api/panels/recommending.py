"""What a member passes on to the force for the panel, about one search or about none."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse

from services.api.dependencies import CurrentViewer, Now, ReadSession, WriteSession, opens_to
from services.api.pages import page
from services.api.panel_words import KINDS
from services.api.panels.cases import show_case
from stop_search.accounts.rules import Role
from stop_search.errors import Invalid
from stop_search.panels.meeting_queries import meetings_of
from stop_search.panels.queries import seat_of
from stop_search.panels.recommending import recommend

router = APIRouter(prefix="/panels", dependencies=[opens_to(Role.PANEL_MEMBER)], include_in_schema=False)
LONG = 20_000
Kind = Annotated[str, Form(max_length=40)]
Text = Annotated[str, Form(max_length=LONG)]


@router.post("/cases/{case_id}/recommendations", response_model=None)
def of_case(
    request: Request,
    case_id: UUID,
    meeting: Annotated[UUID, Form()],
    session: WriteSession,
    viewer: CurrentViewer,
    now: Now,
    kind: Kind = "",
    text: Text = "",
) -> HTMLResponse | RedirectResponse:
    """Pass on something about one search."""
    try:
        recommend(session, meeting_id=meeting, case_id=case_id, kind=kind, text=text, viewer=viewer, now=now)
    except Invalid as error:
        return show_case(request, session, viewer, case_id, typed={"kind": kind, "text": text}, faults=error.fields)
    return RedirectResponse("/panels#answers", status_code=303)


@router.get("/meetings/{meeting_id}/recommendations")
def ask(request: Request, meeting_id: UUID, session: ReadSession, viewer: CurrentViewer) -> HTMLResponse:
    """Ask what the panel passes on, about no one search."""
    seat_of(session, meeting_id, viewer)
    return _asked(request, meeting_id, session, viewer, {}, {})


@router.post("/meetings/{meeting_id}/recommendations", response_model=None)
def of_meeting(
    request: Request, meeting_id: UUID, session: WriteSession, viewer: CurrentViewer, now: Now, kind: Kind = "", text: Text = ""
) -> HTMLResponse | RedirectResponse:
    """Pass it on."""
    try:
        recommend(session, meeting_id=meeting_id, case_id=None, kind=kind, text=text, viewer=viewer, now=now)
    except Invalid as error:
        return _asked(request, meeting_id, session, viewer, {"kind": kind, "text": text}, error.fields)
    return RedirectResponse("/panels#answers", status_code=303)


def _asked(
    request: Request, meeting_id: UUID, session: ReadSession, viewer: CurrentViewer, typed: dict[str, str], faults: dict[str, str]
) -> HTMLResponse:
    (meeting,) = [one for one in meetings_of(session, viewer=viewer) if one.meeting_id == meeting_id]
    shown = {"meeting": meeting, "kinds": KINDS, "typed": typed, "faults": faults}
    return page(request, "panels/recommend.html", status=422 if faults else 200, viewer=viewer, **shown)
