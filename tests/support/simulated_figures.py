"""What the product says of a simulated sample, and what is true: one row of figures for each thing that is asked (an estimand).

Shares go the way of the learning pages: tallies by class and probability, `share_met`, the gate, `share_ratio` and `share_difference`.
Totals, means and ratios go by `design_based`. Nothing of an estimator is said again here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from stop_search.learning import design_based, estimates
from stop_search.learning.design_based import Estimate, PoissonSample, Sample
from stop_search.learning.estimates import GATE, Gate, Tally, Z
from stop_search.learning.ratios import Between, share_difference, share_ratio
from stop_search.learning.tallying import Found, tallies_from
from tests.support.simulated_forces import CANNOT_TELL, MET, NO_FOOTAGE, NOT_MET, Codes, Numbers, Partition, Population
from tests.support.simulated_samples import Taken

OPEN = Gate(reviews=0, widest=1.0, events=0)  # an interval for every sample; whether it may be told is asked apart
ASKED = {"met": ("all", "group", "unit", "age"), "rare": ("all", "group")}
NOT_SAID = (np.nan,) * 6
ONE, OTHER = 1, 2  # parts of the partition "group" that are held against part 0


@dataclass(frozen=True)
class Estimand:
    """What is asked: `kind` is share, compared, total, mean or ratio; `truth` is the population's own."""

    name: str
    kind: str
    truth: float


Row = tuple[float, float, float, float, float, float]  # value, low, high, standard error, n (of the smaller), told (0 or 1)


@dataclass(frozen=True)
class Questions:
    """All that is asked of a population, and the answers that a sample gives to it, in the same order."""

    population: Population

    @cached_property
    def estimands(self) -> list[Estimand]:
        """What is asked."""
        return [*self._shares(), *self._compared(), *self._by_design()]

    def answered(self, taken: Taken) -> NDArray[np.float64]:
        """Return a row for each estimand; not a number where the product says nothing."""
        shares = {key: self._told(found, key) for key, found in self.tallies(taken).items()}
        told = [shares.get((criterion, partition, part)) for criterion, partition, part, _ in self._parts()]
        rows: list[Row] = [_row_of(one) for one in told]
        for criterion in ASKED:
            reference = shares.get((criterion, "group", 0))
            for part in self._others():
                rows += _compared(shares.get((criterion, "group", part)), reference)
        return np.array([*rows, *(_by_design(ask, taken.sample) for ask in self._asks(taken))])

    def tallies(self, taken: Taken) -> dict[tuple[str, str, int], list[Tally]]:
        """Return the tallies of a sample by criterion, partition and part; reviews for a cause stand beside it without a probability."""
        found: list[Found[tuple[str, str, int]]] = []
        chosen = self.population.for_cause.copy()
        chosen[taken.stops] = False
        for_cause = np.flatnonzero(chosen)
        stops = np.concatenate([taken.stops, for_cause])
        chance = np.concatenate([taken.probability, np.zeros(len(for_cause))])
        for criterion, partitions in ASKED.items():
            for partition in partitions:
                if partition in self.population.partitions:
                    found += _counted(self.population, criterion, partition, stops, chance)
        return tallies_from(found)

    def sizes(self, partition: str, part: int) -> dict[str, int]:
        """Return how many stops of a part the register has in each class."""
        return self._sizes[partition][part]

    @cached_property
    def _sizes(self) -> dict[str, list[dict[str, int]]]:
        risk = self.population.risk
        return {
            name: [
                {one: int(np.sum((risk == n) & (split.part == part))) for n, one in enumerate(self.population.classes)}
                for part in range(len(split.names))
            ]
            for name, split in self.population.partitions.items()
        }

    def _parts(self) -> Iterator[tuple[str, str, int, str]]:
        for criterion, partitions in ASKED.items():
            for partition in partitions:
                if partition in self.population.partitions:
                    names = self.population.partitions[partition].names
                    yield from ((criterion, partition, part, name) for part, name in enumerate(names))

    def _others(self) -> range:
        return range(1, len(self.population.partitions["group"].names))

    def _told(self, tallies: list[Tally], key: tuple[str, str, int]) -> "Told":
        share = estimates.share_met(tallies, self.sizes(*key[1:]), gate=OPEN)
        too_few = estimates.why_too_few(share.n, share.met, share.interval, GATE)
        return Told(share.interval, share.n, min(share.met, share.n - share.met), is_told=too_few is None)

    def _truth(self, criterion: str, partition: str, part: int) -> float:
        """Return the share over the classes of what can be seen in each: stops without footage are taken to be like their class."""
        inside = self.population.partitions[partition].part == part
        answers, above, below = self.population.answers[criterion], 0.0, 0.0
        for number in range(len(self.population.classes)):
            own = answers[inside & (self.population.risk == number)]
            seen = own[own != NO_FOOTAGE]
            if len(seen):
                above += len(own) * float(np.mean(seen == MET))
                below += len(own) * float(np.mean(seen <= NOT_MET))
        return above / below

    def _shares(self) -> Iterator[Estimand]:
        for criterion, partition, part, name in self._parts():
            yield Estimand(f"{criterion}, {name}", "share", self._truth(criterion, partition, part))

    def _compared(self) -> Iterator[Estimand]:
        names = self.population.partitions["group"].names
        for criterion in ASKED:
            reference = self._truth(criterion, "group", 0)
            for part in self._others():
                share = self._truth(criterion, "group", part)
                yield Estimand(f"{criterion}, {names[part]} / {names[0]}", "compared", share / reference)
                yield Estimand(f"{criterion}, {names[part]} - {names[0]}", "compared", share - reference)

    def _by_design(self) -> Iterator[Estimand]:
        everything = np.arange(self.population.size)
        for ask in self._asks(None):
            yield Estimand(ask.name, ask.kind, ask.of(design_based.PoissonSample(np.ones(len(everything)))).value)

    def _asks(self, taken: Taken | None) -> list["Ask"]:
        stops = np.arange(self.population.size) if taken is None else taken.stops
        return _asks(self.population, stops)


@dataclass(frozen=True)
class Told:
    """A share's interval from `n` scores, the rarer answer given `events` times, and whether the gate lets it be told."""

    interval: estimates.Interval | None
    n: int
    events: int
    is_told: bool


@dataclass(frozen=True)
class Ask:
    """One question to `design_based`: `of` is given the sample. `is_calibrated`: only where the frame's counts can be reproduced."""

    name: str
    kind: str
    of: Callable[[Sample], Estimate]
    n: int


def _asks(population: Population, stops: Codes) -> list[Ask]:
    measured = {name: values[stops] for name, values in population.measured.items()}
    answers = population.answers["met"][stops]
    scored, met = answers <= NOT_MET, (answers == MET).astype(float)
    part = population.partitions["group"].part[stops]
    number = min(OTHER, len(population.partitions["group"].names) - 1)
    one, other = scored & (part == number), scored & (part == 0)
    n, least = len(stops), int(min(one.sum(), other.sum()))
    counts = np.bincount(population.risk, minlength=len(population.classes)).astype(float)

    def calibrated(sample: Sample) -> Estimate:
        if isinstance(sample, PoissonSample):
            sample = PoissonSample(sample.probability, population.risk[stops], counts)
        return design_based.total(sample, measured["amount"])

    return [
        Ask("total", "total", lambda s: design_based.total(s, measured["amount"]), n),
        Ask("total by the register's counts", "total", calibrated, n),
        Ask("total met", "total", lambda s: design_based.total(s, met), n),
        Ask("mean", "mean", lambda s: design_based.mean(s, measured["one"]), n),
        Ask("share met of what is scored", "mean", lambda s: design_based.mean(s, met, scored), int(scored.sum())),
        Ask("ratio", "ratio", lambda s: design_based.ratio(s, measured["one"], measured["other"]), n),
        Ask("difference of two groups", "mean", lambda s: design_based.difference(s, met, one, other), least),
        Ask("log of a ratio of two groups", "ratio", lambda s: design_based.log_ratio(s, met, one, other), least),
    ]


def _by_design(ask: Ask, sample: Sample) -> Row:
    try:
        found = ask.of(sample)
    except ValueError:  # what cannot be said of this sample
        return NOT_SAID
    half = Z * found.standard_error
    return found.value, found.value - half, found.value + half, found.standard_error, ask.n, 1.0


def _counted(
    population: Population, criterion: str, partition: str, stops: Codes, chance: Numbers
) -> Iterator[Found[tuple[str, str, int]]]:
    """Count answers by part, class and probability, as the database does. Without footage there is no review; 0: chosen for a cause."""
    split: Partition = population.partitions[partition]
    answers = population.answers[criterion][stops]
    known, place = np.unique(chance, return_inverse=True)
    shape = (len(split.names), len(population.classes), len(known), NO_FOOTAGE + 1)
    codes = np.ravel_multi_index((split.part[stops], population.risk[stops], place, answers), shape)
    counts = np.bincount(codes, minlength=int(np.prod(shape))).reshape(shape)[..., : CANNOT_TELL + 1]
    for part, number, at in np.argwhere(counts.any(axis=-1)).tolist():
        yield (criterion, partition, part), population.classes[number], float(known[at]) or None, counts[part, number, at].tolist()


def _row_of(told: Told | None) -> Row:
    if told is None or told.interval is None:
        return NOT_SAID
    found = told.interval
    return found.share, found.low, found.high, found.width / (2 * Z), told.n, float(told.is_told)


def _compared(one: Told | None, other: Told | None) -> list[Row]:
    """Return the ratio and the difference as a page would make them; `n` is the events of the group that has fewer."""
    if one is None or other is None or one.interval is None or other.interval is None:
        return [NOT_SAID, NOT_SAID]
    events, is_told = min(one.events, other.events), float(one.is_told and other.is_told)

    def row(found: Between | None) -> Row:
        return NOT_SAID if found is None else (found.value, found.low, found.high, np.nan, events, is_told)

    return [row(share_ratio(one.interval, other.interval)), row(share_difference(one.interval, other.interval))]
