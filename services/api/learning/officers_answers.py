"""What officers answered to reviews of their stops: replies and disputes, without who and which stop."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from services.api.dependencies import CurrentViewer, ReadSession
from services.api.pages import page
from stop_search.feedback.personal_details.masking import pieces
from stop_search.reviews.officers_answers import what_officers_answered

router = APIRouter()


@router.get("/officers-answers")
def officers_answers_page(request: Request, session: ReadSession, viewer: CurrentViewer) -> HTMLResponse:
    """Show what was written, by month."""
    shown = {"answers": what_officers_answered(session, viewer=viewer), "pieces": pieces}
    return page(request, "learning/officers_answers.html", viewer=viewer, **shown)
