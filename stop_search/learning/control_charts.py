"""Whether something changed over time: charts of standardised results, one period after another (EWMA and CUSUM). Pure.

Where nothing changed each chart still signals once in so many periods: its run length, worked out in `run_lengths.py`. The more charts are
looked at, the wider are their limits, so that all of them together signal no more often than one would.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from stop_search.learning.exact_tests import mid_cumulative

WEIGHT = 0.1  # of the newest period
EWMA_LIMIT = 2.814  # in standard deviations of the average: run length 499.5
SLACK = 0.5  # standard deviations: half of the change that is looked for
DECISION = 4.0  # run length 167.7 on both sides together; 5 has 465.4
_FURTHEST = 1e-9


@dataclass(frozen=True)
class Period:
    """What was seen in one period, in the order of time: `events` among `n`.

    `worth`: how many independent ones each is worth, 1 or less; people who are stopped together are fewer.
    """

    name: str
    events: float
    n: float
    worth: float = 1.0


@dataclass(frozen=True)
class ChartPoint:
    """One period of a chart. `score`: in standard deviations from the usual share; `average`: the EWMA; `up`, `down`: the two CUSUMs."""

    name: str
    n: float
    share: float
    score: float
    average: float
    up: float
    down: float


@dataclass(frozen=True)
class Chart:
    """A chart with its limits. `average_limit`: above or below 0, for the average; `decision`: for the sums."""

    usual: float
    points: tuple[ChartPoint, ...]
    average_limit: float
    decision: float

    @property
    def outside(self) -> tuple[ChartPoint, ...]:
        """The periods at which the average is outside its limits, in the order of time."""
        return tuple(point for point in self.points if abs(point.average) > self.average_limit)

    @property
    def summed_up(self) -> tuple[ChartPoint, ...]:
        """The periods at which a sum passes the decision; after that it begins again from 0."""
        return tuple(point for point in self.points if max(point.up, point.down) > self.decision)


def chart(periods: Sequence[Period], *, limit: float = EWMA_LIMIT, decision: float = DECISION) -> Chart:
    """Return the chart of all periods that have somebody in them; what is usual is the share over all of them."""
    kept = [period for period in periods if period.n > 0]
    whole = sum(period.n for period in kept)
    usual = sum(period.events for period in kept) / whole if whole else 0.0
    points: list[ChartPoint] = []
    average = up = down = 0.0
    for period in kept:
        score = normal_score(period, usual)
        average = WEIGHT * score + (1 - WEIGHT) * average
        # A sum that has told what it is there for begins again, so that each signal is one more change and not the echo of the last.
        up, down = (0.0 if one > decision else one for one in (up, down))
        up, down = max(0.0, up + score - SLACK), max(0.0, down - score - SLACK)
        points.append(ChartPoint(period.name, period.n, period.events / period.n, score, average, up, down))
    return Chart(usual, tuple(points), limit * average_deviation(WEIGHT), decision)


def normal_score(period: Period, usual: float) -> float:
    """Return how far a period is from what is usual, in standard deviations, by the exact mid-p on as many as they are worth.

    With small numbers a share less the usual one, over its standard error, is too often far above: the exact score is not.
    """
    if not 0 < usual < 1:
        return 0.0
    at_most = mid_cumulative(period.events * period.worth, period.n * period.worth, usual)
    return NormalDist().inv_cdf(min(max(at_most, _FURTHEST), 1 - _FURTHEST))


def average_deviation(weight: float) -> float:
    """Return the standard deviation of the average of standard scores, after many periods."""
    return math.sqrt(weight / (2 - weight))
