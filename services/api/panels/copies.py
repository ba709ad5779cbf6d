"""Redacted copies for a panel's members: the page of one, and its bytes. Only what was checked and released is found at all."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from services.api.dependencies import CurrentViewer, InstallationDep, Now, ReadSession, opens_to
from services.api.media import session_mark, stored_response
from services.api.pages import page
from services.api.security import session_token
from stop_search.accounts.rules import Role
from stop_search.redactions.copies import note_panel_playback
from stop_search.redactions.queries import served_copy

router = APIRouter(prefix="/panels/copies/{redaction_id}", dependencies=[opens_to(Role.PANEL_MEMBER)], include_in_schema=False)


@router.get("")
def copy_page(request: Request, redaction_id: UUID, session: ReadSession, viewer: CurrentViewer) -> HTMLResponse:
    """Show one copy, with the viewer's name over it."""
    return page(request, "panels/copy.html", viewer=viewer, copy=served_copy(session, redaction_id=redaction_id, viewer=viewer))


@router.get("/video")
def copy_video(request: Request, redaction_id: UUID, installation: InstallationDep, viewer: CurrentViewer, now: Now) -> Response:
    """Play the copy, or a piece of it; once in a session the audit log says that it was disclosed, and to whom."""
    with installation.reading() as session:
        copy = served_copy(session, redaction_id=redaction_id, viewer=viewer)
    mark = session_mark(installation, f"copy/{copy.storage_key}/{session_token(request) or viewer.id}")
    with installation.writing() as session:
        where = {"redaction_id": redaction_id, "footage_id": copy.footage_id, "session_mark": mark}
        note_panel_playback(session, **where, viewer=viewer, now=now)
    return stored_response(request, installation.storage, copy.storage_key, copy.size_bytes, "video/mp4")
