"""What in a recording's own structure points to other files: MP4 data references and Matroska links. Pure of any decoder.

FFmpeg as we open files follows none of them; they are refused by name all the same, because what is shown would not be what was meant.
Only the heads of boxes and elements are read, a bounded number of them; what is broken is left for the decoder to speak of.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from services.worker.video.boxes import Boxes
from services.worker.video.recognise import ATTACHED, HEAD_BYTES, SEND, Refusal, refusal

MOST_PARTS = 100_000
DEEPEST = 8
MOVIE, REFERENCES, REFERENCE_MOVIE = (b"moov", b"trak", b"mdia", b"minf", b"dinf"), b"dref", b"rmra"
EBML, SEGMENT, CLUSTER, UNKNOWN_SIZE = 0x1A45DFA3, 0x18538067, 0x1F43B675, -1
PARENTS = {SEGMENT, 0x1549A966, 0x1941A469, 0x1043A770, 0x45B9, 0xB6}  # segment, info, attachments, chapters, edition, chapter
LINKS = {0x3CB923, 0x3EB923, 0x3C83AB, 0x3E83BB, 0x6E67}  # previous and next by number or name, a chapter's other segment
ATTACHED_FILE = 0x61A7

Part = tuple[int, int, int]  # what it is, where its content begins and ends


def refused(recording: Path) -> Refusal | None:
    """Return why this file is not opened, by its first bytes and by what it points to; None where nothing speaks against it."""
    with recording.open("rb") as opened:
        head = opened.read(HEAD_BYTES)
        if found := refusal(head):
            return found
        size = recording.stat().st_size
        if head[4:8] in {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}:
            return _refused_movie(opened, size)
        if head[:4] == EBML.to_bytes(4, "big"):
            return _refused_matroska(opened, size)
    return None


def _refused_movie(opened: BinaryIO, size: int) -> Refusal | None:
    if any(_points_out(opened, start, end) for start, end in _references(Boxes(opened), 0, size, DEEPEST)):
        return _pointing("an MP4 whose pictures or sound lie in another file (data reference)")
    return None


def _references(boxes: Boxes, start: int, end: int, deep: int) -> Iterator[tuple[int, int]]:
    """Yield where each box of references lies; a reference movie counts as one."""
    for name, inside, until in boxes.within(start, end) if deep > 0 else ():
        if name in MOVIE:
            yield from _references(boxes, inside, until, deep - 1)
        elif name in {REFERENCES, REFERENCE_MOVIE}:
            yield (inside, until)


def _points_out(opened: BinaryIO, start: int, end: int) -> bool:
    """Return whether one of a box's references names something else than this file, or it is a reference movie."""
    opened.seek(start - 4)
    name, content = opened.read(4), opened.read(min(end - start, 1 << 16))
    if name == REFERENCE_MOVIE:
        return True
    at = 8
    while at + 12 <= len(content):
        size, flags = struct.unpack_from(">I", content, at)[0], content[at + 11]
        if not flags & 1 and content[at + 12 : at + size].strip(b"\0"):
            return True
        at += max(12, size)
    return False


def _refused_matroska(opened: BinaryIO, size: int) -> Refusal | None:
    for kind, _, _ in _elements(opened, 0, size, [MOST_PARTS], DEEPEST):
        if kind in LINKS:
            return _pointing("a Matroska file that is linked with other files (segment linking)")
        if kind == ATTACHED_FILE:
            return ATTACHED
    return None


def _elements(opened: BinaryIO, start: int, end: int, left: list[int], deep: int) -> Iterator[Part]:
    """Yield the elements from byte to byte and those within PARENTS."""
    while start < end and left[0] > 0 and deep > 0:
        left[0] -= 1
        opened.seek(start)
        head = opened.read(12)
        kind, width = _number(head, 4, keep_mark=True)
        length, more = _number(head[width:], 8, keep_mark=False)
        if not width or not more:
            return
        inside = start + width + more
        if length == UNKNOWN_SIZE and kind != SEGMENT:  # as written live: the rest is pictures
            return
        until = end if length == UNKNOWN_SIZE else min(end, inside + length)
        yield (kind, inside, until)
        if kind in PARENTS:
            yield from _elements(opened, inside, until, left, deep - 1)
        start = until


def _number(head: bytes, most: int, *, keep_mark: bool) -> tuple[int, int]:
    """Return one of Matroska's numbers of changing width and how many bytes it takes (0: none), UNKNOWN_SIZE where all its bits are set."""
    width = 9 - head[0].bit_length() if head and head[0] else 0
    if not width or width > most or len(head) < width:
        return 0, 0
    value, mark = int.from_bytes(head[:width], "big"), 1 << 7 * width
    if keep_mark:
        return value, width
    return (UNKNOWN_SIZE if value == 2 * mark - 1 else value - mark), width


def _pointing(what: str) -> Refusal:
    return Refusal(f"This is {what}. Nothing that it points to was opened.", SEND)
