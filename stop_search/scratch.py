"""Folders on this machine that last as long as a piece of work, and sweeping those that a killed process left behind."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

PREFIX = "stop-search-work-"


@contextmanager
def scratch_folder() -> Generator[Path]:
    """Give an empty folder, removed at the end of the block. A lock on it says that this process lives: a killed one loses it."""
    with tempfile.TemporaryDirectory(prefix=PREFIX) as place:
        folder = Path(place).resolve()
        handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield folder
        finally:
            os.close(handle)


def sweep_scratch_folders(*, older_than: timedelta) -> int:
    """Remove this user's folders that no process holds any more and that were made so long ago; return how many."""
    limit = time.time() - older_than.total_seconds()
    return sum(_swept(folder, limit) for folder in sorted(Path(tempfile.gettempdir()).glob(f"{PREFIX}*")))


def _swept(folder: Path, limit: float) -> bool:
    with suppress(OSError):  # somebody else's, held by a living process (BlockingIOError), or gone meanwhile
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            known = os.fstat(handle)
            if known.st_uid != os.getuid() or known.st_mtime >= limit:
                return False
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder)
        finally:
            os.close(handle)
        return True
    return False
