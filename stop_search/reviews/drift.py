"""Whether one reader's marks have moved away from the others' of late: a control chart per reader, and never a ranking. Pure.

Each point is one clip that somebody else has marked too, or whose marks were agreed beforehand (a gold clip): the mean of own level less
the other's, over the criteria to which both gave one. The line is an exponentially weighted mean; outside the limits it has moved.
"""

import enum
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

SMOOTHING = 0.1
WIDTH = 2.814  # with 0.1 an alarm by chance every 500 clips (Lucas and Saccucci 1990, Technometrics 32, table 3)
ENOUGH_OWN = 10  # comparisons of one reader
ENOUGH_OF_ALL = 40  # comparisons of all readers: what the usual spread is taken from


class Verdict(enum.StrEnum):
    """What a reader's chart says now."""

    TOO_FEW = "too_few"
    STEADY = "steady"
    LOWER = "lower"
    HIGHER = "higher"


@dataclass(frozen=True)
class Comparison:
    """One clip: when the reader handed it in, and own level less the other's, the mean over criteria."""

    at: datetime
    difference: float


@dataclass(frozen=True)
class Chart:
    """One reader's chart. `line[n]`: the weighted mean after the n-th comparison; `limit` on either side of 0; both in levels.

    Empty but for the number where it is too few to say.
    """

    comparisons: int
    verdict: Verdict
    differences: tuple[float, ...] = ()
    line: tuple[float, ...] = ()
    limit: float | None = None


def mean_difference(own: Mapping[str, int], other: Mapping[str, int]) -> float | None:
    """Return the mean of own level less the other's over the criteria to which both gave a level; None where there is none."""
    shared = own.keys() & other.keys()
    return sum(own[criterion] - other[criterion] for criterion in shared) / len(shared) if shared else None


def usual_spread(differences: Iterable[float]) -> float | None:
    """Return the root mean square of all readers' differences, in levels: none of them is the standard, so it is taken about 0.

    None where there are too few, or all are 0.
    """
    found = list(differences)
    if len(found) < ENOUGH_OF_ALL:
        return None
    return math.sqrt(sum(difference**2 for difference in found) / len(found)) or None


def drift_chart(comparisons: Sequence[Comparison], *, spread: float | None) -> Chart:
    """Return a reader's chart by time; `spread` is the usual one. The limits are those of the long run."""
    ordered = sorted(comparisons, key=lambda one: one.at)
    if spread is None or len(ordered) < ENOUGH_OWN:
        return Chart(len(ordered), Verdict.TOO_FEW)
    line: list[float] = []
    for comparison in ordered:
        before = line[-1] if line else 0.0
        line.append(SMOOTHING * comparison.difference + (1 - SMOOTHING) * before)
    limit = WIDTH * spread * math.sqrt(SMOOTHING / (2 - SMOOTHING))
    verdict = Verdict.STEADY if abs(line[-1]) <= limit else Verdict.LOWER if line[-1] < 0 else Verdict.HIGHER
    return Chart(len(ordered), verdict, tuple(one.difference for one in ordered), tuple(line), limit)
