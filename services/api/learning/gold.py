"""Gold clips: the list, proposing a stop with its agreed marks, agreeing to somebody else's proposal, retiring one."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse

from services.api.dependencies import CurrentViewer, Now, ReadSession, WriteSession, opens_to
from services.api.learning.looks import note_look
from services.api.pages import page
from stop_search.accounts.rules import Role, Viewer
from stop_search.errors import Invalid, NotFound
from stop_search.reviews.calibration_rules import AgreedMark
from stop_search.reviews.gold_clips import agree_gold_clip, propose_gold_clip, retire_gold_clip
from stop_search.reviews.gold_shown import (
    GoldShown,
    candidate_shown,
    far_apart_counted_at,
    gold_candidates,
    gold_clip_shown,
    gold_clips,
    nominated,
)
from stop_search.reviews.rules import MarkGiven, MarkKind, Rubric

router = APIRouter(prefix="/learning/gold", dependencies=[opens_to(Role.LEARNING_TEAM), Depends(note_look)], include_in_schema=False)

STATE_WORDS = {"proposed": "Waits for a second person", "agreed": "In use", "retired": "Not used any more"}
READING_WORDS = {"first": "First reading", "second": "Second reading", "adjudication": "Third reading"}
DONE = {
    "proposed": "The clip is proposed. Somebody else agrees to its marks.",
    "agreed": "The clip is in use from now on.",
    "retired": "The clip is given to nobody any more.",
}


async def typed_marks(request: Request) -> dict[str, str]:
    """Return the form's fields as text. NUL can be stored nowhere and is taken out."""
    form = await request.form()
    return {key: value.replace("\x00", "").replace("\r\n", "\n").strip() for key, value in form.items() if isinstance(value, str)}


Typed = Annotated[dict[str, str], Depends(typed_marks)]


@router.get("", response_model=None)
def gold_page(
    request: Request,
    viewer: CurrentViewer,
    session: ReadSession,
    now: Now,
    done: Annotated[str, Query(max_length=20)] = "",
    reference: Annotated[str, Query(max_length=60)] = "",
) -> HTMLResponse | RedirectResponse:
    """List the clips and the stops that could become some; with a reference, go to that stop."""
    error = None
    if reference.strip():
        try:
            return RedirectResponse(f"/learning/gold/new/{nominated(session, reference=reference, viewer=viewer)}", status_code=303)
        except NotFound as found:
            error = str(found)
    return page(
        request,
        "learning/gold.html",
        status=404 if error else 200,
        viewer=viewer,
        lines=gold_clips(session, viewer=viewer),
        candidates=gold_candidates(session, viewer=viewer, now=now),
        counted_at=far_apart_counted_at(session, now=now),
        done=DONE.get(done),
        reference=reference,
        error=error,
        state_words=STATE_WORDS,
    )


@router.get("/new/{frame_entry_id}")
def ask_marks(request: Request, frame_entry_id: UUID, viewer: CurrentViewer, session: ReadSession) -> HTMLResponse:
    """Show what the readers said of a stop, and ask for the agreed marks and why."""
    shown = candidate_shown(session, frame_entry_id=frame_entry_id, viewer=viewer)
    typed = {criterion: _answer(mark.kind, mark.level) for criterion, mark in shown.agreed.items()}
    return _form(request, viewer, shown, frame_entry_id, typed, {})


@router.post("/new/{frame_entry_id}", response_model=None)
def propose(
    request: Request, frame_entry_id: UUID, viewer: CurrentViewer, session: WriteSession, now: Now, typed: Typed
) -> HTMLResponse | RedirectResponse:
    """Propose the stop as a gold clip."""
    shown = candidate_shown(session, frame_entry_id=frame_entry_id, viewer=viewer)
    marks, because = _marks(shown.rubric, typed), typed.get("because", "")
    try:
        propose_gold_clip(session, frame_entry_id=frame_entry_id, marks=marks, because=because, viewer=viewer, now=now)
    except Invalid as error:
        return _form(request, viewer, shown, frame_entry_id, typed, error.fields)
    return RedirectResponse("/learning/gold?done=proposed", status_code=303)


@router.get("/{gold_clip_id}")
def gold_clip_page(request: Request, gold_clip_id: UUID, viewer: CurrentViewer, session: ReadSession) -> HTMLResponse:
    """Show one clip with its agreed marks beside what its readers said."""
    shown = gold_clip_shown(session, gold_clip_id=gold_clip_id, viewer=viewer)
    return page(
        request,
        "learning/gold_clip.html",
        viewer=viewer,
        shown=shown,
        state_words=STATE_WORDS,
        reading_words=READING_WORDS,
        answer_words=_answer_words,
    )


@router.post("/{gold_clip_id}")
def decide(
    gold_clip_id: UUID, viewer: CurrentViewer, session: WriteSession, now: Now, what: Annotated[str, Form(pattern="^(agree|retire)$")]
) -> RedirectResponse:
    """Agree to a clip that somebody else proposed, or retire one."""
    if what == "agree":
        agree_gold_clip(session, gold_clip_id=gold_clip_id, viewer=viewer, now=now)
        return RedirectResponse("/learning/gold?done=agreed", status_code=303)
    retire_gold_clip(session, gold_clip_id=gold_clip_id, viewer=viewer, now=now)
    return RedirectResponse("/learning/gold?done=retired", status_code=303)


def _form(
    request: Request, viewer: Viewer, shown: GoldShown, frame_entry_id: UUID, typed: Mapping[str, str], problems: Mapping[str, str]
) -> HTMLResponse:
    return page(
        request,
        "learning/gold_new.html",
        status=422 if problems else 200,
        viewer=viewer,
        shown=shown,
        frame_entry_id=frame_entry_id,
        typed=typed,
        problems=problems,
        reading_words=READING_WORDS,
        answer_words=_answer_words,
    )


def _marks(rubric: Rubric, typed: dict[str, str]) -> dict[str, AgreedMark]:
    """Return the marks that were typed; a criterion without an answer is left out."""
    marks: dict[str, AgreedMark] = {}
    for criterion in rubric.criteria:
        answer, why = typed.get(criterion.id, ""), typed.get(f"why_{criterion.id}", "")
        if answer in {"0", "1", "2", "3"}:
            marks[criterion.id] = AgreedMark(MarkKind.SCORED, int(answer), why)
        elif answer in {MarkKind.NOT_APPLICABLE, MarkKind.NOT_OBSERVABLE}:
            marks[criterion.id] = AgreedMark(MarkKind(answer), None, why)
    return marks


def _answer(kind: MarkKind, level: int | None) -> str:
    return kind.value if level is None else str(level)


def _answer_words(rubric: Rubric, mark: MarkGiven | AgreedMark | None) -> str:
    """Return an answer in words: the level's number and name, or that it cannot be told or does not apply."""
    if mark is None:
        return "not asked"
    if mark.level is not None:
        return f"{mark.level}: {rubric.levels[mark.level].lower()}"
    return {MarkKind.NOT_APPLICABLE: "does not apply", MarkKind.NOT_OBSERVABLE: "cannot tell"}[mark.kind]
