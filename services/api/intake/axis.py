"""A content destination for Axis body worn systems: the few requests of OpenStack Swift that they use.

docs/decisions/0020 names the documents that this was made from, and what they leave open.
"""

import hashlib
import json
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Header, Request
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from services.api.axis_tokens import make_axis_token
from services.api.dependencies import CurrentViewer, InstallationDep, Now, ReadSession, SignInNeeded, WriteSession, opens_to, opens_to_all
from services.api.intake.uploads import WRITE_AT_ONCE, IncomingDep
from stop_search.accounts.queries import viewer_by_machine_token
from stop_search.accounts.rules import Role
from stop_search.audit.rules import Actor
from stop_search.errors import Invalid, NotFound, Unavailable
from stop_search.footage.deliveries import (
    container_details,
    delivered_object,
    post_container,
    post_object,
    put_clip,
    put_container,
    put_small,
)
from stop_search.footage.delivery_rules import (
    CAPABILITIES,
    CAPABILITIES_NAMES,
    SMALL_BYTES,
    ContainerKind,
    checked_name,
    details_in,
    is_clip,
)
from stop_search.footage.originals import store_original
from stop_search.footage.spooling import Spool, spooled
from stop_search.force import Force
from stop_search.installation import Installation

STORAGE = "/api/axis/v1/stop-search"  # one account: a new connection file finds the same users and devices
OF_CONTAINER, OF_OBJECT = "x-container-meta-", "x-object-meta-"


router = APIRouter(prefix="/api/axis", include_in_schema=False)
CAMERAS = [opens_to(Role.CAMERA)]


@router.get("/auth/v1.0", dependencies=[opens_to_all()])
def sign_in(
    installation: InstallationDep,
    session: ReadSession,
    now: Now,
    x_auth_user: Annotated[str, Header()] = "",
    x_auth_key: Annotated[str, Header()] = "",
    auth_key: Annotated[str, Header()] = "",
) -> Response:
    """Give a token and the storage's address for the name and key of the connection file.

    The document calls the key's header Auth-Key, its example server X-Auth-Key: either will do.
    """
    machine = viewer_by_machine_token(session, token=x_auth_key or auth_key, now=now)
    if machine is None or str(machine.id) != x_auth_user or not machine.has(Role.CAMERA):
        message = "This name and key are not in force. Make a new connection file with: stop-search axis connection-file"
        raise SignInNeeded(message)
    token = make_axis_token(installation, machine_id=machine.id, now=now)
    return Response(headers={"X-Auth-Token": token, "X-Storage-Url": installation.settings.public_url + STORAGE})


@router.put("/v1/stop-search/{container}", dependencies=CAMERAS)
def create_container(request: Request, container: str, session: WriteSession, now: Now) -> Response:
    """Create a container, or put details over those it has."""
    is_new = put_container(session, name=checked_name(container), details=details_in(request.headers.items(), OF_CONTAINER), now=now)
    return Response(status_code=201 if is_new else 202)


@router.post("/v1/stop-search/{container}", dependencies=CAMERAS)
def update_container(request: Request, container: str, session: WriteSession, now: Now) -> Response:
    """Put details over those of a container."""
    post_container(session, name=container, details=details_in(request.headers.items(), OF_CONTAINER), now=now)
    return Response(status_code=204)


@router.head("/v1/stop-search/{container}", dependencies=CAMERAS)
def tell_container(container: str, session: ReadSession) -> Response:
    """Tell a container's details."""
    return Response(status_code=204, headers=_said(OF_CONTAINER, container_details(session, name=container)))


@router.put("/v1/stop-search/{container}/{name:path}", dependencies=CAMERAS)
async def put_object(
    request: Request,
    container: str,
    name: str,
    installation: InstallationDep,
    folder: IncomingDep,
    viewer: CurrentViewer,
    now: Now,
    content_length: Annotated[int | None, Header()] = None,
) -> Response:
    """Take an object whole; 201 only when it is stored, compared and in the database.

    A line that breaks leaves nothing: the object is put again.
    """
    details = details_in(request.headers.items(), OF_OBJECT)
    await to_thread.run_sync(_refuse_unknown, installation, container, checked_name(name))
    limit = installation.settings.upload_limit_bytes if is_clip(name) else SMALL_BYTES
    spooling = spooled(folder, limit=limit, length=content_length, now=now)
    spool = await to_thread.run_sync(spooling.__enter__)
    try:
        await _pour(request, spool)
        _refuse_damaged(request, spool)
        keep = _keep_clip if is_clip(name) else _keep_small
        actor, force = viewer.acting_as(Role.CAMERA), request.app.state.force
        await to_thread.run_sync(keep, installation, spool, (container, name), details, actor, force, now)
    except ClientDisconnect:
        return Response(status_code=503)  # nobody reads it
    finally:
        spooling.__exit__(None, None, None)
    return Response(status_code=201, headers={"Etag": spool.md5})


@router.post("/v1/stop-search/{container}/{name:path}", dependencies=CAMERAS)
def update_object(request: Request, container: str, name: str, session: WriteSession, now: Now) -> Response:
    """Replace an object's details."""
    post_object(session, container=container, name=name, details=details_in(request.headers.items(), OF_OBJECT), now=now)
    return Response(status_code=202)


@router.get("/v1/stop-search/{container}/{name:path}", dependencies=CAMERAS)
def get_object(container: str, name: str, session: ReadSession) -> Response:
    """Give an object of the container System, what we can take among them; recordings are given back to nobody here."""
    if container != ContainerKind.SYSTEM:
        message = "Only objects of System can be read here."
        raise NotFound(message)
    if name in CAPABILITIES_NAMES:
        content = json.dumps(CAPABILITIES, indent=2).encode()
        return Response(content, headers={"Etag": hashlib.md5(content, usedforsecurity=False).hexdigest()}, media_type="application/json")
    found = delivered_object(session, container=container, name=name)
    return Response(
        found.content or b"", headers=_said(OF_OBJECT, found.details) | {"Etag": found.md5}, media_type="application/octet-stream"
    )


@router.head("/v1/stop-search/{container}/{name:path}", dependencies=CAMERAS)
def tell_object(container: str, name: str, session: ReadSession) -> Response:
    """Tell an object's details, and by its ETag whether it is whole here."""
    if container == ContainerKind.SYSTEM and name in CAPABILITIES_NAMES:
        return get_object(container, name, session)
    found = delivered_object(session, container=container, name=name)
    headers = _said(OF_OBJECT, found.details) | {"Etag": found.md5, "Content-Length": str(found.size_bytes)}
    return Response(headers=headers)


async def _pour(request: Request, spool: Spool) -> None:
    pending = bytearray()
    async for piece in request.stream():
        pending += piece
        if len(pending) >= WRITE_AT_ONCE:
            await to_thread.run_sync(spool.write, bytes(pending))
            pending.clear()
    await to_thread.run_sync(spool.write, bytes(pending))
    await to_thread.run_sync(spool.finish)


def _refuse_damaged(request: Request, spool: Spool) -> None:
    """Compare the MD5 that a sender may have given. It is answered so that it is sent again: 400 would have it given up."""
    given = request.headers.get("etag", "").strip('"').lower()
    if given and given != spool.md5:
        message = "What arrived is not what was sent: its MD5 differs. Send it again."
        raise Unavailable(message)


def _refuse_unknown(installation: Installation, container: str, _name: str) -> None:
    with installation.reading() as session:
        container_details(session, name=container)


def _keep_clip(
    installation: Installation, spool: Spool, place: tuple[str, str], details: dict[str, str], actor: Actor, force: Force, now: Now
) -> UUID:
    container, name = place
    if spool.size == 0:
        message = "A clip without bytes has no duration and cannot be kept."
        raise Invalid(message)
    original = store_original(installation.storage, spool.path)
    if original.sha256 != spool.sha256:
        message = "The disk gives back something else than arrived. Send it again; an administrator must look at the data folder."
        raise Unavailable(message)
    known = {"container": container, "name": name, "details": details, "original": original, "md5": spool.md5}
    with installation.writing() as session:
        return put_clip(session, **known, clocks=force.retention.on(now.date()), actor=actor, now=now)


def _keep_small(
    installation: Installation, spool: Spool, place: tuple[str, str], details: dict[str, str], _actor: Actor, _force: Force, now: Now
) -> None:
    container, name = place
    content = spool.path.read_bytes()
    with installation.writing() as session:
        put_small(session, container=container, name=name, details=details, content=content, now=now)


def _said(prefix: str, details: dict[str, str]) -> dict[str, str]:
    """Return details as headers; values are encoded as they came."""
    return {f"{prefix}{quote(name)}": quote(str(value)) for name, value in details.items()}
