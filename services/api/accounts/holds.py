"""Holds in the hands of those who own them: when each is to be looked at, keeping it, releasing it, and holding for the panel."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from services.api.dependencies import CurrentViewer, Now, ReadSession, WriteSession, opens_to
from services.api.pages import page
from stop_search.accounts.rules import Role, Viewer
from stop_search.codes.retention import Clocks
from stop_search.errors import Invalid
from stop_search.footage.hold_rules import owned_by
from stop_search.footage.holds import hold_for_panel, hold_of_owner, holds_of_owner, look_again, note_panel_report, release_by_owner
from stop_search.footage.rules import HoldReason
from stop_search.reviews.holds import closed_causes

router = APIRouter(prefix="/holds", include_in_schema=False)
owners = [opens_to(Role.LEARNING_TEAM, Role.COMPLAINTS_HANDLER)]
Line = Annotated[str, Form(max_length=400)]
REASONS = {
    HoldReason.DRAWN: "Drawn, or asked for, for review",
    HoldReason.FEEDBACK: "Somebody answered",
    HoldReason.COMPLAINT: "Complaint",
    HoldReason.RECORD_REQUEST: "Somebody asked for a copy",
    HoldReason.CONCERN: "A reader raised a serious concern",
    HoldReason.PANEL: "For the panel",
    HoldReason.FRAMED: "Chance has yet to draw",
    HoldReason.COVERAGE: "The month's coverage draw may need it",
    HoldReason.TRAINING: "For calibration",
}
SHOWN = 200
DONE = {
    "held": "The footage is held for the panel.",
    "kept": "The hold stays. Its page says until when.",
    "released": "The hold is released. Its footage goes on its last day, unless something else holds it.",
    "reported": "The panel's report is noted. The hold ends by itself.",
}


@router.get("", dependencies=owners)
def holds_page(
    request: Request,
    viewer: CurrentViewer,
    session: ReadSession,
    now: Now,
    done: Annotated[str, Query(max_length=20)] = "",
    show: Annotated[str, Query(max_length=20)] = "",
    stop: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """List the holds that the viewer's roles own, those to be looked at first; with `show=ending` those that end by themselves."""
    return _list(request, session, viewer, now.date(), done=DONE.get(done, ""), is_ending=show == "ending", stop=stop.strip().upper())


@router.post("", dependencies=[opens_to(Role.LEARNING_TEAM)])
def hold(request: Request, viewer: CurrentViewer, session: WriteSession, now: Now, reference: Line = "", because: Line = "") -> Response:
    """Hold the footage of a stop for the panel."""
    try:
        hold_for_panel(session, reference=reference, because=because, viewer=viewer, now=now)
    except Invalid as error:
        return _list(request, session, viewer, now.date(), faults=error.fields, typed={"reference": reference, "because": because})
    return RedirectResponse("/holds?done=held", status_code=303)


@router.get("/{hold_id}", dependencies=owners)
def hold_page(request: Request, viewer: CurrentViewer, session: ReadSession, now: Now, hold_id: UUID) -> Response:
    """Show one hold and what can be done with it."""
    return _one(request, session, viewer, hold_id, now.date())


@router.post("/{hold_id}/keep", dependencies=owners)
def keep(request: Request, viewer: CurrentViewer, session: WriteSession, now: Now, hold_id: UUID, because: Line = "") -> Response:
    """Say why it stays."""
    try:
        look_again(session, hold_id=hold_id, because=because, viewer=viewer, clocks=_clocks(request, now.date()), now=now)
    except Invalid as error:
        return _one(request, session, viewer, hold_id, now.date(), faults={"keep": error.fields["because"]}, typed={"keep": because})
    return RedirectResponse("/holds?done=kept", status_code=303)


@router.post("/{hold_id}/release", dependencies=owners)
def release(request: Request, viewer: CurrentViewer, session: WriteSession, now: Now, hold_id: UUID, because: Line = "") -> Response:
    """Release it, for a reason."""
    try:
        release_by_owner(session, hold_id=hold_id, because=because, viewer=viewer, now=now)
    except Invalid as error:
        return _one(request, session, viewer, hold_id, now.date(), faults={"release": error.fields["because"]}, typed={"release": because})
    return RedirectResponse("/holds?done=released", status_code=303)


@router.post("/{hold_id}/report", dependencies=owners)
def report(request: Request, viewer: CurrentViewer, session: WriteSession, now: Now, hold_id: UUID, reported_on: Line = "") -> Response:
    """Say when the panel reported."""
    clocks = _clocks(request, now.date())
    try:
        note_panel_report(session, hold_id=hold_id, reported_on=_day(reported_on), viewer=viewer, clocks=clocks, now=now)
    except Invalid as error:
        typed = {"reported_on": reported_on}
        return _one(request, session, viewer, hold_id, now.date(), faults={"reported_on": error.fields["reported_on"]}, typed=typed)
    return RedirectResponse("/holds?done=reported", status_code=303)


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written.strip())
    except ValueError as error:
        message = "Give the day of the panel's report, like 2026-11-18."
        raise Invalid(message, {"reported_on": message}) from error


def _clocks(request: Request, today: date) -> Clocks:
    return request.app.state.force.retention.on(today)


def _list(
    request: Request, session: Session, viewer: Viewer, today: date, *, is_ending: bool = False, stop: str = "", **also: object
) -> Response:
    closed, clocks = closed_causes(session, reasons=owned_by(viewer)), _clocks(request, today)
    found = holds_of_owner(session, viewer=viewer, closed=closed, clocks=clocks, today=today, is_ending=is_ending, reference=stop)
    shown: dict[str, object] = {"faults": {}, "typed": {}, "done": "", "reasons": REASONS, "most": SHOWN}
    shown |= {"found": found, "stop": stop, "is_ending": is_ending, "may_hold": viewer.has(Role.LEARNING_TEAM)}
    status = 422 if also.get("faults") else 200
    return page(request, "accounts/holds.html", status=status, viewer=viewer, **(shown | also))


def _one(request: Request, session: Session, viewer: Viewer, hold_id: UUID, today: date, **also: object) -> Response:
    closed = closed_causes(session, hold_id=hold_id)
    line = hold_of_owner(session, hold_id=hold_id, viewer=viewer, closed=closed, clocks=_clocks(request, today), today=today)
    shown: dict[str, object] = {"faults": {}, "typed": {}, "line": line, "reasons": REASONS, "today": today}
    status = 422 if also.get("faults") else 200
    return page(request, "accounts/hold.html", status=status, viewer=viewer, **(shown | also))
