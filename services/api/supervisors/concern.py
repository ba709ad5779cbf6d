"""The page on which a reader raises a serious concern: out of the line of reviews, to professional standards."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse

from services.api.dependencies import CurrentViewer, InstallationDep, Now, ReadSession, WriteSession, opens_to
from services.api.pages import page
from services.api.sent_forms import SentForm
from services.api.steps import leaves_in_steps
from services.api.supervisors.review_ids import ReviewId
from services.api.supervisors.typed import seconds_typed
from stop_search.accounts.rules import Role
from stop_search.errors import Invalid
from stop_search.reviews.concerns import has_concern, raise_concern
from stop_search.reviews.queries import review_shown

router = APIRouter(prefix="/reviews/{review_id}/concern", dependencies=[opens_to(Role.SUPERVISOR)], include_in_schema=False)


@router.get("")
def ask_concern(request: Request, review_id: ReviewId, session: ReadSession, viewer: CurrentViewer, at: str = "") -> HTMLResponse:
    """Ask what was seen; or say that the concern was raised."""
    review = review_shown(session, review_id=review_id, viewer=viewer)
    is_raised = has_concern(session, review_id=review_id, viewer=viewer)
    return page(request, "supervisors/concern.html", viewer=viewer, review=review, is_raised=is_raised, what="", at=at[:20], faults={})


@router.post("", response_model=None, dependencies=[leaves_in_steps()])
def post_concern(
    request: Request,
    review_id: ReviewId,
    session: WriteSession,
    viewer: CurrentViewer,
    now: Now,
    installation: InstallationDep,
    sent: SentForm,
) -> HTMLResponse | RedirectResponse:
    """Raise it; the footage is held from this moment."""
    what, at = sent.one("what"), sent.one("at")
    address = installation.settings.public_url
    try:
        raise_concern(session, review_id=review_id, what=what, at_seconds=_moment(at), public_url=address, viewer=viewer, now=now)
    except Invalid as error:
        review = review_shown(session, review_id=review_id, viewer=viewer)
        typed = {"what": what, "at": at, "faults": error.fields, "is_raised": False}
        return page(request, "supervisors/concern.html", status=422, viewer=viewer, review=review, **typed)
    return RedirectResponse(f"/reviews/{review_id}/concern", status_code=303)


def _moment(typed: str) -> float | None:
    if not typed:
        return None
    try:
        return seconds_typed(typed)
    except ValueError as error:
        message = "Write the time as minutes and seconds, like 3:12, or leave it out."
        raise Invalid(message, {"at": message}) from error
