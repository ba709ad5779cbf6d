"""One interface to where files lie: a local folder or an S3-compatible store. Keys are relative paths that we make ourselves."""

import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit
from urllib.request import url2pathname

import obstore
from obstore.store import LocalStore, S3Store

from stop_search.errors import Conflict, NotFound, Unavailable

CHUNK_BYTES = 1 << 20


class Storage(Protocol):
    """Where originals, pictures and published bundles lie. Every key is written once: a second `put` of a key is refused."""

    def put_file(self, key: str, path: Path) -> None:
        """Store a file's bytes whole under a new key; when this returns they survive a crash.

        Raises:
            Conflict: the key exists.
            Unavailable: the store is full or cannot be reached; the message says which.

        """
        ...

    def put_bytes(self, key: str, content: bytes) -> None:
        """Store bytes under a new key; as `put_file`."""
        ...

    def read(self, key: str) -> bytes:
        """Return the whole content; for small files. Raises NotFound."""
        ...

    def stream(self, key: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from `start` up to, not including, `end`, in pieces of at most CHUNK_BYTES. Raises NotFound."""
        ...

    def size(self, key: str) -> int:
        """Return the size in bytes. Raises NotFound."""
        ...

    def exists(self, key: str) -> bool:
        """Return whether the key holds something."""
        ...

    def keys(self, prefix: str) -> list[str]:
        """Return the keys below a prefix ("footage/ab12"), sorted."""
        ...

    def delete(self, key: str) -> None:
        """Remove the key; one that is gone already is no error."""
        ...

    def local_copy(self, key: str) -> AbstractContextManager[Path]:
        """Give a path on this machine with the content, read-only, for the length of the block. Raises NotFound."""
        ...
