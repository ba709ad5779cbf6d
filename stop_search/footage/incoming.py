"""Uploads that are under way: bytes in a folder of their own, taken up again where they stopped. Knows no HTTP and no database.

Each upload is two files: `<id>.part` holds the bytes, `<id>.json` says how many of them are safe. That number is written only after
the bytes were synced, and it is the only offset ever told: what a killed process or a power cut left behind it is cut off and sent
again. A lock on the `.part` file lets one writer in at a time.
"""

import errno
import fcntl
import json
import os
import re
import shutil
import uuid
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from stop_search.errors import Conflict, Invalid, NoLongerOpen, NotFound, StorageFull, TooLarge
from stop_search.faults import CrashPoint, hit
from stop_search.footage.rules import plain_name

KEPT = timedelta(days=2)  # an upload that nobody goes on with
SYNC_EVERY_BYTES = 32 << 20
LONGEST_MARK = 100
SPARE_BYTES = 64 << 20  # what must stay free for the database
ID = re.compile(r"[0-9a-f]{32}")
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
GONE = "There is no such upload."


@dataclass(frozen=True)
class Upload:
    """One upload: how long it will be, how much of it is safe, who sends it, until when it is kept.

    `mark`: what its sender knows the file by, so as to find this upload again when the same file is chosen again.
    """

    id: str
    length: int
    offset: int
    name: str
    owner: str
    expires_at: datetime
    mark: str = ""

    @property
    def is_complete(self) -> bool:
        """True when nothing is missing."""
        return self.offset == self.length


class Writer:
    """Writes on behalf of one request; what it was given is safe when the block ends, however it ends."""

    def __init__(self, incoming: "Incoming", upload: Upload, part: BinaryIO, now: datetime) -> None:
        self._incoming, self._part, self._now = incoming, part, now
        self.upload = upload
        self._written = upload.offset

    def write(self, piece: bytes) -> None:
        """Append a piece.

        Raises:
            TooLarge: it goes past the length that was declared; nothing of the piece is kept.
            StorageFull: the disk is full; what was written before is kept.

        """
        if self._written + len(piece) > self.upload.length:
            message = f"More was sent than the {self.upload.length} bytes that were declared."
            raise TooLarge(message)
        with self._incoming.told_if_full():
            self._part.write(piece)
        self._written += len(piece)
        if self._written - self.upload.offset >= SYNC_EVERY_BYTES:
            self.settle()

    def settle(self) -> None:
        """Sync the bytes, then write down how many are safe."""
        if self._written == self.upload.offset:
            return
        with self._incoming.told_if_full():
            self._part.flush()
            hit(CrashPoint.UPLOAD_WRITTEN)
            os.fsync(self._part.fileno())
            hit(CrashPoint.UPLOAD_SYNCED)
            self.upload = replace(self.upload, offset=self._written, expires_at=self._now + KEPT)
            self._incoming.write_down(self.upload)


class Incoming:
    """The folder of uploads under way; safe for several processes on one machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def create(self, *, length: int, limit: int, name: str, owner: str, now: datetime, mark: str = "") -> Upload:
        """Begin an upload of `length` bytes; uploads that expired are swept away first.

        Raises:
            TooLarge: it is longer than `limit`.
            StorageFull: there is less room than it needs.

        """
        if length < 0:
            message = "The length of a recording cannot be negative."
            raise Invalid(message, {"Upload-Length": "Give the number of bytes."})
        if length > limit:
            message = f"This recording has {length} bytes; at most {limit} are accepted (STOP_SEARCH_UPLOAD_LIMIT_BYTES)."
            raise TooLarge(message, {"Upload-Length": f"at most {limit}"})
        self.sweep(now=now)
        with self.told_if_full():
            self.folder.mkdir(parents=True, exist_ok=True)
            self.refuse_without_room(length)
            upload = Upload(uuid.uuid4().hex, length, 0, plain_name(name), owner, now + KEPT, mark[:LONGEST_MARK])
            self._part(upload.id).touch(mode=0o600)
            self.write_down(upload)
        return upload

    def upload(self, upload_id: str, *, owner: str, now: datetime) -> Upload:
        """Return an upload of this sender.

        Raises:
            NotFound: there is none, or it is somebody else's.
            NoLongerOpen: it expired.

        """
        if not ID.fullmatch(upload_id):
            raise NotFound(GONE)
        try:
            said = json.loads(self._told(upload_id).read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise NotFound(GONE) from error
        upload = Upload(**said | {"expires_at": datetime.fromisoformat(said["expires_at"])})
        if upload.owner != owner:
            raise NotFound(GONE)
        if upload.expires_at <= now:
            message = "This upload expired. Begin it again."
            raise NoLongerOpen(message)
        return upload

    def of_owner(self, owner: str, *, now: datetime) -> list[Upload]:
        """Return what this sender has begun and not handed in, what goes first first."""
        found: list[Upload] = []
        for told in self.folder.glob("*.json"):
            with suppress(NotFound, NoLongerOpen):
                found.append(self.upload(told.stem, owner=owner, now=now))
        return sorted(found, key=lambda upload: (upload.expires_at, upload.id))

    @contextmanager
    def writing(self, upload_id: str, *, offset: int, owner: str, now: datetime) -> Generator[Writer]:
        """Yield a writer that goes on at `offset`; whatever interrupts the block, what it wrote is settled.

        Raises:
            NotFound, NoLongerOpen: as `upload`.
            Conflict: another request is writing, or the upload has got to another offset.

        """
        self.upload(upload_id, owner=owner, now=now)
        with self._locked(upload_id) as part:
            upload = self.upload(upload_id, owner=owner, now=now)
            if upload.offset != offset:
                message = f"This upload has got to byte {upload.offset}, not {offset}. Ask for its offset and go on from there."
                raise Conflict(message)
            part.truncate(upload.offset)
            part.seek(upload.offset)
            writer = Writer(self, upload, part, now)
            try:
                yield writer
            finally:
                writer.settle()

    @contextmanager
    def complete(self, upload_id: str, *, owner: str, now: datetime) -> Generator[tuple[Upload, Path]]:
        """Yield a whole upload and its file, which nobody can change meanwhile.

        Raises:
            NotFound, NoLongerOpen: as `upload`.
            Conflict: bytes are missing, or another request has it.

        """
        self.upload(upload_id, owner=owner, now=now)
        with self._locked(upload_id):
            upload = self.upload(upload_id, owner=owner, now=now)
            if not upload.is_complete:
                message = f"This upload has {upload.offset} of {upload.length} bytes. Send the rest first."
                raise Conflict(message)
            yield upload, self._part(upload_id)

    def remove(self, upload_id: str, *, owner: str, now: datetime) -> None:
        """Remove an upload. Raises NotFound, NoLongerOpen, and Conflict while it is being written."""
        self.upload(upload_id, owner=owner, now=now)
        with self._locked(upload_id):
            self._forget(upload_id)

    def forget_if_there(self, upload_id: str, *, owner: str, now: datetime) -> None:
        """Remove an upload that was handed in; one that is gone, or that somebody else is handing in just now, is no error."""
        with suppress(NotFound, NoLongerOpen, Conflict):
            self.remove(upload_id, owner=owner, now=now)

    def sweep(self, *, now: datetime) -> int:
        """Remove what expired, and what a kill left of an upload that is gone; return how many uploads went."""
        gone = 0
        for part in sorted(self.folder.glob("*.part")):
            try:
                expires_at = datetime.fromisoformat(json.loads(self._told(part.stem).read_text(encoding="utf-8"))["expires_at"])
            except (OSError, ValueError, KeyError):
                expires_at = datetime.fromtimestamp(part.stat().st_mtime, now.tzinfo) + KEPT if part.exists() else now
            if expires_at <= now:
                with suppress(Conflict, NotFound), self._locked(part.stem):
                    self._forget(part.stem)
                    gone += 1
        for unwritten in sorted(self.folder.glob("*.new")):  # it names the file; while an upload is under way its `.part` is there
            if not self._part(unwritten.stem).exists():
                unwritten.unlink(missing_ok=True)
        return gone

    def write_down(self, upload: Upload) -> None:
        """Replace what is known of an upload in one step that survives a crash."""
        said = json.dumps(asdict(upload) | {"expires_at": upload.expires_at.isoformat()})
        new = self.folder / f"{upload.id}.new"
        with new.open("w", encoding="utf-8") as opened:
            opened.write(said)
            opened.flush()
            os.fsync(opened.fileno())
        new.replace(self._told(upload.id))
        _sync_folder(self.folder)

    @contextmanager
    def told_if_full(self) -> Generator[None]:
        """Turn a full disk into words."""
        try:
            yield
        except OSError as error:
            if error.errno not in NO_ROOM:
                raise
            message = f"There is no room left in {self.folder}. What arrived before is kept; make room and send the rest."
            raise StorageFull(message) from error

    @contextmanager
    def _locked(self, upload_id: str) -> Generator[BinaryIO]:
        try:
            part = self._part(upload_id).open("r+b")
        except FileNotFoundError as error:
            raise NotFound(GONE) from error
        with part:
            try:
                fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                message = "Another request is writing this upload. Ask for its offset and try again in a moment."
                raise Conflict(message) from error
            yield part

    def _forget(self, upload_id: str) -> None:
        self._told(upload_id).unlink(missing_ok=True)
        self._part(upload_id).with_suffix(".new").unlink(missing_ok=True)
        self._part(upload_id).unlink(missing_ok=True)
        _sync_folder(self.folder)

    def refuse_without_room(self, length: int) -> None:
        """Raise StorageFull where so many bytes do not fit with SPARE_BYTES to spare."""
        free = shutil.disk_usage(self.folder).free
        if length + SPARE_BYTES > free:
            message = f"There is no room for this recording: it has {length} bytes, and {free} are free in {self.folder}."
            raise StorageFull(message)

    def _part(self, upload_id: str) -> Path:
        return self.folder / f"{upload_id}.part"

    def _told(self, upload_id: str) -> Path:
        return self.folder / f"{upload_id}.json"


def _sync_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
