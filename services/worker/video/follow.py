"""Following faces and plates from find to find: forward while the detector is blind, backward from where it first saw. Runs in the child.

Between two looks of the detector a box goes where the picture under it goes, and a few times a second the detector looks closely at where
it should be. What the way there missed the detector by is spread over the way. What is found anew is followed back in the same manner.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from services.worker.video.faces import Found
from services.worker.video.flow import flowed
from services.worker.video.pictures import Picture
from services.worker.video.tracks import Box, KeyFrame, overlap

COAST_SECONDS, BACK_SECONDS, KEPT_SECONDS = 2.5, 2.7, 0.08  # how long by the flow alone; how far back; between the pictures kept for that
LOST_SECONDS = 1.0  # how long something that the flow lost is still looked for near where it was
JOIN_SECONDS = 3.0
NEAR_SECONDS, MOST_NEAR = 0.24, 12  # how often the detector looks closely at each box, and at how many in one picture
SAME_OVERLAP, SAME_DISTANCE, LOST_DISTANCE, JOIN_DISTANCE = 0.15, 0.7, 3.0, 6.0  # distances in sizes of the box

Near = Callable[[str, Picture, Box], Found | None]


@dataclass
class Way:
    """One box over time. `seen`: the places in `frames` at which the detector itself saw it. `looked`: when it looked there last."""

    kind: str
    frames: list[KeyFrame]
    certainty: float
    seen: list[int] = field(default_factory=list)
    looked: float = 0.0

    @property
    def last_seen_at(self) -> float:
        """Return when the detector saw it last, in seconds."""
        return self.frames[self.seen[-1]].at


class Follower:
    """Takes pictures in order of time, with what the detector found in some of them; `ways` are all boxes in the end."""

    def __init__(self, near: Near) -> None:
        self._near = near
        self._live: list[Way] = []
        self._ended: list[Way] = []
        self._past: deque[tuple[float, Picture]] = deque()
        self._before: tuple[float, Picture] | None = None

    def step(self, at: float, picture: Picture, found: dict[str, list[Found]]) -> None:
        """Take the next picture. A kind that is missing in `found` was not looked for."""
        before_at, before = self._before or (at, picture)
        for way in self._live if before_at < at else ():
            _move(way, before_at, before, at, picture)
        for kind, finds in found.items():
            self._match(at, picture, kind, finds)
        self._look_near(at, picture)
        self._keep(at, picture)
        lost = [way for way in self._live if at - way.last_seen_at > COAST_SECONDS or at - way.frames[-1].at > LOST_SECONDS]
        self._ended += lost
        self._live = [way for way in self._live if way not in lost]

    def _keep(self, at: float, picture: Picture) -> None:
        """Keep the pictures of the last seconds, not all of them: three megabytes each."""
        self._before = (at, picture)
        if not self._past or at >= self._past[-1][0] + KEPT_SECONDS - 1e-6:
            self._past.append((at, picture))
        while self._past[0][0] < at - BACK_SECONDS:
            self._past.popleft()

    def ways(self) -> list[Way]:
        """Return all boxes, those that are one thing joined, by their start."""
        return _joined(sorted([*self._ended, *self._live], key=lambda way: way.frames[0].at))

    def _match(self, at: float, picture: Picture, kind: str, finds: list[Found]) -> None:
        waiting = [way for way in self._live if way.kind == kind]
        for find in sorted(finds, key=lambda one: -one.certainty):
            alike = [(likeness(way.frames[-1].box, find.box, reach=_reach(way, at)), way) for way in waiting]
            best, nearest = max(alike, key=lambda pair: pair[0], default=(0.0, None))
            if nearest is not None and best > 0:
                waiting.remove(nearest)
                _put_right(nearest, at, find)
            elif not any(way.kind == kind and overlap(way.frames[-1].box, find.box) > SAME_OVERLAP for way in self._live):
                self._live.append(self._begun(at, picture, kind, find))

    def _look_near(self, at: float, picture: Picture) -> None:
        """Look closely where the detector did not see just now what it saw before; first where it is longest ago."""
        waiting = sorted((way for way in self._live if at >= way.looked + NEAR_SECONDS - 1e-6), key=lambda way: way.looked)
        for way in waiting[:MOST_NEAR]:
            way.looked = at
            find = self._near(way.kind, picture, way.frames[-1].box)
            if find is not None:
                _put_right(way, at, find)

    def _begun(self, at: float, picture: Picture, kind: str, find: Found) -> Way:
        """Return a new way, followed back as far as the pictures that are kept reach."""
        back = Way(kind, [KeyFrame(at, find.box)], find.certainty, [0], at)
        later_at, later = at, picture
        for earlier_at, earlier in reversed([one for one in self._past if one[0] < at]):
            _move(back, later_at, later, earlier_at, earlier)
            if back.looked - earlier_at >= NEAR_SECONDS - 1e-6:
                back.looked = earlier_at
                seen = self._near(kind, earlier, back.frames[-1].box)
                if seen is not None:
                    _put_right(back, earlier_at, seen)
            if back.frames[-1].at - earlier_at > LOST_SECONDS:
                break
            later_at, later = earlier_at, earlier
        last = len(back.frames) - 1
        return Way(kind, back.frames[::-1], back.certainty, [last - place for place in reversed(back.seen)], at)


def _move(way: Way, at: float, picture: Picture, next_at: float, following: Picture) -> None:
    """Take a box along to the next picture, if it was there in this one and the flow does not lose it."""
    if way.frames[-1].at == at and (moved := flowed(picture, following, way.frames[-1].box)) is not None:
        way.frames.append(KeyFrame(next_at, moved))


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
    if guessed.at != at:
        way.frames.append(KeyFrame(at, find.box))
    else:
        span = at - way.frames[first].at
        for place in range(first + 1, len(way.frames)):
            frame = way.frames[place]
            share = (frame.at - way.frames[first].at) / span if span else 1.0
            moved = (old + (new - was) * share for old, new, was in zip(frame.box, find.box, guessed.box, strict=True))
            way.frames[place] = KeyFrame(frame.at, Box(*moved).padded(0, 0, 0))
        way.frames[-1] = KeyFrame(at, find.box)
    way.looked = at
    way.seen.append(len(way.frames) - 1)
    way.certainty = max(way.certainty, find.certainty)


def _joined(ways: Iterable[Way]) -> list[Way]:
    """Join what ends with what begins soon after near there: a straight line fills the gap."""
    joined: list[Way] = []
    for way in ways:
        before = [one for one in joined if one.kind == way.kind and _goes_on(one, way)]
        if not before:
            joined.append(way)
            continue
        earlier = max(before, key=lambda one: one.frames[-1].at)
        earlier.seen += [place + len(earlier.frames) for place in way.seen]
        earlier.frames += way.frames
        earlier.certainty = max(earlier.certainty, way.certainty)
    return joined


def _goes_on(one: Way, other: Way) -> bool:
    """Return whether one may be the other's beginning: the longer the gap, the further apart they may stand."""
    end, start = one.frames[-1], other.frames[0]
    gap = start.at - end.at
    reach = SAME_DISTANCE + (JOIN_DISTANCE - SAME_DISTANCE) * gap / JOIN_SECONDS
    return 0 < gap <= JOIN_SECONDS and likeness(end.box, start.box, reach=reach) > 0
