"""Pages for supervisors: the queue and the workbench. Another's review answers exactly as one that is not there."""

from datetime import timedelta
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse

from services.api.dependencies import CurrentViewer, Now, ReadSession, WriteSession, opens_to
from services.api.media import media_router
from services.api.pages import page
from services.api.sent_forms import SentForm
from services.api.steps import leaves_in_steps
from services.api.supervisors import answering, away, calibration, concern, footage, near, refusal, timelines, unfinished, workbench
from services.api.supervisors.answering import see
from services.api.supervisors.opened import bench_of, opened
from services.api.supervisors.review_ids import ReviewId
from services.api.supervisors.shown import due_words
from services.api.supervisors.timelines import BesidePlayer
from stop_search.accounts.rules import Role
from stop_search.audit.rules import Purpose
from stop_search.encounters.unfinished import OVERDUE_AFTER, SHOWN_AT_ONCE, unfinished_records
from stop_search.errors import Invalid, NotFound
from stop_search.footage.loose import open_questions
from stop_search.reviews.actions import recuse_review, start_review, submit_review
from stop_search.reviews.queries import reviewer_may_play
from stop_search.reviews.reviewers_queue import handed_in_reviews, progress, review_queue
from stop_search.reviews.slow_lines import reader_sees_copy, wish_for_copy
from stop_search.reviews.without_footage import confirm_without_footage
from stop_search.wording import london

reviews = APIRouter(prefix="/reviews", dependencies=[opens_to(Role.SUPERVISOR)], include_in_schema=False)
media = media_router(reviewer_may_play, Role.SUPERVISOR, purpose=Purpose.SUPERVISOR_REVIEW, sees_copy=reader_sees_copy)


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
    return workbench.overview(request, viewer, opened(session, review_id, viewer, now), timeline)


@reviews.post("/{review_id}/start")
def start(review_id: ReviewId, session: WriteSession, viewer: CurrentViewer, now: Now) -> RedirectResponse:
    """Start, and go to the first criterion that has no mark yet."""
    start_review(session, review_id=review_id, viewer=viewer, now=now)
    bench = bench_of(session, review_id, viewer)
    unmarked = next((criterion.id for criterion in bench.rubric.criteria if criterion.id not in bench.review.marks), "check")
    return see(f"/reviews/{review_id}/{unmarked}")


@reviews.get("/{review_id}/give-back")
def ask_give_back(request: Request, review_id: ReviewId, session: WriteSession, viewer: CurrentViewer, now: Now) -> HTMLResponse:
    """Ask why the review is given back."""
    review = opened(session, review_id, viewer, now).review
    return page(request, "supervisors/give_back.html", viewer=viewer, review=review, because="", error=None)


@reviews.post("/{review_id}/give-back", response_model=None, dependencies=[leaves_in_steps()])
def give_back(
    request: Request, review_id: ReviewId, session: WriteSession, viewer: CurrentViewer, now: Now, sent: SentForm
) -> HTMLResponse | RedirectResponse:
    """Give the review back, so that somebody else gets it."""
    because = sent.one("because")
    try:
        recuse_review(session, review_id=review_id, because=because, viewer=viewer, now=now)
    except Invalid as error:
        review = bench_of(session, review_id, viewer).review
        return page(request, "supervisors/give_back.html", status=422, viewer=viewer, review=review, because=because, error=str(error))
    return see("/reviews")


@reviews.post("/{review_id}/copy/{footage_id}")
def make_copy(
    review_id: ReviewId, footage_id: UUID, session: WriteSession, viewer: CurrentViewer, now: Now, sent: SentForm
) -> RedirectResponse:
    """Have a copy made that a slow line can carry."""
    if not reviewer_may_play(session, footage_id=footage_id, viewer=viewer):
        message = "There is no such recording."
        raise NotFound(message)
    wish_for_copy(session, review_id=review_id, footage_id=footage_id, viewer=viewer, now=now)
    path = sent.one("back")
    return see(path if path.startswith(f"/reviews/{review_id}") else f"/reviews/{review_id}")


@reviews.post("/{review_id}/without-footage", dependencies=[leaves_in_steps()])
def without_footage(review_id: ReviewId, session: WriteSession, viewer: CurrentViewer, now: Now) -> RedirectResponse:
    """Hand in that there is no recording to play; sent twice, it is handed in once."""
    confirm_without_footage(session, review_id=review_id, viewer=viewer, now=now)
    return see(f"/reviews/{review_id}")


@reviews.get("/{review_id}/check", response_model=None)
def check(request: Request, review_id: ReviewId, session: WriteSession, viewer: CurrentViewer, now: Now) -> HTMLResponse | RedirectResponse:
    """List all marks and what is missing."""
    bench = opened(session, review_id, viewer, now)
    return workbench.check_page(request, viewer, bench) if bench.is_started else see(f"/reviews/{review_id}")


@reviews.post("/{review_id}/submit", response_model=None, dependencies=[leaves_in_steps()])
def submit(
    request: Request, review_id: ReviewId, session: WriteSession, viewer: CurrentViewer, now: Now, sent: SentForm
) -> HTMLResponse | RedirectResponse:
    """Hand the review in; sent twice, it is handed in once."""
    summary, watched_reason = sent.one("summary"), sent.one("watched_reason")
    try:
        submit_review(
            session,
            review_id=review_id,
            viewer=viewer,
            now=now,
            summary=summary,
            watched_reason=watched_reason,
            watched_share_wanted=request.app.state.force.watched_share,
        )
    except Invalid as error:
        bench = bench_of(session, review_id, viewer)
        return workbench.check_page(request, viewer, bench, problems=error.fields, summary=summary, watched_reason=watched_reason)
    return see(f"/reviews/{review_id}")


router = APIRouter()
router.include_router(unfinished.router)
router.include_router(away.router)
router.include_router(near.router)
router.include_router(concern.router)
router.include_router(refusal.router)
router.include_router(footage.router)
router.include_router(calibration.router)
router.include_router(reviews)
router.include_router(answering.router)  # after the others: any name may be a criterion's
router.include_router(timelines.router)  # before the pictures, whose route takes any name
router.include_router(media, prefix="/media/footage", include_in_schema=False)
