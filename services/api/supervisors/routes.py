"""Pages for supervisors: the queue and the workbench. Another's review answers exactly as one that is not there."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, RedirectResponse

from services.api.dependencies import CurrentViewer, Now, ReadSession, WriteSession, opens_to
from services.api.media import media_router
from services.api.pages import page
from services.api.supervisors import footage, timelines, unfinished, workbench
from services.api.supervisors.shown import due_words, next_path
from services.api.supervisors.timelines import BesidePlayer
from services.api.supervisors.typed import SentForm, typed_mark
from stop_search.accounts.rules import Role
from stop_search.audit.rules import Purpose
from stop_search.encounters.unfinished import OVERDUE_AFTER, SHOWN_AT_ONCE, unfinished_records
from stop_search.errors import Invalid, NotFound
from stop_search.footage.copies import ask_for_copy
from stop_search.footage.loose import open_questions
from stop_search.footage.rules import CopyReason
from stop_search.reviews.actions import recuse_review, start_review, submit_review
from stop_search.reviews.marking import save_mark, save_themes
from stop_search.reviews.queries import ReviewShown, review_shown, reviewer_may_play
from stop_search.reviews.reviewers_queue import handed_in_reviews, progress, review_queue
from stop_search.reviews.rules import Criterion, Rubric
from stop_search.reviews.versions import rubric_version
from stop_search.wording import london

reviews = APIRouter(prefix="/reviews", dependencies=[opens_to(Role.SUPERVISOR)], include_in_schema=False)
media = media_router(reviewer_may_play, Role.SUPERVISOR, purpose=Purpose.SUPERVISOR_REVIEW)


def review_id_of(review_id: str) -> UUID:
    """Return the id in the address; one that cannot be an id is answered as one that is not there."""
    try:
        return UUID(review_id)
    except ValueError as error:
        message = "There is no such review."
        raise NotFound(message) from error


ReviewId = Annotated[UUID, Depends(review_id_of)]


@reviews.get("")
def queue(request: Request, session: ReadSession, viewer: CurrentViewer, now: Now) -> HTMLResponse:
    """Show what is asked of the viewer, by due date."""
    today = london(now).date()
    lines = review_queue(session, viewer=viewer)
    sunday = today + timedelta(days=6 - today.weekday())
    return page(
        request,
        "supervisors/queue.html",
        viewer=viewer,
        lines=lines,
        handed_in=handed_in_reviews(session, viewer=viewer),
        progress=progress(session),
        due_today=sum(line.due_on == today for line in lines),
        due_this_week=sum(today <= line.due_on <= sunday for line in lines),
        late=sum(line.due_on < today for line in lines),
        unfinished=len(unfinished_records(session, viewer=viewer, older_than=OVERDUE_AFTER, now=now)),
        footage_questions=open_questions(session, viewer=viewer, now=now),
        most_counted=SHOWN_AT_ONCE,
        today=today,
        due_words=due_words,
    )


@reviews.get("/{review_id}")
def overview(
    request: Request, timeline: BesidePlayer, review_id: ReviewId, session: WriteSession, viewer: CurrentViewer, now: Now
) -> HTMLResponse:
    """Show a review: the stop as blind review allows, and the way in; once handed in, its marks and its grade."""
    review, rubric = workbench.opened(session, review_id, viewer, now)
    return workbench.overview(request, viewer, review, rubric, timeline)


@reviews.post("/{review_id}/start")
def start(review_id: ReviewId, session: WriteSession, viewer: CurrentViewer, now: Now) -> RedirectResponse:
    """Start, and go to the first criterion that has no mark yet."""
    start_review(session, review_id=review_id, viewer=viewer, now=now)
    review, rubric = _shown(session, review_id, viewer)
    unmarked = next((criterion.id for criterion in rubric.criteria if criterion.id not in review.marks), "check")
    return _see(f"/reviews/{review_id}/{unmarked}")


@reviews.get("/{review_id}/give-back")
def ask_give_back(request: Request, review_id: ReviewId, session: WriteSession, viewer: CurrentViewer, now: Now) -> HTMLResponse:
    """Ask why the review is given back."""
    review, _ = workbench.opened(session, review_id, viewer, now)
    return page(request, "supervisors/give_back.html", viewer=viewer, review=review, because="", error=None)


@reviews.post("/{review_id}/give-back", response_model=None)
def give_back(
    request: Request, review_id: ReviewId, session: WriteSession, viewer: CurrentViewer, now: Now, sent: SentForm
) -> HTMLResponse | RedirectResponse:
    """Give the review back, so that somebody else gets it."""
    because = sent.one("because")
    try:
        recuse_review(session, review_id=review_id, because=because, viewer=viewer, now=now)
    except Invalid as error:
        review, _ = _shown(session, review_id, viewer)
        return page(request, "supervisors/give_back.html", status=422, viewer=viewer, review=review, because=because, error=str(error))
    return _see("/reviews")


@reviews.get("/{review_id}/themes", response_model=None)
def ask_themes(
    request: Request, timeline: BesidePlayer, review_id: ReviewId, session: WriteSession, viewer: CurrentViewer, now: Now
) -> HTMLResponse | RedirectResponse:
    """Ask for the themes and flags."""
    review, rubric = workbench.opened(session, review_id, viewer, now)
    return (
        workbench.themes_page(request, viewer, review, rubric, timeline) if workbench.is_started(review) else _see(f"/reviews/{review_id}")
    )


@reviews.post("/{review_id}/themes")
def post_themes(review_id: ReviewId, session: WriteSession, viewer: CurrentViewer, now: Now, sent: SentForm) -> RedirectResponse:
    """Save the themes and flags."""
    save_themes(session, review_id=review_id, theme_keys=sent.all_of("theme"), flags=sent.all_of("flag"), viewer=viewer, now=now)
    return _see(f"/reviews/{review_id}/check")


@reviews.post("/{review_id}/copy/{footage_id}")
def make_copy(
    review_id: ReviewId, footage_id: UUID, session: WriteSession, viewer: CurrentViewer, now: Now, sent: SentForm
) -> RedirectResponse:
    """Have a copy made that a slow line can carry."""
    if not reviewer_may_play(session, footage_id=footage_id, viewer=viewer):
        message = "There is no such recording."
        raise NotFound(message)
    ask_for_copy(session, footage_id=footage_id, reason=CopyReason.SLOW_LINE, actor=viewer.acting_as(Role.SUPERVISOR), now=now)
    path = sent.one("back")
    return _see(path if path.startswith(f"/reviews/{review_id}") else f"/reviews/{review_id}")


@reviews.get("/{review_id}/check", response_model=None)
def check(request: Request, review_id: ReviewId, session: WriteSession, viewer: CurrentViewer, now: Now) -> HTMLResponse | RedirectResponse:
    """List all marks and what is missing."""
    review, rubric = workbench.opened(session, review_id, viewer, now)
    return workbench.check_page(request, viewer, review, rubric) if workbench.is_started(review) else _see(f"/reviews/{review_id}")


@reviews.post("/{review_id}/submit", response_model=None)
def submit(
    request: Request, review_id: ReviewId, session: WriteSession, viewer: CurrentViewer, now: Now, sent: SentForm
) -> HTMLResponse | RedirectResponse:
    """Hand the review in; sent twice, it is handed in once."""
    summary = sent.one("summary")
    try:
        submit_review(session, review_id=review_id, viewer=viewer, now=now, summary=summary)
    except Invalid as error:
        review, rubric = _shown(session, review_id, viewer)
        return workbench.check_page(request, viewer, review, rubric, problems=error.fields, summary=summary)
    return _see(f"/reviews/{review_id}")


@reviews.get("/{review_id}/{criterion_id}", response_model=None)
def ask_criterion(
    request: Request, timeline: BesidePlayer, review_id: ReviewId, criterion_id: str, session: WriteSession, viewer: CurrentViewer, now: Now
) -> HTMLResponse | RedirectResponse:
    """Ask for one criterion's mark, beside the footage."""
    review, rubric = workbench.opened(session, review_id, viewer, now)
    criterion = _criterion(rubric, criterion_id)
    return (
        workbench.criterion_page(request, viewer, review, rubric, criterion, timeline)
        if workbench.is_started(review)
        else _see(f"/reviews/{review_id}")
    )


@reviews.post("/{review_id}/{criterion_id}", response_model=None)
def post_criterion(
    request: Request,
    timeline: BesidePlayer,
    review_id: ReviewId,
    criterion_id: str,
    session: WriteSession,
    viewer: CurrentViewer,
    now: Now,
    sent: SentForm,
) -> HTMLResponse | RedirectResponse:
    """Save one criterion's mark and go on to the next; what is wrong with it is said beside it, and nothing typed is lost."""
    review, rubric = _shown(session, review_id, viewer)
    criterion = _criterion(rubric, criterion_id)
    typed = typed_mark(sent, criterion)
    try:
        save_mark(session, review_id=review_id, criterion=criterion.id, mark=typed.given(), viewer=viewer, now=now)
    except Invalid as error:
        return workbench.criterion_page(request, viewer, review, rubric, criterion, timeline, typed=typed, problems=error.fields)
    return _see(next_path(review_id, rubric, criterion.id))


def _shown(session: WriteSession, review_id: UUID, viewer: CurrentViewer) -> tuple[ReviewShown, Rubric]:
    review = review_shown(session, review_id=review_id, viewer=viewer)
    return review, rubric_version(session, review.rubric_version, review.rubric)


def _criterion(rubric: Rubric, criterion_id: str) -> Criterion:
    found = rubric.criterion(criterion_id)
    if found is None:
        message = "There is no such page in this review."
        raise NotFound(message)
    return found


def _see(path: str) -> RedirectResponse:
    return RedirectResponse(path, status_code=303)


router = APIRouter()
router.include_router(unfinished.router)
router.include_router(footage.router)
router.include_router(reviews)
router.include_router(timelines.router)  # before the pictures, whose route takes any name
router.include_router(media, prefix="/media/footage", include_in_schema=False)
