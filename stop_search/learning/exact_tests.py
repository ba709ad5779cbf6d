"""Exact tests with the mid-p, and which of many results may be called a difference. Pure.

The mid-p counts half of what is just as likely as what was seen; without it an exact test finds too little in small groups (Lancaster
1961).
"""

import math
from collections.abc import Sequence

from stop_search.learning.ratios import Group

FALSE_DISCOVERIES = 0.05
_SMALL = 1e-16


def differs_from_share(events: float, n: float, share: float) -> float:
    """Return the two-sided mid-p of `events` among n where each has the probability `share`. Effective numbers may be broken."""
    if n <= 0 or not 0 < share < 1:
        return 1.0
    at_most = mid_cumulative(events, n, share)
    return min(1.0, 2 * min(at_most, 1 - at_most))


def mid_cumulative(events: float, n: float, share: float) -> float:
    """Return the probability of fewer than `events` among n, and half of that of exactly so many; 0 < share < 1.

    For broken numbers it is what the incomplete beta function gives between the whole ones.
    """
    return (_at_most(events, n, share) + _at_most(events - 1, n, share)) / 2


def differ(group: Group, other: Group) -> float:
    """Return the two-sided mid-p of Fisher's exact test of two groups' shares; 1 where there is nothing to compare."""
    whole, events = group.size + other.size, group.events + other.events
    if not group.size or not other.size or not 0 < events < whole:
        return 1.0
    expected = events * group.size / whole
    step = -1 if group.events <= expected else 1
    low, high = max(0, events - other.size), min(events, group.size)
    term = math.exp(_log_choose(group.size, group.events) + _log_choose(other.size, other.events) - _log_choose(whole, events))
    tail, k = term / 2, group.events
    while low <= k + step <= high and term > tail * _SMALL:
        term *= _next_to(k, step, group.size, other.size, events)
        k += step
        tail += term
    return min(1.0, 2 * tail)


def adjusted(p_values: Sequence[float]) -> list[float]:
    """Return each p-value adjusted for all of them (Benjamini and Hochberg 1995), in the same order.

    What is at most q is a discovery: of all discoveries, q at most are false, on average.
    """
    order = sorted(range(len(p_values)), key=lambda place: p_values[place], reverse=True)
    found = [1.0] * len(p_values)
    lowest = 1.0
    for rank, place in zip(range(len(p_values), 0, -1), order, strict=True):
        lowest = min(lowest, p_values[place] * len(p_values) / rank)
        found[place] = lowest
    return found


def beta_cumulative(at: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function I_at(a, b), for a, b above 0 (by its continued fraction)."""
    if at <= 0 or at >= 1:
        return float(at >= 1)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(at) + b * math.log1p(-at))
    if at < (a + 1) / (a + b + 2):
        return front * _fraction(at, a, b) / a
    return 1 - front * _fraction(1 - at, b, a) / b


def _at_most(events: float, n: float, share: float) -> float:
    if events <= -1 or events >= n:
        return float(events >= n)
    return beta_cumulative(1 - share, n - events, events + 1)


def _next_to(k: int, step: int, size: int, other: int, events: int) -> float:
    if step < 0:
        return k * (other - events + k) / ((size - k + 1) * (events - k + 1))
    return (size - k) * (events - k) / ((k + 1) * (other - events + k + 1))


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def _fraction(at: float, a: float, b: float) -> float:
    """Return the continued fraction of the incomplete beta function (Lentz's method)."""
    tiny = 1e-300
    c, d = 1.0, 1 / (1 - (a + b) * at / (a + 1) or tiny)
    value = d
    for m in range(1, 2000):
        for factor in (m * (b - m) * at / ((a + 2 * m - 1) * (a + 2 * m)), -(a + m) * (a + b + m) * at / ((a + 2 * m) * (a + 2 * m + 1))):
            d = 1 / (1 + factor * d or tiny)
            c = 1 + factor / c or tiny
            value *= c * d
        if abs(c * d - 1) < 1e-15:  # noqa: PLR2004 -- as near as a float goes
            break
    return value
