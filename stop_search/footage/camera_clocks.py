"""How far a camera's clock is from the records' time, read from what it filmed for certain. Pure.

A camera's clock drifts and is set right now and then, so each reading is dated and only those of the days around a recording count.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

LARGEST_DRIFT = timedelta(minutes=3)  # how far a clock may be off that nothing is known of; the force's cameras keep within this
READ_WITHIN = timedelta(days=7)
READINGS_USED = 9  # the nearest in time: enough to outvote a wrong one, few enough to follow a clock that was set
LEAST_DOUBT = timedelta(seconds=45)
FEW = 3
USUAL_LEAD = timedelta(minutes=1)  # between switching on and the encounter's start, where only the start is recorded


@dataclass(frozen=True)
class Reading:
    """At `at`, by the camera, it was `ahead` of the records (negative: behind)."""

    at: datetime
    ahead: timedelta


@dataclass(frozen=True)
class Clock:
    """How far ahead a clock is taken to be, by how much that may be wrong, and from how many readings it is known."""

    ahead: timedelta
    doubt: timedelta
    readings: int


UNKNOWN = Clock(timedelta(0), LARGEST_DRIFT, 0)


def reading_of(*, filmed: tuple[datetime, datetime], recorded: tuple[datetime, datetime | None]) -> Reading:
    """Return what one recording of one encounter tells of the clock.

    Cameras run from a little before to a little after, so the middles are compared; without a recorded end, the starts.
    """
    started, ended = recorded
    if ended is None:
        return Reading(filmed[0], filmed[0] + USUAL_LEAD - started)
    return Reading(filmed[0], ((filmed[0] - started) + (filmed[1] - ended)) / 2)


def clock_at(readings: Iterable[Reading], at: datetime) -> Clock:
    """Return what is known of a clock at a moment: the median of the nearest readings, which one wrong reading does not move far.

    The doubt is half as much again as the median distance from the median, and never below LEAST_DOUBT.
    One or two readings leave half of LARGEST_DRIFT.
    """
    near = sorted((one for one in readings if abs(one.at - at) <= READ_WITHIN), key=lambda one: (abs(one.at - at), one.at))[:READINGS_USED]
    if not near:
        return UNKNOWN
    ahead = timedelta(seconds=median(one.ahead.total_seconds() for one in near))
    if len(near) < FEW:
        return Clock(ahead, LARGEST_DRIFT / 2, len(near))
    spread = timedelta(seconds=median(abs((one.ahead - ahead).total_seconds()) for one in near))
    return Clock(ahead, max(LEAST_DOUBT, spread * 1.5), len(near))
