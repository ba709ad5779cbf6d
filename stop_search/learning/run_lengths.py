"""How long a control chart runs before it signals although nothing changed, and which limits give a wanted length. Pure.

The run length from a start solves an integral equation (Crowder 1987 for the EWMA, Page 1954 for the CUSUM), here at Gauss-Legendre points.
"""

import math
from collections.abc import Callable
from functools import cache
from statistics import NormalDist

from stop_search.learning.control_charts import DECISION, EWMA_LIMIT, SLACK, WEIGHT, average_deviation

_NODES = 40
_STANDARD = NormalDist()


@cache
def ewma_run_length(limit: float = EWMA_LIMIT, *, weight: float = WEIGHT, shift: float = 0.0) -> float:
    """Return how many periods an EWMA runs on average until it is outside; `shift`: of the scores' mean, in standard deviations."""
    end = limit * average_deviation(weight)
    places, sizes = _legendre(-end, end)
    rows = [
        [
            float(i == j) - size / weight * _STANDARD.pdf((y - (1 - weight) * u) / weight - shift)
            for j, (y, size) in enumerate(zip(places, sizes, strict=True))
        ]
        for i, u in enumerate(places)
    ]
    lengths = _solved(rows, [1.0] * len(places))
    return 1 + sum(
        size / weight * _STANDARD.pdf(y / weight - shift) * length for y, size, length in zip(places, sizes, lengths, strict=True)
    )


@cache
def cusum_run_length(decision: float = DECISION, *, slack: float = SLACK, shift: float = 0.0) -> float:
    """Return how many periods a two-sided CUSUM runs on average: 1 / (1 / up + 1 / down)."""
    sides = (_one_sided(decision, slack - shift), _one_sided(decision, slack + shift))
    return 1 / sum(1 / side for side in sides)


@cache
def ewma_limit_for(charts: int) -> float:
    """Return the limit at which so many charts together signal no more often than one would at the usual limit."""
    return _where_longest(ewma_run_length, charts * ewma_run_length(), (EWMA_LIMIT, 6.0))


@cache
def decision_for(charts: int) -> float:
    """Return the same for the CUSUM's decision."""
    return _where_longest(cusum_run_length, charts * cusum_run_length(), (DECISION, 14.0))


def _one_sided(decision: float, slack: float) -> float:
    """Return the run length from 0, where the sum can also stay."""
    places, sizes = _legendre(0.0, decision)
    starts = [0.0, *places]
    rows = [
        [
            float(i == 0) - _STANDARD.cdf(slack - u),
            *(float(i == j) - size * _STANDARD.pdf(y - u + slack) for j, (y, size) in enumerate(zip(places, sizes, strict=True), start=1)),
        ]
        for i, u in enumerate(starts)
    ]
    return _solved(rows, [1.0] * len(starts))[0]


def _where_longest(length: Callable[[float], float], wanted: float, between: tuple[float, float]) -> float:
    low, high = between
    while high - low > 1e-4:  # noqa: PLR2004 -- finer than any chart is drawn
        middle = (low + high) / 2
        low, high = (middle, high) if length(middle) < wanted else (low, middle)
    return high


def _solved(rows: list[list[float]], values: list[float]) -> list[float]:
    """Return the solution of a system of linear equations (Gauss, with the largest pivot)."""
    size = len(rows)
    whole = [[*row, value] for row, value in zip(rows, values, strict=True)]
    for k in range(size):
        pivot = max(range(k, size), key=lambda i: abs(whole[i][k]))
        whole[k], whole[pivot] = whole[pivot], whole[k]
        for i in range(k + 1, size):
            factor = whole[i][k] / whole[k][k]
            if factor:
                whole[i][k:] = [one - factor * two for one, two in zip(whole[i][k:], whole[k][k:], strict=True)]
    found = [0.0] * size
    for k in reversed(range(size)):
        found[k] = (whole[k][size] - sum(whole[k][j] * found[j] for j in range(k + 1, size))) / whole[k][k]
    return found


def _legendre(start: float, end: float) -> tuple[list[float], list[float]]:
    """Return the Gauss-Legendre places and weights between two ends."""
    middle, half = (start + end) / 2, (end - start) / 2
    found = [_root(k) for k in range(_NODES)]
    return [middle + half * place for place, _ in found], [half * 2 / ((1 - place * place) * slope * slope) for place, slope in found]


@cache
def _root(k: int) -> tuple[float, float]:
    """Return the polynomial's k-th root, by Newton's method, and its slope there."""
    place, slope = math.cos(math.pi * (k + 0.75) / (_NODES + 0.5)), 1.0
    for _ in range(50):
        before, now = 1.0, place
        for n in range(2, _NODES + 1):
            before, now = now, ((2 * n - 1) * place * now - (n - 1) * before) / n
        slope = _NODES * (place * now - before) / (place * place - 1)
        place -= now / slope
    return place, slope
