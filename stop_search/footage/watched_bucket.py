"""A prefix of a bucket in which recordings are found: each object in one version, read as a stream, left or moved afterwards.

Knows no database. An object is whole as soon as it is there, so nothing has to be waited for; every read names the ETag that was listed,
so that one which is replaced meanwhile is never half of each.
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import obstore
from obstore.exceptions import BaseError, PreconditionError

from stop_search.errors import Conflict, NotFound, SettingMissing, Unavailable
from stop_search.footage.sidecars import ENDING, LONGEST_BYTES, NOTHING_SAID, Sidecar, read_sidecar
from stop_search.footage.watched_folder import DONE, REASON, REFUSED, UNFINISHED
from stop_search.storage import CHUNK_BYTES, s3_store

if TYPE_CHECKING:
    from obstore import GetOptions, ObjectMeta  # names of its stubs only

MOVED_AT_MOST_BYTES = 5 << 30  # S3 copies no more in one request; what is larger is left where it is


class ReplacedMeanwhile(Conflict):
    """The object is another one than was listed, or gone. The next look takes what is there then."""


@dataclass(frozen=True)
class FoundObject:
    """An object in one version, and the version of the file beside it that says what it is ("" without one)."""

    key: str
    size_bytes: int
    etag: str
    version: str
    sidecar_etag: str

    @property
    def source(self) -> str:
        """What names it once and for ever; put right beside it, it is another one."""
        return f"{self.key}\n{self.version or self.etag}\n{self.sidecar_etag}"

    @property
    def name(self) -> str:
        """The last part of its key."""
        return self.key.rsplit("/", 1)[-1]


class WatchedBucket:
    """The bucket and prefix of one installation: `s3://bucket/prefix[?endpoint=http://…&region=…]`.

    Every method raises Unavailable where it cannot be reached.
    """

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme != "s3" or not parts.netloc:
            message = f"STOP_SEARCH_WATCHED_BUCKET: {address!r} is not s3://bucket/prefix."
            raise SettingMissing(message)
        options = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.place = f"s3://{parts.netloc}{parts.path}"
        prefix = parts.path.strip("/")
        self._store = s3_store(parts.netloc, prefix, endpoint=options.get("endpoint"), region=options.get("region"))

    def found(self) -> list[FoundObject]:
        """Return the recordings that lie there, by key, folders below the prefix included; not what lies in done/ and refused/."""
        with self._translated():
            batches = self._store.list()  # pyright: ignore[reportUnknownMemberType] -- one overload is for another package
            listed: dict[str, ObjectMeta] = {entry["path"]: entry for batch in batches for entry in batch}
        return [_found(listed, key) for key in sorted(listed) if _may_be_recording(key)]

    def download(self, found: FoundObject, path: Path) -> None:
        """Write an object to a file, piece by piece.

        Raises:
            ReplacedMeanwhile: it is not the one that was listed any more, or has another length.

        """
        written = 0
        with self._translated(), path.open("wb") as copy:
            read = obstore.get(self._store, found.key, options=_this_one(found))
            for piece in read.stream(min_chunk_size=CHUNK_BYTES):
                written += copy.write(piece)
        if written != found.size_bytes:
            message = f"{self.place} gave {written} of {found.size_bytes} bytes."
            raise ReplacedMeanwhile(message)

    def said(self, found: FoundObject) -> Sidecar:
        """Return what the file beside an object says. Raises Invalid where that cannot be read."""
        if not found.sidecar_etag:
            return NOTHING_SAID
        with self._translated():
            content = obstore.get(self._store, f"{found.key}{ENDING}", options={"range": (0, LONGEST_BYTES + 1)}).bytes()
        return read_sidecar(bytes(content))

    def move(self, found: FoundObject, *, folder: str, reason: str = "") -> None:
        """Move an object, and what lies beside it, below done/ or refused/ in a folder of its own, with the reason if there is one.

        It is removed from where it was only if it is still the one that was listed; one that is too large to be copied is left.
        """
        if found.size_bytes > MOVED_AT_MOST_BYTES:
            return
        with self._translated():
            mark = (found.version or found.etag).replace('"', "")
            own = f"{folder}/{found.key}-{mark[:12]}"
            beside = [f"{found.key}{ENDING}"] if found.sidecar_etag else []
            for key in (found.key, *beside):
                obstore.copy(self._store, key, f"{own}/{key.rsplit('/', 1)[-1]}")
            if reason:
                obstore.put(self._store, f"{own}/{REASON}", f"{reason}\n".encode())
            if obstore.head(self._store, found.key).get("e_tag") == found.etag:
                for key in (found.key, *beside):
                    obstore.delete(self._store, key)

    @contextmanager
    def _translated(self) -> Generator[None]:
        try:
            yield
        except (PreconditionError, FileNotFoundError, NotFound) as error:
            message = f"An object in {self.place} was replaced or taken away meanwhile."
            raise ReplacedMeanwhile(message) from error
        except BaseError as error:
            message = f"STOP_SEARCH_WATCHED_BUCKET: {self.place} cannot be used: {str(error).splitlines()[0]}"
            raise Unavailable(message) from error


def _found(listed: "dict[str, ObjectMeta]", key: str) -> FoundObject:
    entry, beside = listed[key], listed.get(f"{key}{ENDING}")
    sidecar_etag = (beside.get("e_tag") or "there") if beside else ""
    return FoundObject(key, entry["size"], entry.get("e_tag") or "", entry.get("version") or "", sidecar_etag)


def _this_one(found: FoundObject) -> "GetOptions":
    options: GetOptions = {}
    if found.etag:
        options["if_match"] = found.etag
    if found.version:
        options["version"] = found.version
    return options


def _may_be_recording(key: str) -> bool:
    first, last = key.split("/", 1)[0], key.rsplit("/", 1)[-1]
    return first not in {DONE, REFUSED} and not last.startswith(".") and not last.endswith(ENDING) and not last.lower().endswith(UNFINISHED)
