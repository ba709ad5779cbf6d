"""Recordings from cameras and docking stations: hand in a finished upload, see what became of it."""

import hashlib
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.api.dependencies import CurrentViewer, IdempotencyKey, InstallationDep, Now, ReadSession, opens_to
from services.api.intake.footage_bodies import FootageAnswer, FootageBody, footage_answer
from services.api.intake.uploads import SENDERS, IncomingDep
from services.api.media import picture_response, session_mark
from stop_search.accounts.actions import remember_answer
from stop_search.accounts.queries import answered_before, officer_by_number
from stop_search.accounts.rules import MACHINE_ROLES, Role, Viewer
from stop_search.audit.rules import Actor, Purpose
from stop_search.codes.retention import Clocks
from stop_search.errors import Invalid, NotFound
from stop_search.footage.actions import note_playback, receive_footage
from stop_search.footage.incoming import Upload
from stop_search.footage.matching import declared_encounter
from stop_search.footage.originals import store_original
from stop_search.footage.queries import FootageShown, footage_shown
from stop_search.footage.rules import ReceivedFile, StoredOriginal
from stop_search.installation import Installation

router = APIRouter(dependencies=[opens_to(*SENDERS)])


@router.post("/footage", status_code=201)
def post_footage(
    request: Request,
    installation: InstallationDep,
    folder: IncomingDep,
    viewer: CurrentViewer,
    now: Now,
    key: IdempotencyKey,
    body: FootageBody,
) -> FootageAnswer:
    """Hand in a finished upload: it is stored, tied to its encounter and queued. The same bytes again are the same recording.

    The file is hashed and stored before the transaction begins: minutes for a long recording, while nobody else waits.
    """
    caller, digest = str(viewer.id), hashlib.sha256(body.model_dump_json().encode()).hexdigest()
    officer_id, before = _asked(installation, body, caller, key, digest)
    if before is None:
        with folder.complete(body.upload_id, owner=caller, now=now) as (upload, path):
            original = store_original(installation.storage, path)
            new = _received(body, upload, original, officer_id, request.app.state.force.retention.on(now.date()))
            with installation.writing() as session:
                before = str(receive_footage(session, new=new, actor=_actor(viewer), now=now))
                remember_answer(session, caller=caller, key=key, request_digest=digest, subject_id=before, now=now)
        folder.remove(body.upload_id, owner=caller, now=now)
    with installation.reading() as session:
        return footage_answer(footage_shown(session, footage_id=UUID(before)))


@router.get("/footage/{footage_id}")
def get_footage(footage_id: UUID, session: ReadSession, viewer: CurrentViewer) -> FootageAnswer:
    """Tell what is known of a recording: its state, facts, encounters and holds; if it failed, why and what to do."""
    return footage_answer(footage_shown(session, footage_id=footage_id, viewer=viewer))


@router.get("/footage/{footage_id}/pictures/{name}")
def get_picture(footage_id: UUID, name: str, installation: InstallationDep, viewer: CurrentViewer, now: Now) -> Response:
    """Show one of a recording's pictures; noted in the audit log once for each machine and recording."""
    shown = _noted(installation, footage_id, viewer, now)
    return picture_response(installation.storage, shown, name)


def _asked(installation: Installation, body: FootageBody, caller: str, key: str, digest: str) -> tuple[UUID | None, str | None]:
    """Return the officer and what the same request came to before; refuse what cannot be right before any byte is moved."""
    with installation.reading() as session:
        before = answered_before(session, caller=caller, key=key, request_digest=digest)
        if before is not None:
            return None, before
        if body.encounter is not None:
            declared_encounter(session, reference=body.encounter)
        if body.officer is None:
            return None, None
        try:
            return officer_by_number(session, officer_number=body.officer).account_id, None
        except NotFound as error:
            raise Invalid(str(error), {"officer": "Give the collar or warrant number as it stands on the account."}) from error


def _received(body: FootageBody, upload: Upload, original: StoredOriginal, officer_id: UUID | None, clocks: Clocks) -> ReceivedFile:
    return ReceivedFile(
        original=original,
        name=upload.name,
        clocks=clocks,
        device_serial=body.device,
        officer_id=officer_id,
        started_at=body.started_at,
        encounter_reference=body.encounter,
    )


def _noted(installation: Installation, footage_id: UUID, viewer: Viewer, now: Now) -> FootageShown:
    mark = session_mark(installation, str(viewer.id))
    with installation.writing() as session:
        shown = footage_shown(session, footage_id=footage_id, viewer=viewer)
        note_playback(
            session,
            footage_id=footage_id,
            session_mark=mark,
            viewer_id=viewer.id,
            actor=_actor(viewer),
            purpose=Purpose.TECHNICAL_WORK,
            now=now,
        )
    return shown


def _actor(viewer: Viewer) -> Actor:
    return viewer.acting_as(next(role for role in Role if role in MACHINE_ROLES and viewer.has(role)))
