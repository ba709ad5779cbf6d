"""How far a child has got: a file in its folder that holds a number from 0 to 100. The worker reads it and believes nothing more of it."""

import os
import stat
import time
from pathlib import Path

NAME = "progress"
SECONDS_BETWEEN = 0.5
WHOLE = 100


class Progress:
    """Told by the child; written at most twice a second."""

    def __init__(self, folder: Path, length_seconds: float, *, first: int = 0, last: int = WHOLE) -> None:
        self._path, self._length, self._first, self._last = folder / NAME, length_seconds, first, last
        self._told_at = 0.0

    def reached(self, seconds: float) -> None:
        """Say up to which moment of the recording the work is done."""
        if time.monotonic() - self._told_at < SECONDS_BETWEEN or self._length <= 0:
            return
        self._told_at = time.monotonic()
        share = min(1.0, max(0.0, seconds / self._length))
        self._path.write_text(str(round(self._first + share * (self._last - self._first))), encoding="ascii")


def told(folder: Path) -> int | None:
    """Return what the child said last, None where it said nothing that can be believed."""
    try:
        opened = os.open(folder / NAME, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        said = os.read(opened, 4) if stat.S_ISREG(os.fstat(opened).st_mode) else b""
    finally:
        os.close(opened)
    return min(WHOLE, int(said)) if said.isdigit() else None
