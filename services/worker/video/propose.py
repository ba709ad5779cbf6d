"""Proposing what is to be covered: faces and plates found and followed through one recording, and how loud its sound is. In the child.

What each frame costs: following the boxes. Twice a second the detector looks at the whole shrunken picture, over some seconds at every tile
of the enlarged one, and four times a second closely at each box; what is found is followed in both directions.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame

from services.worker.video import confine
from services.worker.video.doubt import steadied, widened
from services.worker.video.faces import FaceDetector, Found, PlateDetector
from services.worker.video.follow import Follower, Way
from services.worker.video.looks import Looks, tiles_of
from services.worker.video.one_pass import opened
from services.worker.video.pictures import LARGEST_WIDTH, Picture, picture_of
from services.worker.video.probe import UnusableError
from services.worker.video.progress import Progress
from services.worker.video.tracks import KeyFrame, simplified

STEP_SECONDS, WHOLE_SECONDS, TILES_SECONDS, PLATE_SECONDS, FINE_PLATE_SECONDS = 0.03, 0.5, 2.5, 0.5, 2.0
LATE_SECONDS = 1.5  # at the end: tiles that were looked at longer ago are looked at once more
PLATE_WIDTH = 1280
TOLERANCES = (0.08, 0.2, 0.5)  # shares of a box by which a line may be off
MOST_KEY_FRAMES, MOST_AT_ONCE = 100_000, 4000  # in one report (8 MB); in one box
STEADY_SECONDS = 0.4  # a box is never smaller than it was so shortly before or will be after
TICK = 0.002  # key frames are told to a thousandth of a second
HOLD_SECONDS, HOLD_GROWTH = 0.4, 0.15  # a box is there a little before it was seen first and after it was seen last
PADDING = {"face": (0.2, 0.35, 0.15), "plate": (0.15, 0.3, 0.3)}  # sides, above, below
LOUDNESS_SECONDS, MOST_LOUDNESS = 0.1, 3000
SILENCE_DBFS = -60.0


def propose(recording: Path, folder: Path, *, model: str, length_seconds: float, rotation: int) -> dict[str, Any]:
    """Return {tracks, loudness, loudness_seconds, has_detector, failure}; `model` is the weights' path, "" for none."""
    confine.filter_calls(may_fork=False)
    progress = Progress(folder, length_seconds)
    looking = Looking(Looks(FaceDetector(Path(model)), PlateDetector()), rotation) if model else None
    hearing = Hearing(max(LOUDNESS_SECONDS, length_seconds / MOST_LOUDNESS))
    try:
        with opened(recording) as reading:
            for at, frame in reading.frames():
                if isinstance(frame, AudioFrame):
                    hearing.hear(at, frame)
                elif looking is not None:
                    looking.look(at, frame)
                progress.reached(at)
            if looking is not None:
                looking.end()
    except UnusableError as unusable:
        return {"failure": {"reason": unusable.refusal.reason, "advice": unusable.refusal.advice}}
    return {
        "tracks": [] if looking is None else list(_tracks(looking.follower.ways(), length_seconds)),
        "loudness": hearing.loudness(),
        "loudness_seconds": hearing.step,
        "has_detector": bool(model),
        "failure": None,
    }


@dataclass
class Looking:
    """Decides at which frames the flow goes on and at which the detectors look."""

    looks: Looks
    rotation: int
    due: dict[str, float] = field(default_factory=lambda: dict.fromkeys(("step", "whole", "tile", "fine plate", "plate"), -1.0))
    follower: Follower = field(init=False)
    _tile: int = 0
    _looked: dict[int, float] = field(default_factory=dict[int, float])
    _last: tuple[float, Picture] | None = None

    def __post_init__(self) -> None:
        """Let the follower look closely through this one's detectors."""
        self.follower = Follower(self.looks.near)

    def look(self, at: float, frame: VideoFrame) -> None:
        """Take one frame of the picture."""
        if not self._is_due("step", at, STEP_SECONDS):
            return
        picture, found = picture_of(frame, self.rotation), dict[str, list[Found]]()
        number = len(list(tiles_of(picture)))
        if self._is_due("whole", at, WHOLE_SECONDS):
            found["face"] = self.looks.whole(picture)
        elif self._is_due("tile", at, TILES_SECONDS / number):
            found["face"] = self.looks.tile(picture, self._tile)
            self._looked[self._tile], self._tile = at, (self._tile + 1) % number
        if self._is_due("fine plate", at, FINE_PLATE_SECONDS):
            self.due["plate"] = at + PLATE_SECONDS
            found["plate"] = self.looks.plates_in(picture, LARGEST_WIDTH)
        elif self._is_due("plate", at, PLATE_SECONDS):
            found["plate"] = self.looks.plates_in(picture, PLATE_WIDTH)
        self.follower.step(at, picture, found)
        self._last = (at, picture)

    def end(self) -> None:
        """Look once more at the last picture: what came after the last look at its tile is followed back from here."""
        if self._last is None:
            return
        at, picture = self._last
        late = [tile for tile in range(len(list(tiles_of(picture)))) if at - self._looked.get(tile, -TILES_SECONDS) > LATE_SECONDS]
        self.follower.step(at, picture, {"face": [find for tile in late for find in self.looks.tile(picture, tile)]})

    def _is_due(self, what: str, at: float, every: float) -> bool:
        if at < self.due[what] - 1e-6:
            return False
        self.due[what] = at + every
        return True


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


def _level(power: float, number: int) -> int:
    if not number or power <= 0:
        return 0
    decibels = 10 * np.log10(power / number)
    return int(np.clip(round(100 * (1 - decibels / SILENCE_DBFS)), 0, 100))


def _tracks(ways: list[Way], length_seconds: float) -> Iterator[dict[str, Any]]:
    for way, key in zip(ways, _key_frames(ways), strict=True):
        frames = [KeyFrame(frame.at, frame.box.padded(*PADDING[way.kind])) for frame in key]
        held = _held(frames, length_seconds)
        for start in range(0, max(1, len(held) - 1), MOST_AT_ONCE):
            listed = [_listed(frame) for frame in held[start : start + MOST_AT_ONCE + 1]]
            yield {"kind": way.kind, "certainty": round(min(1.0, way.certainty), 3), "key_frames": listed}


def _key_frames(ways: list[Way]) -> list[list[KeyFrame]]:
    """Return few key frames for each way; where they would still be too many for a report, rougher ones, larger by what they are off."""
    key: list[list[KeyFrame]] = []
    for tolerance in TOLERANCES:
        rough = tolerance - TOLERANCES[0]
        fine = (steadied(widened(way.frames, way.seen), STEADY_SECONDS) for way in ways)
        key = [[KeyFrame(at, box.padded(rough, rough, rough)) for at, box in simplified(frames, tolerance)] for frames in fine]
        if sum(map(len, key)) <= MOST_KEY_FRAMES:
            break
    return key


def _held(frames: list[KeyFrame], length_seconds: float) -> list[KeyFrame]:
    """Return key frames that begin a little earlier and end a little later, within the recording."""
    first, last = frames[0], frames[-1]
    begin, end = max(0.0, first.at - HOLD_SECONDS), min(length_seconds, last.at + HOLD_SECONDS)
    before = [KeyFrame(begin, first.box.padded(HOLD_GROWTH, HOLD_GROWTH, HOLD_GROWTH))] if begin < first.at - TICK else []
    after = [KeyFrame(end, last.box.padded(HOLD_GROWTH, HOLD_GROWTH, HOLD_GROWTH))] if end > last.at + TICK else []
    return [*before, *frames, *after]


def _listed(frame: KeyFrame) -> list[float]:
    return [round(frame.at, 3), *(round(value, 5) for value in frame.box)]
