"""Pictures at chosen moments, right way up and in the right shape. Runs in the sandboxed child.

A frame is asked for by its time, never by its number, and what came is checked against what was asked for. Frames that share a
keyframe are taken in one go forward from it, so no part of a recording is ever decoded twice: the way there is linear in its length.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import cv2
import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from services.worker.video.packets import Timeline
from services.worker.video.probe import MAX_PIXELS

MOST, WIDTH, TALLEST = 60, 320, 640
CLOSEST_SECONDS = 0.5
POSTER_WIDTH = 1280
SOUGHT_BY_DECODING = {"mpegts", "mpeg"}  # FFmpeg seeks in these by when frames are decoded, not by when they are shown
LONG_WAYS_BACK = 3  # how often a frame that a seek overshot is looked for from the very start


@dataclass(frozen=True)
class Wanted:
    """One picture to take: which place in the row, the time of the frame, the keyframe to start from (ticks)."""

    place: int
    time: int
    keyframe: int


@dataclass(frozen=True)
class Taken:
    """A frame that came, and its own time in ticks, which may be later than what was asked for where frames are damaged."""

    place: int
    time: int
    frame: VideoFrame


def moments(timeline: Timeline, most: int = MOST) -> list[float]:
    """Return evenly spaced moments in seconds from the first frame, each in the middle of its share, at least CLOSEST_SECONDS apart."""
    return evenly(timeline.length_seconds, min(most, len(timeline.times)))


def evenly(length: float, most: int) -> list[float]:
    """Return at most so many evenly spaced moments of `length` seconds, each in the middle of its share."""
    count = max(1, min(most, int(length / CLOSEST_SECONDS) or 1))
    return [(place + 0.5) * length / count for place in range(count)]


def plan(timeline: Timeline, at: list[float], step: float) -> list[list[Wanted]]:
    """Return which frames to take for these moments, in groups that share a keyframe, in order of time.

    Where one moment alone starts from a keyframe at most half a step away, the keyframe itself is near enough.
    """
    keys = timeline.starts or timeline.times[:1]
    shown = set(timeline.keyframes or keys)
    groups: dict[int, list[Wanted]] = {}
    for place, moment in enumerate(at):
        ticks = timeline.times[0] + int(moment / timeline.tick)
        time = timeline.times[max(0, bisect_right(timeline.times, ticks) - 1)]
        key = keys[max(0, bisect_right(keys, time) - 1)]
        groups.setdefault(key, []).append(Wanted(place, time, key))
    near = step / 2
    return [
        [Wanted(group[0].place, key, key)]
        if len(group) == 1 and key in shown and 0 <= (group[0].time - key) * timeline.tick <= near
        else group
        for key, group in sorted(groups.items())
    ]


class Taker:
    """Takes frames out of one open container; `undecodable` holds the times of the packets that could not be decoded."""

    def __init__(self, container: InputContainer, stream: VideoStream, *, threads: int = 1, is_quick: bool = False) -> None:
        """Make one. A quick one smooths no block edges, which nobody sees in a thumbnail: for keyframes alone, as others build on them."""
        self._container, self._stream = container, stream
        self._timeline, self._near = Timeline(Fraction(1)), 1
        self._ways_back = LONG_WAYS_BACK
        self._last: int | None = None
        self._is_sought_by_decoding = container.format.name in SOUGHT_BY_DECODING
        self.undecodable: set[int] = set()
        self.tick = Fraction(stream.time_base or Fraction(1, 1000))
        stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)} | ({"skip_loop_filter": "all"} if is_quick else {})
        stream.codec_context.thread_count = threads
        stream.thread_type = "FRAME" if threads > 1 else "NONE"

    def know(self, timeline: Timeline, step: float) -> None:
        """Tell it the frames' times, and how far apart in seconds the pictures of the row are."""
        self._timeline, self._near = timeline, max(1, int(step / 2 / timeline.tick))

    def close(self) -> None:
        """Close its container; `undecodable` stays."""
        self._container.close()

    def keyframe_before(self, time: int) -> tuple[int, VideoFrame] | None:
        """Return the first keyframe that a seek to `time` gives, without knowing any times; None where none came."""
        return next(self._decoded(time, only_key=True), None)

    def take(self, groups: list[list[Wanted]]) -> Iterator[Taken]:
        """Yield the frames of a plan; one that cannot be had is left out."""
        for group in groups:
            missing = group
            for start in self._starts(group[0].keyframe):
                overshot = False
                for wanted, taken in self._forward(missing, start):
                    if taken is None:
                        overshot = True
                        break
                    missing = missing[missing.index(wanted) + 1 :]
                    yield taken
                if not overshot:
                    break

    def _starts(self, keyframe: int) -> Iterator[int]:
        """Yield where to seek: the keyframe; where that overshoots (MPEG-TS), the ones before it; at last the very start."""
        earlier = [key for key in self._timeline.starts if key < keyframe]
        yield keyframe
        yield from reversed(earlier[-2:])
        if self._ways_back and len(earlier) > 2:  # noqa: PLR2004 -- the two that were tried
            self._ways_back -= 1
            yield self._timeline.times[0]

    def _forward(self, group: list[Wanted], start: int) -> Iterator[tuple[Wanted, Taken | None]]:
        """Yield each frame of a group, going forward from a seek; None for the first means that the seek went too far."""
        waiting = list(group)
        only_key = len(group) == 1 and group[0].time == group[0].keyframe
        is_first = True
        for time, frame in self._decoded(start, only_key=only_key):
            while waiting and time >= waiting[0].time:
                wanted = waiting[0]
                late = time - wanted.time
                if is_first and late > 0 and start > self._timeline.times[0]:
                    yield wanted, None
                    return
                waiting.pop(0)
                if late <= self._near:
                    yield wanted, Taken(wanted.place, time, frame)
            is_first = False
            if not waiting:
                return

    def _decoded(self, start: int, *, only_key: bool) -> Iterator[tuple[int, VideoFrame]]:
        self._stream.codec_context.skip_frame = "NONKEY" if only_key else "DEFAULT"
        self._last = None
        if self._is_sought_by_decoding:
            start = self._timeline.decoding.get(start, start)
        try:
            self._container.seek(start, stream=self._stream, backward=True)
        except FFmpegError:
            return
        errors = 0
        while errors <= 1:  # a broken place ends the demuxer's walk; once it is taken up again behind it
            try:
                for packet in self._container.demux(self._stream):
                    yield from self._frames(packet)
            except FFmpegError:
                errors += 1
                continue
            except IndexError:  # as in probe.read_timeline
                return
            return

    def _frames(self, packet: "Packet[VideoStream]") -> Iterator[tuple[int, VideoFrame]]:
        try:
            decoded = packet.decode()
        except FFmpegError:
            if (time := packet.pts if packet.pts is not None else packet.dts) is not None:
                self.undecodable.add(time)
            return
        for frame in decoded:
            time = frame.pts if frame.pts is not None else frame.dts
            if time is None and self._last is not None:
                time = self._last + self._timeline.usual_gap  # as in packets.py
            self._last = time
            if time is not None and frame.is_corrupt:
                self.undecodable.add(time)
            elif time is not None:
                yield time, frame


def fitted(shape: tuple[int, int], width: int, tallest: int) -> tuple[int, int]:
    """Return the width and height of a picture of this shape, `width` wide unless it would be taller than `tallest`; both even."""
    height = width * shape[1] / shape[0]
    scale = min(1.0, tallest / height)
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def drawn(frame: VideoFrame, size: tuple[int, int], rotation: int) -> np.ndarray:
    """Return a frame as a picture (height, width, 3) of bytes in the order blue, green, red, scaled and turned `rotation` degrees."""
    width, height = (size[1], size[0]) if rotation in (90, 270) else size
    scaled = frame.reformat(width=width, height=height, format="bgr24", interpolation="AREA").to_ndarray()
    return np.ascontiguousarray(np.rot90(scaled, rotation // 90))


def merit(picture: np.ndarray) -> float:
    """Return how much there is to see in a picture: sharpness times contrast."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    return float(cv2.Laplacian(grey, cv2.CV_64F).var() * grey.std())


def jpeg(picture: np.ndarray, quality: int) -> bytes:
    """Return a picture as JPEG."""
    done, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        message = "the picture could not be written as JPEG"
        raise ValueError(message)
    return encoded.tobytes()
