"""The page on which a reviewer says when they are away, so that somebody else is asked in time."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse

from services.api.dependencies import CurrentViewer, Now, ReadSession, WriteSession, opens_to
from services.api.pages import page
from services.api.sent_forms import Sent, SentForm
from stop_search.accounts.nearness import forget_absence, note_absence
from stop_search.accounts.queries import absences
from stop_search.accounts.rules import Role
from stop_search.errors import Invalid
from stop_search.wording import london

router = APIRouter(prefix="/reviews/away", dependencies=[opens_to(Role.SUPERVISOR)], include_in_schema=False)
NO_DAY = "Give the day as it stands in a calendar, like 2026-12-21."


@router.get("")
def away(request: Request, session: ReadSession, viewer: CurrentViewer, now: Now) -> HTMLResponse:
    """List the viewer's days away that are not over, and ask for more."""
    lines = absences(session, account_id=viewer.id, since=london(now).date())
    return page(request, "supervisors/away.html", viewer=viewer, lines=lines, typed={}, faults={})


@router.post("", response_model=None)
def post_away(request: Request, session: WriteSession, viewer: CurrentViewer, now: Now, sent: SentForm) -> HTMLResponse | RedirectResponse:
    """Note days away; the same page says what is wrong with them, with what was typed."""
    actor = viewer.acting_as(Role.SUPERVISOR)
    try:
        first, last = _day(sent, "starts_on"), _day(sent, "ends_on")
        note_absence(session, account_id=viewer.id, starts_on=first, ends_on=last, actor=actor, now=now)
    except Invalid as error:
        lines = absences(session, account_id=viewer.id, since=london(now).date())
        typed = {name: sent.one(name) for name in ("starts_on", "ends_on")}
        return page(request, "supervisors/away.html", status=422, viewer=viewer, lines=lines, typed=typed, faults=error.fields)
    return RedirectResponse("/reviews/away", status_code=303)


@router.post("/{absence_id}/forget")
def forget(absence_id: UUID, session: WriteSession, viewer: CurrentViewer, now: Now) -> RedirectResponse:
    """Take days away back."""
    forget_absence(session, absence_id=absence_id, account_id=viewer.id, actor=viewer.acting_as(Role.SUPERVISOR), now=now)
    return RedirectResponse("/reviews/away", status_code=303)


def _day(sent: Sent, name: str) -> date:
    try:
        return date.fromisoformat(sent.one(name))
    except ValueError as error:
        raise Invalid(NO_DAY, {name: NO_DAY}) from error
