"""Putting an original into storage: hashed while it is read, named by its hash, whole and synced before the database hears of it."""

import hashlib
from contextlib import suppress
from pathlib import Path

from stop_search.errors import Conflict, Unavailable
from stop_search.faults import CrashPoint, hit
from stop_search.footage.rules import StoredOriginal, original_key
from stop_search.storage import Storage


def refuse_unlike(storage: Storage, original: StoredOriginal) -> None:
    """Read a stored original once and compare its SHA-256.

    Raises:
        Unavailable: the store gives back something else than was sent.

    """
    digest = hashlib.sha256()
    key = original.storage_key or ""
    for piece in storage.stream(key):
        digest.update(piece)
    if digest.hexdigest() != original.sha256:
        message = f"The store gives back something else than was sent. An administrator must look at {key}."
        raise Unavailable(message)


def sha256_of(path: Path) -> str:
    """Return the hex SHA-256 of a file, read piece by piece."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def store_original(storage: Storage, path: Path) -> StoredOriginal:
    """Store a file under the key of its content; the same bytes again are there already, and that is no error.

    Raises:
        StorageFull, Unavailable: the store is full, cannot be reached, or holds something of another length under this key.

    """
    size, sha256 = path.stat().st_size, sha256_of(path)
    key = original_key(sha256)
    with suppress(Conflict):
        storage.put_file(key, path)
    stored = storage.size(key)
    if stored != size:
        message = f"The store holds {stored} bytes of a recording of {size}. An administrator must look at {key}."
        raise Unavailable(message)
    hit(CrashPoint.UPLOAD_RENAMED)
    return StoredOriginal(sha256=sha256, size_bytes=size, storage_key=key)
