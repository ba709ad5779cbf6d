"""Times told by a device whose clock may be wrong: how far off it was when it recorded, and putting the times right. Pure.

A device says what its clock shows; it never puts a time right by itself. Why it is done this way: docs/decisions/0013.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from stop_search.encounters.rules import NewEncounter

WORTH_CORRECTING = timedelta(minutes=2)  # less is told by how long a message travels and by minutes that people round


@dataclass(frozen=True)
class ClockReading:
    """What a device's clock showed at a moment that is known. Both are aware."""

    showed: datetime
    really: datetime

    @property
    def slow_by(self) -> timedelta:
        """How far the clock was behind; negative where it was ahead."""
        return self.really - self.showed


@dataclass(frozen=True)
class RecordingClock:
    """What a record carries about the clock that made it.

    `recorded`: what the clock showed when the record was begun. `reading`: the last reading before that, from an answer of ours.
    """

    recorded: datetime
    reading: ClockReading


def put_right(encounter: NewEncounter, *, carried: RecordingClock | None, sending: datetime | None, now: datetime) -> NewEncounter:
    """Return the stop with its times as they really were, and with how far they were corrected.

    `sending`: what the device's clock shows as it sends. Two minutes or less are left alone.
    """
    correction = _slow_by(carried, ClockReading(sending, now) if sending else None, now)
    if abs(correction) <= WORTH_CORRECTING:
        return encounter
    try:
        started_at, ended_at = encounter.started_at + correction, encounter.ended_at and encounter.ended_at + correction
    except OverflowError:
        return encounter
    return replace(encounter, started_at=started_at, ended_at=ended_at, clock_corrected_by_seconds=round(correction.total_seconds()))


def _slow_by(carried: RecordingClock | None, sending: ClockReading | None, now: datetime) -> timedelta:
    """Return how far the clock was behind when it recorded.

    Where the readings before the recording and at the sending differ, somebody set the clock in between. If the first places the
    recording after that reading and not in the future, the clock was still as it was then; else it had been set already.
    """
    if carried is None:
        return sending.slow_by if sending else timedelta(0)
    before = carried.reading.slow_by
    if sending and abs(before - sending.slow_by) <= WORTH_CORRECTING:
        return before
    # Compared on the device's own clock, where no sum can leave the calendar.
    since_reading, until_now = carried.recorded - carried.reading.showed, (now - carried.recorded) - before
    if since_reading >= -WORTH_CORRECTING and until_now >= -WORTH_CORRECTING:
        return before
    return sending.slow_by if sending else timedelta(0)
