"""Checking a redacted copy on the copy itself: every box filled, sound quiet where said, nothing else in the file. Runs in the child.

Whatever is not shown to be right is wrong: a copy that cannot be read, or of which a frame cannot be compared, does not pass.
"""

import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.error import FFmpegError
from av.video.frame import VideoFrame

from services.worker.video import confine
from services.worker.video.cover import FILL, TONE_HZ, Manifest, planes_of, read_manifest
from services.worker.video.faces import FaceDetector
from services.worker.video.one_pass import Reading, opened
from services.worker.video.probe import UnusableError
from services.worker.video.progress import Progress
from services.worker.video.tracks import Box

OFF_BY = 20  # brightness or colour by which a filled place may differ after compression
INSET = 2  # colour pixels at a box's edge that compression may smear
EDGE_SECONDS = 0.06  # at both ends of a sound range: one AAC frame reaches into the next
QUIET = 0.003  # of full scale (-50 dBFS)
LENGTH_SECONDS = 0.25
LOOK_SECONDS, MOST_LOOKS, LOOK_WIDTH = 1.0, 600, 1280
SURE = 0.5
MOST_TOLD = 20
HARMLESS_TAGS = {"major_brand", "minor_version", "compatible_brands", "encoder", "language", "handler_name", "vendor_id"}
HANDLERS = {"VideoHandler", "SoundHandler"}
RATE = 16_000


@dataclass
class Findings:
    """What is wrong with a copy, in sentences; `faces` are those that the detector sees where no box is: seconds and box."""

    reasons: list[str] = field(default_factory=list)
    faces: list[dict[str, Any]] = field(default_factory=list)
    unfilled: list[float] = field(default_factory=list)
    looks: int = 0
    frames: int = 0
    last: float = 0.0

    def say(self, reason: str) -> None:
        """Note a reason, the first of them only where there are many."""
        if len(self.reasons) < MOST_TOLD and reason not in self.reasons:
            self.reasons.append(reason)


def check_copy(copy: Path, folder: Path, *, manifest: dict[str, Any], frames: int, length_seconds: float, model: str) -> dict[str, Any]:
    """Return {passed, reasons, faces, looks, frames, has_detector}. `frames`: how many were written; `length_seconds`: the original's."""
    confine.filter_calls(may_fork=False)
    found = Findings()
    try:
        _refuse_slow_start(copy, found)
        with opened(copy) as reading:
            _check_streams(reading, found)
            _check_frames(
                reading, read_manifest(manifest), found, FaceDetector(Path(model)) if model else None, Progress(folder, length_seconds)
            )
            if reading.unreadable:
                found.say("Part of the copy cannot be read.")
    except (UnusableError, FFmpegError, OSError, ValueError, struct.error) as error:
        found.say(f"The copy cannot be read: {error}"[:300])
    if found.unfilled:
        found.say(f"A box is not filled at {found.unfilled[0]:.2f} seconds; so it is {len(found.unfilled)} times.")
    if found.frames != frames:
        found.say(f"The copy has {found.frames} frames, and {frames} were written.")
    if abs(found.last - length_seconds) > LENGTH_SECONDS + 0.02 * length_seconds:
        found.say(f"The copy lasts {found.last:.1f} seconds, the original {length_seconds:.1f}.")
    if found.faces:
        found.say("The detector sees a face that no box covers. Cover each place that is listed, whatever it is.")
    return {
        "passed": not found.reasons,
        "reasons": found.reasons,
        "faces": found.faces[:MOST_TOLD],
        "looks": found.looks,
        "frames": found.frames,
        "has_detector": bool(model),
    }


def _refuse_slow_start(copy: Path, found: Findings) -> None:
    """Say so where the index comes after the frames: a player would wait for the whole file. Reads the outermost boxes' names."""
    names: list[bytes] = []
    with copy.open("rb") as file:
        while len(head := file.read(8)) == 8:  # noqa: PLR2004 -- a size and a name of four bytes each
            size, name = struct.unpack(">I4s", head)
            names.append(name)
            if size == 1:
                size = struct.unpack(">Q", file.read(8))[0] - 8
            if size < 8:  # noqa: PLR2004 -- reaches to the end
                break
            file.seek(size - 8, 1)
    if b"moov" not in names or b"mdat" not in names or names.index(b"moov") > names.index(b"mdat"):
        found.say("The copy's index does not stand at its start.")


def _check_streams(reading: Reading, found: Findings) -> None:
    streams = list(reading.container.streams)
    kinds = sorted(stream.type for stream in streams)
    if kinds not in (["video"], ["audio", "video"]):
        found.say(f"The copy holds more than one picture and one sound: {', '.join(kinds)}.")
    codecs = {stream.codec_context.name for stream in streams if stream.type in {"video", "audio"}}
    if not codecs <= {"h264", "aac"}:
        found.say(f"The copy is not H.264 with AAC: {', '.join(sorted(codecs))}.")
    if reading.container.chapters():
        found.say("The copy holds chapters.")
    for tags in (reading.container.metadata, *(stream.metadata for stream in streams)):
        told = {name for name, value in tags.items() if name not in HARMLESS_TAGS or (name == "handler_name" and value not in HANDLERS)}
        if told:
            found.say(f"The copy still says things about itself: {', '.join(sorted(told))}.")


def _check_frames(reading: Reading, manifest: Manifest, found: Findings, faces: FaceDetector | None, progress: Progress) -> None:
    resampler, heard = AudioResampler(format="fltp", layout="mono", rate=RATE), _Heard(manifest)
    look_at = 0.0
    every = LOOK_SECONDS
    for at, frame in reading.frames():
        if isinstance(frame, AudioFrame):
            heard.hear(at, frame, resampler)
            continue
        found.frames, found.last = found.frames + 1, at
        boxes = manifest.boxes_at(at)
        _check_filled(planes_of(frame), boxes, at, found)
        if faces is not None and at >= look_at and found.looks < MOST_LOOKS:
            look_at = at + every
            _look(frame, boxes, at, faces, found)
        progress.reached(at)
    heard.check(found)


def _check_filled(planes: list[np.ndarray], boxes: list[Box], at: float, found: Findings) -> None:
    height, width = planes[1].shape
    for box in boxes:
        left, right = int(np.ceil(box.left * width)) + INSET, int((box.left + box.width) * width) - INSET
        top, bottom = int(np.ceil(box.top * height)) + INSET, int((box.top + box.height) * height) - INSET
        if left >= right or top >= bottom:
            continue  # too small to hold anything that could be known again: four pixels or fewer
        inside = (
            planes[0][2 * top : 2 * bottom, 2 * left : 2 * right],
            planes[1][top:bottom, left:right],
            planes[2][top:bottom, left:right],
        )
        if any(np.abs(part.astype(np.int16) - value).max() > OFF_BY for part, value in zip(inside, FILL, strict=True)):
            found.unfilled.append(at)


def _look(frame: VideoFrame, boxes: list[Box], at: float, faces: FaceDetector, found: Findings) -> None:
    found.looks += 1
    width = min(LOOK_WIDTH, frame.width)
    picture = frame.reformat(width=width, height=max(2, round(frame.height * width / frame.width)), format="bgr24").to_ndarray()
    for face in faces.find(picture, least=SURE):
        if not any(box.holds(*face.box.centre) for box in boxes):
            found.faces.append({"at_seconds": round(at, 2), "box": [round(value, 4) for value in face.box]})


class _Heard:
    """Gathers the sound of each range, and says which is not quiet."""

    def __init__(self, manifest: Manifest) -> None:
        self._ranges = [(start + EDGE_SECONDS, end - EDGE_SECONDS, how) for start, end, how in manifest.sounds]
        self._pieces: dict[int, list[tuple[float, np.ndarray]]] = {}
        self._next: float | None = None

    def hear(self, at: float, frame: AudioFrame, resampler: AudioResampler) -> None:
        frame.pts = None
        for piece in resampler.resample(frame):
            samples = piece.to_ndarray()[0]
            start = at if self._next is None else self._next
            self._next = start + samples.size / RATE
            for place, (first, last, _) in enumerate(self._ranges):
                here = slice(max(0, round((first - start) * RATE)), max(0, min(samples.size, round((last - start) * RATE))))
                if here.start < here.stop:
                    self._pieces.setdefault(place, []).append((start + here.start / RATE, samples[here]))

    def check(self, found: Findings) -> None:
        for place, (first, last, how) in enumerate(self._ranges):
            pieces = self._pieces.get(place, [])
            loud = max(
                (float(np.sqrt(np.mean(np.square(_without_tone(*piece) if how == "tone" else piece[1])))) for piece in pieces), default=0.0
            )
            if loud > QUIET:
                found.say(f"The sound from {first - EDGE_SECONDS:.2f} to {last + EDGE_SECONDS:.2f} seconds can still be heard.")


def _without_tone(start: float, samples: np.ndarray) -> np.ndarray:
    """Return what is left of sound after the tone of 1 kHz that fits it best is taken out."""
    moments = 2 * np.pi * TONE_HZ * (start + np.arange(samples.size) / RATE)
    waves = np.stack([np.sin(moments), np.cos(moments), np.ones(samples.size)], axis=1)
    fit, *_ = np.linalg.lstsq(waves, samples, rcond=None)
    return samples - waves @ fit
