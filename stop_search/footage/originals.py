"""Putting an original into storage: named by its hash, whole, synced and read again, all before the database hears of it."""

import hashlib
from pathlib import Path

from stop_search.errors import Conflict, Invalid, NotFound, Unavailable
from stop_search.faults import CrashPoint, hit
from stop_search.footage.rules import StoredOriginal, original_key
from stop_search.storage import Storage


class NotTheSameBytes(Invalid):
    """The SHA-256 that the sender declared is not that of what arrived."""


def store_original(storage: Storage, path: Path, *, declared_sha256: str | None = None) -> StoredOriginal:
    """Store a file under the key of its content; the same bytes again are there already, and that is no error.

    What lies in the store is read once more and its SHA-256 compared. What this call put there and is something else goes again: the
    file changed while it was read.

    Raises:
        NotTheSameBytes: the file's SHA-256 (hex) is not the declared one; nothing was stored.
        StorageFull, Unavailable: the store is full, cannot be reached, or holds something else under this key.

    """
    size, sha256 = path.stat().st_size, sha256_of_file(path)
    if declared_sha256 is not None and sha256 != declared_sha256.strip().lower():
        message = f"The SHA-256 of what arrived is {sha256}, not {declared_sha256[:64]} as was declared. Send the recording again."
        raise NotTheSameBytes(message, {"sha256": "Give the SHA-256 of the file as it is, in hex, or leave it out."})
    key = original_key(sha256)
    is_ours = _put(storage, key, path)
    if _stored_now(storage, key) != sha256:
        if is_ours:
            storage.delete(key)
            message = "What was stored is not what was read: the file changed meanwhile. Nothing of it was kept; send it again."
        else:
            message = f"The store holds something else under the name of this recording. An administrator must look at {key}."
        raise Unavailable(message)
    hit(CrashPoint.UPLOAD_RENAMED)
    return StoredOriginal(sha256=sha256, size_bytes=size, storage_key=key)


def sha256_of_file(path: Path) -> str:
    """Return a file's SHA-256 in hex, read piece by piece."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def sha256_of_stored(storage: Storage, key: str) -> str:
    """Return the SHA-256 in hex of what lies under a key, read piece by piece. Raises NotFound, Unavailable."""
    digest = hashlib.sha256()
    for piece in storage.stream(key):
        digest.update(piece)
    return digest.hexdigest()


def _put(storage: Storage, key: str, path: Path) -> bool:
    """Return whether this call put it there; False where it was there before."""
    try:
        storage.put_file(key, path)
    except Conflict:
        return False
    except NotFound as error:
        message = "The place where recordings are stored is not there. Try again when it is."
        raise Unavailable(message) from error
    return True


def _stored_now(storage: Storage, key: str) -> str:
    """Return the SHA-256 of what lies there, or nothing where an erasure of the same bytes has just taken it away."""
    try:
        return sha256_of_stored(storage, key)
    except NotFound:
        return ""
