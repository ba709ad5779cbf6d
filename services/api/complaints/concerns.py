"""Serious concerns that readers raised: the list for professional standards, one of them, taken in hand, closed."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse

from services.api.dependencies import CurrentViewer, Now, ReadSession, WriteSession, opens_to
from services.api.pages import page
from services.api.step_up import needs_fresh_sign_in
from stop_search.accounts.rules import Role
from stop_search.errors import Invalid
from stop_search.reviews.concerns import close_concern, concerns, consult_concern, take_concern

router = APIRouter(prefix="/complaints/concerns", dependencies=[opens_to(Role.COMPLAINTS_HANDLER)], include_in_schema=False)
Fresh = needs_fresh_sign_in()


@router.get("")
def listed(request: Request, session: ReadSession, viewer: CurrentViewer) -> HTMLResponse:
    """List what is open, and what was closed."""
    lines, closed = concerns(session, viewer=viewer), concerns(session, viewer=viewer, closed=True)
    return page(request, "complaints/concerns.html", viewer=viewer, lines=lines, closed=closed)


@router.get("/{concern_id}", dependencies=[Fresh])
def concern(request: Request, concern_id: UUID, session: WriteSession, viewer: CurrentViewer, now: Now) -> HTMLResponse:
    """Show one; that it was read is noted."""
    line = consult_concern(session, concern_id=concern_id, viewer=viewer, now=now)
    return page(request, "complaints/concern.html", viewer=viewer, line=line, decision="", faults={})


@router.post("/{concern_id}/take", dependencies=[Fresh])
def take(concern_id: UUID, session: WriteSession, viewer: CurrentViewer, now: Now) -> RedirectResponse:
    """Take it in hand."""
    take_concern(session, concern_id=concern_id, viewer=viewer, now=now)
    return RedirectResponse(f"/complaints/concerns/{concern_id}", status_code=303)


@router.post("/{concern_id}/close", dependencies=[Fresh], response_model=None)
def close(
    request: Request,
    concern_id: UUID,
    session: WriteSession,
    viewer: CurrentViewer,
    now: Now,
    decision: Annotated[str, Form(max_length=20_000)] = "",
) -> HTMLResponse | RedirectResponse:
    """Close it with what was decided."""
    try:
        close_concern(session, concern_id=concern_id, decision=decision, viewer=viewer, now=now)
    except Invalid as error:
        line = consult_concern(session, concern_id=concern_id, viewer=viewer, now=now)
        return page(request, "complaints/concern.html", status=422, viewer=viewer, line=line, decision=decision, faults=error.fields)
    return RedirectResponse("/complaints/concerns", status_code=303)
