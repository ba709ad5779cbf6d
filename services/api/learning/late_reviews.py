"""The learning team's list of reviews that are late, from which each can be given to somebody else."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse

from services.api.dependencies import CurrentViewer, Now, ReadSession, WriteSession, opens_to
from services.api.pages import page
from stop_search.accounts.rules import Role
from stop_search.reviews.late import give_to_somebody_else, late_reviews
from stop_search.wording import london

router = APIRouter(prefix="/learning/late-reviews", dependencies=[opens_to(Role.LEARNING_TEAM)], include_in_schema=False)


@router.get("")
def listed(request: Request, session: ReadSession, viewer: CurrentViewer, now: Now) -> HTMLResponse:
    """List them, the longest late first."""
    return page(request, "learning/late_reviews.html", viewer=viewer, lines=late_reviews(session, now=now), today=london(now).date())


@router.post("/{review_id}")
def give_on(review_id: UUID, session: WriteSession, viewer: CurrentViewer, now: Now) -> RedirectResponse:
    """Give one to somebody else."""
    give_to_somebody_else(session, review_id=review_id, viewer=viewer, now=now)
    return RedirectResponse("/learning/late-reviews", status_code=303)
