"""The boxes that MP4 and MOV are made of, by their heads: a bounded number of them, no content. Pure of any decoder."""

import struct
from collections.abc import Iterator
from typing import BinaryIO

MOST = 100_000
HEAD, LONG_HEAD = 8, 16  # bytes: size and name, and then the long size of a box that says 1

Box = tuple[bytes, int, int]  # its name, where its content begins and ends


class Boxes:
    """Reads boxes out of an open file; altogether at most MOST of them."""

    def __init__(self, opened: BinaryIO) -> None:
        self._opened, self._left = opened, MOST

    def within(self, start: int, end: int) -> Iterator[Box]:
        """Yield the boxes from byte to byte one after the other, until one is broken; the last is cut at `end`."""
        while start + HEAD <= end and self._left > 0:
            self._left -= 1
            self._opened.seek(start)
            head = self._opened.read(LONG_HEAD)
            if len(head) < HEAD:
                return
            size, name, inside = struct.unpack_from(">I", head)[0], head[4:8], start + HEAD
            if size == 1 and len(head) == LONG_HEAD:
                size, inside = struct.unpack_from(">Q", head, 8)[0], start + LONG_HEAD
            until = end if size == 0 else min(end, start + size)
            if until < inside:
                return
            yield name, inside, until
            start = until
