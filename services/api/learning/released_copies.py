"""The second person's page: watch the redacted copy, then release it to panels or send it back with a reason."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.api.dependencies import CurrentViewer, InstallationDep, Now, ReadSession, WriteSession, opens_to
from services.api.pages import page
from services.api.served_copies import played_copy
from stop_search.accounts.rules import Role
from stop_search.errors import Invalid
from stop_search.redactions.copies import release_copy, send_copy_back
from stop_search.redactions.queries import redaction_shown
from stop_search.redactions.rules import Part, RedactionState

router = APIRouter(prefix="/learning/redactions/{redaction_id}", dependencies=[opens_to(Role.LEARNING_TEAM)], include_in_schema=False)
JUDGED = frozenset({RedactionState.VERIFIED, RedactionState.RELEASED})


@router.get("/check")
def check_page(request: Request, redaction_id: UUID, session: ReadSession, viewer: CurrentViewer) -> HTMLResponse:
    """Show the copy, and ask for the decision."""
    return _check_page(request, redaction_id, session, viewer)


@router.post("/release")
def release(
    redaction_id: UUID, session: WriteSession, viewer: CurrentViewer, now: Now, version: Annotated[int, Form()]
) -> RedirectResponse:
    """Release the copy to panels."""
    release_copy(session, redaction_id=redaction_id, version=version, viewer=viewer, now=now)
    return RedirectResponse("/learning/redactions", status_code=303)


@router.post("/send-back", response_model=None)
def send_back(
    request: Request,
    redaction_id: UUID,
    session: WriteSession,
    viewer: CurrentViewer,
    now: Now,
    version: Annotated[int, Form()],
    reason: Annotated[str, Form()] = "",
) -> HTMLResponse | RedirectResponse:
    """Send the copy back, with what has to change."""
    try:
        send_copy_back(session, redaction_id=redaction_id, version=version, reason=reason.replace("\x00", ""), viewer=viewer, now=now)
    except Invalid as error:
        return _check_page(request, redaction_id, session, viewer, reason=reason, error=str(error))
    return RedirectResponse("/learning/redactions", status_code=303)


@router.get("/copy/video")
def copy_video(request: Request, redaction_id: UUID, installation: InstallationDep, viewer: CurrentViewer, now: Now) -> Response:
    """Play the copy, or a piece of it."""
    return played_copy(request, redaction_id=redaction_id, installation=installation, viewer=viewer, now=now)


def _check_page(
    request: Request, redaction_id: UUID, session: ReadSession, viewer: CurrentViewer, *, reason: str = "", error: str = ""
) -> HTMLResponse:
    shown = redaction_shown(session, redaction_id=redaction_id, viewer=viewer)
    return page(
        request,
        "learning/check_copy.html",
        status=422 if error else 200,
        viewer=viewer,
        shown=shown,
        may_decide=shown.part is not Part.EDITOR and shown.state in JUDGED,
        is_editor=shown.part is Part.EDITOR,
        has_detector=bool(shown.copy_findings.get("has_detector")),
        reason=reason,
        error=error,
    )
