"""A folder for files on their way through: each is locked while it is used, and what a killed process left is not."""

import errno
import fcntl
import shutil
import uuid
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from stop_search.errors import StorageFull

SPARE_BYTES = 64 << 20  # what must stay free for the database
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Spool:
    """Safe for several processes on one machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def alone(self) -> Generator[bool]:
        """Yield True while nobody else on this machine fills this folder; False where somebody does."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / ".lock").open("a+b") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True

    @contextmanager
    def place(self, *, size_bytes: int) -> Generator[Path]:
        """Give the path of an empty file with room for so many bytes; it is gone after the block.

        Raises:
            StorageFull: there is no room, before or while the block writes.

        """
        self._folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self._folder).free
        if size_bytes + SPARE_BYTES > free:
            message = f"There is no room for this recording: it has {size_bytes} bytes, and {free} are free in {self._folder}."
            raise StorageFull(message)
        path = self._folder / uuid.uuid4().hex
        with path.open("xb") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            try:
                yield path
            except OSError as error:
                if error.errno not in NO_ROOM:
                    raise
                message = f"There is no room left in {self._folder}. Make room; it will be tried again."
                raise StorageFull(message) from error
            finally:
                path.unlink(missing_ok=True)

    def sweep(self) -> int:
        """Remove what nobody uses; return how many files went."""
        gone = 0
        for path in sorted(self._folder.glob("[0-9a-f]*")):
            with suppress(FileNotFoundError, BlockingIOError), path.open("rb") as left:
                fcntl.flock(left, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
                gone += 1
        return gone
