"""What is a sufficient sample: the work a design makes, how sure its shares will be, how many records an auditor compares. Pure."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from stop_search.codes.design import Coverage, Design, Method, Probability
from stop_search.draws.outlook import ASSUMED_SHARE, NOTHING_KNOWN, Outlook
from stop_search.draws.periods import Month
from stop_search.draws.selection import coverage_chance
from stop_search.draws.wilson import Z_95, wilson

GOOD_ENOUGH = 0.10  # a half-width of ten points, for which a simple sample needs 62
FEWEST_PAIRS = 200  # blind pairs a quarter: with fewer, how well readers agree is told to worse than ±.10 (Krippendorff's alpha)
WEEKS_IN_QUARTER, HUNDREDTHS = 13, 100
FEWEST_DRAWN = 30  # below it nothing is said of a group: the gate of publication


@dataclass(frozen=True)
class PlannedStop:
    """A stop of the register as a plan sees it: its probability in the main draw, who made it, the month of its draw, what it counts for.

    `who` is None where the record names no officer. `groups` are the domains of which a share will be told. `draw`: which of the plan's
    main draws it is in.
    """

    chance: Probability
    who: object
    month: Month
    groups: frozenset[str]
    risk_class: str = ""
    draw: int = 0


@dataclass(frozen=True)
class Precision:
    """How sure a share of one group will be: stops, stops drawn and scored (expected), half of the 95 % interval's width.

    `half_width` is None where nothing will be scored.
    """

    group: str
    stops: int
    drawn: float
    scored: float
    half_width: float | None

    @property
    def is_sufficient(self) -> bool:
        """True if a share of this group can be told to within ten points."""
        return self.half_width is not None and self.half_width <= GOOD_ENOUGH and self.scored >= FEWEST_DRAWN


@dataclass(frozen=True)
class Workload:
    """What a design would have made of the stops of a period: reviews of each kind, all expected, in all its weeks.

    `panel_needs`: by strata, how many must be drawn of a class for the panel to get any of it; None where each stop is drawn by itself.
    """

    weeks: float
    main: float
    coverage: float
    second: float
    panel: float
    panel_needs: int | None = None

    @property
    def reviews_a_week(self) -> float:
        """First readings a week."""
        return (self.main + self.coverage) / self.weeks

    @property
    def pairs_a_quarter(self) -> float:
        """Stops that are read twice in a quarter of such weeks."""
        return self.second / self.weeks * WEEKS_IN_QUARTER

    @property
    def share_for_pairs(self) -> Fraction | None:
        """Which share of the drawn must be read twice for FEWEST_PAIRS a quarter, in hundredths; None where all are not enough."""
        readings = self.reviews_a_week * WEEKS_IN_QUARTER
        return Fraction(math.ceil(HUNDREDTHS * FEWEST_PAIRS / readings), HUNDREDTHS) if readings >= FEWEST_PAIRS else None


def probabilities(stops: Sequence[PlannedStop], design: Design) -> list[float]:
    """Return each stop's probability of being drawn by either stream.

    A stop by an officer who was seen in a month before in the quarter needs no coverage; that, too, is by chance and is counted in.
    """
    if design.coverage is not Coverage.MONTHLY:
        return [float(Fraction(*stop.chance)) for stop in stops]
    grouped: defaultdict[tuple[object, Month], list[Probability]] = defaultdict(list)
    for stop in stops:
        if stop.who is not None:
            grouped[stop.who, stop.month].append(stop.chance)
    extra = {key: float(coverage_chance(chances)) for key, chances in grouped.items()}
    first: dict[tuple[object, str], Month] = {}
    for who, month in sorted(grouped, key=lambda key: key[1]):
        first.setdefault((who, month.quarter), month)  # after a quarter's first month with stops, everybody is seen
    return [float(Fraction(*stop.chance)) + (extra[stop.who, stop.month] if _needs(stop, first) else 0.0) for stop in stops]


def _needs(stop: PlannedStop, first: Mapping[tuple[object, str], Month]) -> bool:
    return stop.who is not None and first[stop.who, stop.month.quarter] == stop.month


def workload(stops: Sequence[PlannedStop], design: Design, *, weeks: float) -> Workload:
    """Return the work that a design would have made."""
    main = sum(float(Fraction(*stop.chance)) for stop in stops)
    total = sum(probabilities(stops, design))
    second, panel = float(Fraction(*design.second)), Fraction(*design.panel)
    if design.method is Method.POISSON or not panel:
        return Workload(weeks, main, total - main, total * second, main * float(panel))
    return Workload(weeks, main, total - main, total * second, _by_strata(stops, panel), math.ceil(1 / panel))


def _by_strata(stops: Sequence[PlannedStop], panel: Fraction) -> float:
    """Return what the panel gets: of the n drawn of a stratum its share, rounded down; of what is drawn whole, its share by tickets."""
    whole = sum(stop.chance[0] == stop.chance[1] for stop in stops)
    return whole * float(panel) + sum(
        n * panel.numerator // panel.denominator for _, (n, rows) in {(stop.draw, stop.chance) for stop in stops} if n < rows
    )


def precisions(stops: Sequence[PlannedStop], design: Design, outlook: Outlook = NOTHING_KNOWN) -> list[Precision]:
    """Return how sure the share of each group will be, the largest first.

    The same interval as of a share that is told (Wilson's in each class, combined by MOVER), at what is expected: n_eff = (Σw)²/Σw², which
    over all samples of a class is about N² / Σ(1/π).
    """
    found: defaultdict[str, defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for stop, chance in zip(stops, probabilities(stops, design), strict=True):
        for group in stop.groups:
            found[group][stop.risk_class].append(chance)
    return sorted((_precision(group, classes, outlook) for group, classes in found.items()), key=lambda one: (-one.stops, one.group))


@dataclass(frozen=True)
class _Cell:
    """One class of a group: the stops that its share speaks of, the share expected, the effective number of scores, and scores."""

    size: float
    share: float
    effective_n: float
    scored: float

    @property
    def unseen(self) -> float:
        """Which part of it is not looked at (finite population)."""
        return 1 - min(self.effective_n / self.size, 1.0)


def _precision(group: str, classes: Mapping[str, Sequence[float]], outlook: Outlook) -> Precision:
    cells = [_cell(chances, outlook, group, name) for name, chances in sorted(classes.items())]
    stops, drawn = sum(len(chances) for chances in classes.values()), sum(sum(chances) for chances in classes.values())
    return Precision(group, stops, drawn, sum(cell.scored for cell in cells), _half_width([cell for cell in cells if cell.effective_n]))


def _cell(chances: Sequence[float], outlook: Outlook, group: str, risk_class: str) -> _Cell:
    expected = outlook.of(group, risk_class)
    effective = expected.scored * len(chances) ** 2 / sum(1 / chance for chance in chances)
    return _Cell(len(chances) * expected.applies, expected.share, effective, expected.scored * sum(chances))


def _half_width(cells: Sequence[_Cell]) -> float | None:
    total, below, above = sum(cell.size for cell in cells), 0.0, 0.0
    for cell in cells:
        low, high = wilson(cell.share, cell.effective_n)
        below += (cell.size / total) ** 2 * cell.unseen * (cell.share - low) ** 2
        above += (cell.size / total) ** 2 * cell.unseen * (high - cell.share) ** 2
    return (math.sqrt(below) + math.sqrt(above)) / 2 if cells else None


def simple_sample(half_width: float) -> int:
    """Return how many reviews a group needs for this half-width, if all were equally likely and it were large.

    >>> simple_sample(0.05), simple_sample(0.10)
    (246, 62)
    """
    return math.ceil(Z_95**2 * ASSUMED_SHARE * (1 - ASSUMED_SHARE) / half_width**2)


def records_to_compare(omitted: float, certainty: float = 0.95) -> int:
    """Return how many records of an independent source an auditor compares to find that a share is left out, with this certainty.

    >>> records_to_compare(0.01), records_to_compare(0.02), records_to_compare(0.05)
    (299, 149, 59)
    """
    return math.ceil(math.log(1 - certainty) / math.log(1 - omitted))
