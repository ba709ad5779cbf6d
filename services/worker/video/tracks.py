"""What a box does over time: where it stands at a moment, how much two overlap, which key frames say the same with fewer words.

A box is (left, top, width, height) in fractions of the picture as it is shown, upright. A key frame is a moment in seconds from the
start of the recording, and a box. Plain Python: the worker and the sandboxed child both read it.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

EDGE_SECONDS = 0.05  # a box is there a little before its first and after its last key frame: times are rounded on their way


class Box(NamedTuple):
    """A box in fractions of the picture, 0 to 1."""

    left: float
    top: float
    width: float
    height: float

    @property
    def centre(self) -> tuple[float, float]:
        """Return its middle."""
        return self.left + self.width / 2, self.top + self.height / 2

    def padded(self, sides: float, above: float, below: float) -> "Box":
        """Return it larger by these shares of its own width and height, cut off at the picture's edges."""
        left, top = max(0.0, self.left - sides * self.width), max(0.0, self.top - above * self.height)
        right = min(1.0, self.left + (1 + sides) * self.width)
        bottom = min(1.0, self.top + (1 + below) * self.height)
        return Box(left, top, max(0.0, right - left), max(0.0, bottom - top))

    def holds(self, x: float, y: float) -> bool:
        """Return whether a point lies in it."""
        return self.left <= x <= self.left + self.width and self.top <= y <= self.top + self.height


class KeyFrame(NamedTuple):
    """Where a box stands at a moment."""

    at: float
    box: Box


def key_frames(listed: Sequence[Sequence[float]]) -> list[KeyFrame]:
    """Return key frames from [[seconds, left, top, width, height], …], as a manifest lists them."""
    return [KeyFrame(at, Box(*box)) for at, *box in listed]


def box_at(frames: Sequence[KeyFrame], seconds: float) -> Box | None:
    """Return the box at a moment: on a straight line between the key frames around it; None before the first and after the last."""
    if not frames or not frames[0].at - EDGE_SECONDS <= seconds <= frames[-1].at + EDGE_SECONDS:
        return None
    after = bisect_right(frames, seconds, key=lambda frame: frame.at)
    if after == 0:
        return frames[0].box
    if after == len(frames):
        return frames[-1].box
    before, following = frames[after - 1], frames[after]
    span = following.at - before.at
    return between(before.box, following.box, (seconds - before.at) / span if span > 0 else 0.0)


def between(one: Box, other: Box, share: float) -> Box:
    """Return the box that lies between two, at a share of the way from the one to the other."""
    return Box(*(a + (b - a) * share for a, b in zip(one, other, strict=True)))


def overlap(one: Box, other: Box) -> float:
    """Return the area that two boxes share, as a part of the area that they cover together (0 to 1)."""
    width = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
    height = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / (one.width * one.height + other.width * other.height - shared)


def covered(box: Box, by: Sequence[Box]) -> float:
    """Return how much of a box the largest of some others covers, as a part of its own area (0 to 1)."""
    most = 0.0
    for other in by:
        width = min(box.left + box.width, other.left + other.width) - max(box.left, other.left)
        height = min(box.top + box.height, other.top + other.height) - max(box.top, other.top)
        most = max(most, max(0.0, width) * max(0.0, height))
    return most / (box.width * box.height)


def simplified(frames: Sequence[KeyFrame], tolerance: float) -> list[KeyFrame]:
    """Return fewer key frames whose lines stay within `tolerance` (a share of the box's own size) of those given."""
    if not frames:
        return []
    kept = sorted({0, len(frames) - 1, *_bends(frames, 0, len(frames) - 1, tolerance)})
    return [frames[place] for place in kept]


def _bends(frames: Sequence[KeyFrame], first: int, last: int, tolerance: float) -> Iterator[int]:
    waiting = [(first, last)]
    while waiting:
        start, end = waiting.pop()
        off = [(_off_the_line(frames[start], frames[end], frames[place]), place) for place in range(start + 1, end)]
        worst, place = max(off, default=(0.0, start))
        if worst > tolerance:
            yield place
            waiting += [(start, place), (place, end)]


def _off_the_line(start: KeyFrame, end: KeyFrame, frame: KeyFrame) -> float:
    span = end.at - start.at
    line = between(start.box, end.box, (frame.at - start.at) / span if span > 0 else 0.0)
    across = max(abs(line.left - frame.box.left), abs(line.left + line.width - frame.box.left - frame.box.width)) / frame.box.width
    down = max(abs(line.top - frame.box.top), abs(line.top + line.height - frame.box.top - frame.box.height)) / frame.box.height
    return max(across, down)
