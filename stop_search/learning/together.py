"""The same encounter on the same dimension, as the person who was stopped and the reviewer each saw it: paired differences. Pure.

People who answer choose themselves, so this tells of the encounters at which both spoke, and of no others. Neither is the measure of the
other: observed scores and people's own views are related only modestly (Worden and McLean, Mirage of Police Reform, 2017, chapter 6).
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from statistics import NormalDist

CONFIDENCE = 0.95
FAR = 2  # levels
LEAST = 30  # encounters
Level = int | Fraction  # of one person, who may have answered several questions about one criterion


@dataclass(frozen=True)
class Pair:
    """One person's answer beside the final mark of the encounter, both on the rubric's levels 0 to 3. `encounter`: any key of it.

    Where a form asks two questions about a criterion, `public` is the mean of the answers: a person is one pair.
    """

    encounter: str
    public: Level
    reviewer: int


@dataclass(frozen=True)
class Gaps:
    """The pairs of one criterion, counted. `people`: how many by their answer less the mark, in levels.

    `stops`: how many encounters by (the sum of this over their people, how many people).
    """

    people: Counter[Fraction]
    stops: Counter[tuple[Fraction, int]]

    @classmethod
    def of(cls, pairs: Iterable[Pair]) -> "Gaps":
        """Return the gaps of pairs."""
        by_encounter: dict[str, list[Fraction]] = {}
        for pair in pairs:
            by_encounter.setdefault(pair.encounter, []).append(Fraction(pair.public) - pair.reviewer)
        stops = Counter((sum(found, Fraction(0)), len(found)) for found in by_encounter.values())
        return cls(Counter(gap for found in by_encounter.values() for gap in found), stops)

    @property
    def encounters(self) -> int:
        """Of how many encounters both spoke."""
        return self.stops.total()


@dataclass(frozen=True)
class Together:
    """One criterion: `n` encounters with both, `people` who answered; the mean of public less reviewer in levels, with its interval.

    `lower`, `same` and `higher` count people whose answer is below, at and above the reviewer's level; `far_lower` those FAR or more below.
    `mean`, `low` and `high` are None where `too_few` or `withheld` says why.
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
    withheld: str = ""

    @property
    def why_withheld(self) -> str:
        """What stands in files in place of figures that are withheld, else ""."""
        return f"withheld: {self.withheld}" if self.withheld else ""

    def without_figures(self, why: str) -> "Together":
        """Return only how many there are of both."""
        return replace(self, lower=0, same=0, higher=0, far_lower=0, mean=None, low=None, high=None, withheld=why)


def compared(pairs: Sequence[Pair], *, least: int = LEAST) -> Together:
    """Return what the pairs of one criterion say; people of one encounter count as one, by their mean."""
    return compared_by(Gaps.of(pairs), least=least)


def compared_by(gaps: Gaps, *, least: int = LEAST) -> Together:
    """Return what counts of gaps of one criterion say."""
    means = Counter[Fraction]()
    for (whole, people), number in gaps.stops.items():
        means[whole / people] += number
    apart = gaps.people
    both = means.total()
    too_few = None if both >= least else f"{both} {'encounter' if both == 1 else 'encounters'} with both, {least} are needed"
    mean, low, high = (None, None, None) if too_few else mean_of(means)
    return Together(
        n=both,
        people=apart.total(),
        lower=sum(number for gap, number in apart.items() if gap < 0),
        same=apart[Fraction(0)],
        higher=sum(number for gap, number in apart.items() if gap > 0),
        far_lower=sum(number for gap, number in apart.items() if gap <= -FAR),
        mean=mean,
        low=low,
        high=high,
        too_few=too_few,
    )


def mean_of(values: Mapping[Fraction, int]) -> tuple[float, float, float]:
    """Return the mean of 2 or more values, each with how many there are of it, and its 95 % interval by Student; sums are exact."""
    n = sum(values.values())
    middle = sum((value * number for value, number in values.items()), Fraction(0)) / n
    squared = sum((number * (value - middle) ** 2 for value, number in values.items()), Fraction(0))
    half = t_quantile((1 + CONFIDENCE) / 2, n - 1) * math.sqrt(squared / (n - 1)) / math.sqrt(n)
    return float(middle), float(middle) - half, float(middle) + half


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
