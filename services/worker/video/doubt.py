"""How much larger a box is drawn than it was found: the longer ago the detector saw it, the larger; never smaller than a moment ago.

Plain Python; what is too large is corrected by a person in a moment, and what is too small shows a face.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from services.worker.video.tracks import Box, KeyFrame, between

GROWTH_A_SECOND, MOST_GROWTH = 0.15, 0.4  # of the box, at each side
LONGEST_LINE = 0.5  # seconds: a longer straight line is grown in its middle


def widened(frames: Sequence[KeyFrame], seen: Sequence[int]) -> list[KeyFrame]:
    """Return key frames grown by the time to the nearest of those (places in `frames`) at which the detector saw the thing itself."""
    moments = sorted(frames[place].at for place in seen)
    grown: list[KeyFrame] = []
    for at, box in _with_middles(frames):
        growth = min(MOST_GROWTH, GROWTH_A_SECOND * _apart(moments, at))
        grown.append(KeyFrame(at, box.padded(growth, growth, growth)))
    return grown


def steadied(frames: Sequence[KeyFrame], seconds: float) -> list[KeyFrame]:
    """Return the same middles with the largest width and height of so many seconds before and after: a detector's sizes tremble."""
    steady: list[KeyFrame] = []
    first = last = 0
    for at, box in frames:
        while frames[first].at < at - seconds:
            first += 1
        while last < len(frames) and frames[last].at <= at + seconds:
            last += 1
        wide, tall = (max(frame.box[side] for frame in frames[first:last]) for side in (2, 3))
        x, y = box.centre
        steady.append(KeyFrame(at, Box(x - wide / 2, y - tall / 2, wide, tall)))
    return steady


def _with_middles(frames: Sequence[KeyFrame]) -> Iterator[KeyFrame]:
    before: KeyFrame | None = None
    for frame in frames:
        if before is not None and frame.at - before.at > LONGEST_LINE:
            yield KeyFrame((before.at + frame.at) / 2, between(before.box, frame.box, 0.5))
        yield frame
        before = frame


def _apart(moments: Sequence[float], at: float) -> float:
    after = bisect_left(moments, at)
    return min((abs(at - moment) for moment in moments[max(0, after - 1) : after + 1]), default=0.0)
