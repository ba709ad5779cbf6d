"""What the force's evidence system tells and is told: files that it keeps, their pictures, requests to hold, and what is gone."""

import re
from contextlib import suppress
from pathlib import Path as FilePath
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Path, Query, Request
from starlette.responses import Response

from services.api.dependencies import CurrentViewer, InstallationDep, Now, ReadSession, WriteSession, opens_to
from services.api.intake.evidence_bodies import (
    AnswerBody,
    GoneAnswer,
    KeptAnswer,
    RequestAnswer,
    ToldBody,
    kept_answer,
    position_of,
)
from services.api.intake.uploads import IncomingDep
from stop_search.accounts.queries import officer_by_number
from stop_search.accounts.rules import Role, Viewer
from stop_search.errors import Conflict, Invalid, NotFound
from stop_search.footage.actions import receive_footage
from stop_search.footage.evidence_links import answer_request, footage_by_evidence_id, give_picture, picture_digest, report_gone
from stop_search.footage.evidence_requests import open_requests
from stop_search.footage.evidence_rules import LONGEST_ID, Answer
from stop_search.footage.incoming import Incoming
from stop_search.footage.originals import sha256_of_file
from stop_search.footage.queries import footage_shown
from stop_search.footage.rules import ReceivedFile, StoredOriginal, given_picture_key, passing_key
from stop_search.installation import Installation
from stop_search.storage import Storage

router = APIRouter(prefix="/evidence", dependencies=[opens_to(Role.EVIDENCE_SYSTEM)])

PICTURE = re.compile(r"poster\.jpg|thumbnail-[0-9]{2}\.jpg")
EvidenceId = Annotated[str, Path(min_length=1, max_length=LONGEST_ID)]


@router.put("/footage/{evidence_id}")
def tell_footage(
    request: Request,
    evidence_id: EvidenceId,
    body: ToldBody,
    installation: InstallationDep,
    folder: IncomingDep,
    viewer: CurrentViewer,
    now: Now,
) -> KeptAnswer:
    """Tell of a file that the evidence system keeps. Told again it is the same; what was not known before is filled in.

    With `upload`, a finished upload of its bytes, they are looked at once for facts and pictures, and not kept.
    """
    with installation.reading() as session:
        officer_id = _officer(session, body.officer)
    clocks = request.app.state.force.retention.on(now.date())
    new = ReceivedFile(
        original=StoredOriginal(body.sha256, body.size_bytes, None),
        name=body.name,
        clocks=clocks,
        device_serial=body.device,
        officer_id=officer_id,
        started_at=body.started_at,
        encounter_reference=body.encounter,
        ended_at=body.ended_at,
        position=position_of(body),
        evidence_id=evidence_id,
        passing_key=None if body.upload is None else _passing(installation, folder, body, viewer, now),
    )
    with installation.writing() as session:
        footage_id = receive_footage(session, new=new, actor=viewer.acting_as(Role.EVIDENCE_SYSTEM), now=now)
    if body.upload is not None:
        folder.remove(body.upload_id, owner=str(viewer.id), now=now)
    with installation.reading() as session:
        return kept_answer(footage_shown(session, footage_id=footage_id))


@router.get("/footage/{evidence_id}")
def get_footage(evidence_id: EvidenceId, session: ReadSession) -> KeptAnswer:
    """Tell what is known here of a file that the evidence system keeps, and whether it is held."""
    return kept_answer(footage_shown(session, footage_id=footage_by_evidence_id(session, evidence_id=evidence_id)))


@router.put("/footage/{evidence_id}/pictures/{name}", status_code=204)
def put_picture(
    evidence_id: EvidenceId,
    name: str,
    content: Annotated[bytes, Body(media_type="image/jpeg")],
    installation: InstallationDep,
    viewer: CurrentViewer,
    now: Now,
    at_seconds: Annotated[float | None, Query(ge=0, le=10**6)] = None,
) -> Response:
    """Give a picture made from the file: `poster.jpg`, or `thumbnail-00.jpg` to `thumbnail-99.jpg` with the second it was taken at."""
    if not PICTURE.fullmatch(name):
        message = "There is no such picture: name it poster.jpg, or thumbnail-00.jpg to thumbnail-99.jpg."
        raise NotFound(message)
    digest = picture_digest(content)
    with installation.reading() as session:
        footage_id = footage_by_evidence_id(session, evidence_id=evidence_id)
        sha256 = footage_shown(session, footage_id=footage_id).sha256
    key = given_picture_key(sha256, digest, name)
    _put_once(installation.storage, key, content)
    with installation.writing() as session:
        actor = viewer.acting_as(Role.EVIDENCE_SYSTEM)
        give_picture(session, footage_id=footage_id, name=name, key=key, at_seconds=at_seconds, actor=actor, now=now)
    return Response(status_code=204)


@router.post("/footage/{evidence_id}/gone")
def tell_gone(evidence_id: EvidenceId, session: WriteSession, viewer: CurrentViewer, now: Now) -> GoneAnswer:
    """Tell that the file was erased, or is lost. The answer says whether it should have been held. Told again it is the same."""
    footage_id = footage_by_evidence_id(session, evidence_id=evidence_id)
    gone_as = report_gone(session, footage_id=footage_id, actor=viewer.acting_as(Role.EVIDENCE_SYSTEM), now=now)
    return GoneAnswer(gone_as=gone_as)


@router.get("/requests")
def list_requests(session: ReadSession) -> list[RequestAnswer]:
    """List what is asked of the evidence system and not answered: for one that asks, instead of being sent requests."""
    found = open_requests(session)
    return [
        RequestAnswer(request=r.request_id, number=r.number, evidence_id=r.evidence_id, sha256=r.sha256, wanted=r.wanted) for r in found
    ]


@router.post("/requests/{request_id}/answer", status_code=204)
def tell_answer(request_id: UUID, body: AnswerBody, session: WriteSession, viewer: CurrentViewer, now: Now) -> Response:
    """Acknowledge a request: the file is held, released, or gone. Told again it changes nothing."""
    answer = Answer(body.answer)
    answer_request(session, request_id=request_id, answer=answer, actor=viewer.acting_as(Role.EVIDENCE_SYSTEM), now=now)
    return Response(status_code=204)


def _officer(session: ReadSession, number: str | None) -> UUID | None:
    if number is None:
        return None
    try:
        return officer_by_number(session, officer_number=number).account_id
    except NotFound as error:
        raise Invalid(str(error), {"officer": "Give the collar or warrant number as it stands on the account."}) from error


def _passing(installation: Installation, folder: Incoming, body: ToldBody, viewer: Viewer, now: Now) -> str:
    """Put the bytes where a worker finds them; refuse them if they are not those of the file."""
    with folder.complete(body.upload_id, owner=str(viewer.id), now=now) as (_, path):
        _refuse_other_bytes(path, body)
        key = passing_key(body.sha256, body.upload_id)
        with suppress(Conflict):  # an earlier attempt got so far
            installation.storage.put_file(key, path)
        return key


def _refuse_other_bytes(path: FilePath, body: ToldBody) -> None:
    if path.stat().st_size != body.size_bytes or sha256_of_file(path) != body.sha256:
        message = "The bytes that were uploaded are not those of this file: its SHA-256 or size differs."
        raise Invalid(message, {"upload": "Upload the file as it is kept, unchanged."})


def _put_once(storage: Storage, key: str, content: bytes) -> None:
    with suppress(Conflict):  # the same picture was given before
        storage.put_bytes(key, content)
