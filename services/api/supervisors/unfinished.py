"""The page that lists a leader's teams' unfinished records: whose, how old, which fields are missing. Never what a record says."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse

from services.api.dependencies import CurrentViewer, Now, ReadSession, opens_to
from services.api.pages import page
from stop_search.accounts.rules import Role
from stop_search.encounters.field_names import field_name
from stop_search.encounters.unfinished import OVERDUE_AFTER, SHOWN_AT_ONCE, unfinished_records

router = APIRouter(prefix="/reviews/unfinished", dependencies=[opens_to(Role.SUPERVISOR)], include_in_schema=False)


@router.get("")
def unfinished(
    request: Request,
    session: ReadSession,
    viewer: CurrentViewer,
    now: Now,
    number: Annotated[int, Query(alias="page", ge=1, le=1000)] = 1,
) -> HTMLResponse:
    """List the records that were not finished within 24 hours, the oldest first."""
    before = (number - 1) * SHOWN_AT_ONCE
    found = unfinished_records(session, viewer=viewer, older_than=OVERDUE_AFTER, now=now, limit=SHOWN_AT_ONCE + 1, leave_out=before)
    lines = found[:SHOWN_AT_ONCE]
    return page(
        request,
        "supervisors/unfinished.html",
        viewer=viewer,
        lines=[(line, [field_name(path) for path in line.missing]) for line in lines],
        number=number,
        has_more=len(found) > len(lines),
    )
