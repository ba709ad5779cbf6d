"""Changing the bytes of a recording by hand: matrices, edit lists, pieces cut out or put in."""

import math
import random
import struct
from collections.abc import Callable

Change = Callable[[bytes], bytes]
UNIT = 1 << 16  # one, as an MP4 matrix writes it


def turned(degrees: float) -> Change:
    """Return what makes an MP4's first track be shown turned counter-clockwise by so much."""

    def change(content: bytes) -> bytes:
        angle = math.radians(-degrees)
        cosine, sine = math.cos(angle), math.sin(angle)
        return with_matrix(content, (cosine, sine, -sine, cosine))

    return change


def mirrored(content: bytes) -> bytes:
    """Return an MP4 that is shown mirrored left to right."""
    return with_matrix(content, (-1, 0, 0, 1))


def mirrored_down(content: bytes) -> bytes:
    """Return an MP4 that is shown mirrored top to bottom."""
    return with_matrix(content, (1, 0, 0, -1))


def with_matrix(content: bytes, matrix: tuple[float, float, float, float]) -> bytes:
    """Return an MP4 whose first track has the display matrix a, b, c, d."""
    at = content.index(b"tkhd") + 4 + 40
    a, b, c, d = (round(part * UNIT) for part in matrix)
    return content[:at] + struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30) + content[at + 36 :]


def start_cut(content: bytes) -> bytes:
    """Return an MP4 (index last) whose first track begins 1.3 s late."""
    return with_edits(content, [(1700, 1300)])


def waits(content: bytes) -> bytes:
    """Return an MP4 (index last) whose first track begins after half a second of nothing."""
    return with_edits(content, [(500, -1), (3000, 0)])


def swapped(content: bytes) -> bytes:
    """Return an MP4 (index last) that shows its third second and then its first."""
    return with_edits(content, [(1000, 2000), (1000, 0)])


def with_edits(content: bytes, edits: list[tuple[int, int]]) -> bytes:
    """Return an MP4 (index last) whose first track is shown by these edits: (length, start) in milliseconds, start -1 for nothing."""
    scale = struct.unpack_from(">I", content, content.index(b"mdhd") + 4 + 12)[0]
    rows = b"".join(struct.pack(">IiHH", length, start if start < 0 else start * scale // 1000, 1, 0) for length, start in edits)
    made = box(b"edts", box(b"elst", struct.pack(">II", 0, len(edits)) + rows))

    def change(track: bytes) -> bytes:
        parts = [part for part in _boxes(track) if part[4:8] != b"edts"]
        return b"".join([parts[0], made, *parts[1:]])

    return within(content, (b"moov", b"trak"), change)


def elsewhere(name: bytes) -> Change:
    """Return what makes an MP4 (index last) whose pictures lie in another file."""
    reference = box(b"url ", struct.pack(">I", 0) + name + b"\0")
    way = (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref")
    return lambda content: within(content, way, lambda _: struct.pack(">II", 0, 1) + reference)


def reference_movie(name: bytes) -> Change:
    """Return what makes an MP4 (index last) that sends a player to another one."""
    made = box(b"rmra", box(b"rmda", box(b"rdrf", struct.pack(">I4sI", 0, b"url ", len(name) + 1) + name + b"\0")))
    return lambda content: within(content, (b"moov",), lambda movie: movie + made)


def within(content: bytes, way: tuple[bytes, ...], change: Change) -> bytes:
    """Return an MP4, or what is in one of its boxes, with the content of the first box at the end of a way of names changed."""
    parts = _boxes(content)
    place = next(number for number, part in enumerate(parts) if part[4:8] == way[0])
    inside = parts[place][8:]
    parts[place] = box(way[0], within(inside, way[1:], change) if way[1:] else change(inside))
    return b"".join(parts)


def box(name: bytes, content: bytes) -> bytes:
    """Return a box of an MP4."""
    return struct.pack(">I4s", len(content) + 8, name) + content


def attached(name: bytes) -> Change:
    """Return what makes a Matroska file that holds another file of this name, a playlist."""
    file = (
        _element("466e", name)
        + _element("4660", b"audio/x-mpegurl")
        + _element("465c", b"#EXTM3U\nneighbour.mp4\n")
        + _element("46ae", b"\1")
    )
    return _in_segment(_element("1941a469", _element("61a7", file)))


def linked(kind: str, name: bytes) -> Change:
    """Return what makes a Matroska file whose head names the one before or after it: `kind` is the element's number."""
    return _in_segment(_element("1549a966", _element(kind, name)))


def chapter_elsewhere(number: bytes) -> Change:
    """Return what makes a Matroska file one of whose chapters lies in another file."""
    return _in_segment(_element("1043a770", _element("45b9", _element("b6", _element("6e67", number)))))


def lasts_a_year(content: bytes) -> bytes:
    """Return an MP4 that says everywhere that it lasts a year."""
    changed = bytearray(content)
    for name, scale_at, length_at in ((b"mvhd", 12, 16), (b"mdhd", 12, 16)):
        at = content.index(name) + 4
        scale = struct.unpack_from(">I", content, at + scale_at)[0]
        changed[at + length_at : at + length_at + 4] = struct.pack(">I", min(0xFFFF_FFF0, scale * 31_536_000))
    return bytes(changed)


def lasts_for_ages(content: bytes) -> bytes:
    """Return an MP4 whose table says that each picture is shown for eight years."""
    at, clock = content.index(b"stts") + 4 + 12, content.index(b"mdhd") + 4 + 12
    changed = bytearray(content)
    struct.pack_into(">I", changed, at, 0x0FFF_FFFF)
    struct.pack_into(">I", changed, clock, 1)
    return bytes(changed)


def lasts_a_year_too(content: bytes) -> bytes:
    """Return a Matroska file that says in its head that it lasts a year, in milliseconds."""
    at = content.index(b"\x44\x89\x88") + 3
    tag = content.find(b"DURATION")
    whole = content[:at] + struct.pack(">d", 31_536_000_000.0) + content[at + 8 :]
    return whole if tag < 0 else whole[:tag] + b"DURATIOM" + whole[tag + 8 :]


def sizes_change(content: bytes) -> bytes:
    """Return a transport stream followed by another of twice the size."""
    from tests.support.odd_clips import X264, made_of

    return content + made_of(".ts", ("-vf", "scale=320:192", *X264, "-output_ts_offset", "3"))


def no_fragments(content: bytes) -> bytes:
    """Return a fragmented MP4 without its fragments."""
    return content[: content.index(b"moof") - 4]


def no_cluster(content: bytes) -> bytes:
    """Return a Matroska file without its clusters."""
    return content[: content.index(b"\x1f\x43\xb6\x75")]


def no_movi(content: bytes) -> bytes:
    """Return an AVI file up to where its pictures would begin."""
    return content[: content.index(b"movi") + 4]


def first_bytes(count: int) -> Change:
    """Return what leaves so many bytes."""
    return lambda content: content[:count]


def share(part: float) -> Change:
    """Return what leaves this share of the bytes."""
    return lambda content: content[: int(len(content) * part)]


def without_first_share(part: float) -> Change:
    """Return what takes this share away from the front of a transport stream, in whole packets."""
    return lambda content: content[int(len(content) * part) // 188 * 188 :]


def after_noise(content: bytes) -> bytes:
    """Return a file with noise before it."""
    return random.Random(5).randbytes(1000) + content  # noqa: S311 -- repeatable noise


def zeros(start: float, end: float) -> Change:
    """Return what puts zeros from one share of the bytes to another."""

    def change(content: bytes) -> bytes:
        first, last = int(len(content) * start), int(len(content) * end)
        return content[:first] + bytes(last - first) + content[last:]

    return change


def _boxes(content: bytes) -> list[bytes]:
    """Return the boxes that follow one another in these bytes."""
    found, at = list[bytes](), 0
    while at < len(content):
        size = struct.unpack_from(">I", content, at)[0]
        found.append(content[at : at + size])
        at += size
    return found


def _in_segment(element: bytes) -> Change:
    """Return what puts an element at the front of a Matroska file's segment; what stands there about places is wrong then."""

    def change(content: bytes) -> bytes:
        at = content.index(b"\x18\x53\x80\x67") + 4
        size = int.from_bytes(content[at + 1 : at + 8], "big") + len(element)
        return content[:at] + b"\1" + size.to_bytes(7, "big") + element + content[at + 8 :]

    return change


def _element(kind: str, content: bytes) -> bytes:
    return bytes.fromhex(kind) + b"\1" + len(content).to_bytes(7, "big") + content
