"""The page on which a reader says that a drawn stop must not be reviewed: somebody of rank decides."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse

from services.api.dependencies import CurrentViewer, InstallationDep, Now, ReadSession, WriteSession, opens_to
from services.api.pages import page
from services.api.refusal_words import REFUSED_BECAUSE
from services.api.sent_forms import SentForm
from services.api.steps import leaves_in_steps
from services.api.supervisors.review_ids import ReviewId
from stop_search.accounts.rules import Role
from stop_search.errors import Invalid
from stop_search.reviews.queries import review_shown
from stop_search.reviews.refusals import ask_refusal, own_request
from stop_search.reviews.rules import OPEN_STATES

router = APIRouter(prefix="/reviews/{review_id}/refusal", dependencies=[opens_to(Role.SUPERVISOR)], include_in_schema=False)


@router.get("")
def ask(request: Request, review_id: ReviewId, session: ReadSession, viewer: CurrentViewer) -> HTMLResponse:
    """Ask why it must not be reviewed; or say what was asked, and what came of it."""
    asked = own_request(session, review_id=review_id, viewer=viewer)
    is_open = asked.is_open if asked else review_shown(session, review_id=review_id, viewer=viewer).state in OPEN_STATES
    shown = {"review_id": review_id, "is_open": is_open, "asked": asked, "reasons": REFUSED_BECAUSE, "typed": {}, "faults": {}}
    return page(request, "supervisors/refusal.html", viewer=viewer, **shown)


@router.post("", response_model=None, dependencies=[leaves_in_steps()])
def post_asked(
    request: Request,
    review_id: ReviewId,
    session: WriteSession,
    viewer: CurrentViewer,
    now: Now,
    installation: InstallationDep,
    sent: SentForm,
) -> HTMLResponse | RedirectResponse:
    """Pass it on to those of rank; until they decide, the review stays with its reader."""
    typed = {"reason": sent.one("reason"), "because": sent.one("because")}
    address = installation.settings.public_url
    try:
        ask_refusal(session, review_id=review_id, **typed, public_url=address, viewer=viewer, now=now)
    except Invalid as error:
        shown = {"review_id": review_id, "is_open": True, "asked": None, "reasons": REFUSED_BECAUSE}
        shown |= {"typed": typed, "faults": error.fields}
        return page(request, "supervisors/refusal.html", status=422, viewer=viewer, **shown)
    return RedirectResponse(f"/reviews/{review_id}/refusal", status_code=303)
