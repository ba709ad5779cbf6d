"""Pages about stops without footage, footage without a stop, and what a person has to decide. Of one's own teams, never of oneself."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.api.dependencies import CurrentViewer, InstallationDep, Now, ReadSession, WriteSession, opens_to
from services.api.media import picture_response
from services.api.pages import page
from services.api.reason_forms import SentReason, TypedReason
from stop_search.accounts.rules import Role, Viewer
from stop_search.codes.lists import code_list
from stop_search.errors import Invalid, NotFound
from stop_search.footage.deciding import decide_shows, explain_loose_recording, explain_missing_footage, note_picture_seen
from stop_search.footage.film_states import (
    pairs_of_stop,
    pairs_to_decide,
    reasons_given,
    stop_of_team,
    stops_to_explain,
)
from stop_search.footage.loose import LooseRecording, decider_may_see, loose_recording, loose_recordings
from stop_search.footage.queries import footage_shown
from stop_search.wording import london

LIST = "/reviews/footage"
NO_PICTURE = "There is no picture of this recording for you to see: it has none, or nothing about it is left to decide."
SUPERVISOR = [opens_to(Role.SUPERVISOR)]
ABSENCE, APART = "footage_absence_reason", "footage_apart_reason"
router = APIRouter(prefix=LIST, dependencies=[opens_to(Role.SUPERVISOR, Role.ADMINISTRATOR)], include_in_schema=False)


def footage_id_of(footage_id: str) -> UUID:
    """Return the id in the address; one that cannot be an id is answered as one that is not there."""
    try:
        return UUID(footage_id)
    except ValueError as error:
        message = "There is no such recording."
        raise NotFound(message) from error


FootageId = Annotated[UUID, Depends(footage_id_of)]


@router.get("")
def overview(request: Request, session: ReadSession, viewer: CurrentViewer, now: Now) -> HTMLResponse:
    """List what is in doubt, stops without footage, recordings without a stop."""
    return page(
        request,
        "supervisors/footage.html",
        viewer=viewer,
        is_supervisor=viewer.has(Role.SUPERVISOR),
        pairs=pairs_to_decide(session, viewer=viewer, now=now),
        stops=stops_to_explain(session, viewer=viewer, now=now),
        loose=loose_recordings(session, viewer=viewer, now=now),
    )


@router.get("/stops/{reference}", dependencies=SUPERVISOR)
def stop(request: Request, reference: str, session: ReadSession, viewer: CurrentViewer, now: Now) -> HTMLResponse:
    """Show which recordings are tied to a stop and why, and ask for a reason where there is none."""
    return _stop(request, session, reference, viewer, now, TypedReason())


@router.post("/stops/{reference}", dependencies=SUPERVISOR, response_model=None)
def explain_stop(request: Request, reference: str, session: WriteSession, viewer: CurrentViewer, now: Now, typed: SentReason) -> Response:
    """Keep why there is no footage of a stop."""
    try:
        explain_missing_footage(session, reference=reference, reason=typed.reason, words=typed.words, viewer=viewer, now=now)
    except Invalid as error:
        return _stop(request, session, reference, viewer, now, replace(typed, faults=error.fields))
    return RedirectResponse(LIST, status_code=303)


@router.get("/stops/{reference}/{footage_id}", dependencies=SUPERVISOR)
def pair(request: Request, reference: str, footage_id: FootageId, session: ReadSession, viewer: CurrentViewer, now: Now) -> HTMLResponse:
    """Show one recording beside one stop, and ask whether it shows it."""
    return _pair(request, session, reference, footage_id, viewer, now, TypedReason())


@router.post("/stops/{reference}/{footage_id}", dependencies=SUPERVISOR, response_model=None)
def decide(
    request: Request, reference: str, footage_id: FootageId, session: WriteSession, viewer: CurrentViewer, now: Now, typed: SentReason
) -> Response:
    """Keep what a person decided. `reason` is yes or no, `words` says why."""
    faults = {} if typed.reason in {"yes", "no"} else {"reason": "Choose whether the recording shows this stop."}
    if not faults:
        try:
            shows = typed.reason == "yes"
            decide_shows(session, footage_id=footage_id, reference=reference, shows=shows, reason=typed.words, viewer=viewer, now=now)
        except Invalid as error:
            faults = {"words": next(iter(error.fields.values()))}
    if faults:
        return _pair(request, session, reference, footage_id, viewer, now, replace(typed, faults=faults))
    return RedirectResponse(f"{LIST}/stops/{reference}", status_code=303)


@router.get("/recordings/{footage_id}")
def recording(request: Request, footage_id: FootageId, session: ReadSession, viewer: CurrentViewer, now: Now) -> HTMLResponse:
    """Show a recording without a stop, and ask what it is."""
    loose = loose_recording(session, footage_id=footage_id, viewer=viewer, now=now)
    return _recording(request, viewer, loose, TypedReason(reason=loose.reason or ""))


@router.get("/recordings/{footage_id}/picture", dependencies=SUPERVISOR)
def picture(footage_id: FootageId, installation: InstallationDep, viewer: CurrentViewer, now: Now) -> Response:
    """Show one picture of a recording that has to be decided about. The recording itself is played to its reviewers only."""
    with installation.reading() as session:
        may_see = decider_may_see(session, footage_id=footage_id, viewer=viewer, now=now)
        shown = footage_shown(session, footage_id=footage_id) if may_see else None
    poster = shown.pictures.get("poster") if shown else None
    if shown is None or poster is None:
        raise NotFound(NO_PICTURE)
    answer = picture_response(installation.storage, shown, poster.rsplit("/", 1)[-1])
    with installation.writing() as session:
        note_picture_seen(session, footage_id=footage_id, viewer=viewer, now=now)
    return answer


@router.post("/recordings/{footage_id}", response_model=None)
def explain_recording(
    request: Request, footage_id: FootageId, session: WriteSession, viewer: CurrentViewer, now: Now, typed: SentReason
) -> Response:
    """Keep why a recording belongs to no stop."""
    try:
        explain_loose_recording(session, footage_id=footage_id, reason=typed.reason, words=typed.words, viewer=viewer, now=now)
    except Invalid as error:
        loose = loose_recording(session, footage_id=footage_id, viewer=viewer, now=now)
        return _recording(request, viewer, loose, replace(typed, faults=error.fields))
    return RedirectResponse(LIST, status_code=303)


@router.post("/recordings/{footage_id}/stop", dependencies=SUPERVISOR, response_model=None)
def tie(request: Request, footage_id: FootageId, session: WriteSession, viewer: CurrentViewer, now: Now, typed: SentReason) -> Response:
    """Tie a recording to the stop whose reference was typed. `reason` is the reference, `words` says why."""
    loose = loose_recording(session, footage_id=footage_id, viewer=viewer, now=now)
    try:
        decide_shows(session, footage_id=footage_id, reference=typed.reason, shows=True, reason=typed.words, viewer=viewer, now=now)
    except Invalid as error:
        return _recording(request, viewer, loose, TypedReason(), tied=replace(typed, faults={"tie-words": str(error)}))
    except NotFound as error:
        return _recording(request, viewer, loose, TypedReason(), tied=replace(typed, faults={"reference": str(error)}))
    return RedirectResponse(f"{LIST}/stops/{typed.reason.strip().upper()}", status_code=303)


def _stop(request: Request, session: ReadSession, reference: str, viewer: Viewer, now: Now, typed: TypedReason) -> HTMLResponse:
    found = stop_of_team(session, reference=reference, viewer=viewer, now=now)
    pairs = pairs_of_stop(session, reference=reference, viewer=viewer, now=now)
    return page(
        request,
        "supervisors/footage_stop.html",
        status=422 if typed.faults else 200,
        viewer=viewer,
        reference=found.reference,
        started_at=found.started_at,
        names_camera=found.camera_serial,
        pairs=pairs,
        is_filmed=any(one.is_tied for one in pairs),
        waits=any(not one.is_tied and not one.by_person for one in pairs),
        typed=typed,
        reasons=typed.items(ABSENCE, london(found.started_at).date()),
        given=reasons_given(session, encounter_id=found.id),
        label=_label,
    )


def _pair(
    request: Request, session: ReadSession, reference: str, footage_id: UUID, viewer: Viewer, now: Now, typed: TypedReason
) -> HTMLResponse:
    found = next((one for one in pairs_of_stop(session, reference=reference, viewer=viewer, now=now) if one.footage_id == footage_id), None)
    if found is None:
        message = "This recording has nothing to do with this stop so far."
        raise NotFound(message)
    return page(request, "supervisors/footage_pair.html", status=422 if typed.faults else 200, viewer=viewer, pair=found, typed=typed)


def _recording(
    request: Request, viewer: Viewer, loose: LooseRecording, typed: TypedReason, tied: TypedReason | None = None
) -> HTMLResponse:
    tied = tied or TypedReason()
    return page(
        request,
        "supervisors/footage_recording.html",
        status=422 if typed.faults or tied.faults else 200,
        viewer=viewer,
        loose=loose,
        is_supervisor=viewer.has(Role.SUPERVISOR),
        typed=typed,
        tied=tied,
        summary=[*tied.summary, *typed.summary],
        reasons=typed.items(APART, london(loose.started_at or loose.received_at).date()),
        said_before=_label(loose.reason, APART) if loose.reason else None,
    )


def _label(key: str, name: str = ABSENCE) -> str:
    found = code_list(name)
    return found.entry(key).label if key in found else key
