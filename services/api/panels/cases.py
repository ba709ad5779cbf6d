"""The page of one search before a panel: its copies, the recorded grounds, the member's vote, and all votes once they are in."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, RedirectResponse

from services.api.dependencies import CurrentViewer, Now, ReadSession, WriteSession, opens_to
from services.api.pages import page
from services.api.panel_words import KINDS
from services.api.sent_forms import SentForm
from stop_search.accounts.rules import Role, Viewer
from stop_search.codes.lists import code_list
from stop_search.errors import Invalid
from stop_search.panels.queries import CaseShown, case_shown
from stop_search.panels.rules import CANNOT_TELL, Vote, vote_from
from stop_search.panels.voting import cast_vote, stand_back

router = APIRouter(prefix="/panels/cases/{case_id}", dependencies=[opens_to(Role.PANEL_MEMBER)], include_in_schema=False)


@router.get("")
def case_page(request: Request, case_id: UUID, session: ReadSession, viewer: CurrentViewer) -> HTMLResponse:
    """Show a search: to vote on, or with all votes once they are in."""
    return show_case(request, session, viewer, case_id)


@router.post("/vote", response_model=None)
def vote(
    request: Request, case_id: UUID, session: WriteSession, viewer: CurrentViewer, now: Now, sent: SentForm
) -> HTMLResponse | RedirectResponse:
    """Keep the vote; what is missing is said beside it, and nothing chosen is lost."""
    typed = dict(sent.pairs)
    try:
        given = vote_from(typed, case_shown(session, case_id=case_id, viewer=viewer).rubric)
        cast_vote(session, case_id=case_id, vote=given, viewer=viewer, now=now)
    except Invalid as error:
        return show_case(request, session, viewer, case_id, typed=typed, faults=error.fields)
    return RedirectResponse(f"/panels/cases/{case_id}#votes", status_code=303)


@router.post("/stand-back")
def step_aside(case_id: UUID, session: WriteSession, viewer: CurrentViewer, now: Now) -> RedirectResponse:
    """Give no vote, because the member knows somebody in it."""
    stand_back(session, case_id=case_id, viewer=viewer, now=now)
    return RedirectResponse(f"/panels/cases/{case_id}#votes", status_code=303)


def show_case(
    request: Request,
    session: Session,
    viewer: Viewer,
    case_id: UUID,
    *,
    typed: dict[str, str] | None = None,
    faults: dict[str, str] | None = None,
) -> HTMLResponse:
    """Return the page, with what was typed and what is wrong with it."""
    case = case_shown(session, case_id=case_id, viewer=viewer)
    context: dict[str, Any] = {
        "case": case,
        "criteria": [criterion for criterion in case.rubric.criteria if criterion.id in case.criteria],
        "power": code_list("power").entry(case.power).label if case.power else None,
        "searched_for": code_list("object_of_search").entry(case.object_of_search).label if case.object_of_search else None,
        "typed": typed or _as_typed(case),
        "faults": faults or {},
        "kinds": KINDS,
    }
    return page(request, "panels/case.html", status=422 if faults else 200, viewer=viewer, **context)


def _as_typed(case: CaseShown) -> dict[str, str]:
    own: Vote | None = case.own
    if own is None:
        return {}
    levels = {criterion: CANNOT_TELL if level is None else str(level) for criterion, level in own.levels.items()}
    return levels | {"overall": own.overall, "said": own.said}
