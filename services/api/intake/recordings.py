"""The page on which officers and administrators hand in recordings by hand, and see what became of each.

An officer hands in what his or her own camera recorded, and may tie it to stops where he or she was; an administrator hands in what a
camera left behind, for whoever wore it. A supervisor does not: who reviews footage has no hand in which footage there is.
"""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from services.api.dependencies import CurrentViewer, InstallationDep, Now, ReadSession, opens_to
from services.api.intake.typed_recording import SentRecording, TypedRecording
from services.api.intake.uploads import WRITE_AT_ONCE, IncomingDep, upload_routes
from services.api.middleware import FILE_LIMIT_BYTES
from services.api.pages import page
from services.api.security import wants_json
from stop_search.accounts.rules import Role, Viewer
from stop_search.encounters.queries import recorded_encounter
from stop_search.errors import Invalid, NotFound
from stop_search.footage.arrivals import Arriving, Noted, arrival, arrivals
from stop_search.footage.incoming import Incoming, Upload
from stop_search.footage.rules import Way
from stop_search.footage.sidecars import Sidecar
from stop_search.footage.taking_in import Intake
from stop_search.force import Force
from stop_search.installation import Installation

HANDERS = (Role.OFFICER, Role.ADMINISTRATOR)
CHOOSE = "Choose the recording's file."

pages = APIRouter(prefix="/recordings", dependencies=[opens_to(*HANDERS)], include_in_schema=False)


@pages.get("")
def hand_in_page(request: Request, session: ReadSession, viewer: CurrentViewer, folder: IncomingDep, now: Now) -> HTMLResponse:
    """Show the form, what is only half here yet, and what became of what was handed in."""
    return _form(request, session, viewer, folder, TypedRecording(), now)


@pages.post("")
def hand_in(
    request: Request, installation: InstallationDep, viewer: CurrentViewer, folder: IncomingDep, now: Now, typed: SentRecording
) -> Response:
    """Take in a finished upload, or the file that came with the form. Whatever is wrong, a file that has arrived need not be sent again."""
    upload_id = typed.one("upload")
    try:
        if not upload_id:
            upload_id = _poured(folder, typed, viewer, now).id
        noted = _taken(installation, folder, upload_id, typed, viewer, now, request.app.state.force)
    except Invalid as error:
        if wants_json(request):
            raise
        with installation.reading() as session:
            shown = TypedRecording({**typed.values, "upload": upload_id})
            return _form(request, session, viewer, folder, shown, now, faults=error.fields or {"file": str(error)})
    if wants_json(request):
        return JSONResponse({"address": f"/recordings/{noted.arrival_id}"}, status_code=201)
    return RedirectResponse(f"/recordings/{noted.arrival_id}", status_code=303)


@pages.get("/{arrival_id}")
def arrival_page(request: Request, arrival_id: UUID, session: ReadSession, viewer: CurrentViewer) -> HTMLResponse:
    """Show what became of one file."""
    return page(request, "recordings/arrival.html", viewer=viewer, line=arrival(session, arrival_id=arrival_id, viewer=viewer))


@pages.post("/{upload_id}/give-up")
def give_up(upload_id: str, viewer: CurrentViewer, folder: IncomingDep, now: Now) -> Response:
    """Remove what has arrived of an upload."""
    folder.remove(upload_id, owner=str(viewer.id), now=now)
    return RedirectResponse("/recordings", status_code=303)


def _poured(folder: Incoming, typed: TypedRecording, viewer: Viewer, now: Now) -> Upload:
    """Make the file that came with the form an upload like any other, synced and whole."""
    if typed.file is None or not typed.file.size:
        raise Invalid(CHOOSE, {"file": CHOOSE})
    name = typed.file.filename or ""
    begun = folder.create(length=typed.file.size, limit=FILE_LIMIT_BYTES, name=name, owner=str(viewer.id), now=now)
    with folder.writing(begun.id, offset=0, owner=str(viewer.id), now=now) as writer:
        while piece := typed.file.file.read(WRITE_AT_ONCE):
            writer.write(piece)
    return writer.upload


def _taken(
    installation: Installation, folder: Incoming, upload_id: str, typed: TypedRecording, viewer: Viewer, now: Now, force: Force
) -> Noted:
    intake = Intake(installation.storage, installation.reading, installation.writing, force.retention)
    said = _allowed(installation, typed.said(), viewer)
    source = f"{viewer.id}\n{upload_id}"
    if before := intake.taken_before(Way.PAGE, source):
        folder.forget_if_there(upload_id, owner=str(viewer.id), now=now)
        return before
    with folder.complete(upload_id, owner=str(viewer.id), now=now) as (upload, path):
        arriving = Arriving(Way.PAGE, source, upload.name, upload.length, handed_in_by=viewer.id)
        worn_by = viewer.id if viewer.has(Role.OFFICER) else None
        noted = intake.take_in(path, arriving=arriving, said=said, actor=viewer.acting_as(_role(viewer)), now=now, worn_by=worn_by)
    folder.forget_if_there(upload_id, owner=str(viewer.id), now=now)
    return noted


def _allowed(installation: Installation, said: Sidecar, viewer: Viewer) -> Sidecar:
    """Return what this viewer may say: only an administrator names another officer, or a stop where he or she was not."""
    if viewer.has(Role.ADMINISTRATOR):
        return said
    if said.encounter is not None:
        try:
            with installation.reading() as session:
                recorded_encounter(session, reference=said.encounter, viewer=viewer)
        except NotFound as error:
            message = "There is no stop with this reference among yours."
            raise Invalid(message, {"encounter": f"{message} Check it, or leave it out to match by time."}) from error
    return said.model_copy(update={"officer": None})


def _role(viewer: Viewer) -> Role:
    return next(role for role in HANDERS if viewer.has(role))


def _form(
    request: Request,
    session: ReadSession,
    viewer: Viewer,
    folder: Incoming,
    typed: TypedRecording,
    now: Now,
    faults: dict[str, str] | None = None,
) -> HTMLResponse:
    begun = folder.of_owner(str(viewer.id), now=now)
    return page(
        request,
        "recordings/hand_in.html",
        status=422 if faults else 200,
        viewer=viewer,
        is_administrator=viewer.has(Role.ADMINISTRATOR),
        typed=typed,
        faults=faults or {},
        begun=[upload for upload in begun if upload.id != typed.one("upload")],
        arrived=next((upload for upload in begun if upload.id == typed.one("upload") and upload.is_complete), None),
        lines=arrivals(session, viewer=viewer),
        file_limit_megabytes=FILE_LIMIT_BYTES >> 20,
        upload_limit_bytes=request.app.state.installation.settings.upload_limit_bytes,
    )


router = APIRouter()
router.include_router(upload_routes("/recordings/uploads", *HANDERS))
router.include_router(pages)
