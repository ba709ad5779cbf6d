"""Resumable upload by tus 1.0 (https://tus.io/protocols/resumable-upload): core, creation, expiration, termination."""

import base64
import binascii
from email.utils import format_datetime
from typing import Annotated

from anyio import CancelScope, to_thread
from fastapi import APIRouter, Depends, Header, HTTPException, Request, Response
from starlette.requests import ClientDisconnect

from services.api.dependencies import CurrentViewer, InstallationDep, Now, opens_to, opens_to_all
from stop_search.accounts.rules import Role
from stop_search.errors import Invalid
from stop_search.footage.incoming import Incoming, Upload, Writer
from stop_search.installation import Installation

VERSION = {"Tus-Resumable": "1.0.0"}
PATCH_TYPE = "application/offset+octet-stream"
WRITE_AT_ONCE = 1 << 20
METADATA_LENGTH = 4096
SENDERS = (Role.CAMERA, Role.DEVICE)
UPLOADERS = (*SENDERS, Role.EVIDENCE_SYSTEM)  # which sends bytes to be looked at once, and hands no recording in

router = APIRouter()


def incoming_of(installation: InstallationDep) -> Incoming:
    """Return the folder of uploads under way."""
    return incoming(installation)


def incoming(installation: Installation) -> Incoming:
    """Return an installation's folder of uploads under way."""
    return Incoming(installation.settings.data_folder / "incoming")


def speaks_tus(tus_resumable: Annotated[str | None, Header()] = None) -> None:
    """Refuse another version of the protocol."""
    if tus_resumable != "1.0.0":
        detail = "This speaks tus 1.0.0: send the header Tus-Resumable: 1.0.0."
        raise HTTPException(412, detail, headers={"Tus-Version": "1.0.0"})


IncomingDep = Annotated[Incoming, Depends(incoming_of)]
GUARDED = [opens_to(*UPLOADERS), Depends(speaks_tus)]


@router.options("/uploads", status_code=204, dependencies=[opens_to_all()])
def tell_abilities(installation: InstallationDep) -> Response:
    """Say which version and extensions there are, and how large a recording may be."""
    limit = str(installation.settings.upload_limit_bytes)
    said = {"Tus-Version": "1.0.0", "Tus-Extension": "creation,expiration,termination", "Tus-Max-Size": limit}
    return Response(status_code=204, headers=VERSION | said)


@router.post("/uploads", status_code=201, dependencies=GUARDED)
def create_upload(
    request: Request,
    installation: InstallationDep,
    folder: IncomingDep,
    viewer: CurrentViewer,
    now: Now,
    upload_length: Annotated[int | None, Header()] = None,
    upload_metadata: Annotated[str, Header(max_length=METADATA_LENGTH)] = "",
) -> Response:
    """Begin an upload; Location says where its bytes go."""
    if upload_length is None:
        message = "Say how long the recording is: the header Upload-Length is missing."
        raise Invalid(message, {"Upload-Length": "Give the number of bytes; a length that comes later is not supported."})
    said = metadata(upload_metadata)
    name = said.get("filename") or said.get("name") or "unnamed"
    limit = installation.settings.upload_limit_bytes
    upload = folder.create(length=upload_length, limit=limit, name=name, owner=str(viewer.id), now=now, mark=said.get("mark", ""))
    return Response(status_code=201, headers=_told(upload) | {"Location": f"{request.url.path.rstrip('/')}/{upload.id}"})


@router.head("/uploads/{upload_id}", dependencies=GUARDED)
def tell_offset(upload_id: str, folder: IncomingDep, viewer: CurrentViewer, now: Now) -> Response:
    """Say how much of an upload is safe."""
    upload = folder.upload(upload_id, owner=str(viewer.id), now=now)
    return Response(headers=_told(upload) | {"Upload-Length": str(upload.length)})


@router.patch("/uploads/{upload_id}", status_code=204, dependencies=GUARDED)
async def add_to_upload(
    request: Request,
    upload_id: str,
    folder: IncomingDep,
    viewer: CurrentViewer,
    now: Now,
    upload_offset: Annotated[int, Header()],
    content_type: Annotated[str, Header()] = "",
) -> Response:
    """Take more bytes of an upload from its offset on. Not a plain `def`: the bytes arrive piece by piece and are never all in memory."""
    if content_type != PATCH_TYPE:
        raise HTTPException(415, f"Send the bytes as Content-Type: {PATCH_TYPE}.")
    writing = folder.writing(upload_id, offset=upload_offset, owner=str(viewer.id), now=now)
    writer = await to_thread.run_sync(writing.__enter__)
    try:
        await _pour(request, writer)
    finally:
        with CancelScope(shield=True):  # a broken line cancels what waits: the sync must not be among it
            await to_thread.run_sync(writing.__exit__, None, None, None)
    return Response(status_code=204, headers=_told(writer.upload))


@router.delete("/uploads/{upload_id}", status_code=204, dependencies=GUARDED)
def remove_upload(upload_id: str, folder: IncomingDep, viewer: CurrentViewer, now: Now) -> Response:
    """Give an upload up."""
    folder.remove(upload_id, owner=str(viewer.id), now=now)
    return Response(status_code=204, headers=VERSION)


@router.post("/uploads/{upload_id}", status_code=204, dependencies=GUARDED)
async def override(
    request: Request,
    upload_id: str,
    folder: IncomingDep,
    viewer: CurrentViewer,
    now: Now,
    x_http_method_override: Annotated[str, Header()] = "",
    upload_offset: Annotated[int, Header()] = 0,
    content_type: Annotated[str, Header()] = "",
) -> Response:
    """Do as PATCH or DELETE for clients whose network lets neither through: X-HTTP-Method-Override names it."""
    if x_http_method_override.upper() == "PATCH":
        return await add_to_upload(request, upload_id, folder, viewer, now, upload_offset, content_type)
    if x_http_method_override.upper() == "DELETE":
        return await to_thread.run_sync(remove_upload, upload_id, folder, viewer, now)
    raise HTTPException(405, "Send the bytes by PATCH.", headers={"Allow": "HEAD, PATCH, DELETE"})


def upload_routes(address: str, *roles: Role) -> APIRouter:
    """Return the same server at another address, for other roles: people at a page, who sign in and whose forms carry a token."""
    made, guarded = APIRouter(include_in_schema=False), [opens_to(*roles), Depends(speaks_tus)]
    made.add_api_route(address, create_upload, methods=["POST"], status_code=201, dependencies=guarded)
    made.add_api_route(f"{address}/{{upload_id}}", tell_offset, methods=["HEAD"], dependencies=guarded)
    made.add_api_route(f"{address}/{{upload_id}}", add_to_upload, methods=["PATCH"], status_code=204, dependencies=guarded)
    made.add_api_route(f"{address}/{{upload_id}}", remove_upload, methods=["DELETE"], status_code=204, dependencies=guarded)
    return made


def metadata(header: str) -> dict[str, str]:
    """Return the pairs of an Upload-Metadata header: `key base64,key base64`; a key alone has an empty value.

    Raises:
        Invalid: a value is not base64 of UTF-8.

    """
    pairs: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in header.split(","))):
        key, _, value = part.partition(" ")
        try:
            pairs[key] = base64.b64decode(value.strip(), validate=True).decode("utf-8")
        except (binascii.Error, ValueError) as error:
            message = "The header Upload-Metadata cannot be read."
            raise Invalid(message, {"Upload-Metadata": f"The value of {key[:40]!r} must be base64 of UTF-8."}) from error
    return pairs


async def _pour(request: Request, writer: Writer) -> None:
    """Write what arrives, a mebibyte at a time, off the event loop; a line that breaks leaves what came through."""
    pending = bytearray()
    try:
        async for piece in request.stream():
            pending += piece
            if len(pending) >= WRITE_AT_ONCE:
                await to_thread.run_sync(writer.write, bytes(pending))
                pending.clear()
    except ClientDisconnect:
        pass
    if pending:
        await to_thread.run_sync(writer.write, bytes(pending))


def _told(upload: Upload) -> dict[str, str]:
    return VERSION | {
        "Upload-Offset": str(upload.offset),
        "Upload-Expires": format_datetime(upload.expires_at, usegmt=True),
        "Cache-Control": "no-store",
    }
