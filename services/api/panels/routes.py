"""The page for panel members: their meetings, what the force answered, and the copies that they may watch."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from services.api.dependencies import CurrentViewer, Now, ReadSession, opens_to
from services.api.pages import page
from services.api.panel_words import DECISIONS, KINDS
from services.api.panels import cases, copies, recommending
from stop_search.accounts.rules import Role
from stop_search.panels.meeting_queries import meetings_of
from stop_search.panels.recommendation_queries import recommendations_of
from stop_search.redactions.queries import copies_for_panels

overview = APIRouter(prefix="/panels", dependencies=[opens_to(Role.PANEL_MEMBER)], include_in_schema=False)


@overview.get("")
def panels(request: Request, session: ReadSession, viewer: CurrentViewer, now: Now) -> HTMLResponse:
    """Show what waits for the viewer's vote, then what the force answered, what is overdue first, then the copies."""
    shown = {
        "meetings": meetings_of(session, viewer=viewer),
        "lines": recommendations_of(session, viewer=viewer, now=now),
        "copies": copies_for_panels(session, viewer=viewer),
        "kinds": KINDS,
        "decisions": DECISIONS,
    }
    return page(request, "panels/panels.html", viewer=viewer, **shown)


router = APIRouter()
for part in (overview, copies.router, cases.router, recommending.router):
    router.include_router(part)
