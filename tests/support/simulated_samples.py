"""Quarters of a simulated force, drawn by the product's own rules and by the three designs that a force may choose.

Every week has its frame, its seed and its tickets; coverage has one each month. Nothing of the draw is said again here.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from stop_search.codes.design import NEVER, Design
from stop_search.draws.design import fitted
from stop_search.draws.selection import CoverRow, Drawn, MainRow, cover_selection, main_selection, selection_by
from stop_search.draws.tickets import SECOND, dice_text, seed, stream_seed
from stop_search.learning.design_based import CoveredSample, PoissonSample, Sample, StratifiedSample
from tests.support.sampled import hexed
from tests.support.simulated_forces import MONTHS, WEEKS, Codes, Numbers, Population

DESIGNS = ("Poisson", "coverage", "stratified")


@dataclass(frozen=True)
class Taken:
    """What one quarter's draws took of a population. Arrays have shape (n,).

    `stops`: which; `probability`: of being drawn by either stream, as it is recorded; `sample`: the same as the estimators take it.
    """

    design: str
    stops: Codes
    probability: Numbers
    sample: Sample


@dataclass(frozen=True)
class Frames:
    """A population's frames: the stops of each week, and their rows by each method."""

    population: Population

    @cached_property
    def weeks(self) -> list[Codes]:
        """Which stops each week's frame holds."""
        return [np.flatnonzero(self.population.week == week) for week in range(WEEKS)]

    @cached_property
    def by_ticket(self) -> list[list[MainRow]]:
        """The rows of each week, drawn by ticket."""
        return [self._rows(stops, self.population.by_ticket) for stops in self.weeks]

    @cached_property
    def by_number(self) -> list[list[MainRow]]:
        """The rows of each week, so many of each class."""
        return [self._rows(stops, self.population.by_number) for stops in self.weeks]

    @cached_property
    def chance(self) -> Numbers:
        """How likely each stop is to be drawn by its ticket."""
        found = np.zeros(self.population.size)
        for stops, rows in zip(self.weeks, self.by_ticket, strict=True):
            found[stops] = [row.numerator / row.denominator for row in rows]
        return found

    @cached_property
    def strata(self) -> tuple[Codes, Numbers]:
        """Each stop's stratum, a week's rows with one pair, and the strata's sizes."""
        pairs = {}
        stratum = np.zeros(self.population.size, dtype=np.int64)
        for week, (stops, rows) in enumerate(zip(self.weeks, self.by_number, strict=True)):
            for stop, row in zip(stops, rows, strict=True):
                stratum[stop] = pairs.setdefault((week, row.numerator / row.denominator, row.denominator), len(pairs))
        return stratum, np.bincount(stratum).astype(float)

    def _rows(self, stops: Codes, design: Design) -> list[MainRow]:
        classes = [self.population.classes[self.population.risk[stop]] for stop in stops]
        chances = fitted(design, Counter(classes)).classes
        return [MainRow(self.population.tokens[stop], *chances[name], "") for stop, name in zip(stops, classes, strict=True)]


def a_seed(population: Population, repetition: int, frame: str) -> str:
    """Return the seed that a frame's manifest and a throw of dice make."""
    digits = str(int(hexed(f"{population.name} {repetition} {frame}"), 16))[:20]
    return seed(hexed(f"{population.name} {frame}"), dice_text(digits))


def taken(frames: Frames, repetition: int) -> dict[str, Taken]:
    """Draw one quarter by each design; the tickets of a week are the same for all of them."""
    seeds, by_ticket = _weekly(frames, repetition)
    main = _of_all(frames, by_ticket)
    by_number = [
        selection_by(
            {one.token: one.ticket for one in made}, rows, again=stream_seed(own, SECOND), second=NEVER, panel=NEVER, stratified=True
        )
        for made, rows, own in zip(by_ticket, frames.by_number, seeds, strict=True)
    ]
    stratum, sizes = frames.strata
    number = _of_all(frames, by_number)
    return {
        "Poisson": _poisson(main),
        "coverage": covered(frames, repetition, main.stops),
        "stratified": Taken("stratified", number.stops, number.probability, StratifiedSample(stratum[number.stops], sizes)),
    }


def taken_by_ticket(frames: Frames, repetition: int) -> Taken:
    """Draw one quarter by tickets alone."""
    return _poisson(_of_all(frames, _weekly(frames, repetition)[1]))


def _weekly(frames: Frames, repetition: int) -> tuple[list[str], list[list[Drawn]]]:
    """Return the seed of each week, and what it makes of the week's frame."""
    seeds = [a_seed(frames.population, repetition, f"week {week}") for week in range(WEEKS)]
    return seeds, [main_selection(rows, seed=own) for rows, own in zip(frames.by_ticket, seeds, strict=True)]


def _poisson(made: "_Made") -> Taken:
    return Taken("Poisson", made.stops, made.probability, PoissonSample(made.probability))


@dataclass(frozen=True)
class _Made:
    stops: Codes
    probability: Numbers


def _of_all(frames: Frames, selections: Sequence[Sequence[Drawn]]) -> _Made:
    """Return which stops are drawn, in their order, and how likely that was."""
    drawn = {
        stop: float(one.probability)
        for stops, made in zip(frames.weeks, selections, strict=True)
        for stop, one in zip(stops.tolist(), made, strict=True)
        if one.drawn
    }
    stops = np.array(sorted(drawn), dtype=np.int64)
    return _Made(stops, np.array([drawn[stop] for stop in stops.tolist()]))


def covered(frames: Frames, repetition: int, main_stops: Codes) -> Taken:
    """Add to what the main stream drew the coverage of each month: of the officers of whom nothing was drawn in the months before."""
    population = frames.population
    main = np.zeros(population.size, dtype=bool)
    main[main_stops] = True
    drawn, either, group = main.copy(), frames.chance.copy(), np.full(population.size, -1)
    seen: set[int] = set()
    for month in range(MONTHS):
        stops, rows = _cover_rows(frames, month, main, seen)
        made = cover_selection(rows, seed=a_seed(population, repetition, f"coverage {month}"))
        for stop, row, one in zip(stops.tolist(), rows, made, strict=True):
            if one.drawn or row.drawn_before:
                drawn[stop], either[stop] = True, float(one.probability)
        group[stops] = population.officer[stops] * MONTHS + month
        seen |= set(population.officer[drawn & (population.month == month)].tolist())
    stops = np.flatnonzero(drawn)
    return Taken("coverage", stops, either[stops], CoveredSample(frames.chance[stops], either[stops], group[stops]))


def _cover_rows(frames: Frames, month: int, main: NDArray[np.bool_], seen: set[int]) -> tuple[Codes, list[CoverRow]]:
    population = frames.population
    stops: list[int] = []
    rows: list[CoverRow] = []
    for week in np.unique(population.week[population.month == month]):
        for stop, row in zip(frames.weeks[week].tolist(), frames.by_ticket[week], strict=True):
            officer = int(population.officer[stop])
            if officer not in seen:
                stops.append(stop)
                rows.append(CoverRow(row.token, row.numerator, row.denominator, "", str(officer), drawn_before=bool(main[stop])))
    return np.array(stops, dtype=np.int64), rows
