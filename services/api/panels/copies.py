"""Redacted copies for a panel's members: the page of one, and its bytes. Only what was checked and released is found at all."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from services.api.dependencies import CurrentViewer, InstallationDep, Now, ReadSession, opens_to
from services.api.pages import page
from services.api.served_copies import played_copy
from stop_search.accounts.rules import Role
from stop_search.redactions.queries import served_copy

router = APIRouter(prefix="/panels/copies/{redaction_id}", dependencies=[opens_to(Role.PANEL_MEMBER)], include_in_schema=False)


@router.get("")
def copy_page(request: Request, redaction_id: UUID, session: ReadSession, viewer: CurrentViewer) -> HTMLResponse:
    """Show one copy, with the viewer's name over it."""
    return page(request, "panels/copy.html", viewer=viewer, copy=served_copy(session, redaction_id=redaction_id, viewer=viewer))


@router.get("/video")
def copy_video(request: Request, redaction_id: UUID, installation: InstallationDep, viewer: CurrentViewer, now: Now) -> Response:
    """Play the copy, or a piece of it; once in a session the audit log says that it was disclosed, and to whom."""
    return played_copy(request, redaction_id=redaction_id, installation=installation, viewer=viewer, now=now)
