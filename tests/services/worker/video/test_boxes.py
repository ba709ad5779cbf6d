"""The heads of boxes are read to the end of what is whole, and never further or more than so many."""

import io
import struct

from services.worker.video.boxes import MOST, Boxes
from tests.support.odd_bytes import box


def found(content: bytes) -> list[tuple[bytes, int, int]]:
    """Return the boxes of some bytes."""
    return list(Boxes(io.BytesIO(content)).within(0, len(content)))


def test_boxes_follow_one_another() -> None:
    assert found(box(b"ftyp", b"1234") + box(b"free", b"")) == [(b"ftyp", 8, 12), (b"free", 20, 20)]
    long = struct.pack(">I4sQ", 1, b"mdat", 20) + b"1234"
    assert found(long + box(b"free", b"")) == [(b"mdat", 16, 20), (b"free", 28, 28)]
    assert found(struct.pack(">I4s", 0, b"mdat") + b"12") == [(b"mdat", 8, 10)]


def test_a_box_that_is_cut_off_ends_where_the_file_does_and_a_broken_one_is_the_last() -> None:
    assert found(struct.pack(">I4s", 100, b"mdat") + b"12") == [(b"mdat", 8, 10)]
    assert found(struct.pack(">I4s", 4, b"mdat") + box(b"free", b"")) == []
    assert found(b"1234567") == []


def test_only_so_many_are_read() -> None:
    content = box(b"free", b"") * (MOST + 5)
    read = Boxes(io.BytesIO(content))
    assert sum(1 for _ in read.within(0, len(content))) == MOST
    assert list(read.within(0, len(content))) == []
