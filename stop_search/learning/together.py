"""The same encounter on the same dimension, as the person who was stopped and the reviewer each saw it: paired differences. Pure.

People who answer choose themselves, so this tells of the encounters at which both spoke, and of no others. Neither is the measure of the
other: observed scores and people's own views are related only modestly (Worden and McLean, Mirage of Police Reform, 2017, chapter 6).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean, stdev

CONFIDENCE = 0.95
FAR = 2  # levels
LEAST = 30  # encounters


@dataclass(frozen=True)
class Pair:
    """One person's answer beside the final mark of the encounter, both on the rubric's levels 0 to 3. `encounter`: any key of it."""

    encounter: str
    public: int
    reviewer: int


@dataclass(frozen=True)
class Together:
    """One criterion: `n` encounters with both, `people` who answered; the mean of public less reviewer in levels, with its interval.

    `lower`, `same` and `higher` count people whose answer is below, at and above the reviewer's level; `far_lower` those FAR or more below.
    `mean`, `low` and `high` are None where `too_few` says why.
    """

    n: int
    people: int
    lower: int
    same: int
    higher: int
    far_lower: int
    mean: float | None
    low: float | None
    high: float | None
    too_few: str | None


def compared(pairs: Sequence[Pair], *, least: int = LEAST) -> Together:
    """Return what the pairs of one criterion say; people of one encounter count as one, by their mean."""
    by_encounter: dict[str, list[int]] = {}
    for pair in pairs:
        by_encounter.setdefault(pair.encounter, []).append(pair.public - pair.reviewer)
    means = [fmean(found) for found in by_encounter.values()]
    apart = [pair.public - pair.reviewer for pair in pairs]
    too_few = None if len(means) >= least else f"{len(means)} encounters with both, {least} are needed"
    found = None if too_few else interval_of_mean(means)
    return Together(
        n=len(means),
        people=len(pairs),
        lower=sum(gap < 0 for gap in apart),
        same=sum(gap == 0 for gap in apart),
        higher=sum(gap > 0 for gap in apart),
        far_lower=sum(gap <= -FAR for gap in apart),
        mean=None if found is None else fmean(means),
        low=None if found is None else found[0],
        high=None if found is None else found[1],
        too_few=too_few,
    )


def interval_of_mean(values: Sequence[float]) -> tuple[float, float]:
    """Return Student's 95 % interval of the mean of 2 or more values."""
    half = t_quantile((1 + CONFIDENCE) / 2, len(values) - 1) * stdev(values) / math.sqrt(len(values))
    middle = fmean(values)
    return middle - half, middle + half


def t_quantile(probability: float, degrees: int) -> float:
    """Return Student's quantile by the expansion of Abramowitz and Stegun 26.7.5: right to 0.0001 from 10 degrees of freedom on.

    >>> round(t_quantile(0.975, 29), 4), round(t_quantile(0.975, 120), 4)
    (2.0452, 1.9799)
    """
    x = NormalDist().inv_cdf(probability)
    terms = (
        (x**3 + x) / 4,
        (5 * x**5 + 16 * x**3 + 3 * x) / 96,
        (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / 384,
        (79 * x**9 + 776 * x**7 + 1482 * x**5 - 1920 * x**3 - 945 * x) / 92160,
    )
    return x + sum(term / degrees**power for power, term in enumerate(terms, start=1))


def widest_gaps(pairs: Mapping[str, Iterable[Pair]], *, limit: int = 10) -> list[tuple[str, str, int]]:
    """Return the encounters at which public and reviewer are FAR or more apart, as (criterion, encounter, public less reviewer).

    The widest come first: they are what readers practise on. Equal ones stand by criterion and encounter.
    """
    gaps = [(criterion, pair.encounter, pair.public - pair.reviewer) for criterion, found in pairs.items() for pair in found]
    far = [gap for gap in gaps if abs(gap[2]) >= FAR]
    return sorted(far, key=lambda gap: (-abs(gap[2]), gap[0], gap[1]))[:limit]
