"""The workbench's pages: the same player and steps around a criterion, the themes, or the check."""

import secrets
from collections.abc import Mapping
from typing import Any

from fastapi import Request
from starlette.responses import HTMLResponse

from services.api.pages import page
from services.api.supervisors import differences, shown
from services.api.supervisors.opened import Bench
from services.api.supervisors.timelines import ShownTimeline
from services.api.supervisors.typed import TypedMark, as_typed, clock, from_content, seconds_typed
from services.api.supervisors.typed_picks import TypedPicks, picks_from_content, picks_of
from stop_search.accounts.rules import Viewer
from stop_search.codes.themes import themes
from stop_search.reviews.drafts import Draft
from stop_search.reviews.examples import examples
from stop_search.reviews.marking import THEMES
from stop_search.reviews.queries import GROUNDS_CRITERION, ReviewShown
from stop_search.reviews.rules import OPEN_STATES, Criterion, ReviewState, Rubric

OK, CONFLICT, UNPROCESSABLE = 200, 409, 422


def overview(request: Request, viewer: Viewer, bench: Bench, timeline: ShownTimeline | None) -> HTMLResponse:
    """Return the page of a review that is not being marked: before the start, after it was handed in, or with nothing to see."""
    review, rubric = bench.review, bench.rubric
    grade = rubric.grade(review.grade) if review.grade else None
    absence = shown.words("footage_absence_reason", review.stop.footage_absence_reason).lower()
    return page(
        request,
        _template(review),
        **_around(request, viewer, bench, "", timeline),
        lines=_lines(review, rubric),
        grade=grade,
        absence=absence,
    )


def _template(review: ReviewShown) -> str:
    if review.state is ReviewState.SUBMITTED:
        return "supervisors/handed_in.html"
    return "supervisors/overview.html" if review.can_be_seen and review.state in OPEN_STATES else "supervisors/without_footage.html"


def criterion_page(
    request: Request,
    viewer: Viewer,
    bench: Bench,
    criterion: Criterion,
    timeline: ShownTimeline | None,
    *,
    typed: TypedMark | None = None,
    problems: Mapping[str, str] | None = None,
    has_lost: bool = False,
) -> HTMLResponse:
    """Return the page of one criterion, with what was typed or what is kept; `has_lost`: what was sent waits beside a newer answer."""
    saved = bench.review.marks.get(criterion.id)
    draft = bench.draft(criterion.id)
    ids = [c.id for c in bench.rubric.criteria]
    return page(
        request,
        "supervisors/criterion.html",
        status=CONFLICT if has_lost else UNPROCESSABLE if problems else OK,
        **_around(request, viewer, bench, criterion.id, timeline),
        criterion=criterion,
        number=ids.index(criterion.id) + 1,
        before=ids[ids.index(criterion.id) - 1] if criterion.id != ids[0] else None,
        typed=typed or (from_content(draft.content) if draft.content else as_typed(saved.mark) if saved else TypedMark()),
        saved=saved,
        draft=draft,
        differing=differing(bench, criterion.id),
        examples=examples(bench.rubric.name).get(criterion.id, {}),
        is_grounds=criterion.id == GROUNDS_CRITERION,
        next_step=shown.next_path(bench.review.review_id, bench.rubric, criterion.id),
        problems=_placed(problems or {}),
    )


def themes_page(
    request: Request,
    viewer: Viewer,
    bench: Bench,
    timeline: ShownTimeline | None,
    *,
    typed: TypedPicks | None = None,
    problems: Mapping[str, str] | None = None,
    has_lost: bool = False,
) -> HTMLResponse:
    """Return the page of themes and flags."""
    draft = bench.draft(THEMES)
    return page(
        request,
        "supervisors/themes.html",
        status=CONFLICT if has_lost else UNPROCESSABLE if problems else OK,
        **_around(request, viewer, bench, THEMES, timeline),
        themes=themes(),
        typed=typed or (picks_from_content(draft.content) if draft.content else picks_of(bench.review)),
        draft=draft,
        differing=differing(bench, THEMES),
        next_step=f"/reviews/{bench.review.review_id}/check",
        problems=problems or {},
    )


def differing(bench: Bench, part: str) -> tuple[differences.Difference, ...]:
    """Return what the kept version of a form and the one beside it say differently; nothing where none waits."""
    draft = bench.draft(part)
    if draft.content is None or draft.other is None:
        return ()
    criterion = bench.rubric.criterion(part)
    if criterion is None:
        flags = (*bench.rubric.injustice_flags, *bench.rubric.commendation_flags)
        labels = {theme.key: theme.label for theme in themes()} | {flag.id: flag.label for flag in flags}
        return differences.of_picks(draft.content, draft.other, labels=labels)
    return differences.of_marks(draft.content, draft.other, rubric=bench.rubric, criterion=criterion, cameras=bench.camera_numbers)


def check_page(
    request: Request,
    viewer: Viewer,
    bench: Bench,
    *,
    problems: Mapping[str, str] | None = None,
    summary: str = "",
    watched_reason: str = "",
) -> HTMLResponse:
    """Return the page that lists all marks and what stands against handing them in."""
    share = bench.watched.share
    return page(
        request,
        "supervisors/check.html",
        status=UNPROCESSABLE if problems else OK,
        **_around(request, viewer, bench, "check"),
        lines=_lines(bench.review, bench.rubric, bench.drafts),
        problems=problems or {},
        summary=summary,
        share=share,
        is_little=share is not None and share < request.app.state.force.watched_share,
        watched_reason=watched_reason,
    )


def own_lanes_in(request: Request, bench: Bench, footage_id: str) -> dict[str, Any]:
    """Return what the template of the review's own lanes needs for one recording, by its id; nothing where it is not of this stop."""
    all_cameras = shown.cameras(bench.review, is_slow_line=says_slow_line(request))
    camera = next((camera for camera in all_cameras if str(camera.footage_id) == footage_id), None)
    return (
        {} if camera is None else {"own": bench.lanes(all_cameras, camera), "evidence": shown.evidence_of(bench.review, camera.footage_id)}
    )


def _around(request: Request, viewer: Viewer, bench: Bench, here: str, timeline: ShownTimeline | None = None) -> dict[str, Any]:
    review = bench.review
    is_slow_line = says_slow_line(request)
    all_cameras = shown.cameras(review, is_slow_line=is_slow_line)
    watched = [camera for camera in all_cameras if camera.can_be_watched]
    place = shown.chosen_place(review.footage, request.query_params.get("camera", ""))
    camera = None if place is None else all_cameras[place]
    stop = review.stop
    return {
        "viewer": viewer,
        "review": review,
        "rubric": bench.rubric,
        "cameras": all_cameras,
        "is_slow_line": is_slow_line,
        "watched": watched,
        "offsets": bench.offsets,
        "camera": camera,
        "own": None if camera is None else bench.lanes(all_cameras, camera),
        "timeline": timeline,
        "at_seconds": _moment(request.query_params.get("at", "")),
        "facts": shown.stop_facts(stop),
        "people": [(one.ordinal, shown.person_facts(one, outcome_is_shown=stop.outcome_is_shown)) for one in stop.people],
        "steps": shown.steps(review, bench.rubric, here, begun=_begun(review, bench.drafts)),
        "evidence": () if camera is None else shown.evidence_of(review, camera.footage_id),
        "last_saved": shown.last_saved(review),
        "clock": clock,
        "window": secrets.token_urlsafe(9),
    }


def _begun(review: ReviewShown, drafts: Mapping[str, Draft]) -> frozenset[str]:
    """Return the criteria in whose forms something stands that is no mark yet."""
    return frozenset(part for part, draft in drafts.items() if draft.content and part != THEMES and part not in review.marks)


def says_slow_line(request: Request) -> bool:
    """Return whether copies are wanted: chosen in the address (`line=slow`, `line=fast`), else as the browser says (`Save-Data`)."""
    said = request.query_params.get("line", "")
    return said == "slow" or (said != "fast" and request.headers.get("save-data", "").lower() == "on")


def _lines(
    review: ReviewShown, rubric: Rubric, drafts: Mapping[str, Draft] | None = None
) -> list[tuple[Criterion, str | None, str, str, bool]]:
    found: list[tuple[Criterion, str | None, str, str, bool]] = []
    begun = _begun(review, drafts or {})
    for criterion in rubric.criteria:
        saved = review.marks.get(criterion.id)
        note = (saved.mark.evidence or "") if saved else ""
        words = shown.mark_words(rubric, criterion, saved)
        found.append((criterion, words, shown.evidence_words(saved), note, criterion.id in begun))
    return found


def _placed(problems: Mapping[str, str]) -> dict[str, str]:
    """Return the problems by the field of the page that shows them: level and kind are one group of radio buttons there."""
    return {("answer" if name in {"level", "kind"} else name): sentence for name, sentence in problems.items()}


def _moment(text: str) -> float | None:
    try:
        return seconds_typed(text)
    except ValueError:
        return None
