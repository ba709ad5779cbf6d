"""The workbench's pages: the same player and steps around a criterion, the themes, or the check."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse

from services.api.pages import page
from services.api.supervisors import shown
from services.api.supervisors.timelines import ShownTimeline
from services.api.supervisors.typed import TypedMark, as_typed, clock, seconds_typed
from stop_search.accounts.rules import Viewer
from stop_search.codes.themes import themes
from stop_search.reviews.actions import open_workbench
from stop_search.reviews.queries import ReviewShown, review_shown
from stop_search.reviews.rules import Criterion, ReviewState, Rubric
from stop_search.reviews.versions import rubric_version


def opened(session: Session, review_id: UUID, viewer: Viewer, now: datetime) -> tuple[ReviewShown, Rubric]:
    """Return the viewer's review, and write down that it was consulted. Raises NotFound."""
    open_workbench(session, review_id=review_id, viewer=viewer, now=now)
    review = review_shown(session, review_id=review_id, viewer=viewer)
    return review, rubric_version(session, review.rubric_version, review.rubric)


def is_started(review: ReviewShown) -> bool:
    """Return whether marks can be given."""
    return review.state is ReviewState.STARTED


def overview(request: Request, viewer: Viewer, review: ReviewShown, rubric: Rubric, timeline: ShownTimeline | None) -> HTMLResponse:
    """Return the page of a review that is not being marked: before the start, or after it was handed in."""
    template = "supervisors/handed_in.html" if review.state is ReviewState.SUBMITTED else "supervisors/overview.html"
    grade = rubric.grade(review.grade) if review.grade else None
    around = _around(request, viewer, review, rubric, "", timeline)
    return page(request, template, **around, lines=_lines(review, rubric), grade=grade)


def criterion_page(
    request: Request,
    viewer: Viewer,
    review: ReviewShown,
    rubric: Rubric,
    criterion: Criterion,
    timeline: ShownTimeline | None,
    *,
    typed: TypedMark | None = None,
    problems: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """Return the page of one criterion, with what was typed or what is stored."""
    saved = review.marks.get(criterion.id)
    ids = [c.id for c in rubric.criteria]
    return page(
        request,
        "supervisors/criterion.html",
        status=422 if problems else 200,
        **_around(request, viewer, review, rubric, criterion.id, timeline),
        criterion=criterion,
        number=ids.index(criterion.id) + 1,
        before=ids[ids.index(criterion.id) - 1] if criterion.id != ids[0] else None,
        typed=typed or (as_typed(saved.mark) if saved else TypedMark()),
        saved=saved,
        problems=_placed(problems or {}),
    )


def themes_page(request: Request, viewer: Viewer, review: ReviewShown, rubric: Rubric, timeline: ShownTimeline | None) -> HTMLResponse:
    """Return the page of themes and flags."""
    return page(request, "supervisors/themes.html", **_around(request, viewer, review, rubric, "themes", timeline), themes=themes())


def check_page(
    request: Request,
    viewer: Viewer,
    review: ReviewShown,
    rubric: Rubric,
    *,
    problems: Mapping[str, str] | None = None,
    summary: str = "",
) -> HTMLResponse:
    """Return the page that lists all marks and what stands against handing them in."""
    return page(
        request,
        "supervisors/check.html",
        status=422 if problems else 200,
        **_around(request, viewer, review, rubric, "check"),
        lines=_lines(review, rubric),
        problems=problems or {},
        summary=summary,
    )


def _around(
    request: Request, viewer: Viewer, review: ReviewShown, rubric: Rubric, here: str, timeline: ShownTimeline | None = None
) -> dict[str, Any]:
    is_slow_line = says_slow_line(request)
    all_cameras = shown.cameras(review, is_slow_line=is_slow_line)
    watched = [camera for camera in all_cameras if camera.can_be_watched]
    place = shown.chosen_place(review.footage, request.query_params.get("camera", ""))
    stop = review.stop
    return {
        "viewer": viewer,
        "review": review,
        "rubric": rubric,
        "cameras": all_cameras,
        "is_slow_line": is_slow_line,
        "watched": watched,
        "camera": None if place is None else all_cameras[place],
        "timeline": timeline,
        "at_seconds": _moment(request.query_params.get("at", "")),
        "facts": shown.stop_facts(stop),
        "people": [(one.ordinal, shown.person_facts(one, outcome_is_shown=stop.outcome_is_shown)) for one in stop.people],
        "steps": shown.steps(review, rubric, here),
        "evidence": shown.evidence_of(review),
        "last_saved": shown.last_saved(review),
        "clock": clock,
    }


def says_slow_line(request: Request) -> bool:
    """Return whether copies are wanted: chosen in the address (`line=slow`, `line=fast`), else as the browser says (`Save-Data`)."""
    said = request.query_params.get("line", "")
    return said == "slow" or (said != "fast" and request.headers.get("save-data", "").lower() == "on")


def _lines(review: ReviewShown, rubric: Rubric) -> list[tuple[Criterion, str | None, str, str]]:
    found: list[tuple[Criterion, str | None, str, str]] = []
    for criterion in rubric.criteria:
        saved = review.marks.get(criterion.id)
        note = (saved.mark.evidence or "") if saved else ""
        found.append((criterion, shown.mark_words(rubric, criterion, saved), shown.evidence_words(saved), note))
    return found


def _placed(problems: Mapping[str, str]) -> dict[str, str]:
    """Return the problems by the field of the page that shows them: level and kind are one group of radio buttons there."""
    return {("answer" if name in {"level", "kind"} else name): sentence for name, sentence in problems.items()}


def _moment(text: str) -> float | None:
    try:
        return seconds_typed(text)
    except ValueError:
        return None
