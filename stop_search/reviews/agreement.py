"""Whether the marks of a criterion can be believed: how well two readers who knew nothing of each other agree. Pure.

Only blind readings come in here, the first and the second of one drawn stop, both handed in: an adjudication has seen both. What is
said, per criterion: Krippendorff's alpha with its ordinal metric, which decides; Gwet's AC2 with quadratic weights, which stays
meaningful where nearly all marks are the same; Cohen's kappa; how often the two are simply equal; and whether they agree that it could
be told at all. Each with an interval from drawing the clips anew.
"""

import enum
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from stop_search.reviews.coefficients import (
    REPLICATES,
    Chance,
    Metric,
    Numbers,
    Patterns,
    Weights,
    alpha,
    beyond_chance,
    drawn_anew,
    gwet_error,
    patterns_from,
    percent_agreement,
)
from stop_search.reviews.rules import MarkKind

LEVELS = (0, 1, 2, 3)
ENOUGH_PAIRS = 20
WITHHELD_BELOW = 0.667
FINE_FROM = 0.80
ALPHA = "Krippendorff's alpha (ordinal metric)"
AC2 = "Gwet's AC2 (quadratic weights)"
KAPPA = "Cohen's kappa (quadratic weights, first against second reading)"
PERCENT = "Percent agreement (the same level)"
OBSERVABLE = "Krippendorff's alpha (nominal metric, could be told or not)"
NEEDED_WITHIN = 0.9  # of the draws; an interval of the few in which a coefficient exists would be too narrow

Answer = int | MarkKind  # a level, or why there is none
Pairs = Mapping[tuple[Answer, Answer], int]  # (first reading, second reading) -> how many clips


class Band(enum.StrEnum):
    """What an alpha means for a criterion (Krippendorff 2004, Content Analysis, 2nd edition, page 241: .667 and .800)."""

    NOT_KNOWN = "not_known"
    WITHHELD = "withheld"
    TENTATIVE = "tentative"
    FINE = "fine"


@dataclass(frozen=True)
class Coefficient:
    """A coefficient with its 95 % interval; each is None where it cannot be worked out. `name` says its metric or weights.

    `standard_error`: where a formula gives one, which only Gwet's coefficients have here.
    """

    name: str
    value: float | None
    low: float | None
    high: float | None
    standard_error: float | None = None


@dataclass(frozen=True)
class Agreement:
    """How well readers agree about one criterion. `read_twice`: clips both marked; `scored_twice`: those to which both gave a level."""

    criterion: str
    read_twice: int
    scored_twice: int
    alpha: Coefficient
    ac2: Coefficient
    kappa: Coefficient
    percent: Coefficient
    observable: Coefficient
    band: Band


def agreement_on(criterion: str, pairs: Pairs, *, seed: str, replicates: int = REPLICATES) -> Agreement:
    """Return how well readers agree about a criterion, from the counts of pairs of answers. The same seed gives the same intervals."""
    levels, observed = level_patterns(pairs), _observed_patterns(pairs)
    again = drawn_anew(levels, seed=f"{seed} {criterion}", replicates=replicates) if levels.clips else None
    seen_again = drawn_anew(observed, seed=f"{seed} {criterion} observable", replicates=replicates) if observed.clips else None

    found = _with_interval(ALPHA, levels, again, lambda times: alpha(levels, Metric.ORDINAL, times))
    return Agreement(
        criterion=criterion,
        read_twice=sum(pairs.values()),
        scored_twice=levels.paired,
        alpha=found,
        ac2=_with_interval(AC2, levels, again, lambda times: beyond_chance(levels, Chance.GWET, Weights.QUADRATIC, times), _error(pairs)),
        kappa=_with_interval(KAPPA, levels, again, lambda times: beyond_chance(levels, Chance.CONGER, Weights.QUADRATIC, times)),
        percent=_with_interval(PERCENT, levels, again, lambda times: percent_agreement(levels, times)),
        observable=_with_interval(OBSERVABLE, observed, seen_again, lambda times: alpha(observed, Metric.NOMINAL, times)),
        band=band_of(found.value, levels.paired),
    )


def alpha_of(pairs: Pairs) -> tuple[float | None, int]:
    """Return the alpha that decides about a criterion, without its interval, and how many clips it rests on."""
    levels = level_patterns(pairs)
    value = float(alpha(levels, Metric.ORDINAL)[0]) if levels.paired else np.nan
    return (None if np.isnan(value) else value), levels.paired


def band_of(value: float | None, scored_twice: int) -> Band:
    """Return the band. With fewer than 20 clips scored twice it is not known, nor where every mark is the same.

    Not known is no reason to withhold: a force that begins would publish nothing for months, and the interval at 20 clips is so wide
    that a verdict would be a coin thrown. It is said beside the figure instead.
    """
    if value is None or scored_twice < ENOUGH_PAIRS:
        return Band.NOT_KNOWN
    if value < WITHHELD_BELOW:
        return Band.WITHHELD
    return Band.FINE if value >= FINE_FROM else Band.TENTATIVE


def level_patterns(pairs: Pairs) -> Patterns:
    """Return the pairs as levels: an answer that is no level is missing, and never taken to be one."""
    counted: Counter[tuple[float | None, ...]] = Counter()
    for (first, second), number in pairs.items():
        counted[_level(first), _level(second)] += number
    return patterns_from(counted, scale=LEVELS)


def _level(answer: Answer) -> float | None:
    return None if isinstance(answer, MarkKind) else float(answer)


def _observed_patterns(pairs: Pairs) -> Patterns:
    """Return whether each reader could tell: a level and "not applicable" are both told."""
    counted: Counter[tuple[float | None, ...]] = Counter()
    for (first, second), number in pairs.items():
        counted[float(first != MarkKind.NOT_OBSERVABLE), float(second != MarkKind.NOT_OBSERVABLE)] += number
    return patterns_from(counted, scale=(0, 1))


def _error(pairs: Pairs) -> float | None:
    """Return the standard error over the clips scored twice: Gwet's formula counts how many were not as if that were disagreement."""
    twice = level_patterns({pair: number for pair, number in pairs.items() if not any(isinstance(one, MarkKind) for one in pair)})
    if twice.paired < 2:  # noqa: PLR2004 -- one clip has no spread
        return None
    found = gwet_error(twice, Weights.QUADRATIC)
    return None if np.isnan(found) else found


def _with_interval(
    name: str, patterns: Patterns, again: Numbers | None, function: Callable[[Numbers | None], Numbers], error: float | None = None
) -> Coefficient:
    if again is None or not patterns.paired:
        return Coefficient(name, None, None, None)
    value, drawn = float(function(None)[0]), function(again)
    there = drawn[~np.isnan(drawn)]
    if np.isnan(value):
        return Coefficient(name, None, None, None)
    if len(there) < NEEDED_WITHIN * len(drawn):
        return Coefficient(name, value, None, None, error)
    low, high = np.percentile(there, (2.5, 97.5))
    return Coefficient(name, value, float(low), float(high), error)
