"""Noticing that somebody opened a file, or knocked at a port, who had no business there."""

import ctypes
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.support.odd_clips import X264, made_of, number_shown

IN_ACCESS, IN_OPEN = 0x1, 0x20
EVENT = struct.calcsize("iIII")
CANARY = "canary-of-another-person"
SMALLEST = 16
NUMBER = 0b1010_0101  # what the neighbour's pictures carry; no odd recording goes so far


@dataclass
class Watched:
    """A file in somebody's folder and a port on this machine, both of which nobody must touch."""

    neighbour: Path
    server: socket.socket
    notify: int

    @property
    def port(self) -> int:
        """Return the number of the port."""
        return self.server.getsockname()[1]

    def opened(self) -> int:
        """Return how often the neighbour was opened or read since it was asked last; by the kernel's own word (inotify)."""
        try:
            return len(os.read(self.notify, 1 << 16)) // EVENT
        except BlockingIOError:
            return 0

    def knocks(self) -> int:
        """Return how many connections wait at the port; they are taken and closed."""
        count = 0
        while True:
            try:
                self.server.accept()[0].close()
            except BlockingIOError:
                return count
            count += 1


@contextmanager
def watched(folder: Path) -> Iterator[Watched]:
    """Lay `neighbour.mp4` into the folder and watch over it."""
    neighbour = folder / "neighbour.mp4"
    look = "geq=lum='if(lt(Y,48),60,if(mod(floor(X/20)\\,2)*lt(X\\,80)+lt(mod(floor(X/20)\\,2)\\,1)*gte(X\\,80)\\,20\\,235))':cb=200:cr=200"
    neighbour.write_bytes(made_of(".mp4", ("-vf", look, *X264, "-metadata", f"title={CANARY}")))
    libc = ctypes.CDLL(None, use_errno=True)
    notify = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
    assert libc.inotify_add_watch(notify, bytes(neighbour), IN_ACCESS | IN_OPEN) > 0
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield Watched(neighbour, server, notify)
    os.close(notify)


def is_the_neighbour(picture: np.ndarray) -> bool:
    """Return whether a picture is one of the neighbour's; one that is only a few points wide shows nobody anything."""
    if min(picture.shape[:2]) < SMALLEST:
        return False
    above = picture[: picture.shape[0] // 3].reshape(-1, 3).mean(axis=0)
    return number_shown(picture) == NUMBER and bool(above[0] > above[1] + 40 and above[2] > above[1] + 40)
