"""A simulated station for retention: true time beside a clock that jumps, freezes and falls back, machines that stop, people who hold.

What is simulated is time and people; receiving, holding, releasing, reclassifying, erasing and looking at the clock are the real actions on
a real database.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from stop_search.footage.clock_rules import Witness

HOUR = timedelta(hours=1)


@dataclass
class FaultyClock:
    """What the database's clock shows: true time, but for faults of (from, until, kind, by)."""

    faults: list[tuple[datetime, datetime, str, timedelta]]

    def shows(self, true: datetime) -> datetime:
        """Return what it shows at a true moment."""
        for start, end, kind, by in self.faults:
            if start <= true < end:
                return start if kind == "frozen" else true + by
        return true

    def is_right(self, true: datetime) -> bool:
        """Return whether it shows the truth."""
        return self.shows(true) == true


@dataclass
class Machine:
    """A machine that is off at times; its counter begins anew at each start."""

    off: list[tuple[datetime, datetime]]
    begun: datetime

    def is_on(self, true: datetime) -> bool:
        """Return whether it runs."""
        return not any(start <= true < end for start, end in self.off)

    def witness(self, true: datetime) -> Witness:
        """Return what its counter says."""
        starts = [self.begun, *(end for _, end in self.off if end <= true)]
        return Witness(f"start {len(starts)}", (true - starts[-1]).total_seconds())


@dataclass
class Schedule:
    """When what goes wrong, by chance."""

    clock: FaultyClock
    machine: Machine
    worker_away: list[tuple[datetime, datetime]] = field(default_factory=list[tuple[datetime, datetime]])

    def works(self, true: datetime) -> bool:
        """Return whether a worker works."""
        return self.machine.is_on(true) and not any(start <= true < end for start, end in self.worker_away)


def schedule(chance: random.Random, *, begun: datetime, days: int) -> Schedule:
    """Return faults one after the other: the clock about every 9 days, the machine every 16, the workers every 20."""
    faults = [(start, end, *_fault(chance)) for start, end in _spans(chance, begun, days, every=9, longest_hours=60)]
    machine = Machine(_spans(chance, begun, days, every=16, longest_hours=40), begun)
    return Schedule(FaultyClock(faults), machine, _spans(chance, begun, days, every=20, longest_hours=100))


def _fault(chance: random.Random) -> tuple[str, timedelta]:
    kind = chance.choice(("back", "ahead", "ahead", "frozen"))
    by = chance.choice((HOUR, 3 * HOUR, 24 * HOUR, 30 * HOUR))
    return kind, {"back": -by, "ahead": chance.choice((by, timedelta(days=30), timedelta(days=400))), "frozen": timedelta(0)}[kind]


def _spans(chance: random.Random, begun: datetime, days: int, *, every: int, longest_hours: int) -> list[tuple[datetime, datetime]]:
    spans: list[tuple[datetime, datetime]] = []
    at = begun + timedelta(days=2)
    while at < begun + timedelta(days=days):
        at += HOUR * chance.randint(24, every * 2 * 24 - 24)
        end = at + HOUR * chance.randint(1, longest_hours)
        spans.append((at, end))
        at = end
    return spans


BEGUN = datetime(2026, 3, 1, tzinfo=UTC)  # four weeks before the clocks go forward
