"""How good figures are over many samples of a population whose truth is known, and what of it misses the goals.

The goals: docs/coverage.md. A coverage is missed where even the 99 % interval of the simulation lies outside its band.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

from stop_search.draws.outlook import NOTHING_KNOWN, Ended, Outlook, outlook_from
from stop_search.draws.periods import Month
from stop_search.draws.sufficiency import PlannedStop, precisions
from tests.support.simulated_figures import Estimand, Questions
from tests.support.simulated_forces import MET, NO_FOOTAGE, NOT_MET, Numbers, Population
from tests.support.simulated_samples import DESIGNS, Frames, Taken, covered, taken, taken_by_ticket

Z_99 = NormalDist().inv_cdf(0.995)
MOST_ERRORS, MOST_OF_A_RATIO = 3.5, 0.1  # of the simulation's own standard error; of the estimate's, for ratios
ENOUGH = 100  # scores, from which on a standard error is held against the true one
ENOUGH_EVENTS = 30  # the same of a share: below, its interval is lopsided and its width no standard error
SHARES, COMPARED, ALL_BUT, COMPARED_ALL_BUT = (0.935, 0.965), (0.935, 0.985), (0.90, 1.0), (0.92, 1.0)
TOLD_OFTEN = 0.5  # an estimand that the gate lets pass in half of all samples counts as one that is told
ROOM = 0.05  # of a standard error
PLANNED = ("all", "group", "unit")  # what the product's planner speaks of


@dataclass(frozen=True)
class Sums:
    """What many samples add up to, one place for each estimand. `said`: in how many the product had an interval."""

    repetitions: int
    said: Numbers
    held: Numbers
    told: Numbers
    told_held: Numbers
    value: Numbers
    squared: Numbers
    error: Numbers
    width: Numbers
    n: Numbers

    def __add__(self, other: "Sums") -> "Sums":
        """Return both together."""
        return Sums(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))


def sums_of(rows: Numbers, truths: Numbers) -> Sums:
    """Add up the answers, shape (repetitions, estimands, 6); values are taken from the truth, so that squares stay small."""
    value, low, high, error, n, told = np.moveaxis(rows, 2, 0)
    said = ~np.isnan(value)
    held, told = said & (low <= truths) & (truths <= high), said & (told == 1)
    off = np.where(said, value - truths, 0.0)
    return Sums(
        repetitions=len(rows),
        said=said.sum(0).astype(float),
        held=held.sum(0).astype(float),
        told=told.sum(0).astype(float),
        told_held=(told & held).sum(0).astype(float),
        value=off.sum(0),
        squared=(off**2).sum(0),
        error=np.nansum(error, 0),
        width=np.nansum(high - low, 0),
        n=np.nansum(n, 0),
    )


@dataclass(frozen=True)
class Score:
    """How one estimand fared by one design. `n`: scores (of compared groups: the fewest events), on average; `half_width` on average.

    `bias_in_errors`: in the simulation's own standard errors; `bias_in_spread`: in standard deviations of the estimate; `error_ratio`: the
    mean standard error over that deviation; `told`: in what share of samples the gate let it be told, `coverage_told`: coverage of those.
    Where the product makes no ratio of groups (no events), nothing false is said: such a sample counts as covered.
    """

    population: str
    design: str
    estimand: Estimand
    said: int
    n: float
    told: float
    coverage: float
    coverage_told: float
    bias_in_errors: float
    bias_in_spread: float
    error_ratio: float
    half_width: float

    @property
    def is_told(self) -> bool:
        """Whether it is told as a rule: by the gate, or, of groups that are compared, with ten events in each."""
        return self.n >= 10 if self.estimand.kind == "compared" else self.told >= TOLD_OFTEN

    @property
    def band(self) -> tuple[float, float]:
        """Between what its coverage must lie."""
        if self.estimand.kind == "compared":
            return COMPARED if self.is_told else COMPARED_ALL_BUT
        return SHARES if self.is_told else ALL_BUT

    @property
    def misses(self) -> list[str]:
        """What misses a goal, in words."""
        return [*self._missed_coverage(), *self._missed_bias(), *self._missed_error()]

    def _missed_coverage(self) -> list[str]:
        if self.estimand.kind not in {"share", "compared"} or not self.said:
            return []
        low, high = self.band
        is_met = self._reaches(low) and self._reaches(1 - high, 1 - self.coverage)
        return [] if is_met else [f"coverage {self.coverage:.1%}, not within {low:.1%} to {high:.1%}"]

    def _reaches(self, least: float, coverage: float | None = None) -> bool:
        """Return whether a coverage that is at least so high in truth may, but for one time in a hundred, be found as low as this."""
        found = self.coverage if coverage is None else coverage
        return found >= least - Z_99 * math.sqrt(least * (1 - least) / self.said)

    def _missed_bias(self) -> list[str]:
        if self.estimand.kind == "compared" or not self.is_told:
            return []
        if self.estimand.kind == "ratio":
            is_met = abs(self.bias_in_spread) <= MOST_OF_A_RATIO + Z_99 / math.sqrt(self.said)
        else:
            is_met = abs(self.bias_in_errors) <= MOST_ERRORS
        return (
            [] if is_met else [f"bias {self.bias_in_errors:+.1f} errors of the simulation, {self.bias_in_spread:+.3f} standard deviations"]
        )

    def _missed_error(self) -> list[str]:
        """Hold standard errors (of shares: what the interval's width says) against the true ones, with the room that the samples leave."""
        if self.estimand.kind == "compared" or self.n < ENOUGH or not self.said:
            return []
        if self.estimand.kind == "share" and (
            not self.is_told or self.n * min(self.estimand.truth, 1 - self.estimand.truth) < ENOUGH_EVENTS
        ):
            return []
        room = ROOM + Z_99 / math.sqrt(2 * self.said)
        return [] if abs(self.error_ratio - 1) <= room else [f"standard errors are {self.error_ratio:.3f} of the true one"]


def scores(population: str, design: str, estimands: Iterable[Estimand], sums: Sums) -> list[Score]:
    """Return the score of each estimand."""
    return [_score(population, design, estimand, sums, place) for place, estimand in enumerate(estimands)]


def _score(population: str, design: str, estimand: Estimand, sums: Sums, place: int) -> Score:
    said, told = float(sums.said[place]), float(sums.told[place])
    of = max(said, 1.0)
    silent = sums.repetitions - said if estimand.kind == "compared" else 0.0
    bias = float(sums.value[place]) / of
    spread = math.sqrt(max(float(sums.squared[place]) / of - bias**2, 0.0)) or math.nan
    return Score(
        population=population,
        design=design,
        estimand=estimand,
        said=int(said),
        n=float(sums.n[place]) / of,
        told=told / sums.repetitions,
        coverage=(float(sums.held[place]) + silent) / (of + silent),
        coverage_told=float(sums.told_held[place]) / told if told else math.nan,
        bias_in_errors=bias / spread * math.sqrt(of),
        bias_in_spread=bias / spread,
        error_ratio=float(sums.error[place]) / of / spread,
        half_width=float(sums.width[place]) / of / 2,
    )


def quarters(population: Population, repetitions: Iterable[int]) -> list[dict[str, Taken]]:
    """Draw many quarters, each by all designs."""
    frames = Frames(population)
    return [taken(frames, n) for n in repetitions]


def answers(questions: Questions, samples: Iterable[Taken]) -> Numbers:
    """Return what the product says of each sample, shape (samples, estimands, 6)."""
    return np.array([questions.answered(one) for one in samples])


def scores_of(questions: Questions, design: str, rows: Numbers) -> list[Score]:
    """Return how all estimands fare by answers to samples of one design."""
    truths = np.array([one.truth for one in questions.estimands])
    return scores(questions.population.name, design, questions.estimands, sums_of(rows, truths))


def missed(found: Iterable[Score]) -> list[str]:
    """Return what misses a goal, in words."""
    return [f"{one.population}, {one.design}, {one.estimand.name}: {'; '.join(one.misses)}" for one in found if one.misses]


def sums_by_design(population: Population, repetitions: range) -> dict[str, Sums]:
    """Return what quarters with these numbers add up to."""
    questions, frames = Questions(population), Frames(population)
    truths = np.array([one.truth for one in questions.estimands])
    rows: dict[str, list[Numbers]] = {design: [] for design in DESIGNS}
    for n in repetitions:
        for design, one in taken(frames, n).items():
            rows[design].append(questions.answered(one))
    return {design: sums_of(np.array(own), truths) for design, own in rows.items()}


def outlook_after(population: Population, quarters: Iterable[int]) -> Outlook:
    """Return what the planner expects after quarters with these numbers, drawn with coverage and read."""
    frames, became = Frames(population), _became(population)
    return outlook_from(
        replace(became[stop], weight=1 / chance)
        for n in quarters
        for one in [covered(frames, n, taken_by_ticket(frames, n).stops)]
        for stop, chance in zip(one.stops.tolist(), one.probability.tolist(), strict=True)
    )


def outlook_by_truth(population: Population) -> Outlook:
    """Return what the planner would expect if it knew all stops, and believed it."""
    found = outlook_from(_became(population))
    return replace(found, by_group={key: replace(sums, squared=sums.squared / 1000) for key, sums in found.by_group.items()})


def _became(population: Population) -> list[Ended]:
    answers = population.answers["met"].tolist()
    return [
        Ended(
            groups,
            population.classes[risk],
            1.0,
            was_marked=answer != NO_FOOTAGE,
            is_met=None if answer > NOT_MET else answer == MET,
        )
        for groups, risk, answer in zip(_groups(population), population.risk.tolist(), answers, strict=True)
    ]


def _groups(population: Population) -> list[frozenset[str]]:
    told = [split for name, split in population.partitions.items() if name in PLANNED]
    return [frozenset(f"met, {split.names[split.part[n]]}" for split in told) for n in range(population.size)]


def planned_half_widths(population: Population, outlook: Outlook = NOTHING_KNOWN) -> dict[str, float]:
    """Return what the planner says of the half-width of each share of "met", by the estimand's name; coverage is counted in."""
    frames, groups = Frames(population), _groups(population)
    chance = {
        stop: (row.numerator, row.denominator)
        for stops, rows in zip(frames.weeks, frames.by_ticket, strict=True)
        for stop, row in zip(stops.tolist(), rows, strict=True)
    }
    planned = [
        PlannedStop(
            chance[n],
            int(population.officer[n]),
            Month(2026, 10 + int(population.month[n])),
            groups[n],
            population.classes[population.risk[n]],
        )
        for n in range(population.size)
    ]
    return {one.group: one.half_width or math.nan for one in precisions(planned, population.by_ticket, outlook)}
