"""Following faces and plates from find to find: forward while the detector is blind, backward from where it first saw. Runs in the child.

Between two looks of the detector a box goes where the picture under it goes (optical flow, checked there and back). What the way
there missed the detector by is spread over the way. What is found anew is followed back to where the flow loses it.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np

from services.worker.video.faces import Found
from services.worker.video.tracks import Box, KeyFrame, overlap

GRID = 7
LEAST_POINTS, LEAST_SHARE = 5, 0.3
THERE_AND_BACK = 1.5  # pixels by which a point may miss itself
COAST_SECONDS, BACK_SECONDS, JOIN_SECONDS = 1.5, 1.5, 2.0
SAME_OVERLAP, SAME_DISTANCE, LOST_DISTANCE = 0.15, 0.7, 3.0  # distances in sizes of the box
LOST_SECONDS = 0.6  # how long something that the flow lost is still looked for near where it was
LEAST_SIZE = 0.004  # of the picture's width and height
FLOW = {"winSize": (15, 15), "maxLevel": 3, "criteria": (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 12, 0.03)}


@dataclass
class Way:
    """One box over time. `seen`: the places in `frames` at which the detector itself saw it."""

    kind: str
    frames: list[KeyFrame]
    certainty: float
    seen: list[int] = field(default_factory=list)

    @property
    def last_seen_at(self) -> float:
        """Return when the detector saw it last, in seconds."""
        return self.frames[self.seen[-1]].at


class Follower:
    """Takes pictures in order of time, with what the detector found in some of them; `ways` are all boxes in the end."""

    def __init__(self) -> None:
        self._live: list[Way] = []
        self._ended: list[Way] = []
        self._past: deque[tuple[float, np.ndarray]] = deque()

    def step(self, at: float, grey: np.ndarray, found: dict[str, list[Found]]) -> None:
        """Take the next picture, (height, width) bytes. A kind that is missing in `found` was not looked for."""
        if self._past:
            self._move(at, grey)
        for kind, finds in found.items():
            self._match(at, grey, kind, finds)
        self._past.append((at, grey))
        while self._past[0][0] < at - BACK_SECONDS:
            self._past.popleft()
        lost = [way for way in self._live if at - way.last_seen_at > COAST_SECONDS or at - way.frames[-1].at > LOST_SECONDS]
        self._ended += lost
        self._live = [way for way in self._live if way not in lost]

    def last_boxes(self, kind: str) -> list[Box]:
        """Return where the things of a kind that are followed now were last."""
        return [way.frames[-1].box for way in self._live if way.kind == kind]

    def ways(self) -> list[Way]:
        """Return all boxes, those that are one thing joined, by their start."""
        return _joined(sorted([*self._ended, *self._live], key=lambda way: way.frames[0].at))

    def _move(self, at: float, grey: np.ndarray) -> None:
        before_at, before = self._past[-1]
        for way in self._live:
            moved = flowed(before, grey, way.frames[-1].box) if way.frames[-1].at == before_at else None
            if moved is not None:
                way.frames.append(KeyFrame(at, moved))

    def _match(self, at: float, grey: np.ndarray, kind: str, finds: list[Found]) -> None:
        waiting = [way for way in self._live if way.kind == kind]
        for find in finds:
            alike = [(likeness(way.frames[-1].box, find.box, reach=_reach(way, at)), way) for way in waiting]
            best, nearest = max(alike, key=lambda pair: pair[0], default=(0.0, None))
            if nearest is not None and best > 0:
                waiting.remove(nearest)
                _put_right(nearest, at, find)
            else:
                self._live.append(self._begun(at, grey, kind, find))

    def _begun(self, at: float, grey: np.ndarray, kind: str, find: Found) -> Way:
        earlier = list(self._back(grey, find.box))[::-1]
        return Way(kind, [*earlier, KeyFrame(at, find.box)], find.certainty, [len(earlier)])

    def _back(self, grey: np.ndarray, box: Box) -> Iterator[KeyFrame]:
        later = grey
        for at, earlier in reversed(self._past):
            moved = flowed(later, earlier, box)
            if moved is None:
                return
            yield KeyFrame(at, moved)
            later, box = earlier, moved


def flowed(before: np.ndarray, after: np.ndarray, box: Box) -> Box | None:
    """Return where the box of one picture stands in the next, None where the flow loses it or it leaves the picture."""
    height, width = before.shape
    across = np.linspace(box.left, box.left + box.width, GRID) * width
    down = np.linspace(box.top, box.top + box.height, GRID) * height
    points = np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 1, 2).astype(np.float32)
    there, found, _ = cv2.calcOpticalFlowPyrLK(before, after, points, np.empty(0), **FLOW)  # pyright: ignore[reportCallIssue, reportArgumentType] -- its stubs want None as an array
    back, found_back, _ = cv2.calcOpticalFlowPyrLK(after, before, there, np.empty(0), **FLOW)  # pyright: ignore[reportCallIssue, reportArgumentType] -- the same
    misses = np.linalg.norm((points - back).reshape(-1, 2), axis=1)
    good = (found.ravel() == 1) & (found_back.ravel() == 1) & (misses < THERE_AND_BACK)
    if good.sum() < LEAST_POINTS or good.mean() < LEAST_SHARE:
        return None
    start, end = points.reshape(-1, 2)[good], there.reshape(-1, 2)[good]
    grown = _growth(start, end)
    shift = np.median(end - start, axis=0) / (width, height)
    middle = (box.centre[0] + float(shift[0]), box.centre[1] + float(shift[1]))
    wide, tall = box.width * grown, box.height * grown
    moved = Box(middle[0] - wide / 2, middle[1] - tall / 2, wide, tall).padded(0, 0, 0)
    return moved if min(moved.width, moved.height) > LEAST_SIZE and moved.width * moved.height > wide * tall / 3 else None


def _growth(start: np.ndarray, end: np.ndarray) -> float:
    """Return by how much points went apart, from their spread around their middle; within a tenth."""
    before = np.median(np.abs(start - np.median(start, axis=0)))
    after = np.median(np.abs(end - np.median(end, axis=0)))
    return float(np.clip(after / before if before > 0 else 1.0, 0.9, 1.1))


def likeness(one: Box, other: Box, *, reach: float = SAME_DISTANCE) -> float:
    """Return more than 0 where two boxes may be the same thing: they overlap, or are alike and stand at most `reach` sizes apart."""
    shared = overlap(one, other)
    if shared > SAME_OVERLAP:
        return 1 + shared
    (x, y), (u, v) = one.centre, other.centre
    alike = min(one.width, other.width) / max(one.width, other.width)
    apart = max(abs(x - u) / max(one.width, other.width), abs(y - v) / max(one.height, other.height)) / reach
    return 1 - apart if apart < 1 and alike > 1 / 2 else 0.0


def _reach(way: Way, at: float) -> float:
    """Return how far a thing may have gone: further where the flow lost it a moment ago."""
    return SAME_DISTANCE if at <= way.frames[-1].at else LOST_DISTANCE


def _put_right(way: Way, at: float, find: Found) -> None:
    """Take what the detector saw; where the flow led there, spread what it missed by over the way since it was seen last."""
    first, guessed = way.seen[-1], way.frames[-1]
    if guessed.at < at:
        way.frames.append(KeyFrame(at, find.box))
    else:
        span = at - way.frames[first].at
        for place in range(first + 1, len(way.frames)):
            frame = way.frames[place]
            share = (frame.at - way.frames[first].at) / span if span > 0 else 1.0
            moved = (old + (new - was) * share for old, new, was in zip(frame.box, find.box, guessed.box, strict=True))
            way.frames[place] = KeyFrame(frame.at, Box(*moved).padded(0, 0, 0))
        way.frames[-1] = KeyFrame(at, find.box)
    way.seen.append(len(way.frames) - 1)
    way.certainty = max(way.certainty, find.certainty)


def _joined(ways: Iterable[Way]) -> list[Way]:
    """Join what ends with what begins soon after at the same place: a straight line fills the gap."""
    joined: list[Way] = []
    for way in ways:
        start = way.frames[0]
        before = [
            one
            for one in joined
            if one.kind == way.kind
            and one.frames[-1].at < start.at <= one.frames[-1].at + JOIN_SECONDS
            and likeness(one.frames[-1].box, start.box) > 0
        ]
        if not before:
            joined.append(way)
            continue
        earlier = max(before, key=lambda one: one.frames[-1].at)
        earlier.seen += [place + len(earlier.frames) for place in way.seen]
        earlier.frames += way.frames
        earlier.certainty = max(earlier.certainty, way.certainty)
    return joined
