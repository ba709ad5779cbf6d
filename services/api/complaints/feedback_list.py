"""Feedback that may be a complaint: the list by the day on which somebody has to decide, the late ones first."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from services.api.complaints.signs import signs_in_words
from services.api.dependencies import CurrentViewer, Now, ReadSession, opens_to
from services.api.pages import page
from stop_search.accounts.rules import Role
from stop_search.feedback.triaging import triage_queue
from stop_search.wording import london

router = APIRouter(prefix="/complaints/feedback", dependencies=[opens_to(Role.COMPLAINTS_HANDLER)], include_in_schema=False)


@router.get("")
def feedback_to_decide(request: Request, session: ReadSession, viewer: CurrentViewer, now: Now) -> HTMLResponse:
    """List what a person has to look at, and why each is there."""
    today = london(now).date()
    lines = triage_queue(session, viewer=viewer, now=now)
    counts = {
        "open": len(lines),
        "today": sum(line.due_on == today for line in lines),
        "late": sum(line.is_overdue for line in lines),
    }
    shown = [(line, signs_in_words(line.signs)) for line in lines]
    return page(request, "complaints/feedback.html", viewer=viewer, lines=shown, counts=counts, today=today)
