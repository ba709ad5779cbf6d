"""The times and sizes of a recording's pictures out of its own index, without reading the pictures. Runs in the sandboxed child.

MP4 and MOV say of every picture when it is shown, how large it is and where it lies. Where the index is whole and plain and its end
agrees with the packets themselves, a walk over them would tell the same and read the whole file for it. In doubt there is no answer.
"""

import struct
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from services.worker.video.boxes import Boxes
from services.worker.video.packets import Timeline

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

FORMAT = "mov,mp4,m4a,3gp,3g2,mj2"
USUAL_PARTS = {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"udta", b"meta", b"uuid"}  # others may hold pictures: fragments
ENCRYPTED = b"encv"
WAY = (b"mdia", b"minf", b"stbl")
ROW = attrgetter("timestamp", "size", "pos", "flags")  # of an entry of FFmpeg's
MOST_BYTES = 64 << 20  # of one table
LONGEST_END = 600  # pictures from the last keyframe on, which are read to see whether the index is right
NOTHING = -1  # the media's time in an edit that shows nothing for a while


@dataclass(frozen=True)
class Index:
    """What the index says of each picture, in the order of decoding: when it is decoded and shown (ticks), its bytes, whether it is key."""

    tick: Fraction
    decoded: np.ndarray
    shown: np.ndarray
    sizes: np.ndarray
    is_key: np.ndarray

    @property
    def end(self) -> int | None:
        """Return the place of the last keyframe; None where it is too far from the end, or there is none."""
        keys = np.flatnonzero(self.is_key)
        return int(keys[-1]) if len(keys) and len(self.is_key) - keys[-1] <= LONGEST_END else None


def read_index(recording: Path, container: "InputContainer", stream: "VideoStream") -> Index | None:
    """Return what the index of an open container tells of its picture; None where only the packets can tell."""
    if container.format.name != FORMAT or stream.time_base is None:
        return None
    with recording.open("rb") as opened:
        later = _later(opened, recording.stat().st_size, int(stream.id))
    entries = stream.index_entries
    if later is None or not len(entries):
        return None
    rows = np.fromiter(chain.from_iterable(map(ROW, entries)), dtype=np.int64, count=4 * len(entries)).reshape(-1, 4)
    decoded, sizes, places, flags = rows.T
    whole = (sizes > 0).all() and (places <= recording.stat().st_size - sizes).all() and not (flags & ~1).any()
    if not whole or (len(later) and len(later) != len(decoded)):
        return None
    shown = decoded + later if len(later) else decoded
    plain = int(shown.min()) == stream.start_time and (np.diff(decoded) > 0).all() and (np.diff(np.sort(shown)) > 0).all()
    return Index(Fraction(stream.time_base), decoded, shown, sizes, (flags & 1).astype(bool)) if plain else None


def as_timeline(index: Index, container: "InputContainer", stream: "VideoStream") -> Timeline | None:
    """Return an index as the walk over all packets would; None where the packets from the last keyframe on are not as it says.

    The container is left at its end.
    """
    end = index.end
    if end is None:
        return None
    container.seek(int(index.shown[end]), stream=stream, backward=True)
    packets = [packet for packet in container.demux(stream) if packet.size]
    said = list(zip(*(one[end:].tolist() for one in (index.shown, index.decoded, index.sizes, index.is_key)), strict=True))
    found = [(one.pts, one.dts, one.size, one.is_keyframe) for one in packets]
    if found[-len(said) :] != said or any(one.is_corrupt or one.is_discard for one in packets):
        return None
    order = np.argsort(index.shown)
    keys = index.shown[index.is_key]
    timeline = Timeline(index.tick, index.shown[order].tolist(), np.sort(keys).tolist())
    timeline.sizes = dict(zip(index.shown.tolist(), index.sizes.tolist(), strict=True))
    timeline.decoding = dict(zip(keys.tolist(), index.decoded[index.is_key].tolist(), strict=True))
    timeline.decoding[timeline.times[0]] = min(int(index.decoded[0]), timeline.times[0])
    timeline.last_duration = max(packets, key=lambda one: one.pts or 0).duration or 0
    return timeline


def _later(opened: BinaryIO, size: int, track: int) -> np.ndarray | None:
    """Return by how much each picture of a track is shown later than it is decoded, empty where all at once; None where it is not plain."""
    boxes = Boxes(opened)
    top = list(boxes.within(0, size))
    movies = [(inside, until) for name, inside, until in top if name == b"moov"]
    if len(movies) != 1 or {name for name, _, _ in top} - USUAL_PARTS or top[-1][2] != size:
        return None
    parts = list(boxes.within(*movies[0]))
    tracks = [(inside, until) for name, inside, until in parts if name == b"trak" and _number_of(opened, boxes, inside, until) == track]
    if len(tracks) != 1 or any(name == b"mvex" for name, _, _ in parts):
        return None
    return _later_in(opened, boxes, tracks[0])


def _later_in(opened: BinaryIO, boxes: Boxes, place: tuple[int, int]) -> np.ndarray | None:
    edits = _table(opened, _only(boxes, _only(boxes, place, b"edts"), b"elst"))
    for name in WAY:
        place = _only(boxes, place, name) or (0, 0)
    descriptions, order = _table(opened, _only(boxes, place, b"stsd")), _table(opened, _only(boxes, place, b"ctts"))
    if not _is_one_edit(edits) or descriptions[4:8] != struct.pack(">I", 1) or descriptions[12:16] == ENCRYPTED:
        return None
    if not order:
        return np.empty(0, dtype=np.int64)
    rows = np.frombuffer(order[8 : 8 + 8 * struct.unpack_from(">I", order, 4)[0]], dtype=">i4").reshape(-1, 2)
    if (rows < 0).any() or rows[:, 0].astype(np.int64).sum() > MOST_BYTES:
        return None
    return np.repeat(rows[:, 1].astype(np.int64), rows[:, 0])


def _is_one_edit(edits: bytes) -> bool:
    """Return whether a list of edits shows all of the recording once, at its own speed, perhaps after a while; no list does."""
    form = ">Qqhh" if edits[:1] == b"\x01" else ">Iihh"
    room = max(0, len(edits) - 8) // struct.calcsize(form)
    if edits[4:8] != struct.pack(">I", room):
        return not edits
    rows = list(struct.iter_unpack(form, edits[8 : 8 + room * struct.calcsize(form)]))
    return bool(rows) and all(begins == NOTHING for _, begins, _, _ in rows[:-1]) and rows[-1][1] > NOTHING and rows[-1][2:] == (1, 0)


def _number_of(opened: BinaryIO, boxes: Boxes, start: int, end: int) -> int | None:
    """Return a track's number."""
    head = _table(opened, _only(boxes, (start, end), b"tkhd"))
    at = 20 if head[:1] == b"\x01" else 12
    return struct.unpack_from(">I", head, at)[0] if len(head) >= at + 4 else None


def _only(boxes: Boxes, place: tuple[int, int] | None, name: bytes) -> tuple[int, int] | None:
    """Return where the first box of a name lies within another."""
    return next(((inside, until) for found, inside, until in boxes.within(*place) if found == name), None) if place else None


def _table(opened: BinaryIO, place: tuple[int, int] | None) -> bytes:
    """Return a table's bytes; none where there is no such table, or where it is larger than any camera's."""
    if place is None or place[1] - place[0] > MOST_BYTES:
        return b""
    opened.seek(place[0])
    return opened.read(place[1] - place[0])
