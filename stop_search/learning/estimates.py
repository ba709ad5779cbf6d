"""How often a criterion was met, from a random sample with known inclusion probabilities, and whether that may be said. Pure.

The share is weighted by 1/π within a risk class and combined over the classes' sizes in the frame; its interval is Wilson's on
the effective number per class, combined by the method of variance estimates recovery (MOVER; Zou and Donner 2008; over strata Yan and
Su 2010). Textbook survey intervals cover far less than they say where an event is rare.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from stop_search.draws.wilson import Z_95, wilson

CONFIDENCE = 0.95
Z = Z_95
MET_FROM_LEVEL = 2  # "meets standard"; 3 is "good practice"


@dataclass(frozen=True)
class Gate:
    """What it takes for a share to be said (after the presentation standards of NCHS, 2017): all of these."""

    reviews: int = 30
    widest: float = 0.30
    events: int = 10


GATE = Gate()


@dataclass(frozen=True)
class Tally:
    """Answers for one criterion from encounters of one risk class drawn with one probability; `weight` is 1/π (1 or more)."""

    risk_class: str
    weight: float
    met: int = 0
    not_met: int = 0
    not_applicable: int = 0
    not_observable: int = 0

    @property
    def scored(self) -> int:
        """How many were given a level."""
        return self.met + self.not_met

    @property
    def reviewed(self) -> int:
        """How many were looked at for this criterion, whatever the answer."""
        return self.scored + self.not_applicable + self.not_observable


@dataclass(frozen=True)
class Cell:
    """One risk class. `size` is how many encounters it stands for; `effective_n` is (Σw)²/Σw², and 0 where nothing is known of it."""

    size: float
    share: float
    effective_n: float
    is_complete: bool

    @property
    def ends(self) -> tuple[float, float]:
        """Wilson's interval of its share; all of 0 to 1 where nothing is known of it."""
        return wilson(self.share, self.effective_n) if self.effective_n else (0.0, 1.0)


@dataclass(frozen=True)
class Interval:
    """A share of all scored encounters of the frame, with its 95 % interval; each between 0 and 1."""

    share: float
    low: float
    high: float

    @property
    def width(self) -> float:
        """How far apart the two ends are."""
        return self.high - self.low


@dataclass(frozen=True)
class Share:
    """What can be said of one criterion. `interval` is None where `too_few` says why; the counts are of reviews, unweighted.

    `not_observable_rate` is the weighted share "cannot tell" among those to whom the criterion applied; None where there are none.
    """

    n: int
    met: int
    not_applicable: int
    not_observable: int
    not_observable_rate: float | None
    interval: Interval | None
    too_few: str | None


def share_met(tallies: Sequence[Tally], class_sizes: Mapping[str, int], *, gate: Gate = GATE) -> Share:
    """Return the share of scored encounters at which the criterion was met, or why it cannot be said.

    `class_sizes` are the frame's counts per risk class. Those not reviewed are taken to be like those of their class that were.
    """
    found = interval_over(cells_of(tallies, class_sizes))
    n, met = sum(t.scored for t in tallies), sum(t.met for t in tallies)
    too_few = why_too_few(n, met, found, gate)
    return Share(
        n=n,
        met=met,
        not_applicable=sum(t.not_applicable for t in tallies),
        not_observable=sum(t.not_observable for t in tallies),
        not_observable_rate=_not_observable_rate(tallies),
        interval=None if too_few else found,
        too_few=too_few,
    )


def whatever_was_not_seen(
    tallies: Sequence[Tally], drawn: Mapping[str, float], class_sizes: Mapping[str, int]
) -> tuple[float, float] | None:
    """Return the lowest and the highest share met that drawn encounters without an answer allow (worst-case bounds; Manski 1989).

    Without an answer are those without footage, refused, not reviewed yet, and those of which it cannot be told: met by none of them, or
    by all. `drawn`: Σ1/π of what was drawn, by risk class, scaled to the class's size in the frame. None where nothing applies.
    """
    met = known = unknown = 0.0
    for name, size in class_sizes.items():
        of_class = [tally for tally in tallies if tally.risk_class == name]
        answered = sum(t.weight * (t.scored + t.not_applicable) for t in of_class)
        whole = max(drawn.get(name, 0.0), answered)
        stands_for = size / whole if whole else 0.0
        met += stands_for * sum(t.weight * t.met for t in of_class)
        known += stands_for * sum(t.weight * t.scored for t in of_class)
        unknown += stands_for * (whole - answered)
    applies = known + unknown
    return (met / applies, (met + unknown) / applies) if applies else None


def why_too_few(n: int, met: int, found: Interval | None, gate: Gate) -> str | None:
    """Return what of the gate a share does not pass, in words, or None; `n` scores, of which `met`."""
    if found is None:
        return "no review has scored it yet"
    if n < gate.reviews:
        return f"{n} scored, {gate.reviews} are needed"
    if min(met, n - met) < gate.events:
        rarer = "met" if met < gate.events else "not met"
        return f"{rarer} in {min(met, n - met)} of {n}, {gate.events} are needed on either side"
    if found.width > gate.widest:
        return f"the interval would be {found.width * 100:.0f} points wide, more than {gate.widest * 100:.0f}"
    return None


def without_counts(too_few: str, n: int, met: int, gate: Gate = GATE) -> str:
    """Return why a share does not pass the gate without the counts in it, for where they are not told; any other reason as it is."""
    if too_few != why_too_few(n, met, Interval(0.0, 0.0, 0.0), gate):
        return too_few
    if n < gate.reviews:
        return f"{gate.reviews} reviews are needed that scored it"
    return f"{gate.events} reviews are needed that met it, and {gate.events} that did not"


def cells_of(tallies: Iterable[Tally], class_sizes: Mapping[str, int]) -> list[Cell]:
    """Return one cell per risk class, in the classes' order by name.

    A cell stands for the encounters of its class to which the criterion applies and that can be scored: how many these are is
    itself estimated from the reviews, where not the whole class was reviewed. Of a class without any score nothing is known: its share is
    taken to be that of all others and may be anything from 0 to 1, and it stands for as many as in the others can be scored, fewer
    the more of its own reviews found nothing to score.
    """
    by_class: dict[str, list[Tally]] = {name: [] for name in sorted(class_sizes)}
    for tally in tallies:
        by_class.setdefault(tally.risk_class, []).append(tally)
    groups = [_Group(class_sizes.get(name, 0), tuple(found)) for name, found in by_class.items()]
    cells = [group.cell() if group.scored else None for group in groups]
    known = [cell for cell in cells if cell]
    if not known:
        return []
    applies = sum(cell.size for cell in known)
    share = sum(cell.size * cell.share for cell in known) / applies
    rate = applies / sum(group.stands_for for group in groups if group.scored)
    found = [cell or group.unknown(share, rate) for cell, group in zip(cells, groups, strict=True)]
    return [cell for cell in found if cell.size]


def interval_over(cells: Sequence[Cell]) -> Interval | None:
    """Return the share over all cells with its interval (MOVER), or None where there is nothing to go by."""
    total = sum(cell.size for cell in cells)
    if not total:
        return None
    share, below, above = 0.0, 0.0, 0.0
    for cell in cells:
        weight = cell.size / total
        low, high = cell.ends
        left = 0.0 if cell.is_complete else 1 - min(cell.effective_n / cell.size, 1.0)  # finite population: what was not looked at
        share += weight * cell.share
        below += weight**2 * left * (cell.share - low) ** 2
        above += weight**2 * left * (high - cell.share) ** 2
    return Interval(share=share, low=max(0.0, share - math.sqrt(below)), high=min(1.0, share + math.sqrt(above)))


@dataclass(frozen=True)
class _Group:
    size: int
    tallies: tuple[Tally, ...]

    @property
    def scored(self) -> int:
        return sum(t.scored for t in self.tallies)

    @property
    def reviewed(self) -> int:
        return sum(t.reviewed for t in self.tallies)

    @property
    def stands_for(self) -> int:
        return max(self.size, self.reviewed)

    def cell(self) -> Cell:
        weight = sum(t.scored * t.weight for t in self.tallies)
        looked_at = sum(t.reviewed * t.weight for t in self.tallies)
        return Cell(
            size=self.stands_for * weight / looked_at,
            share=sum(t.met * t.weight for t in self.tallies) / weight,
            effective_n=weight**2 / sum(t.scored * t.weight**2 for t in self.tallies),
            is_complete=self.reviewed >= self.size,
        )

    def unknown(self, share: float, rate: float) -> Cell:
        left = self.stands_for - self.reviewed
        return Cell(size=left * rate / (1 + self.reviewed), share=share, effective_n=0.0, is_complete=False)


def _not_observable_rate(tallies: Sequence[Tally]) -> float | None:
    unseen = sum(t.not_observable * t.weight for t in tallies)
    applied = unseen + sum(t.scored * t.weight for t in tallies)
    return unseen / applied if applied else None
