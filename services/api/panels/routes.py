"""The page for panel members: what is here for them, and what comes."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from services.api.dependencies import CurrentViewer, opens_to
from services.api.pages import page
from stop_search.accounts.rules import Role
from stop_search.reviews.rubric import newest_rubric

router = APIRouter(prefix="/panels", dependencies=[opens_to(Role.PANEL_MEMBER)], include_in_schema=False)


@router.get("")
def panels(request: Request, viewer: CurrentViewer) -> HTMLResponse:
    """Say what is kept for panels already and what they cannot do here yet."""
    rubric = newest_rubric()
    criteria = [criterion for criterion in rubric.criteria if criterion.id in rubric.who_scores["panel"]]
    return page(request, "panels/panels.html", viewer=viewer, criteria=criteria)
