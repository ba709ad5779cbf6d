"""A folder in which recordings are found: which files are finished, taking one so that nobody else does, and where it goes afterwards.

Knows no database. Below the folder lie `taking/`, `done/` and `refused/`, and in each of them every file in a folder of its own. Taking
a file is one rename, and so is putting its folder away: a kill leaves each file in exactly one place, and the next look goes on from
there. Nothing here removes a file but `remove_old`, which has read it and compared its hash first.
"""

import errno
import fcntl
import json
import os
import shutil
import signal
import stat
import uuid
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from stop_search.errors import Invalid, Unavailable
from stop_search.footage.originals import sha256_of_file
from stop_search.footage.rules import refuse_size
from stop_search.footage.sidecars import ENDING, LONGEST_BYTES, NOTHING_SAID, Sidecar, read_sidecar

TAKING, DONE, REFUSED = "taking", "done", "refused"
NOTE, CHANGED, REASON = "taken.json", "changed.json", "why.txt"  # what we write beside a file that we put away
OURS = {TAKING, DONE, REFUSED, REASON, NOTE.removesuffix(ENDING), CHANGED.removesuffix(ENDING)}  # no recording is called so
UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".filepart", ".crdownload", ".download", ".uploading")
LONGEST_OF_ALL = 255  # bytes of a name, on every file system of Linux
LONGEST_NAME = 150  # of the folder that a file is put away in
KINDS = ((stat.S_ISLNK, "a link"), (stat.S_ISFIFO, "a pipe (FIFO)"), (stat.S_ISSOCK, "a socket"))


@dataclass(frozen=True)
class Taken:
    """A file in a folder of its own below `taking/`, where nobody but the one who looks touches it."""

    folder: Path
    name: str

    @property
    def path(self) -> Path:
        """Where the recording lies."""
        return self.folder / self.name

    @property
    def source(self) -> str:
        """What names this file once and for ever."""
        return self.folder.name

    def refuse_what_is_no_recording(self, *, limit: int) -> None:
        """Refuse what is not opened at all, what is empty, and what has more than `limit` bytes. Raises Invalid, with the reason."""
        found = self.path.lstat()
        mode = found.st_mode
        if not stat.S_ISREG(mode):
            kind = next((words for is_one, words in KINDS if is_one(mode)), "a device")
            message = f"This is {kind} and not a file. Put the recording itself there."
            raise Invalid(message)
        refuse_size(found.st_size, limit=limit)
        try:
            os.close(os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK))
        except PermissionError as error:
            message = "This service may not read this file. Give it the right to, and put the file back."
            raise Invalid(message) from error

    def said(self) -> Sidecar:
        """Return what the file beside it says. Raises Invalid where that cannot be read."""
        beside = _beside(self.folder, self.name)
        try:
            opened = os.open(beside, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError:
            return NOTHING_SAID
        except OSError as error:
            message = "The file beside it that should say what it is cannot be read: it is a link, or may not be read."
            raise Invalid(message) from error
        with os.fdopen(opened, "rb") as sidecar:
            if not stat.S_ISREG(os.fstat(sidecar.fileno()).st_mode):
                message = "What lies beside it and should say what it is, is not a file."
                raise Invalid(message)
            return read_sidecar(sidecar.read(LONGEST_BYTES + 1))

    @property
    def shown_name(self) -> str:
        """The name as text: a file's may be any bytes."""
        return os.fsencode(self.name).decode("utf-8", "replace")

    def look(self) -> "Look":
        """Return what changes when anybody writes to it."""
        found = self.path.lstat()
        return Look(found.st_ino, found.st_size, found.st_mtime_ns)


@dataclass(frozen=True)
class Look:
    """A file as it was at one moment: its number, its size, the time of the last write."""

    inode: int
    size_bytes: int
    written_ns: int


class WatchedFolder:
    """The folder of one installation. `quiet`: how long a file must not have changed, by the file system's own clock."""

    def __init__(self, folder: Path, *, quiet: timedelta) -> None:
        self.folder, self._quiet = folder, quiet
        self._lock = folder / TAKING / ".lock"

    @contextmanager
    def alone(self) -> Generator[bool]:
        """Yield True while nobody else looks into this folder, on any machine; False where somebody does.

        Raises:
            Unavailable: the folder is not there, may not be written to, or cannot be locked.

        """
        with self._opened_lock() as lock:
            yield self._is_locked(lock)

    def take_each(self) -> Iterator[Taken]:
        """Yield what was taken and not put away, then every finished file, each taken just before it is yielded. Only within `alone`."""
        yield from self._left_behind()
        for name in sorted(path.name for path in self.folder.iterdir()):
            if _may_be_recording(name) and self._is_finished(self.folder, name):
                with suppress(FileNotFoundError):  # its sender took it away again
                    yield self._taken(name)

    def put_done(self, taken: Taken, *, sha256: str, now: datetime) -> None:
        """Move a file that is stored and noted to `done/`, with a note beside it that says so."""
        self._put_away(taken, DONE, NOTE, json.dumps({"sha256": sha256, "taken_at": now.isoformat()}))

    def put_refused(self, taken: Taken, *, reason: str) -> None:
        """Move a file that is not taken to `refused/`, with the reason beside it."""
        self._put_away(taken, REFUSED, REASON, f"{reason}\nPut that right, then move the file back to {self.folder.name}.\n")

    def take_anew(self, taken: Taken) -> None:
        """Have a file that went on growing after it was stored taken once more, as another one, when it is quiet again."""
        taken.folder.rename(self.folder / TAKING / uuid.uuid4().hex)

    def remove_old(self, *, older_than: datetime) -> int:
        """Remove from `done/` what was taken before then, if its SHA-256 is still the one that was stored; return how many recordings."""
        gone = 0
        for note in sorted((self.folder / DONE).glob(f"*/{NOTE}")):
            with suppress(OSError, ValueError, KeyError):
                said = json.loads(note.read_text(encoding="utf-8"))
                if datetime.fromisoformat(said["taken_at"]) >= older_than:
                    continue
                if _is_still(note.parent, said["sha256"]):
                    shutil.rmtree(note.parent)
                    gone += 1
                else:
                    note.rename(note.with_name(CHANGED))  # it stays, and is not read again at every look
        return gone

    @contextmanager
    def _opened_lock(self) -> Generator[BinaryIO]:
        try:
            for name in (TAKING, DONE, REFUSED):
                (self.folder / name).mkdir(exist_ok=True)
            lock = self._lock.open("a+b")
        except OSError as error:
            raise self._unusable(error) from error
        with lock:
            yield lock

    def _is_locked(self, lock: BinaryIO) -> bool:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            raise self._unusable(error) from error
        return True

    def _unusable(self, error: OSError) -> Unavailable:
        return Unavailable(f"STOP_SEARCH_WATCHED_FOLDER: {self.folder} cannot be used: {error.strerror or error}.")

    def _is_finished(self, folder: Path, name: str) -> bool:
        """Whether nothing of it, and nothing beside it, changed for a while. What is no file is finished; folders are left alone."""
        for path in (folder / name, _beside(folder, name)):
            try:
                found = path.lstat()
            except FileNotFoundError:
                continue
            if stat.S_ISDIR(found.st_mode):
                return False
            if stat.S_ISREG(found.st_mode) and (not self._is_quiet(found) or _is_being_written(path)):
                return False
        return True

    def _is_quiet(self, found: os.stat_result) -> bool:
        """By the clock that stamped the file, which on a network is another machine's; a sender's own time in the future counts nothing."""
        os.utime(self._lock)
        now = self._lock.stat().st_ctime
        changed = max(found.st_ctime, found.st_mtime) if found.st_mtime <= now else found.st_ctime
        return now - changed >= self._quiet.total_seconds()

    def _taken(self, name: str) -> Taken:
        """Take the sidecar first: a recording in a folder of its own has whatever was said of it beside it."""
        place = self.folder / TAKING / uuid.uuid4().hex
        place.mkdir()
        try:
            with suppress(FileNotFoundError):
                _beside(self.folder, name).rename(_beside(place, name))
            (self.folder / name).rename(place / name)
        except FileNotFoundError:
            self._put_back(place)
            raise
        for folder in (place, self.folder):
            _sync(folder)
        return Taken(place, name)

    def _left_behind(self) -> Iterator[Taken]:
        for place in sorted(path for path in (self.folder / TAKING).iterdir() if path.is_dir()):
            names = {path.name for path in place.iterdir()} - {NOTE, REASON}
            recordings = sorted(name for name in names if not name.endswith(ENDING))
            if not recordings:
                self._put_back(place)
            elif self._is_finished(place, recordings[0]):
                yield Taken(place, recordings[0])

    def _put_back(self, place: Path) -> None:
        """Give a sidecar back whose recording was not taken, or put it away where another came meanwhile."""
        for sidecar in place.iterdir():
            taken = Taken(place, sidecar.name)
            if os.path.lexists(self.folder / sidecar.name):
                self.put_refused(taken, reason="What this file says belongs to no recording that was found.")
                return
            sidecar.rename(self.folder / sidecar.name)
        place.rmdir()

    def _put_away(self, taken: Taken, where: str, name: str, note: str) -> None:
        written = taken.folder / name
        written.write_text(note, encoding="utf-8", errors="replace")
        _sync(written)
        _sync(taken.folder)
        taken.folder.rename(self.folder / where / f"{os.fsdecode(os.fsencode(taken.name)[:LONGEST_NAME])}-{taken.source}")
        for folder in (self.folder / where, self.folder / TAKING):
            _sync(folder)


def _beside(folder: Path, name: str) -> Path:
    """Where the sidecar of a recording would lie. A name that leaves no room for the ending has none: its own end is cut off instead."""
    return folder / os.fsdecode(os.fsencode(name)[: LONGEST_OF_ALL - len(ENDING)] + ENDING.encode())


def _may_be_recording(name: str) -> bool:
    """Sidecars are taken with their recordings; hidden names and endings of unfinished copies are left alone."""
    return name not in OURS and not name.startswith(".") and not name.endswith(ENDING) and not name.lower().endswith(UNFINISHED)


def _is_still(folder: Path, sha256: str) -> bool:
    """Whether the one recording in a folder of ours is a file with this hash; True where it is gone already."""
    recordings = [path for path in folder.iterdir() if not path.name.endswith(ENDING)]
    return all(path.is_file() and not path.is_symlink() and sha256_of_file(path) == sha256 for path in recordings)


def _is_being_written(path: Path) -> bool:
    """Whether a process of this machine has it open to write; False where that cannot be known (another machine's file)."""
    try:
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        fcntl.fcntl(opened, fcntl.F_SETSIG, signal.SIGURG)  # ignored: somebody may open it to write at this very moment
        fcntl.fcntl(opened, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(opened, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    finally:
        os.close(opened)
    return False


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
