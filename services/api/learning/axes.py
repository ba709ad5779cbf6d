"""Where things stand in the pictures of ratios, units and weeks: places as shares of the width and the height. Draws nothing itself."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from stop_search.learning.control_charts import Chart
from stop_search.learning.funnels import LIMITS, Funnel, limits_at

NARROWEST, WIDEST = 2.0, 32.0
STEPS = 60  # of a funnel's curves
ROOM = 1.08  # above what is highest


@dataclass(frozen=True)
class LogAxis:
    """An axis of ratios from `low` to `high`, both powers of 2."""

    low: float
    high: float

    def place(self, ratio: float) -> float:
        """Return where a ratio stands, 0 at the left and 1 at the right; what is beyond an end stands at it."""
        if ratio <= self.low:
            return 0.0
        return min(1.0, math.log(ratio / self.low) / math.log(self.high / self.low))

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """Places and labels at powers of 2."""
        powers = range(round(math.log2(self.low)), round(math.log2(self.high)) + 1)
        return [(self.place(2.0**power), f"{2**power}" if power >= 0 else f"1/{2**-power}") for power in powers]


def log_axis(ratios: Iterable[float]) -> LogAxis:
    """Return the axis that holds all ratios, at least from 1/2 to 2 and at most from 1/32 to 32."""
    found = [ratio for ratio in ratios if ratio > 0]
    low = min([1 / NARROWEST, *found])
    high = max([NARROWEST, *found])
    return LogAxis(max(1 / WIDEST, 2.0 ** math.floor(math.log2(low))), min(WIDEST, 2.0 ** math.ceil(math.log2(high))))


@dataclass(frozen=True)
class Picture:
    """A picture of 100 by 100: `curves` are lists of points for a polyline by name; `across`, `up`: ticks as (place, label)."""

    curves: dict[str, str]
    dots: list[tuple[float, float]]
    across: list[tuple[float, str]]
    up: list[tuple[float, str]]
    middle: float


def funnel_drawn(funnel: Funnel) -> Picture:
    """Return the funnel: how many across, the share upwards; a dot for each point, in their order."""
    most = max((point.unit.n for point in funnel.points), default=1.0) * ROOM
    highest = max([funnel.centre, *(point.share for point in funnel.points), *(point.limits[0][1] for point in funnel.points)])
    top = min(1.0, max(highest * ROOM, 0.05))
    numbers = [most * step / STEPS for step in range(2, STEPS + 1)]
    curves: dict[str, str] = {}
    for level in LIMITS:
        ends = [limits_at(number, funnel.centre, level) for number in numbers]
        for side, name in enumerate(("low", "high")):
            curves[f"{name} {level}"] = _points(
                (number / most, min(end[side], top) / top) for number, end in zip(numbers, ends, strict=True)
            )
    dots = [(point.unit.n / most, point.share / top) for point in funnel.points]
    return Picture(
        curves, dots, _ticks(most, "{:.0f}"), [(at, f"{float(label) * 100:g}") for at, label in _ticks(top, "{:.6g}")], funnel.centre / top
    )


def chart_drawn(chart: Chart, first: str, last: str) -> Picture:
    """Return the chart of the average: weeks across, from `first` to `last` in words; its limits are the curves "low" and "high"."""
    highest = max([chart.average_limit, *(abs(point.average) for point in chart.points)]) * ROOM
    count = max(len(chart.points) - 1, 1)
    dots = [(number / count, (point.average / highest + 1) / 2) for number, point in enumerate(chart.points)]
    limit = chart.average_limit / highest / 2
    curves = {
        "average": _points(dots),
        "high": _points([(0, 0.5 + limit), (1, 0.5 + limit)]),
        "low": _points([(0, 0.5 - limit), (1, 0.5 - limit)]),
    }
    return Picture(curves, dots, [(0.0, first), (1.0, last)], [], 0.5)


def _points(places: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{across * 100:.2f},{100 - up * 100:.2f}" for across, up in places)


def _ticks(most: float, written: str) -> list[tuple[float, str]]:
    """Return three to six round numbers from 0 up to `most`."""
    step = 10.0 ** math.floor(math.log10(most / 2))
    step *= next(times for times in (1, 2, 5, 10) if most / (step * times) < 6)  # noqa: PLR2004 -- ticks at most
    return [(number * step / most, written.format(number * step)) for number in range(int(most / step) + 1)]
