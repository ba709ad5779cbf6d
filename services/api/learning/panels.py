"""The learning team's pages for community panels: call a meeting, put searches before it, end it, answer what the panel asked."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, RedirectResponse

from services.api.dependencies import CurrentViewer, Now, ReadSession, WriteSession, opens_to
from services.api.learning.looks import note_look
from services.api.pages import page
from services.api.panel_words import DECISIONS, KINDS
from stop_search.accounts.queries import accounts_with_role
from stop_search.accounts.rules import Role, Viewer
from stop_search.errors import Conflict, Invalid, NotAllowed
from stop_search.feedback.personal_details.masking import masked
from stop_search.panels.copies import released_for_panels
from stop_search.panels.meeting_queries import meetings_of
from stop_search.panels.meetings import add_case, call_meeting, close_meeting, grounds_for_panel
from stop_search.panels.queries import meeting_shown, panel_members
from stop_search.panels.recommendation_queries import recommendation_shown, recommendations_of
from stop_search.panels.recommending import answer_recommendation, publish_answer

router = APIRouter(prefix="/learning/panels", dependencies=[opens_to(Role.LEARNING_TEAM), Depends(note_look)], include_in_schema=False)
LONG = 20_000


class NewMeeting(BaseModel):
    """What was typed for a new meeting."""

    name: str = Field("", max_length=LONG)
    meets_on: str = Field("", max_length=20)
    seats: list[UUID] = Field(default_factory=list[UUID])


@router.get("")
def listed(request: Request, viewer: CurrentViewer, session: ReadSession, now: Now) -> HTMLResponse:
    """List what waits for an answer, overdue first, and the meetings."""
    shown = {"lines": recommendations_of(session, viewer=viewer, now=now), "meetings": meetings_of(session, viewer=viewer)}
    return page(request, "learning/panels.html", viewer=viewer, kinds=KINDS, decisions=DECISIONS, **shown)


@router.get("/new")
def ask_new(request: Request, viewer: CurrentViewer, session: ReadSession, now: Now) -> HTMLResponse:
    """Ask for a new meeting."""
    return _new(request, viewer, session, now, NewMeeting())  # pyright: ignore[reportCallIssue] -- every field has a default


@router.post("/new", response_model=None)
def post_new(
    request: Request, viewer: CurrentViewer, session: WriteSession, now: Now, typed: Annotated[NewMeeting, Form()]
) -> HTMLResponse | RedirectResponse:
    """Call it; what is wrong is said beside it, and nothing typed is lost."""
    try:
        found = call_meeting(session, name=typed.name, meets_on=_day(typed.meets_on), seats=typed.seats, viewer=viewer, now=now)
    except Invalid as error:
        return _new(request, viewer, session, now, typed, error.fields)
    return _see(found)


@router.get("/{meeting_id}")
def meeting_page(request: Request, meeting_id: UUID, viewer: CurrentViewer, session: ReadSession) -> HTMLResponse:
    """Show a meeting: its searches, how many have voted, and all votes once they are in."""
    return _meeting(request, meeting_id, viewer, session)


@router.get("/{meeting_id}/add/{encounter_id}")
def ask_grounds(
    request: Request, meeting_id: UUID, encounter_id: UUID, viewer: CurrentViewer, session: WriteSession, now: Now
) -> HTMLResponse:
    """Show the grounds, masked, for a person to check before a panel reads them."""
    grounds = grounds_for_panel(session, encounter_id=encounter_id, mask=masked, viewer=viewer, now=now)
    return _grounds(request, meeting_id, encounter_id, viewer, session, grounds)


@router.post("/{meeting_id}/add/{encounter_id}", response_model=None)
def post_case(
    request: Request,
    meeting_id: UUID,
    encounter_id: UUID,
    viewer: CurrentViewer,
    session: WriteSession,
    now: Now,
    grounds: Annotated[str, Form(max_length=LONG)] = "",
) -> HTMLResponse | RedirectResponse:
    """Put the search before the meeting."""
    try:
        add_case(session, meeting_id=meeting_id, encounter_id=encounter_id, grounds=grounds, viewer=viewer, now=now)
    except Invalid as error:
        return _grounds(request, meeting_id, encounter_id, viewer, session, grounds, error.fields)
    return _see(meeting_id)


@router.post("/{meeting_id}/close", response_model=None)
def close(request: Request, meeting_id: UUID, viewer: CurrentViewer, session: WriteSession, now: Now) -> HTMLResponse | RedirectResponse:
    """End the meeting: all votes are shown."""
    try:
        close_meeting(session, meeting_id=meeting_id, viewer=viewer, now=now)
    except Conflict as error:
        return _meeting(request, meeting_id, viewer, session, fault=str(error))
    return _see(meeting_id)


@router.get("/recommendations/{recommendation_id}")
def recommendation_page(request: Request, recommendation_id: UUID, viewer: CurrentViewer, session: ReadSession, now: Now) -> HTMLResponse:
    """Show what a panel asked, to be answered or let out."""
    return _recommendation(request, recommendation_id, viewer, session, now)


@router.post("/recommendations/{recommendation_id}/answer", response_model=None)
def answer(
    request: Request,
    recommendation_id: UUID,
    viewer: CurrentViewer,
    session: WriteSession,
    now: Now,
    decision: Annotated[str, Form(max_length=40)] = "",
    answer: Annotated[str, Form(max_length=LONG)] = "",
) -> HTMLResponse | RedirectResponse:
    """Answer it; the panel reads the answer at once."""
    try:
        answer_recommendation(session, recommendation_id=recommendation_id, decision=decision, answer=answer, viewer=viewer, now=now)
    except Invalid as error:
        typed = {"decision": decision, "answer": answer}
        return _recommendation(request, recommendation_id, viewer, session, now, typed=typed, faults=error.fields)
    return RedirectResponse(f"/learning/panels/recommendations/{recommendation_id}", status_code=303)


@router.post("/recommendations/{recommendation_id}/publish", response_model=None)
def publish(
    request: Request,
    recommendation_id: UUID,
    viewer: CurrentViewer,
    session: WriteSession,
    now: Now,
    seen: Annotated[str, Form(max_length=64)] = "",
) -> HTMLResponse | RedirectResponse:
    """Let both out: by somebody else than who answered, and just the answer that this person read."""
    try:
        publish_answer(session, recommendation_id=recommendation_id, seen=seen, viewer=viewer, now=now)
    except (NotAllowed, Conflict) as error:
        return _recommendation(request, recommendation_id, viewer, session, now, faults={"publish": str(error)})
    return RedirectResponse("/learning/panels", status_code=303)


def _new(
    request: Request, viewer: Viewer, session: Session, now: Now, typed: NewMeeting, faults: dict[str, str] | None = None
) -> HTMLResponse:
    members = panel_members(session, accounts_with_role(session, role=Role.PANEL_MEMBER, now=now))
    shown = {"members": members, "typed": typed, "faults": faults or {}}
    return page(request, "learning/panel_new.html", status=422 if faults else 200, viewer=viewer, **shown)


def _meeting(request: Request, meeting_id: UUID, viewer: Viewer, session: Session, *, fault: str = "") -> HTMLResponse:
    meeting = meeting_shown(session, meeting_id=meeting_id, viewer=viewer)
    there = {case.reference for case in meeting.line.cases}
    shown: dict[str, Any] = {
        "meeting": meeting.line,
        "cases": meeting.cases,
        "members": meeting.members,
        "rubric": meeting.rubric,
        "to_add": [stop for stop in released_for_panels(session, viewer=viewer) if stop.reference not in there],
        "fault": fault,
    }
    return page(request, "learning/panel_meeting.html", status=422 if fault else 200, viewer=viewer, **shown)


def _grounds(
    request: Request,
    meeting_id: UUID,
    encounter_id: UUID,
    viewer: Viewer,
    session: Session,
    grounds: str,
    faults: dict[str, str] | None = None,
) -> HTMLResponse:
    (stop,) = [one for one in released_for_panels(session, viewer=viewer) if one.encounter_id == encounter_id]
    shown = {"meeting_id": meeting_id, "stop": stop, "grounds": grounds, "faults": faults or {}}
    return page(request, "learning/panel_grounds.html", status=422 if faults else 200, viewer=viewer, **shown)


def _recommendation(
    request: Request,
    recommendation_id: UUID,
    viewer: Viewer,
    session: Session,
    now: Now,
    *,
    typed: dict[str, str] | None = None,
    faults: dict[str, str] | None = None,
) -> HTMLResponse:
    line = recommendation_shown(session, recommendation_id=recommendation_id, viewer=viewer, now=now)
    kept = {"decision": line.decision or "", "answer": line.answer or ""}
    shown = {"line": line, "kinds": KINDS, "decisions": DECISIONS, "typed": typed or kept, "faults": faults or {}}
    return page(request, "learning/recommendation.html", status=422 if faults else 200, viewer=viewer, **shown)


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        message = "Give the day of the meeting, like 2027-03-31."
        raise Invalid(message, {"meets_on": message}) from error


def _see(meeting_id: UUID) -> RedirectResponse:
    return RedirectResponse(f"/learning/panels/{meeting_id}", status_code=303)
