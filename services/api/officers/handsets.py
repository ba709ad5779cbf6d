"""An officer's phones and tablets, and reporting one lost."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.api.dependencies import CurrentViewer, Now, ReadSession, WriteSession, opens_to
from services.api.pages import page
from stop_search.accounts.rules import Role
from stop_search.encounters.handsets import handsets_of, own_handset, report_handset_lost

router = APIRouter(prefix="/officer/handsets", dependencies=[opens_to(Role.OFFICER)], include_in_schema=False)


@router.get("")
def my_handsets(request: Request, session: ReadSession, viewer: CurrentViewer) -> HTMLResponse:
    """List the officer's own phones and tablets."""
    return page(request, "officers/handsets.html", viewer=viewer, handsets=handsets_of(session, viewer=viewer))


@router.get("/{handset_id}/lost")
def lost_page(request: Request, handset_id: UUID, session: ReadSession, viewer: CurrentViewer) -> HTMLResponse:
    """Ask whether this is the one, and say what will happen."""
    handset = own_handset(session, handset_id=handset_id, viewer=viewer)
    return page(request, "officers/handset_lost.html", viewer=viewer, handset=handset)


@router.post("/{handset_id}/lost")
def report_lost(handset_id: UUID, session: WriteSession, viewer: CurrentViewer, now: Now) -> Response:
    """Take nothing from it any more, and void its unused codes."""
    report_handset_lost(session, handset_id=handset_id, account_id=viewer.id, actor=viewer.acting_as(Role.OFFICER), now=now)
    return RedirectResponse("/officer/handsets", status_code=303)
