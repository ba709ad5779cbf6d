"""Totals, means, shares and ratios from a random sample with known inclusion probabilities, with their standard errors. Pure, in numpy.

Everything goes by linearisation: an estimate is written as a sum over the sample of one value per encounter, and the design says how such
a sum varies. Three designs: Poisson (each encounter decided alone), Poisson with the coverage stream on top, and stratified with a fixed
number. Sources: Särndal, Swensson and Wretman, Model Assisted Survey Sampling (1992), chapters 2, 3 and 5; the numbers agree with R's
`survey` and with `svy` (docs/estimates.md). Intervals of shares are not made from these where the register knows the cells: see
`estimates.interval_over`, which covers what it says also for rare events.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]
Variance = Callable[[Numbers], float]


@dataclass(frozen=True)
class Estimate:
    """A number and its standard error, in the unit of what was asked for."""

    value: float
    standard_error: float


@dataclass(frozen=True)
class PoissonSample:
    """A sample in which each encounter was decided alone.

    `probability`: shape (n,), above 0 and at most 1. `post_strata`: shape (n,), None where nothing is known of the frame; otherwise
    weights are those that reproduce the frame's counts, and what varies is what a post-stratum's mean leaves over.
    """

    probability: Numbers
    post_strata: Whole | None = None
    frame_counts: Numbers | None = None

    @property
    def weight(self) -> Numbers:
        """Return how many encounters of the frame each one stands for."""
        plain = 1.0 / self.probability
        if self.post_strata is None or self.frame_counts is None:
            return plain
        stood_for = np.bincount(self.post_strata, weights=plain, minlength=len(self.frame_counts))
        return plain * (self.frame_counts / np.where(stood_for > 0, stood_for, 1.0))[self.post_strata]

    def variance(self, values: Numbers) -> float:
        """Return the variance of the weighted sum of `values`, shape (n,)."""
        left = 1.0 - self.probability
        if self.post_strata is None:
            return float(np.sum(left * (self.weight * values) ** 2))
        residual, correction = _within(values, self.weight, self.post_strata)
        return float(np.sum(left * (self.weight * residual) ** 2 * correction))


@dataclass(frozen=True)
class CoveredSample:
    """A Poisson sample with the coverage stream on top: of each officer's month in which nothing was drawn, one encounter is drawn besides.

    `probability`: that of the main stream, shape (n,); `total_probability`: that of being drawn by either stream; `group`: the officer's
    month, shape (n,), -1 where the month had no coverage stream. Two of one month are both drawn only by the main stream, so that their
    joint probability is the product of the main ones.
    """

    probability: Numbers
    total_probability: Numbers
    group: Whole

    @property
    def weight(self) -> Numbers:
        """Return how many encounters of the frame each one stands for."""
        return 1.0 / self.total_probability

    def variance(self, values: Numbers) -> float:
        """Return the variance of the weighted sum of `values`, shape (n,), with the pairs of each officer's month."""
        weighted = self.weight * values
        alone = float(np.sum((1.0 - self.total_probability) * weighted**2))
        return alone + self._pairs(weighted)

    def _pairs(self, weighted: Numbers) -> float:
        """Return the sum of (1 - t_i t_j / p_i p_j) y_i y_j over the ordered pairs within each month: a sum squared less its squares."""
        inside = self.group >= 0
        y, month = weighted[inside], self.group[inside]
        raised = y * (self.total_probability / self.probability)[inside]

        def pairs(of: Numbers) -> float:
            return float(np.sum(np.bincount(month, weights=of) ** 2) - np.sum(of**2))

        return pairs(y) - pairs(raised)


@dataclass(frozen=True)
class StratifiedSample:
    """A sample of a fixed number from each stratum, without replacement: `stratum`, shape (n,), counts into `sizes`, shape (strata,)."""

    stratum: Whole
    sizes: Numbers

    @property
    def weight(self) -> Numbers:
        """Return how many encounters of the frame each one stands for."""
        return (self.sizes / np.bincount(self.stratum, minlength=len(self.sizes)))[self.stratum]

    def variance(self, values: Numbers) -> float:
        """Return the variance of the weighted sum of `values`, shape (n,), with the finite population correction.

        Raises:
            ValueError: a stratum has one encounter that stands for more than itself, so that nothing is known of how it varies.

        """
        found = 0.0
        for number, size in enumerate(self.sizes):
            own = values[self.stratum == number]
            if len(own) < size:
                found += _stratum_variance(own, float(size), number)
        return found


Sample = PoissonSample | CoveredSample | StratifiedSample


def total(sample: Sample, values: Numbers) -> Estimate:
    """Return the total of `values`, shape (n,), over the frame."""
    return Estimate(float(np.sum(sample.weight * values)), _root(sample.variance(values)))


def ratio(sample: Sample, values: Numbers, over: Numbers) -> Estimate:
    """Return the total of `values` over the total of `over`, each of shape (n,).

    Raises:
        ValueError: `over` adds up to nothing.

    """
    below = float(np.sum(sample.weight * over))
    if below == 0:
        message = "there is nothing to divide by"
        raise ValueError(message)
    found = float(np.sum(sample.weight * values)) / below
    return Estimate(found, _root(sample.variance((values - found * over) / below)))


def mean(sample: Sample, values: Numbers, domain: NDArray[np.bool_] | None = None) -> Estimate:
    """Return the mean of `values` (a share where they are 0 and 1) over the frame or a domain of it, shape (n,). Raises ValueError."""
    inside = np.ones(len(values)) if domain is None else domain.astype(np.float64)
    return ratio(sample, values * inside, inside)


def difference(sample: Sample, values: Numbers, one: NDArray[np.bool_], other: NDArray[np.bool_]) -> Estimate:
    """Return the mean over one domain less that over another; what the two have in common is counted. Raises ValueError."""
    first, second = _influence(sample, values, one), _influence(sample, values, other)
    return Estimate(first.value - second.value, _root(sample.variance(first.influence - second.influence)))


def log_ratio(sample: Sample, values: Numbers, one: NDArray[np.bool_], other: NDArray[np.bool_]) -> Estimate:
    """Return the logarithm of the mean over one domain divided by that over another. Raises ValueError where one of them is 0."""
    first, second = _influence(sample, values, one), _influence(sample, values, other)
    if first.value <= 0 or second.value <= 0:
        message = "a ratio of shares needs both above 0"
        raise ValueError(message)
    spread = first.influence / first.value - second.influence / second.value
    return Estimate(float(np.log(first.value / second.value)), _root(sample.variance(spread)))


@dataclass(frozen=True)
class _Influence:
    value: float
    influence: Numbers


def _influence(sample: Sample, values: Numbers, domain: NDArray[np.bool_]) -> _Influence:
    inside = domain.astype(np.float64)
    stands_for = float(np.sum(sample.weight * inside))
    if stands_for == 0:
        message = "nobody of this group was drawn"
        raise ValueError(message)
    found = float(np.sum(sample.weight * inside * values)) / stands_for
    return _Influence(found, inside * (values - found) / stands_for)


def _within(values: Numbers, weight: Numbers, strata: Whole) -> tuple[Numbers, Numbers]:
    """Return what the weighted mean of each post-stratum leaves over, and m/(m - 1) for each encounter (1 where it is alone)."""
    count = np.bincount(strata)
    means = np.bincount(strata, weights=weight * values) / np.maximum(np.bincount(strata, weights=weight), np.finfo(float).tiny)
    correction = np.where(count > 1, count / np.maximum(count - 1, 1), 1.0)
    return values - means[strata], correction[strata]


def _stratum_variance(own: Numbers, size: float, number: int) -> float:
    drawn = len(own)
    if drawn < 2:  # noqa: PLR2004 -- one has no spread
        message = f"stratum {number} has {drawn} drawn of {size:.0f}: two are needed, or all of them"
        raise ValueError(message)
    return size**2 * (1.0 - drawn / size) * float(np.var(own, ddof=1)) / drawn


def _root(variance: float) -> float:
    """Return the root; an unbiased estimate of a variance may fall below 0, which says no more than "next to nothing"."""
    return float(np.sqrt(max(variance, 0.0)))
