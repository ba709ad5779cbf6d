"""How far recordings are, for administrators: each queue, each recording, why one failed and what to do. Never a picture of one."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from services.api.dependencies import CurrentViewer, Now, WriteSession, opens_to
from services.api.pages import page
from stop_search.accounts.rules import Role
from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Operation, Purpose
from stop_search.footage.actions import examine_again
from stop_search.footage.progress import STAGE_WORDS, footage_progress
from stop_search.footage.rules import FootageState
from stop_search.jobs.queries import queue_lines
from stop_search.jobs.rules import PACE

router = APIRouter(prefix="/admin/footage", dependencies=[opens_to(Role.ADMINISTRATOR)], include_in_schema=False)
SHOWN_AT_ONCE = 50
TABS = {
    None: "All",
    FootageState.FAILED: "Failed",
    FootageState.RECEIVED: "On their way",
    FootageState.EXAMINED: "Examined",
    FootageState.ERASED: "Erased",
}
QUEUE_WORDS = {"footage": "Footage", "upkeep": "Upkeep", "copies": "Copies and redaction"}


@router.get("")
def progress(
    request: Request,
    viewer: CurrentViewer,
    session: WriteSession,
    at: Now,
    state: FootageState | None = None,
    asked: UUID | None = None,
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    """Show the queues and the recordings; looking is noted in the audit log."""
    found = footage_progress(session, state=state, limit=SHOWN_AT_ONCE + 1, leave_out=(number - 1) * SHOWN_AT_ONCE)
    act = Act(Operation.CONSULTATION, "footage_progress_read", "footage", state or "all", Purpose.ADMINISTRATION)
    record_act(session, actor=viewer.acting_as(Role.ADMINISTRATOR), act=act, now=at)
    return page(
        request,
        "admin/footage.html",
        viewer=viewer,
        now=at,
        queues=queue_lines(session),
        queue_words=QUEUE_WORDS,
        lines=found[:SHOWN_AT_ONCE],
        has_more=len(found) > SHOWN_AT_ONCE,
        number=number,
        state=state,
        tabs=TABS,
        stages=STAGE_WORDS,
        attempts=PACE.max_attempts,
        asked=asked,
    )


@router.post("/{footage_id}/examine-again")
def ask_again(footage_id: UUID, viewer: CurrentViewer, session: WriteSession, at: Now) -> RedirectResponse:
    """Ask for another examination; who asked is in the audit log."""
    examine_again(session, footage_id=footage_id, actor=viewer.acting_as(Role.ADMINISTRATOR), now=at)
    return RedirectResponse(f"/admin/footage?asked={footage_id}", status_code=303)
