"""Answering: a criterion's form and the form of themes, kept while they are filled in, with and without scripts; and what was watched.

Scripts save through `…/draft`, which takes the same fields as the form and answers with JSON. Whatever a page sends that did not know
of the newest version is kept beside it, and both are shown until somebody chooses (`…/choose`).
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse

from services.api.dependencies import CurrentViewer, Now, WriteSession, opens_to
from services.api.pages import at_hand, environment
from services.api.sent_forms import Sent, SentForm
from services.api.supervisors import workbench
from services.api.supervisors.opened import Bench, bench_of, opened
from services.api.supervisors.review_ids import ReviewId
from services.api.supervisors.shown import next_path
from services.api.supervisors.timelines import BesidePlayer
from services.api.supervisors.typed import TypedMark, as_content, from_content, typed_mark
from services.api.supervisors.typed_picks import TypedPicks, picks_as_content, picks_from_content, typed_picks
from stop_search.accounts.rules import Role, Viewer
from stop_search.errors import Invalid
from stop_search.footage.timing import Span
from stop_search.reviews.drafts import Kept, Picked, Sending, choose_kept, keep_answer, keep_picks
from stop_search.reviews.marking import THEMES, lock_grounds
from stop_search.reviews.rules import Criterion, MarkGiven
from stop_search.reviews.watching import note_watched
from stop_search.wording import london

HIGHEST_REVISION = 10**9
MOST_SPANS = 200

router = APIRouter(prefix="/reviews", dependencies=[opens_to(Role.SUPERVISOR)], include_in_schema=False)


@router.get("/{review_id}/themes", response_model=None)
def ask_themes(
    request: Request, timeline: BesidePlayer, review_id: ReviewId, session: WriteSession, viewer: CurrentViewer, now: Now
) -> HTMLResponse | RedirectResponse:
    """Ask for the themes and flags."""
    bench = opened(session, review_id, viewer, now)
    return workbench.themes_page(request, viewer, bench, timeline) if bench.is_started else see(f"/reviews/{review_id}")


@router.post("/{review_id}/themes", response_model=None)
def post_themes(
    request: Request, timeline: BesidePlayer, review_id: ReviewId, session: WriteSession, viewer: CurrentViewer, now: Now, sent: SentForm
) -> HTMLResponse | RedirectResponse:
    """Save the themes and flags, and go on to the check."""
    kept, problems = _keep_picks(session, review_id, sent, viewer, now)
    if kept.is_conflict or problems:
        bench = bench_of(session, review_id, viewer)
        typed = None if kept.is_conflict else typed_picks(sent, bench.rubric)
        return workbench.themes_page(request, viewer, bench, timeline, typed=typed, problems=problems, has_lost=kept.is_conflict)
    return see(f"/reviews/{review_id}/check")


@router.post("/{review_id}/watched")
def post_watched(
    request: Request, review_id: ReviewId, session: WriteSession, viewer: CurrentViewer, now: Now, sent: SentForm
) -> JSONResponse:
    """Take a report of what was played, and answer with the lanes as they are now."""
    footage_id = _footage_id(sent)
    note_watched(session, review_id=review_id, footage_id=footage_id, spans=_spans(sent.one("spans")), viewer=viewer, now=now)
    return JSONResponse({"lanes": _lanes(request, bench_of(session, review_id, viewer), str(footage_id))})


@router.post("/{review_id}/{part}/draft")
def post_draft(
    request: Request, review_id: ReviewId, part: str, session: WriteSession, viewer: CurrentViewer, now: Now, sent: SentForm
) -> JSONResponse:
    """Keep what stands in a form, complete or not; 409 where a newer version is there, with what differs."""
    kept, problems = (
        _keep_picks(session, review_id, sent, viewer, now) if part == THEMES else _keep_answer(session, review_id, part, sent, viewer, now)
    )
    bench = bench_of(session, review_id, viewer)
    told = {
        "revision": kept.draft.revision,
        "saved_at": f"{london(kept.draft.saved_at or now):%H:%M}",
        "problems": dict(problems),
        "marked": len(bench.review.marks),
        "lanes": _lanes(request, bench, sent.one("shown_camera")),
        "conflict": _conflict(request, bench, part) if kept.is_conflict else "",
    }
    return JSONResponse(told, status_code=workbench.CONFLICT if kept.is_conflict else workbench.OK)


@router.post("/{review_id}/{part}/choose")
def post_choice(review_id: ReviewId, part: str, session: WriteSession, viewer: CurrentViewer, now: Now, sent: SentForm) -> RedirectResponse:
    """Keep one of two answers: the newest, or the one that waits beside it."""
    bench = bench_of(session, review_id, viewer)
    other = bench.draft(part).other
    if other is None or sent.one("keep") != "here":
        choose_kept(session, review_id=review_id, part=part, viewer=viewer, now=now)
        return see(f"/reviews/{review_id}/{part}")
    sending = Sending(other, _revision(sent), is_choice=True)  # newer than what was seen: both are shown again
    if part == THEMES:
        picked, _ = _picks_in(picks_from_content(other))
        keep_picks(session, review_id=review_id, sending=sending, picked=picked, viewer=viewer, now=now)
    else:
        mark, _ = _mark_in(from_content(other))
        keep_answer(session, review_id=review_id, criterion=part, sending=sending, mark=mark, viewer=viewer, now=now)
    return see(f"/reviews/{review_id}/{part}")


@router.get("/{review_id}/{criterion_id}", response_model=None)
def ask_criterion(
    request: Request, timeline: BesidePlayer, review_id: ReviewId, criterion_id: str, session: WriteSession, viewer: CurrentViewer, now: Now
) -> HTMLResponse | RedirectResponse:
    """Ask for one criterion's mark, beside the footage."""
    bench = opened(session, review_id, viewer, now)
    criterion = bench.criterion(criterion_id)
    return workbench.criterion_page(request, viewer, bench, criterion, timeline) if bench.is_started else see(f"/reviews/{review_id}")


@router.post("/{review_id}/{criterion_id}", response_model=None)
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
    kept, problems = _keep_answer(session, review_id, criterion_id, sent, viewer, now)
    if kept.is_conflict or problems:
        bench = bench_of(session, review_id, viewer)
        criterion = bench.criterion(criterion_id)
        typed = None if kept.is_conflict else typed_mark(sent, criterion)
        return workbench.criterion_page(
            request, viewer, bench, criterion, timeline, typed=typed, problems=problems, has_lost=kept.is_conflict
        )
    if sent.one("then") == "lock":
        lock_grounds(session, review_id=review_id, viewer=viewer, now=now)
    bench = bench_of(session, review_id, viewer)
    return see(next_path(review_id, bench.rubric, criterion_id))


def see(path: str) -> RedirectResponse:
    """Return the redirect that follows a form."""
    return RedirectResponse(path, status_code=303)


def _keep_answer(
    session: Session, review_id: UUID, criterion_id: str, sent: Sent, viewer: Viewer, now: datetime
) -> tuple[Kept, Mapping[str, str]]:
    criterion: Criterion = bench_of(session, review_id, viewer).criterion(criterion_id)
    typed = typed_mark(sent, criterion)
    mark, problems = _mark_in(typed)
    sending = Sending(as_content(typed), _revision(sent), sent.one("window")[:40])
    kept = keep_answer(session, review_id=review_id, criterion=criterion.id, sending=sending, mark=mark, viewer=viewer, now=now)
    return kept, problems or kept.problems


def _keep_picks(session: Session, review_id: UUID, sent: Sent, viewer: Viewer, now: datetime) -> tuple[Kept, Mapping[str, str]]:
    typed = typed_picks(sent, bench_of(session, review_id, viewer).rubric)
    picked, problems = _picks_in(typed)
    sending = Sending(picks_as_content(typed), _revision(sent), sent.one("window")[:40])
    kept = keep_picks(session, review_id=review_id, sending=sending, picked=picked, viewer=viewer, now=now)
    return kept, problems or kept.problems


def _mark_in(typed: TypedMark) -> tuple[MarkGiven | None, Mapping[str, str]]:
    """Return what a criterion's form means, None where it is not complete, and then why."""
    try:
        return typed.given(), {}
    except Invalid as error:
        return None, error.fields


def _picks_in(typed: TypedPicks) -> tuple[Picked | None, Mapping[str, str]]:
    """Return what the form of themes and flags means, None where a time in it is none, and then why."""
    try:
        return typed.given(), {}
    except Invalid as error:
        return None, error.fields


def _revision(sent: Sent) -> int | None:
    """Return which version the page knew; None where its form does not say, as one that was opened before versions were counted."""
    text = sent.one("revision")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(HIGHEST_REVISION)) and int(text) < HIGHEST_REVISION):
        message = "The revision is a number."
        raise Invalid(message, {"revision": message})
    return int(text)


def _footage_id(sent: Sent) -> UUID:
    try:
        return UUID(sent.one("footage"))
    except ValueError as error:
        message = "The recording is named by its id."
        raise Invalid(message, {"footage": message}) from error


def _spans(text: str) -> list[Span]:
    """Return stretches that were sent as JSON, `[[from, to], …]` in seconds."""
    message = f"Stretches are at most {MOST_SPANS} pairs of seconds."
    try:
        read: list[Any] = json.loads(text)
        spans = [(float(start), float(end)) for start, end in read]
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise Invalid(message, {"spans": message}) from error
    if len(spans) > MOST_SPANS or not all(0 <= second < HIGHEST_REVISION for span in spans for second in span):
        raise Invalid(message, {"spans": message})
    return spans


def _lanes(request: Request, bench: Bench, footage_id: str) -> str:
    context = workbench.own_lanes_in(request, bench, footage_id)
    return environment().get_template("supervisors/own_lanes.html").render(**context) if context else ""


def _conflict(request: Request, bench: Bench, part: str) -> str:
    context = {"review": bench.review, "part": part, "draft": bench.draft(part), "differing": workbench.differing(bench, part)}
    return environment().get_template("supervisors/differing.html").render(**at_hand(request, is_public=False), **context)
