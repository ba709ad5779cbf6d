"""When an encounter was over, from everything that tells of it: which of a run's parts still show it. Pure.

A recorded end is wrong by a minute or so, and often none is recorded. People switch their camera off soon after the end: the run's own end
tells it without the camera's clock. What is told is weighed for every moment at which it may have ended, STEP apart.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

STEP = timedelta(seconds=10)
LONGEST_TOLD = timedelta(minutes=75)
# What is usual, in seconds. Cameras stay on so long after an encounter, one in eight goes off before its end, one in twelve runs on.
TAIL, TAIL_SPREAD, LONG_TAIL, EARLY_OFF = 40.0, 0.7, 2100.0, 120.0
SOON, EARLY, LONG = 0.80, 0.12, 0.08
LENGTH, LENGTH_SPREAD = 600.0, 0.6
STAMPED, TYPED, FROM_MEMORY = 30.0, 80.0, 190.0  # how far a recorded end lies from the true one
ANYTHING = 1e-6  # whatever is usual, nothing is impossible


@dataclass(frozen=True)
class Told:
    """What tells of an encounter's end, by the records' clock.

    `run_ended`: the run's end, where the run was not made for another encounter too; `others_ended`: when another camera of it went off;
    `latest`: it was over by then for certain; `doubt`: of the camera's clock; `from_memory`: the record was made much later.
    """

    started: datetime
    recorded: datetime | None
    run_ended: datetime | None
    others_ended: datetime | None
    latest: datetime
    doubt: timedelta
    from_memory: bool


def still_going(told: Told) -> Callable[[datetime], float]:
    """Return what says how likely it is that the encounter was still going on at a moment, by the records' clock."""
    last = max(told.latest, told.started + STEP)
    steps = max(1, min(int((last - told.started) / STEP), int(LONGEST_TOLD / STEP)))
    moments = [told.started + STEP * (number + 1) for number in range(steps)]
    weights = [_weight(told, moment) for moment in moments]
    whole = math.fsum(weights)
    return lambda at: math.fsum(weight for moment, weight in zip(moments, weights, strict=True) if moment > at) / whole


def _weight(told: Told, ended: datetime) -> float:
    """Return how well an end agrees with everything that is told; only ratios count."""
    blur = told.doubt.total_seconds() / 2
    weight = _bell(math.log((ended - told.started).total_seconds() / LENGTH), LENGTH_SPREAD)
    if told.recorded is not None:
        off = (told.recorded - ended).total_seconds()
        spreads = ((1.0, FROM_MEMORY),) if told.from_memory else ((0.65, STAMPED), (0.35, TYPED))
        weight *= ANYTHING + sum(share * _bell(off, math.hypot(spread, blur)) for share, spread in spreads)
    if told.run_ended is not None:
        weight *= _tail((told.run_ended - ended).total_seconds())
    if told.others_ended is not None:
        weight *= sum(_tail((told.others_ended - ended).total_seconds() + moved) for moved in (-blur, -blur / 2, 0, blur / 2, blur))
    return weight


def _tail(seconds: float) -> float:
    """Return how usual it is that a camera goes off so many seconds after the end; below 0 before it."""
    if seconds <= 0:
        return ANYTHING + (EARLY / EARLY_OFF if -seconds <= EARLY_OFF else 0.0)
    soon = _bell(math.log(seconds / TAIL), TAIL_SPREAD) / seconds
    return ANYTHING + SOON * soon + (LONG / LONG_TAIL if seconds <= LONG_TAIL else 0.0)


def _bell(off: float, spread: float) -> float:
    return math.exp(-((off / spread) ** 2) / 2) / (spread * math.sqrt(2 * math.pi))
