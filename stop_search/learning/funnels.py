"""Units side by side, so that chance is not taken for a difference: a funnel with exact limits, and flags with few false ones. Pure.

A funnel as Spiegelhalter (2005) draws it, its limits by the exact mid-p: normal limits flag far too much where numbers are small. Units are
districts, boroughs and the like; nothing here may be given an officer.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from stop_search.learning.estimates import Interval
from stop_search.learning.exact_tests import FALSE_DISCOVERIES, adjusted, differs_from_share, mid_cumulative
from stop_search.learning.pooling import pooled

LIMITS = (0.95, 0.998)
FEWEST = 10  # below that there is no point to show
FEWEST_UNITS = 3  # that can be compared with one another
_NEAR, _EXACT = 1e-9, 1e-13  # of events; of a probability


@dataclass(frozen=True)
class Unit:
    """A unit and what was seen there: `events` among `n`, which may be effective numbers."""

    name: str
    events: float
    n: float


@dataclass(frozen=True)
class UnitPoint:
    """A unit in the funnel. `limits`: low and high at 95 % and at 99.8 %; `adjusted_p`: for all units; `pooled`: drawn to the others."""

    unit: Unit
    share: float
    limits: tuple[tuple[float, float], ...]
    p: float
    adjusted_p: float
    pooled: Interval

    @property
    def is_flagged(self) -> bool:
        """Whether it differs from the others by more than chance, all units looked at together."""
        return self.adjusted_p <= FALSE_DISCOVERIES


@dataclass(frozen=True)
class Funnel:
    """All units about the share of all. `beyond_chance`: the standard deviation between units that chance does not explain.

    `too_few`: units with fewer than FEWEST, which have no point.
    """

    centre: float
    points: tuple[UnitPoint, ...]
    too_few: tuple[Unit, ...]
    beyond_chance: float

    @property
    def is_comparison(self) -> bool:
        """Whether there are enough units to compare."""
        return len(self.points) >= FEWEST_UNITS and 0 < self.centre < 1


def funnel(units: Sequence[Unit]) -> Funnel:
    """Return the funnel of all units that have enough to show a point, in the order given."""
    shown = [unit for unit in units if unit.n >= FEWEST]
    too_few = tuple(unit for unit in units if unit.n < FEWEST)
    whole = sum(unit.n for unit in shown)
    if not whole:
        return Funnel(0.0, (), too_few, 0.0)
    centre = sum(unit.events for unit in shown) / whole
    p_values = [differs_from_share(unit.events, unit.n, centre) for unit in shown]
    together = pooled([(unit.events, unit.n) for unit in shown])
    points = tuple(
        UnitPoint(unit, unit.events / unit.n, tuple(limits_at(unit.n, centre, level) for level in LIMITS), p, of_all, share)
        for unit, p, of_all, share in zip(shown, p_values, adjusted(p_values), together.shares, strict=True)
    )
    return Funnel(centre, points, too_few, beyond_chance(shown, centre))


def limits_at(n: float, centre: float, level: float) -> tuple[float, float]:
    """Return between which shares a unit of n lies where nothing differs: the exact mid-p limits, at a level such as 0.95."""
    if not 0 < centre < 1:
        return centre, centre
    tail = (1 - level) / 2
    return _share_where(n, centre, tail), _share_where(n, centre, 1 - tail)


def beyond_chance(units: Sequence[Unit], centre: float) -> float:
    """Return the standard deviation between the units' shares beyond chance (the moments' estimate of DerSimonian and Laird 1986)."""
    variance = centre * (1 - centre)
    whole = sum(unit.n for unit in units)
    spare = whole - sum(unit.n**2 for unit in units) / whole if whole else 0.0
    if not variance or spare <= 0:
        return 0.0
    squared = sum(unit.n * (unit.events / unit.n - centre) ** 2 for unit in units) / variance
    return math.sqrt(max(0.0, (squared - (len(units) - 1)) * variance / spare))


def _share_where(n: float, centre: float, wanted: float) -> float:
    """Return the share that a unit of n is below with this probability, by false position (Illinois): 18 steps where halving takes 60."""
    width = 6 * math.sqrt(n * centre * (1 - centre)) + 2
    low, high = max(-0.5, n * centre - width), min(n + 0.5, n * centre + width)
    below, above = (mid_cumulative(end, n, centre) - wanted for end in (low, high))
    if below >= 0:
        return 0.0
    was_below: bool | None = None
    for _ in range(100):
        at = (low * above - high * below) / (above - below)
        off = mid_cumulative(at, n, centre) - wanted
        if high - low < _NEAR or abs(off) < _EXACT:
            low = at
            break
        if off < 0:
            low, below, above = at, off, above / 2 if was_below is True else above
        else:
            high, above, below = at, off, below / 2 if was_below is False else below
        was_below = off < 0
    return min(1.0, max(0.0, low / n))
