"""Making the redacted copy: boxes filled with one colour in every frame, sound muted or toned, nothing else taken along. In the child.

Only the first picture and the first sound are written: no other stream, no chapter, no tag. A frame keeps its own time, so that the copy
of a recording whose frames come unevenly stays in step with its sound.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange
from av.video.stream import VideoStream

from services.worker.video import confine
from services.worker.video.one_pass import Reading, ahead, opened, upright
from services.worker.video.probe import UnusableError
from services.worker.video.progress import Progress
from services.worker.video.tracks import Box, KeyFrame, box_at, key_frames

COPY = "copy.mp4"
FILL = (60, 145, 115)  # brightness and colour (BT.601 Y, U, V): a dull blue that no scene is filled with, so that filling can be proved
PICTURE = {"preset": "veryfast", "crf": "23"}
KEY_FRAME_SECONDS = 2
TICKS = Fraction(1, 90_000)
TONE_HZ, TONE_HEIGHT = 1000.0, 0.1
SOUND_RATES = (48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000)


@dataclass(frozen=True)
class Manifest:
    """What is covered: the key frames of each box; (from, to, "mute" or "tone") of each sound range, in seconds."""

    tracks: tuple[tuple[KeyFrame, ...], ...]
    sounds: tuple[tuple[float, float, str], ...]

    def boxes_at(self, seconds: float) -> list[Box]:
        """Return every box at a moment."""
        return [box for track in self.tracks if (box := box_at(track, seconds)) is not None]


def read_manifest(listed: dict[str, Any]) -> Manifest:
    """Return the manifest that an order lists: {tracks: [[[seconds, left, top, width, height], …], …], sounds: [[from, to, how], …]}."""
    tracks = tuple(tuple(key_frames(track)) for track in listed["tracks"])
    return Manifest(tracks, tuple((float(start), float(end), str(how)) for start, end, how in listed["sounds"]))


def cover(recording: Path, folder: Path, *, manifest: dict[str, Any], length_seconds: float, rotation: int) -> dict[str, Any]:
    """Write `copy.mp4` into the folder; return {frames, length_seconds, failure}."""
    confine.filter_calls(may_fork=False)
    progress = Progress(folder, length_seconds)
    try:
        with opened(recording) as reading, _new_copy(folder / COPY) as container:
            copy = Copy(container, reading, read_manifest(manifest), rotation)
            for at, frame in ahead(reading.frames()):
                copy.take(at, frame)
                progress.reached(at)
            copy.end()
    except UnusableError as unusable:
        return {"frames": 0, "length_seconds": 0.0, "failure": {"reason": unusable.refusal.reason, "advice": unusable.refusal.advice}}
    except FFmpegError as error:
        words = {
            "reason": f"The copy could not be written: {error.strerror or error}.",
            "advice": "Make it again; if it fails again, tell an administrator.",
        }
        return {"frames": 0, "length_seconds": 0.0, "failure": words}
    return {"frames": copy.frames, "length_seconds": round(copy.length_seconds, 3), "failure": None}


def _new_copy(path: Path) -> OutputContainer:
    return av.open(str(path), "w", format="mp4", options={"movflags": "+faststart", "fflags": "+bitexact"})


@dataclass
class Copy:
    """A copy that is being written."""

    container: OutputContainer
    reading: Reading
    manifest: Manifest
    rotation: int
    frames: int = 0
    length_seconds: float = 0.0
    _picture: VideoStream | None = None
    _sound: AudioStream | None = None
    _resampler: AudioResampler | None = None
    _last: int = -1
    _heard: int = 0
    _waiting: list[tuple[float, AudioFrame]] = field(default_factory=list)

    def take(self, at: float, frame: VideoFrame | AudioFrame) -> None:
        """Cover one frame and write it. Sound waits for the first picture: the file's head needs to know both."""
        if isinstance(frame, VideoFrame):
            self._take_picture(at, frame)
        elif self._picture is None:
            self._waiting.append((at, frame))
        else:
            self._take_sound(at, frame)

    def end(self) -> None:
        """Write what the encoders hold back."""
        if self._picture is None:
            message = "There is not one picture in this recording that can be read."
            raise UnusableError(message, "It cannot be shown to a panel.")
        if self._resampler is not None:
            self._write_sound(self._resampler.resample(None))
        for stream in (self._picture, self._sound):
            if stream is not None:
                self.container.mux(stream.encode(None))

    def _take_picture(self, at: float, frame: VideoFrame) -> None:
        whole = whole_of(frame)
        if self.rotation:
            whole = _joined([upright(plane, self.rotation) for plane in planes_in(whole)])
        planes = planes_in(whole)
        if self._picture is None:
            self._open(planes[0].shape)
        for box in self.manifest.boxes_at(at):
            fill(planes, box)
        covered = VideoFrame.from_numpy_buffer(whole, format="yuv420p")  # never the decoder's own, to which captions and more are tied
        self._last = covered.pts = max(self._last + 1, round(max(0.0, at) / TICKS))
        covered.time_base = TICKS
        self.container.mux(self._pictures().encode(covered))
        self.frames, self.length_seconds = self.frames + 1, max(0.0, at)

    def _open(self, shape: tuple[int, ...]) -> None:
        rate = self.reading.picture.average_rate or Fraction(25)
        stream = self.container.add_stream("libx264", rate=rate, options=PICTURE)
        stream.height, stream.width, stream.pix_fmt = shape[0], shape[1], "yuv420p"
        stream.codec_context.time_base = TICKS
        stream.codec_context.gop_size = max(1, round(rate * KEY_FRAME_SECONDS))
        stream.codec_context.sample_aspect_ratio = self.reading.picture.sample_aspect_ratio or Fraction(1)
        stream.codec_context.thread_type = "AUTO"
        if self.rotation % 180:
            stream.codec_context.sample_aspect_ratio = 1 / (self.reading.picture.sample_aspect_ratio or Fraction(1))
        self._picture = stream
        sound = self.reading.sound
        if sound is not None:
            rate_hz = next((rate for rate in SOUND_RATES if sound.rate and rate <= sound.rate), 48_000)
            layout = "mono" if sound.channels == 1 else "stereo"
            self._sound = self.container.add_stream("aac", rate=rate_hz, layout=layout)
            self._resampler = AudioResampler(format="fltp", layout=layout, rate=rate_hz)
        for at, waiting in self._waiting:
            self._take_sound(at, waiting)
        self._waiting.clear()

    def _pictures(self) -> VideoStream:
        assert self._picture is not None  # noqa: S101 -- opened by the first frame
        return self._picture

    def _take_sound(self, at: float, frame: AudioFrame) -> None:
        if self._resampler is None or self._sound is None:
            return
        place = round(max(0.0, at) * self._sound.rate)
        if abs(place - self._heard) > self._sound.rate // 10:  # a gap, or a start later than the picture's: the clock goes on
            self._heard = max(self._heard, place)
        frame.pts = None
        self._write_sound(self._resampler.resample(frame))

    def _write_sound(self, frames: list[AudioFrame]) -> None:
        assert self._sound is not None  # noqa: S101 -- where there is a resampler there is a stream
        for frame in frames:
            quieted = AudioFrame.from_ndarray(
                quiet(frame.to_ndarray(), self._heard, frame.rate, self.manifest.sounds), format="fltp", layout=frame.layout.name
            )
            quieted.rate, quieted.pts, quieted.time_base = frame.rate, self._heard, Fraction(1, frame.rate)
            self._heard += frame.samples
            self.container.mux(self._sound.encode(quieted))


def planes_of(frame: VideoFrame, *, most: int = 1 << 16) -> list[np.ndarray]:
    """Return brightness (height, width) and the two colours (half of each) of a picture, as `whole_of` gives it."""
    return planes_in(whole_of(frame, most=most))


def whole_of(frame: VideoFrame, *, most: int = 1 << 16) -> np.ndarray:
    """Return a picture's three planes one below the other, (height * 3 / 2, width), of our own, never the decoder's; sides are even.

    A picture that is wider than `most` is shrunk. One that is as it must be already is only copied: converting takes far longer.
    """
    width = max(2, min(most, frame.width) // 2 * 2)
    height = max(2, frame.height // 2 * 2 if frame.width <= most else round(frame.height * width / frame.width / 2) * 2)
    is_ready = frame.format.name == "yuv420p" and frame.color_range != ColorRange.JPEG and (width, height) == (frame.width, frame.height)
    ready = frame if is_ready else frame.reformat(width=width, height=height, format="yuv420p", dst_color_range="MPEG")
    return ready.to_ndarray()


def planes_in(whole: np.ndarray) -> list[np.ndarray]:
    """Return the three planes of what `whole_of` gives: views, so that what is filled in them is filled in it."""
    height, width = whole.shape[0] * 2 // 3, whole.shape[1]
    flat, size, quarter = whole.reshape(-1), width * height, width * height // 4
    colours = (flat[size : size + quarter], flat[size + quarter :])
    return [flat[:size].reshape(height, width), *(colour.reshape(height // 2, width // 2) for colour in colours)]


def fill(planes: list[np.ndarray], box: Box) -> None:
    """Fill a box in the three planes of a frame with the one colour, outward to whole colour pixels."""
    height, width = planes[1].shape
    left, right = int(np.floor(box.left * width)), int(np.ceil((box.left + box.width) * width))
    top, bottom = int(np.floor(box.top * height)), int(np.ceil((box.top + box.height) * height))
    left, top = max(0, left), max(0, top)
    planes[0][2 * top : 2 * bottom, 2 * left : 2 * right] = FILL[0]
    for plane, value in zip(planes[1:], FILL[1:], strict=True):
        plane[top:bottom, left:right] = value


def quiet(samples: np.ndarray, first: int, rate: int, sounds: tuple[tuple[float, float, str], ...]) -> np.ndarray:
    """Return sound (channels, samples) whose first sample has number `first`, with its ranges silent or a tone of 1 kHz."""
    quieted = np.ascontiguousarray(samples)
    for start, end, how in sounds:
        here = slice(max(0, int(start * rate) - first), min(samples.shape[1], int(np.ceil(end * rate)) - first))
        if here.start < here.stop:
            moments = np.arange(first + here.start, first + here.stop) / rate
            quieted[:, here] = TONE_HEIGHT * np.sin(2 * np.pi * TONE_HZ * moments) if how == "tone" else 0.0
    return quieted


def _joined(planes: list[np.ndarray]) -> np.ndarray:
    height, width = planes[0].shape
    return np.concatenate([plane.reshape(-1) for plane in planes]).reshape(height * 3 // 2, width)
