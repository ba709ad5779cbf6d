"""One interface to where files lie: a local folder or an S3-compatible store. Keys are relative paths that we make ourselves."""

import errno
import os
import re
import shutil
import time
import uuid
from abc import ABC, abstractmethod
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit
from urllib.request import url2pathname

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, S3Store

from stop_search.errors import Conflict, Invalid, NotFound, SettingMissing, StorageFull, Unavailable
from stop_search.faults import CrashPoint, hit
from stop_search.scratch import scratch_folder

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig, S3Config  # names of its stubs only

CHUNK_BYTES = 1 << 20
# One conditional PUT up to here; above, S3 takes the parts of a multipart upload, which it cannot make conditional through obstore.
ONE_PUT_BYTES = 8 << 20
PARTS_AT_ONCE = 4  # with parts of ONE_PUT_BYTES: 32 MB of memory, and files up to 80 GB
UNFINISHED = ".unfinished"
KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._=-]*(/[A-Za-z0-9][A-Za-z0-9._=-]*)*")
KEY_LENGTH = 500
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Storage(ABC):
    """Where originals, pictures and published bundles lie. Every key is written once: a second `put` of a key is refused.

    Every method raises Invalid for a key that is not one, and Unavailable where the store cannot be reached.
    """

    def __init__(self, store: LocalStore | S3Store, place: str) -> None:
        self._store = store
        self._place = place

    def read(self, key: str) -> bytes:
        """Return the whole content; for small files. Raises NotFound."""
        with self._translated(key):
            return bytes(obstore.get(self._store, checked(key)).bytes())

    def stream(self, key: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from `start` up to, not including, `end`, in pieces of at most CHUNK_BYTES. Raises NotFound at the call."""
        stop = self.size(key) if end is None else min(end, self.size(key))
        if start >= stop:
            return iter(())
        with self._translated(key):
            found = obstore.get(self._store, key, options={"range": (start, stop)})
        return self._pieces(found, key)

    def _pieces(self, found: "obstore.GetResult", key: str) -> Iterator[bytes]:
        with self._translated(key):
            for piece in found.stream(min_chunk_size=CHUNK_BYTES):
                view = memoryview(piece)
                for at in range(0, len(view), CHUNK_BYTES):
                    yield bytes(view[at : at + CHUNK_BYTES])

    def size(self, key: str) -> int:
        """Return the size in bytes. Raises NotFound."""
        with self._translated(key):
            return obstore.head(self._store, checked(key))["size"]

    def exists(self, key: str) -> bool:
        """Return whether the key holds something."""
        try:
            self.size(key)
        except NotFound:
            return False
        return True

    def keys(self, prefix: str) -> list[str]:
        """Return the keys below a prefix ("footage/ab12"; "" for all), sorted. A prefix ends at a slash: "foot" finds no "footage/…"."""
        with self._translated(prefix):
            below = checked(prefix.rstrip("/")) if prefix else None
            batches = self._store.list(below)  # pyright: ignore[reportUnknownMemberType] -- one overload is for another package
            found = [entry["path"] for batch in batches for entry in batch]
        return sorted(key for key in found if KEY.fullmatch(key))

    def delete(self, key: str) -> None:
        """Remove the key; one that is gone already is no error."""
        with suppress(NotFound), self._translated(key):
            obstore.delete(self._store, checked(key))

    @abstractmethod
    def put_file(self, key: str, path: Path) -> None:
        """Store a file's bytes whole under a new key; when this returns they survive a crash.

        Raises:
            Conflict: the key exists.
            StorageFull: there is no room; the message says where. Nothing is left under the key.

        """

    @abstractmethod
    def put_bytes(self, key: str, content: bytes) -> None:
        """Store bytes under a new key; as `put_file`."""

    def probe(self) -> None:
        """Write, read and remove a small file. Raises Unavailable or StorageFull, with what is wrong."""
        key = f"probe/{uuid.uuid4()}"
        self.put_bytes(key, b"probe")
        try:
            if self.read(key) != b"probe":
                message = f"{self._place} gives back something else than was stored."
                raise Unavailable(message)
        finally:
            self.delete(key)

    @contextmanager
    def _translated(self, key: str) -> Generator[None]:
        """Turn the library's and the system's errors into ours; the message of an OSError stays visible."""
        try:
            yield
        except FileNotFoundError as error:
            message = f"There is no file {key!r}."
            raise NotFound(message) from error
        except (AlreadyExistsError, FileExistsError) as error:
            message = f"The file {key!r} is there already; files are written once."
            raise Conflict(message) from error
        except OSError as error:
            raise self._told(error) from error
        except BaseError as error:
            first_line = str(error).splitlines()[0]
            message = f"{self._place} cannot be reached: {first_line}"
            raise Unavailable(message) from error

    def _told(self, error: OSError) -> Unavailable:
        if error.errno in NO_ROOM:
            return StorageFull(f"There is no room left in {self._place}. Nothing was stored; make room and try again.")
        return Unavailable(f"{self._place} cannot be used: {error.strerror or error}")

    @abstractmethod
    def local_copy(self, key: str) -> AbstractContextManager[Path]:
        """Give a path on this machine with the content, read-only, for the length of the block. Raises NotFound."""

    @abstractmethod
    def sweep(self, *, older_than: timedelta) -> int:
        """Remove what a killed process left half written, if it was not touched for so long; return how many files."""


def open_storage(address: str) -> Storage:
    """Open `file:///folder` or `s3://bucket/prefix[?endpoint=http://…&region=…]`; S3 keys come from the AWS_… variables.

    Raises:
        SettingMissing: the address is neither.
        Unavailable: the folder cannot be made.

    """
    parts = urlsplit(address)
    if parts.scheme == "file" and parts.path and not parts.netloc:
        return FolderStorage(Path(url2pathname(parts.path)))
    if parts.scheme == "s3" and parts.netloc:
        options = {name: values[0] for name, values in parse_qs(parts.query).items()}
        return S3Storage(parts.netloc, parts.path.strip("/"), endpoint=options.get("endpoint"), region=options.get("region"))
    message = f"STOP_SEARCH_STORAGE_URL: {address!r} is neither file:///folder nor s3://bucket/prefix."
    raise SettingMissing(message)


class FolderStorage(Storage):
    """A folder. obstore's own local store syncs nothing (0 calls of fsync, by strace), so writing is done here."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._unfinished = folder / UNFINISHED
        place = f"the folder {folder}"
        try:
            self._unfinished.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            message = f"STOP_SEARCH_STORAGE_URL: {place} cannot be made: {error.strerror}."
            raise Unavailable(message) from error
        super().__init__(LocalStore(folder), place)

    def put_file(self, key: str, path: Path) -> None:
        """Copy, sync, give the name, sync the folder."""
        with self._translated(key), self._new(key) as unfinished:
            shutil.copyfile(path, unfinished)

    def put_bytes(self, key: str, content: bytes) -> None:
        """Write, sync, give the name, sync the folder."""
        with self._translated(key), self._new(key) as unfinished:
            unfinished.write_bytes(content)

    def delete(self, key: str) -> None:
        """Remove the name and sync the folder."""
        path = self._path(key)
        with self._translated(key):
            path.unlink(missing_ok=True)
            with suppress(FileNotFoundError):
                _sync(path.parent)

    @contextmanager
    def local_copy(self, key: str) -> Generator[Path]:
        """Give the stored file itself; it is read-only."""
        self.size(key)
        yield self._path(key)

    def sweep(self, *, older_than: timedelta) -> int:
        """Judge by the time of the last write."""
        limit = time.time() - older_than.total_seconds()
        swept = 0
        for path in sorted(self._unfinished.iterdir()):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < limit:
                    path.unlink()
                    swept += 1
        return swept

    @contextmanager
    def _new(self, key: str) -> Generator[Path]:
        """Yield a path to write to; then sync it and give it its name, which only one writer can do, and sync the folder."""
        final, unfinished = self._path(key), self._unfinished / uuid.uuid4().hex
        if final.exists():
            raise FileExistsError(errno.EEXIST, "exists", str(final))
        try:
            yield unfinished
            unfinished.chmod(0o440)
            _sync(unfinished)
            hit(CrashPoint.OUTPUT_SYNCED)
            _make_folder(final.parent)
            os.link(unfinished, final)
            _sync(final.parent)
        finally:
            unfinished.unlink(missing_ok=True)
        hit(CrashPoint.OUTPUT_RENAMED)

    def _path(self, key: str) -> Path:
        return self._folder / checked(key)


class S3Storage(Storage):
    """A bucket, or a prefix in one. Give the bucket a life-cycle rule that aborts multipart uploads after a day: no API lists them here."""

    def __init__(self, bucket: str, prefix: str, *, endpoint: str | None = None, region: str | None = None) -> None:
        store = s3_store(bucket, prefix, endpoint=endpoint, region=region)
        super().__init__(store, f"the store s3://{bucket}/{prefix}")

    def put_file(self, key: str, path: Path) -> None:
        """Put a small file in one conditional request, a large one in parts after a look whether the key is taken."""
        size = path.stat().st_size
        if size <= ONE_PUT_BYTES:
            self.put_bytes(key, path.read_bytes())
            return
        # Not atomic against a second writer of the same key; our keys hold a random id or the content's own hash.
        if self.exists(key):
            message = f"The file {key!r} is there already; files are written once."
            raise Conflict(message)
        with self._translated(key):
            obstore.put(self._store, key, path, use_multipart=True, chunk_size=ONE_PUT_BYTES, max_concurrency=PARTS_AT_ONCE)
        self._compare(key, size)

    def put_bytes(self, key: str, content: bytes) -> None:
        """Put in one conditional request, with a checksum that the store verifies."""
        with self._translated(key):
            obstore.put(self._store, checked(key), content, mode="create")
        self._compare(key, len(content))

    @contextmanager
    def local_copy(self, key: str) -> Generator[Path]:
        """Download into a temporary folder, piece by piece."""
        with scratch_folder() as folder:
            path = folder / key.rsplit("/", 1)[-1]
            with path.open("wb") as copy:
                for piece in self.stream(key):
                    copy.write(piece)
            path.chmod(0o440)
            yield path

    def sweep(self, *, older_than: timedelta) -> int:
        """Leave it to the life-cycle rule of the bucket; nothing half written has a key."""
        del older_than
        return 0

    def _compare(self, key: str, size: int) -> None:
        if (stored := self.size(key)) != size:
            message = f"{self._place} holds {stored} of the {size} bytes of {key!r}."
            raise Unavailable(message)


def s3_store(bucket: str, prefix: str, *, endpoint: str | None = None, region: str | None = None) -> S3Store:
    """Return the client for a bucket, or a prefix in one; its keys come from the AWS_… variables. Nothing is asked of it yet."""
    config: S3Config = {"checksum_algorithm": "SHA256"}
    client: ClientConfig = {"connect_timeout": "3s", "timeout": "60s"}
    if endpoint:
        config["endpoint"] = endpoint
        client["allow_http"] = endpoint.startswith("http://")
    if region:
        config["region"] = region
    retry: RetryConfig = {"max_retries": 5, "retry_timeout": timedelta(seconds=30)}
    return S3Store(bucket, prefix=prefix or None, config=config, client_options=client, retry_config=retry)


def checked(key: str) -> str:
    """Return the key if it is one: relative, no "..", no hidden parts, letters, digits and "._=-" only.

    Raises:
        Invalid: it is not.

    """
    if len(key) > KEY_LENGTH or not KEY.fullmatch(key):
        message = f"{key[:80]!r} cannot name a stored file."
        raise Invalid(message)
    return key


def _make_folder(folder: Path) -> None:
    missing = [folder, *folder.parents]
    missing = missing[: next(n for n, path in enumerate(missing) if path.exists())]
    folder.mkdir(parents=True, exist_ok=True)
    for path in missing:
        _sync(path.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
