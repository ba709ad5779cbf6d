"""Serving a recording and its pictures to people who may watch it, piece by piece, with one consultation entry per session.

Who may watch is the caller's question: `media_router` is made with the audience's own query. Names, hashes and times of the file
are not in any header: they would tell a blind reviewer what he must not know.
"""

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import Response, StreamingResponse

from services.api.dependencies import CurrentViewer, InstallationDep, Now, opens_to
from services.api.security import session_token
from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.rules import Actor, Purpose
from stop_search.errors import NoLongerOpen, NotFound
from stop_search.footage.actions import note_playback
from stop_search.footage.queries import FootageShown, footage_shown, is_playback_noted
from stop_search.footage.rules import FootageState
from stop_search.installation import Installation
from stop_search.storage import Storage

GONE = "There is no such recording."
ELSEWHERE = "The evidence system of the force keeps this recording. It cannot be played here: ask for it there."
RANGE = re.compile(r"bytes=(\d{1,15})?-(\d{1,15})?")
CONTAINER_TYPES = {
    "mov,mp4,m4a,3gp,3g2,mj2": "video/mp4",
    "matroska,webm": "video/webm",
    "avi": "video/x-msvideo",
    "mpegts": "video/mp2t",
    "mpeg": "video/mpeg",
}
PICTURE_TYPES = {"jpg": "image/jpeg", "vtt": "text/vtt; charset=utf-8"}

MayPlay = Callable[..., bool]  # (session, *, footage_id, viewer) -> bool


class Span(NamedTuple):
    """Bytes from `start` up to, not including, `end`."""

    start: int
    end: int


def media_router(may_play: MayPlay, *roles: Role, purpose: Purpose, sees_copy: MayPlay | None = None) -> APIRouter:
    """Return the routes of one audience: `/{footage_id}/video`, `/copy`, the pictures by their names.

    `may_play(session, footage_id=…, viewer=…)` decides; whoever may not is told that there is no such recording. Whoever
    does not see the copy (`sees_copy`, of the same form) is told that there is none.
    """
    router = APIRouter(dependencies=[opens_to(*roles)])

    def watched(request: Request, footage_id: UUID, installation: Installation, viewer: Viewer, now: Now) -> FootageShown:
        return watched_footage(request, footage_id, installation, viewer, now, may_play=may_play, roles=roles, purpose=purpose)

    @router.get("/{footage_id}/video")
    def get_video(request: Request, footage_id: UUID, installation: InstallationDep, viewer: CurrentViewer, now: Now) -> Response:
        """Play the original, or a piece of it."""
        return recording_response(request, installation.storage, watched(request, footage_id, installation, viewer, now))

    @router.get("/{footage_id}/copy")
    def get_copy(request: Request, footage_id: UUID, installation: InstallationDep, viewer: CurrentViewer, now: Now) -> Response:
        """Play the review copy, or a piece of it."""
        shown = watched(request, footage_id, installation, viewer, now)
        with installation.reading() as session:
            is_seen = sees_copy is None or sees_copy(session, footage_id=footage_id, viewer=viewer)
        return copy_response(request, installation.storage, shown if is_seen else replace(shown, copy=None))

    @router.get("/{footage_id}/{name}")
    def get_picture(
        request: Request, footage_id: UUID, name: str, installation: InstallationDep, viewer: CurrentViewer, now: Now
    ) -> Response:
        """Show the poster, the sprite sheet, its index or one thumbnail."""
        return picture_response(installation.storage, watched(request, footage_id, installation, viewer, now), name)

    return router


def watched_footage(
    request: Request,
    footage_id: UUID,
    installation: Installation,
    viewer: Viewer,
    now: datetime,
    *,
    may_play: MayPlay,
    roles: tuple[Role, ...],
    purpose: Purpose,
) -> FootageShown:
    """Return a recording to somebody who may watch it, noted as one consultation in one session. Raises NotFound for anybody else."""
    mark = session_mark(installation, session_token(request) or str(viewer.id))
    with installation.reading() as session:
        shown = _watchable(session, may_play, footage_id, viewer)
        is_noted = is_playback_noted(session, footage_id=footage_id, session_mark=mark)
    if not is_noted:
        actor, watcher = _actor(viewer, roles), viewer.id
        with installation.writing() as session:
            note_playback(session, footage_id=footage_id, session_mark=mark, viewer_id=watcher, actor=actor, purpose=purpose, now=now)
    return shown


def recording_response(request: Request, storage: Storage, shown: FootageShown) -> Response:
    """Return the original: whole, or the one span of bytes that the Range header asks for.

    Several spans at once, which no player asks for, are answered with the whole (RFC 9110 14.2 leaves that open).

    Raises:
        NoLongerOpen: the recording was erased.
        NotFound: the evidence system keeps it.

    """
    _refuse_erased(shown)
    if shown.storage_key is None:
        raise NotFound(ELSEWHERE)
    kind = CONTAINER_TYPES.get(str(shown.facts.get("container")), "application/octet-stream")
    return stored_response(request, storage, shown.storage_key, shown.size_bytes, kind)


def copy_response(request: Request, storage: Storage, shown: FootageShown) -> Response:
    """Return the review copy as `recording_response` does the original. Raises NotFound where there is none, and NoLongerOpen."""
    _refuse_erased(shown)
    copy = shown.copy
    if copy is None or copy.storage_key is None or copy.size_bytes is None:
        message = "There is no copy of this recording."
        raise NotFound(message)
    return stored_response(request, storage, copy.storage_key, copy.size_bytes, "video/mp4")


def stored_response(request: Request, storage: Storage, key: str, size: int, kind: str) -> Response:
    """Return what lies under a storage key, whole or the span that the Range header asks for; never kept by the browser."""
    headers = {"Accept-Ranges": "bytes", "Cache-Control": "private, no-store", "Content-Disposition": "inline"}
    asked = request.headers.get("range")
    wanted = None if asked is None or "if-range" in request.headers else span(asked, size)
    if asked is not None and wanted is not None and wanted.start >= wanted.end:
        return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    part = wanted or Span(0, size)
    headers["Content-Length"] = str(part.end - part.start)
    if wanted:
        headers["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{size}"
    content = storage.stream(key, start=part.start, end=part.end)
    return StreamingResponse(content, 206 if wanted else 200, headers, kind)


def picture_response(storage: Storage, shown: FootageShown, name: str) -> Response:
    """Return one of the pictures by its last name, as "sprites.jpg". Raises NotFound, and NoLongerOpen where the recording was erased."""
    _refuse_erased(shown)
    listed = [shown.pictures.get(part) for part in ("poster", "sprites", "sprites_vtt", "sheets_vtt")]
    listed += [*shown.pictures.get("sheets", ()), *(one["key"] for one in shown.pictures.get("thumbnails", ()))]
    key = next((key for key in listed if key and key.rsplit("/", 1)[-1] == name), None)
    if key is None:
        message = "There is no such picture."
        raise NotFound(message)
    kind = PICTURE_TYPES[name.rsplit(".", 1)[-1]]
    return Response(storage.read(key), media_type=kind, headers={"Cache-Control": "private, max-age=600"})


def _refuse_erased(shown: FootageShown) -> None:
    """Whatever storage holds still: what the row calls erased is not shown."""
    if shown.state is FootageState.ERASED:
        message = "This recording was erased when its time was over."
        raise NoLongerOpen(message)


def span(asked: str, size: int) -> Span | None:
    """Return the bytes that a Range header asks for; None where it is to be ignored; empty where there are no such bytes.

    >>> span("bytes=-500", 1000)
    Span(start=500, end=1000)
    """
    found = RANGE.fullmatch(asked.strip())
    if not found or found.group(1) is found.group(2) is None:
        return None
    first, last = found.groups()
    if first is None:
        return Span(max(0, size - int(last)), size if int(last) else 0)
    if last is not None and int(last) < int(first):
        return None
    return Span(int(first), size if last is None else min(int(last) + 1, size))


def session_mark(installation: Installation, token: str) -> str:
    """Return the mark under which a sign-in session's playbacks are noted: a keyed digest, of no use to whoever reads it."""
    return hmac.new(installation.key_for("playback/v1"), token.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def _watchable(session: Session, may_play: MayPlay, footage_id: UUID, viewer: Viewer) -> FootageShown:
    if not may_play(session, footage_id=footage_id, viewer=viewer):
        raise NotFound(GONE)
    return footage_shown(session, footage_id=footage_id)


def _actor(viewer: Viewer, roles: tuple[Role, ...]) -> Actor:
    return viewer.acting_as(next(role for role in roles if viewer.has(role)))
