"""One recording read from front to end, picture and sound, with times from its start. Runs in the sandboxed child."""

import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue
from typing import TypeVar, cast

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from services.worker.video.pointing import refused
from services.worker.video.probe import MAX_PIXELS, OPEN_OPTIONS, UnusableError
from services.worker.video.recognise import SEND

AHEAD = 4  # frames
BROKEN_PLACES = 50  # after so many unreadable places the rest is given up

Item = TypeVar("Item")


@dataclass
class Reading:
    """An open recording: its first picture stream, its first sound stream if any, and where its time begins (seconds)."""

    container: InputContainer
    picture: VideoStream
    sound: AudioStream | None
    origin: float
    unreadable: int = field(default=0)

    def frames(self, *, sound: bool = True) -> Iterator[tuple[float, VideoFrame | AudioFrame]]:
        """Yield every frame with its time in seconds from the recording's start, as they lie in the file; damaged ones are counted."""
        self.picture.thread_type = "AUTO"
        streams = [self.picture, *([self.sound] if self.sound is not None and sound else [])]
        errors = 0
        while errors <= BROKEN_PLACES:
            try:
                for packet in self.container.demux(streams):
                    yield from self._decoded(packet)
            except FFmpegError:
                errors += 1
                self.unreadable += 1
                continue
            except IndexError:  # as in probe.read_timeline
                return
            return

    def _decoded(self, packet: Packet) -> Iterator[tuple[float, VideoFrame | AudioFrame]]:
        try:
            frames = packet.decode()
        except FFmpegError:
            self.unreadable += 1
            return
        for frame in frames:
            if isinstance(frame, VideoFrame | AudioFrame) and frame.pts is not None and frame.time_base is not None:
                yield float(frame.pts * frame.time_base) - self.origin, frame
            else:
                self.unreadable += 1


@contextmanager
def opened(recording: Path) -> Iterator[Reading]:
    """Open a recording of one of the formats that are taken.

    Raises:
        UnusableError: it is none, or there is no picture in it.

    """
    if found := refused(recording):
        raise UnusableError(found.reason, found.advice)
    try:
        container = av.open(str(recording), options=OPEN_OPTIONS, container_options=OPEN_OPTIONS, metadata_errors="replace")
    except FFmpegError as error:
        message = "The recording cannot be opened: it is damaged or encrypted."
        raise UnusableError(message, SEND) from error
    with container:
        moving = [one for one in container.streams.video if not one.disposition & Disposition.attached_pic]
        if not moving:
            message = "There is no picture in this recording."
            raise UnusableError(message, SEND)
        picture, sound = moving[0], next(iter(container.streams.audio), None)
        picture.codec_context.options = {"max_pixels": str(MAX_PIXELS)}
        starts = [float(one.start_time * one.time_base) for one in (picture, sound) if one and one.start_time is not None and one.time_base]
        yield Reading(container, picture, sound, min(starts, default=0.0))


def ahead(items: Iterator[Item], most: int = AHEAD) -> Iterator[Item]:
    """Yield the same items in the same order, so many of them made beforehand in a thread beside; whatever it raises is raised here."""
    made: Queue[tuple[Item | None, BaseException | None]] = Queue(most)
    is_over = threading.Event()

    def make() -> None:
        ended: BaseException = StopIteration()
        try:
            for item in items:
                made.put((item, None))
                if is_over.is_set():
                    return
        except BaseException as error:  # noqa: BLE001 -- raised again by whoever waits for it
            ended = error
        made.put((None, ended))

    thread = threading.Thread(target=make, daemon=True)
    thread.start()
    try:
        while True:
            item, error = made.get()
            if isinstance(error, StopIteration):
                return
            if error is not None:
                raise error
            yield cast("Item", item)
    finally:  # what is read from must not be closed while it is read
        is_over.set()
        while thread.is_alive():
            with contextlib.suppress(Empty):
                made.get_nowait()
            thread.join(0.01)


def upright(picture: np.ndarray, rotation: int) -> np.ndarray:
    """Return a picture, or one plane of it, turned anticlockwise by `rotation` degrees, as `frames.drawn` does."""
    return picture if not rotation else np.ascontiguousarray(np.rot90(picture, rotation // 90))
