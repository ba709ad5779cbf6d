"""The page for panel members: what is here for them, and what comes."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from services.api.dependencies import CurrentViewer, Now, ReadSession, opens_to
from services.api.pages import page
from services.api.panels import copies
from stop_search.accounts.rules import Role
from stop_search.redactions.queries import copies_for_panels
from stop_search.reviews.versions import rubric_in_force
from stop_search.wording import london

overview = APIRouter(prefix="/panels", dependencies=[opens_to(Role.PANEL_MEMBER)], include_in_schema=False)


@overview.get("")
def panels(request: Request, session: ReadSession, viewer: CurrentViewer, now: Now) -> HTMLResponse:
    """List the copies that may be watched; say what is kept for panels already and what they cannot do here yet."""
    rubric = rubric_in_force(session, on=london(now).date())
    criteria = [criterion for criterion in rubric.criteria if criterion.id in rubric.who_scores["panel"]]
    return page(request, "panels/panels.html", viewer=viewer, criteria=criteria, copies=copies_for_panels(session, viewer=viewer))


router = APIRouter()
router.include_router(overview)
router.include_router(copies.router)
