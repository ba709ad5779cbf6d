"""Eight ways to be wrong about a sample that look right on a page. Each changes the product; whoever simulates must notice."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from stop_search.codes.design import Probability
from stop_search.draws import selection
from stop_search.learning import design_based, estimates, funnels, tallying
from stop_search.learning.design_based import Numbers, PoissonSample
from stop_search.learning.estimates import Cell, Interval, Tally, Z
from stop_search.learning.pooling import Pooled, Seen
from tests.support.simulated_groups import plug_in

ENDLESS = 1e9
Mutation = Callable[[pytest.MonkeyPatch], None]


def without_finite_population(patch: pytest.MonkeyPatch) -> None:
    """As though none of the frame had been looked at: no finite population correction."""
    right = estimates.interval_over

    def wrong(cells: Sequence[Cell]) -> Interval | None:
        return right([replace(cell, size=cell.size * ENDLESS, is_complete=False) for cell in cells])

    patch.setattr(estimates, "interval_over", wrong)


def unweighted(patch: pytest.MonkeyPatch) -> None:
    """As though all had been equally likely to be drawn."""
    right = estimates.cells_of

    def wrong(tallies: Sequence[Tally], sizes: Mapping[str, int]) -> list[Cell]:
        return right([replace(one, risk_class="all", weight=1.0) for one in tallies], {"all": sum(sizes.values())})

    patch.setattr(estimates, "cells_of", wrong)


def coverage_without_number(patch: pytest.MonkeyPatch) -> None:
    """As though coverage drew all of an officer's month, not one of m: 1/m is forgotten."""
    right = selection.coverage_chance

    def wrong(chances: Sequence[Probability]) -> Fraction:
        return right(chances) * len(chances)

    patch.setattr(selection, "coverage_chance", wrong)


def with_replacement(patch: pytest.MonkeyPatch) -> None:
    """As though a fixed number had been drawn with replacement."""

    def wrong(self: PoissonSample, values: Numbers) -> float:
        weighted, n = self.weight * values, len(values)
        return float(n / (n - 1) * np.sum((weighted - np.mean(weighted)) ** 2))

    patch.setattr(design_based.PoissonSample, "variance", wrong)


def missing_skipped(patch: pytest.MonkeyPatch) -> None:
    """As though what has no footage had never been in the frame: a class stands only for what was reviewed of it."""
    right = estimates.cells_of

    def wrong(tallies: Sequence[Tally], sizes: Mapping[str, int]) -> list[Cell]:
        return right(tallies, {name: round(sum(t.reviewed * t.weight for t in tallies if t.risk_class == name)) for name in sizes})

    patch.setattr(estimates, "cells_of", wrong)


def for_cause_counted(patch: pytest.MonkeyPatch) -> None:
    """As though a review for a cause stood for itself beside a sample, with weight 1."""
    right = tallying.weight_of
    patch.setattr(tallying, "weight_of", lambda probability: right(probability) or 1.0)


def best_guess_of_spread(patch: pytest.MonkeyPatch) -> None:
    """As though the spread between units were known: plug-in empirical Bayes."""

    def wrong(seen: Sequence[Seen]) -> Pooled:
        return Pooled(tuple(plug_in(seen)), 0.0, 0.0)

    patch.setattr(funnels, "pooled", wrong)


def wald(patch: pytest.MonkeyPatch) -> None:
    """As though a share were normal however rare: p and 1.96 standard errors either side."""

    def wrong(share: float, n: float) -> tuple[float, float]:
        half = Z * float(np.sqrt(share * (1 - share) / n))
        return share - half, share + half

    patch.setattr(estimates, "wilson", wrong)
