"""Bytes that arrive in one go, of a length that perhaps nobody told: written to a file that goes at the end, hashed as they come."""

import hashlib
import os
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from stop_search.errors import TooLarge
from stop_search.footage.incoming import Incoming

SPARE_LOOK_BYTES = 64 << 20


class Spool:
    """What arrived so far: `size` in bytes; `sha256` and `md5` in hex are of what was given, not of what the disk has."""

    def __init__(self, incoming: Incoming, path: Path, opened: BinaryIO, limit: int) -> None:
        self._incoming, self._opened, self._limit = incoming, opened, limit
        self._sha256, self._md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
        self.path, self.size, self._looked_at = path, 0, 0

    def write(self, piece: bytes) -> None:
        """Append a piece.

        Raises:
            TooLarge: it goes past the limit.
            StorageFull: the disk is full, or nearly.

        """
        if self.size + len(piece) > self._limit:
            message = f"More was sent than the {self._limit} bytes that are accepted."
            raise TooLarge(message)
        with self._incoming.told_if_full():
            if self.size - self._looked_at >= SPARE_LOOK_BYTES:
                self._incoming.refuse_without_room(0)
                self._looked_at = self.size
            self._opened.write(piece)
        self.size += len(piece)
        self._sha256.update(piece)
        self._md5.update(piece)

    def finish(self) -> None:
        """Hand everything to the system; whoever reads the file sees all of it."""
        with self._incoming.told_if_full():
            self._opened.flush()

    @property
    def sha256(self) -> str:
        """The hex SHA-256 of what arrived."""
        return self._sha256.hexdigest()

    @property
    def md5(self) -> str:
        """The hex MD5 of what arrived: Swift's ETag."""
        return self._md5.hexdigest()


@contextmanager
def spooled(incoming: Incoming, *, limit: int, length: int | None, now: datetime) -> Generator[Spool]:
    """Yield a spool beside the uploads under way; what a killed process left there is swept first. `length`: what the sender told.

    Raises:
        TooLarge: that is more than `limit`.
        StorageFull: there is less room than it needs.

    """
    if length is not None and length > limit:
        message = f"This has {length} bytes; at most {limit} are accepted."
        raise TooLarge(message)
    with incoming.told_if_full():
        incoming.folder.mkdir(parents=True, exist_ok=True)
        incoming.sweep(now=now)
        incoming.refuse_without_room(length or 0)
    path = incoming.folder / f"{uuid.uuid4().hex}.part"
    with incoming.told_if_full():
        opened = os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
    try:
        with opened:
            yield Spool(incoming, path, opened, limit)
    finally:
        path.unlink(missing_ok=True)
