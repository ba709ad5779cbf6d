"""What an officer reads of the reviews of own stops, and what he or she answers: it was read, a reply, a dispute. No one is compared."""

from collections.abc import Collection
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.api.dependencies import CurrentViewer, Now, ReadSession, WriteSession, opens_to
from services.api.pages import page
from stop_search.accounts.rules import Role, Viewer
from stop_search.errors import Invalid
from stop_search.reviews.answering import acknowledge_review, dispute_review, read_own_review, reply_to_review
from stop_search.reviews.officers_reviews import OwnReview, own_review, own_reviews
from stop_search.reviews.officers_summary import FEWEST_FOR_A_SHARE, own_summary
from stop_search.reviews.rules import Criterion, MarkGiven, MarkKind, Rubric

router = APIRouter(prefix="/officer/reviews", dependencies=[opens_to(Role.OFFICER)], include_in_schema=False)


@router.get("")
def reviews_page(request: Request, session: ReadSession, viewer: CurrentViewer) -> HTMLResponse:
    """Show what went well first, then each review, the newest stop first; or say why there is none yet."""
    shown = {"summary": own_summary(session, viewer=viewer), "reviews": own_reviews(session, viewer=viewer), "fewest": FEWEST_FOR_A_SHARE}
    return page(request, "officers/reviews.html", viewer=viewer, **shown)


@router.get("/{review_id}")
def review_page(request: Request, review_id: UUID, session: WriteSession, viewer: CurrentViewer, now: Now) -> HTMLResponse:
    """Show one review of an own stop. Looking is noted in the audit log."""
    read_own_review(session, review_id=review_id, viewer=viewer, now=now)
    return _review(request, session, review_id, viewer, now)


@router.post("/{review_id}/acknowledge")
def acknowledge(review_id: UUID, session: WriteSession, viewer: CurrentViewer, now: Now) -> RedirectResponse:
    """Keep that it was read."""
    acknowledge_review(session, review_id=review_id, viewer=viewer, now=now)
    return _see(review_id)


@router.post("/{review_id}/reply", response_model=None)
def reply(
    request: Request, review_id: UUID, session: WriteSession, viewer: CurrentViewer, now: Now, text: Annotated[str, Form()] = ""
) -> Response:
    """Keep a reply beside the review; what was typed is not lost where it cannot be kept."""
    try:
        reply_to_review(session, review_id=review_id, text=text, viewer=viewer, now=now)
    except Invalid as error:
        return _review(request, session, review_id, viewer, now, typed=text, faults=error.fields)
    return _see(review_id)


@router.get("/{review_id}/dispute", response_model=None)
def ask_dispute(request: Request, review_id: UUID, session: ReadSession, viewer: CurrentViewer, now: Now) -> Response:
    """Ask which marks, and why. Where there can be no dispute, the review says so."""
    review = _own(request, session, review_id, viewer, now)
    return _see(review_id) if review.dispute_until is None else _dispute(request, viewer, review)


@router.post("/{review_id}/dispute", response_model=None)
def dispute(
    request: Request,
    review_id: UUID,
    session: WriteSession,
    viewer: CurrentViewer,
    now: Now,
    criteria: Annotated[list[str], Form()] = [],  # noqa: B006 -- FastAPI copies it
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Ask for some marks to be looked at again by somebody else."""
    within = request.app.state.force.dispute_within
    try:
        dispute_review(session, review_id=review_id, criteria=criteria, reason=reason, within=within, viewer=viewer, now=now)
    except Invalid as error:
        review = _own(request, session, review_id, viewer, now)
        return _dispute(request, viewer, review, chosen=criteria, reason=reason, faults=error.fields)
    return _see(review_id)


def level_words(rubric: Rubric, criterion: Criterion, mark: MarkGiven) -> tuple[str, str]:
    """Return a mark in two pieces: the level's name (or that there is none) and what it stands for here."""
    if mark.kind is MarkKind.SCORED and mark.level is not None:
        return rubric.levels[mark.level], criterion.anchors[mark.level]
    if mark.kind is MarkKind.NOT_APPLICABLE:
        return "Not applicable", next((one.label for one in criterion.not_applicable if one.id == mark.reason), "")
    return "Cannot tell", next((one.label for one in criterion.not_observable if one.id == mark.reason), "")


def _own(request: Request, session: ReadSession, review_id: UUID, viewer: Viewer, now: Now) -> OwnReview:
    within = request.app.state.force.dispute_within
    return own_review(session, review_id=review_id, viewer=viewer, dispute_within=within, now=now)


def _review(
    request: Request,
    session: ReadSession,
    review_id: UUID,
    viewer: Viewer,
    now: Now,
    *,
    typed: str = "",
    faults: dict[str, str] | None = None,
) -> HTMLResponse:
    review = _own(request, session, review_id, viewer, now)
    shown = {"review": review, "level_words": level_words, "typed": typed, "faults": faults or {}}
    days = request.app.state.force.dispute_within.days
    return page(request, "officers/review.html", status=422 if faults else 200, viewer=viewer, dispute_days=days, **shown)


def _dispute(
    request: Request,
    viewer: Viewer,
    review: OwnReview,
    *,
    chosen: Collection[str] = (),
    reason: str = "",
    faults: dict[str, str] | None = None,
) -> HTMLResponse:
    items = [
        {
            "value": told.criterion.id,
            "text": told.criterion.name,
            "hint": {"text": ": ".join(piece for piece in level_words(review.rubric, told.criterion, told.mark) if piece)},
            "checked": told.criterion.id in chosen,
        }
        for told in review.criteria
    ]
    shown = {"review": review, "items": items, "reason": reason, "faults": faults or {}}
    return page(request, "officers/dispute.html", status=422 if faults else 200, viewer=viewer, **shown)


def _see(review_id: UUID) -> RedirectResponse:
    return RedirectResponse(f"/officer/reviews/{review_id}", status_code=303)
