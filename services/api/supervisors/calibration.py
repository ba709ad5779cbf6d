"""A supervisor's own calibration: the clips read before the first review, own marks beside the agreed ones, and the own chart."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from services.api.chart_places import chart_of
from services.api.dependencies import CurrentViewer, Now, ReadSession, opens_to
from services.api.pages import page
from services.api.supervisors.review_ids import ReviewId
from stop_search.accounts.rules import Role, Viewer
from stop_search.errors import NotFound
from stop_search.reviews.calibration import calibration_differences, calibration_of
from stop_search.reviews.compared import Drift
from stop_search.reviews.drift import ENOUGH_OWN
from stop_search.reviews.kept_trust import own_drift
from stop_search.reviews.rules import MarkKind
from stop_search.reviews.versions import newest_published

router = APIRouter(prefix="/reviews/calibration", dependencies=[opens_to(Role.SUPERVISOR)], include_in_schema=False)
VERDICT_WORDS = {
    "too_few": "Too few to say.",
    "steady": "Your marks are as those of the others.",
    "lower": "Your marks have been lower than those of the others of late.",
    "higher": "Your marks have been higher than those of the others of late.",
}
KIND_WORDS = {MarkKind.NOT_APPLICABLE: "does not apply", MarkKind.NOT_OBSERVABLE: "cannot tell"}


@router.get("")
def own_calibration(request: Request, session: ReadSession, viewer: CurrentViewer, now: Now) -> HTMLResponse:
    """Show how far the viewer's calibration is, and the viewer's own chart, which nobody of the same rank sees."""
    drift = _drift(session, viewer, now)
    return page(
        request,
        "supervisors/calibration.html",
        viewer=viewer,
        calibration=calibration_of(session, viewer=viewer, wanted=request.app.state.force.calibration_clips),
        drift=drift,
        drawn=chart_of(drift.chart) if drift else None,
        verdict_words=VERDICT_WORDS,
        enough=ENOUGH_OWN,
    )


@router.get("/{review_id}")
def own_differences(request: Request, review_id: ReviewId, session: ReadSession, viewer: CurrentViewer) -> HTMLResponse:
    """Show own marks of a calibration clip beside the agreed ones, and why they are that."""
    found = calibration_differences(session, review_id=review_id, viewer=viewer)
    rubric = newest_published(session)
    return page(
        request,
        "supervisors/calibration_clip.html",
        viewer=viewer,
        differences=found,
        same=sum(one.is_same for one in found),
        names={criterion.id: criterion.name for criterion in rubric.criteria},
        levels=rubric.levels,
        kind_words=KIND_WORDS,
        review_id=review_id,
    )


def _drift(session: ReadSession, viewer: Viewer, now: Now) -> Drift | None:
    try:
        return own_drift(session, viewer=viewer, now=now)
    except NotFound:
        return None
