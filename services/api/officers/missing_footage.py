"""The page on which an officer says why there is no footage of a stop."""

from dataclasses import replace

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.api.dependencies import CurrentViewer, Now, ReadSession, WriteSession, opens_to
from services.api.pages import page
from services.api.reason_forms import SentReason, TypedReason
from stop_search.accounts.rules import Role, Viewer
from stop_search.encounters.queries import EncounterRecord, recorded_encounter
from stop_search.errors import Conflict, Invalid
from stop_search.footage.deciding import explain_missing_footage
from stop_search.footage.film_states import reasons_given
from stop_search.wording import london

router = APIRouter(prefix="/officer/stops/{reference}/missing-footage", dependencies=[opens_to(Role.OFFICER)], include_in_schema=False)


@router.get("")
def ask_reason(request: Request, reference: str, session: ReadSession, viewer: CurrentViewer) -> HTMLResponse:
    """Ask why, and show what was said before."""
    return _page(request, session, viewer, recorded_encounter(session, reference=reference, viewer=viewer), TypedReason())


@router.post("", response_model=None)
def give_reason(request: Request, reference: str, session: WriteSession, viewer: CurrentViewer, now: Now, typed: SentReason) -> Response:
    """Keep the reason; where a recording has arrived meanwhile, none is needed."""
    record = recorded_encounter(session, reference=reference, viewer=viewer)
    try:
        explain_missing_footage(session, reference=record.reference, reason=typed.reason, words=typed.words, viewer=viewer, now=now)
    except Invalid as error:
        return _page(request, session, viewer, record, replace(typed, faults=error.fields))
    except Conflict:
        pass  # nothing is to be explained any more
    return RedirectResponse("/officer", status_code=303)


def _page(request: Request, session: ReadSession, viewer: Viewer, record: EncounterRecord, typed: TypedReason) -> HTMLResponse:
    return page(
        request,
        "officers/missing_footage.html",
        status=422 if typed.faults else 200,
        viewer=viewer,
        record=record,
        typed=typed,
        reasons=typed.items("footage_absence_reason", london(record.told.started_at).date()),
        given=reasons_given(session, encounter_id=record.encounter_id),
    )
