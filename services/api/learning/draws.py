"""The learning team's pages of draws: the list, one draw and what to do next with it: make it known, run it, take what is published."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Request, Response, UploadFile
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse

from services.api.archives import zipped
from services.api.dependencies import CurrentViewer, Now, ReadSession, WriteSession, opens_to
from services.api.learning.looks import note_look
from services.api.pages import page
from services.api.refusal_words import ending_words, rank_words
from stop_search.accounts.rules import Role, Viewer
from stop_search.codes.design import Coverage
from stop_search.draws.actions import anchor_draw, note_publication
from stop_search.draws.beacon import QUICKNET, round_time
from stop_search.draws.chance import GivenChance, NamedChance, NamedDice, NamedRound, dice_given, round_given
from stop_search.draws.committing import commit_draw
from stop_search.draws.covering import commit_coverage
from stop_search.draws.periods import month_from
from stop_search.draws.queries import DrawLine, days_in_no_draw, draw_shown, draws_made, endings_without_review, published_draw
from stop_search.draws.rules import FORCE_SCOPE, DrawState
from stop_search.draws.running import run_draw
from stop_search.errors import Conflict, Invalid, StopSearchError
from stop_search.reviews.for_cause import census_for_cause
from stop_search.reviews.refusals import refusal_requests
from stop_search.wording import london

TIME_TO_ANCHOR = timedelta(days=1)
MOST_PASTED = 4000
BEACON = "https://api.drand.sh/{chain}/public/{round}"
Line = Annotated[str, Form(max_length=400)]
draws = APIRouter(prefix="/learning/draws", dependencies=[opens_to(Role.LEARNING_TEAM), Depends(note_look)], include_in_schema=False)


@draws.get("")
def draws_page(request: Request, viewer: CurrentViewer, session: ReadSession, now: Now) -> Response:
    """Show the draws that were made, what waits, which days no draw covers, and the form that commits the next one."""
    return _list(request, session, viewer, now)


@draws.post("")
def commit(
    request: Request,
    viewer: CurrentViewer,
    session: WriteSession,
    now: Now,
    period_start: Line = "",
    period_end: Line = "",
    month: Line = "",
    decides: Line = "beacon",
) -> Response:
    """Fix the frame of a period, or of a month's coverage."""
    chance: NamedChance = NamedDice() if decides == "dice" else _next_round(now)
    named = {"scope": FORCE_SCOPE, "design": request.app.state.force.design, "actor": viewer.acting_as(Role.LEARNING_TEAM), "now": now}
    try:
        if month.strip():
            fixed = commit_coverage(session, month=_month(month), chance=chance, **named)
        else:
            start, end = _day(period_start, "period_start"), _day(period_end, "period_end")
            fixed = commit_draw(session, period_start=start, period_end=end, chance=chance, **named)
    except (Invalid, Conflict) as error:
        session.rollback()
        typed = {"period_start": period_start, "period_end": period_end, "month": month, "decides": decides}
        field = "month" if month.strip() else "period_end"
        return _list(request, session, viewer, now, faults=_faults(error, field), typed=typed)
    return RedirectResponse(f"/learning/draws/{fixed.draw_id}", status_code=303)


@draws.get("/{draw_id}")
def draw_page(request: Request, viewer: CurrentViewer, session: ReadSession, draw_id: UUID) -> Response:
    """Show one draw and what to do next."""
    return _one(request, session, viewer, draw_id)


@draws.post("/{draw_id}/anchor")
def anchor(request: Request, viewer: CurrentViewer, session: WriteSession, now: Now, draw_id: UUID, place: Line = "") -> Response:
    """Note where the digest was made known just now."""
    try:
        anchor_draw(session, draw_id=draw_id, place=place, anchored_at=now, actor=viewer.acting_as(Role.LEARNING_TEAM), now=now)
    except Invalid as error:
        return _one(request, session, viewer, draw_id, faults=error.fields, typed={"place": place})
    return RedirectResponse(f"/learning/draws/{draw_id}", status_code=303)


@draws.post("/{draw_id}/run")
def run(
    request: Request,
    viewer: CurrentViewer,
    session: WriteSession,
    now: Now,
    draw_id: UUID,
    *,
    pasted: Annotated[str, Form(max_length=MOST_PASTED)] = "",
    file: Annotated[UploadFile | None, File()] = None,
    digits: Line = "",
    witness: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Draw by the chance that is given: the beacon's answer, pasted or as a file, or the dice and who saw them."""
    saw = tuple(name.strip() for name in witness or () if name.strip())
    try:
        chance = _given(draw_shown(session, draw_id=draw_id), pasted, file, digits, saw)
        design, actor = request.app.state.force.design, viewer.acting_as(Role.LEARNING_TEAM)
        run_draw(session, draw_id=draw_id, chance=chance, design=design, actor=actor, now=now)
    except Invalid as error:
        session.rollback()
        return _one(request, session, viewer, draw_id, faults=error.fields, typed={"pasted": pasted, "digits": digits, "witness": saw})
    return RedirectResponse(f"/learning/draws/{draw_id}", status_code=303)


@draws.post("/{draw_id}/publish")
def publish(viewer: CurrentViewer, session: WriteSession, now: Now, draw_id: UUID) -> Response:
    """Note that a draw is published, if what is stored of it still is what was drawn: from then on /draws offers its files to anybody."""
    note_publication(session, draw_id=draw_id, actor=viewer.acting_as(Role.LEARNING_TEAM), now=now)
    published_draw(session, draw_id=draw_id)
    return RedirectResponse(f"/learning/draws/{draw_id}", status_code=303)


@draws.get("/{draw_id}/bundle.zip")
def draw_bundle(draw_id: UUID, session: ReadSession) -> Response:
    """Return what is published of a draw."""
    published = published_draw(session, draw_id=draw_id)
    name = f"draw-{published.draw_id}"
    headers = {"Content-Disposition": f'attachment; filename="{name}.zip"'}
    return Response(zipped(name, published.files), media_type="application/zip", headers=headers)


def _next_round(now: datetime) -> NamedRound:
    wanted = now + TIME_TO_ANCHOR - round_time(1)
    return NamedRound(-(-wanted // timedelta(seconds=QUICKNET.period)) + 1)


def _given(line: DrawLine, pasted: str, file: UploadFile | None, digits: str, witnesses: tuple[str, ...]) -> GivenChance:
    named = line.named or {}
    if named.get("kind") == "dice":
        return dice_given(digits, witnesses)
    text = pasted.strip() or (file.file.read(MOST_PASTED).decode("utf-8", "replace") if file else "")
    try:
        return round_given(text, named_round=int(named.get("round", 0)))
    except (ValueError, RecursionError) as error:
        message = "The beacon's answer cannot be read. Paste it as it is, with its round and its signature."
        raise Invalid(message, {"chance": message}) from error


def _day(written: str, field: str) -> date:
    try:
        return date.fromisoformat(written.strip())
    except ValueError as error:
        message = "Give the day like 2026-11-09."
        raise Invalid(message, {field: message}) from error


def _month(written: str):  # noqa: ANN202 -- as `month_from` gives it
    try:
        return month_from(written.strip())
    except ValueError as error:
        message = "Give the month like 2026-10."
        raise Invalid(message, {"month": message}) from error


def _faults(error: StopSearchError, field: str) -> Mapping[str, str]:
    """Return the faults by the fields of the form; what belongs to none stands at `field`."""
    fields = error.fields if isinstance(error, Invalid) else {}
    known = {name: words for name, words in fields.items() if name in {"period_start", "period_end", "month"}}
    return known or {field: str(error)}


def _list(request: Request, session: Session, viewer: Viewer, now: datetime, **also: object) -> Response:
    lines = draws_made(session)
    shown: dict[str, object] = {
        "draws": lines,
        "refusals_waiting": len(refusal_requests(session, viewer=viewer)),
        "left_out": days_in_no_draw(session, today=london(now).date()),
        "waiting": [line for line in lines if line.state is DrawState.COMMITTED],
        "has_coverage": request.app.state.force.design.coverage is Coverage.MONTHLY,
        "faults": {},
        "typed": {"decides": "beacon"},
    }
    return page(request, "learning/draws.html", status=422 if also.get("faults") else 200, viewer=viewer, **(shown | also))


def _one(request: Request, session: Session, viewer: Viewer, draw_id: UUID, **also: object) -> Response:
    line = draw_shown(session, draw_id=draw_id)
    named = line.named or {}
    address = BEACON.format(chain=named["chain"], round=named["round"]) if named.get("kind") == "drand" else ""
    shown: dict[str, object] = {
        "draw": line,
        "beacon": address,
        "endings": endings_without_review(session, draw_id=draw_id),
        "census": census_for_cause(session, period_start=line.period_start, period_end=line.period_end),
        "ending_words": ending_words,
        "rank_words": rank_words,
        "round_at": round_time(named["round"]) if address else None,
        "faults": {},
        "typed": {"witness": ()},
    }
    return page(request, "learning/draw.html", status=422 if also.get("faults") else 200, viewer=viewer, **(shown | also))
