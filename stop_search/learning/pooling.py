"""Partial pooling: what is seen of a small group is drawn towards what is seen of all, the more so the smaller it is. Pure.

Shares are Beta about a common mean; mean and spread are integrated over a grid (Jeffreys' prior for the mean, half-normal with scale 0.5
for the spread of logits), never put at their best guess: intervals about a best guess cover 80 % where they say 95 %.
"""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from operator import mul

from stop_search.learning.estimates import CONFIDENCE, Interval, wilson

SPREAD_SCALE = 0.5
_MEANS, _SPREADS, _POINTS = 31, 20, 400
_WIDEST_SPREAD = 1.8  # logits: beyond three and a half times the scale there is next to nothing
_LEFT_OUT = 1e-3  # of the likeliest point's weight
_FURTHER = 2.5  # how many times the distance to Wilson's end the grid of shares reaches

Seen = tuple[float, float]  # events, and among how many: effective numbers may be broken


@dataclass(frozen=True)
class _Prior:
    a: float
    b: float
    weight: float


@dataclass(frozen=True)
class Pooled:
    """The share of each that was seen, in the same order, drawn together; `spread`: between their logits, its mean and 95 % ends."""

    shares: tuple[Interval, ...]
    mean: float
    spread: float


def pooled(seen: Sequence[Seen]) -> Pooled:
    """Return the pooled shares with their 95 % intervals. What has nobody in it is given what the others tell of it.

    Raises:
        ValueError: nothing was seen at all.

    """
    if not sum(n for _, n in seen):
        message = "there is nothing to pool: nobody was seen"
        raise ValueError(message)
    priors, spreads = _weighted(seen)
    points = _points(seen)
    logs = [(math.log(at), math.log1p(-at)) for at in points]
    columns = list(zip(*(_densities(logs, prior) for prior in priors), strict=True))
    mean = sum(prior.weight * prior.a / (prior.a + prior.b) for prior in priors)
    spread = sum(prior.weight * spread for prior, spread in zip(priors, spreads, strict=True))
    return Pooled(tuple(_share(events, n, priors, points, logs, columns) for events, n in seen), mean, spread)


def _weighted(seen: Sequence[Seen]) -> tuple[list[_Prior], list[float]]:
    """Return the grid's points that count, each as a Beta with its weight, and the spread that each stands for."""
    events, whole = sum(x for x, _ in seen), sum(n for _, n in seen)
    middle = _logit((events + 0.5) / (whole + 1))
    reach = 4 / math.sqrt(whole * _slope(middle)) + 1.6
    means = [_share_at(middle + reach * (2 * k / (_MEANS - 1) - 1)) for k in range(_MEANS)]
    spreads = [_WIDEST_SPREAD * (k + 0.5) / _SPREADS for k in range(_SPREADS)]
    grid = [(mean, spread, *_beta_of(mean, spread)) for mean in means for spread in spreads]
    logs = [_log_all_seen(seen, a, b) + math.log(mean * (1 - mean)) / 2 - (spread / SPREAD_SCALE) ** 2 / 2 for mean, spread, a, b in grid]
    highest = max(logs)
    weights = [math.exp(value - highest) for value in logs]
    kept = [(a, b, spread, weight) for (_, spread, a, b), weight in zip(grid, weights, strict=True) if weight > _LEFT_OUT]
    whole_weight = sum(weight for *_, weight in kept)
    return [_Prior(a, b, weight / whole_weight) for a, b, _, weight in kept], [spread for _, _, spread, _ in kept]


def _beta_of(mean: float, spread: float) -> tuple[float, float]:
    """Return the Beta whose share has this mean, and whose logit about this spread (by the logit's slope at the mean)."""
    strength = max(1 / (spread**2 * mean * (1 - mean)) - 1, 0.05)
    return mean * strength, (1 - mean) * strength


def _log_all_seen(seen: Sequence[Seen], a: float, b: float) -> float:
    return sum(_log_beta(a + x, b + n - x) for x, n in seen) - len(seen) * _log_beta(a, b)


def _log_seen(x: float, n: float, a: float, b: float) -> float:
    return _log_beta(a + x, b + n - x) - _log_beta(a, b)


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def _points(seen: Sequence[Seen]) -> list[float]:
    """Return shares, evenly apart in logits, from below the lowest that may be to above the highest."""
    ends = [tuple(map(_inner_logit, (x / n, *wilson(x / n, n)))) for x, n in seen if n]
    low = min(low - (_FURTHER - 1) * (share - low) for share, low, _ in ends)
    high = max(high + (_FURTHER - 1) * (high - share) for share, _, high in ends)
    low, high = max(low, -14.0), min(high, 14.0)
    return [_share_at(low + (high - low) * k / (_POINTS - 1)) for k in range(_POINTS)]


def _densities(logs: Sequence[tuple[float, float]], prior: _Prior) -> list[float]:
    """Return the prior's density in logits at every point; `logs` are the logarithms of the share and of what it leaves."""
    a, b, norm = prior.a, prior.b, _log_beta(prior.a, prior.b)
    return [math.exp(a * at + b * rest - norm) for at, rest in logs]


def _share(
    x: float,
    n: float,
    priors: Sequence[_Prior],
    points: Sequence[float],
    logs: Sequence[tuple[float, float]],
    columns: Sequence[Sequence[float]],
) -> Interval:
    best = _log_seen_best(x, n)
    factors = [prior.weight / math.exp(_log_seen(x, n, prior.a, prior.b) - best) for prior in priors]
    density = [
        math.exp(x * at + (n - x) * rest - best) * sum(map(mul, factors, column)) for (at, rest), column in zip(logs, columns, strict=True)
    ]
    steps = [0.0, *accumulate((one + two) / 2 for one, two in pairwise(density))]
    tail = (1 - CONFIDENCE) / 2 * steps[-1]
    middle = sum(at * value for at, value in zip(points, density, strict=True)) / sum(density)
    return Interval(middle, _where(steps, tail, points), _where(steps, steps[-1] - tail, points))


def _log_seen_best(x: float, n: float) -> float:
    """Return the logarithm of the likelihood at the share that was seen; only keeps numbers near 1."""
    return sum(part * math.log(part / n) for part in (x, n - x) if part > 0)


def _where(steps: Sequence[float], wanted: float, points: Sequence[float]) -> float:
    place = max(1, min(bisect_left(steps, wanted), len(steps) - 1))
    before, after = steps[place - 1], steps[place]
    part = (wanted - before) / (after - before) if after > before else 0.0
    return points[place - 1] + part * (points[place] - points[place - 1])


def _logit(share: float) -> float:
    return math.log(share / (1 - share))


def _inner_logit(share: float) -> float:
    return _logit(min(max(share, 1e-6), 1 - 1e-6))


def _share_at(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


def _slope(logit: float) -> float:
    share = _share_at(logit)
    return share * (1 - share)
