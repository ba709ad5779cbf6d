"""Quarters of an invented force, drawn by the product's own rules: who is seen, at what cost, and how often each stop is drawn.

The short form runs in the suite, the long one in benchmarks/draws.py.
"""

import math
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from stop_search.draws.selection import CoverRow, Drawn, MainRow, cover_selection, main_selection
from tests.support.sampled import CLASSES, hexed

SHARE_HIGH, SHARE_CERTAIN = 0.25, 0.02  # under 18, force or no footage; intimate parts
MONTHS = 3
EVIDENCE = hexed("evidence")


@dataclass(frozen=True)
class SimulatedStop:
    """One stop: its row, its officer's group, its month."""

    row: MainRow
    group: str
    month: int


def a_quarter(stops: int, officers: int, seed: int) -> list[SimulatedStop]:
    """Return a quarter's stops: officers differ widely in how many they make, and a quarter of the stops is in the high class."""
    chance = random.Random(seed)  # noqa: S311 -- a simulation
    weights = [chance.expovariate(1) for _ in range(officers)]
    groups = [hexed(f"officer {n}")[:16] for n in range(officers)]
    kinds = chance.choices(("certainty", "high", "base"), (SHARE_CERTAIN, SHARE_HIGH, 1 - SHARE_CERTAIN - SHARE_HIGH), k=stops)
    months = chance.choices(range(MONTHS), k=stops)
    return [
        SimulatedStop(MainRow(f"{seed:032x}{n:032x}", *CLASSES[kind], EVIDENCE), group, month)
        for n, (group, kind, month) in enumerate(zip(chance.choices(groups, weights, k=stops), kinds, months, strict=True))
    ]


def drawn_quarter(quarter: Sequence[SimulatedStop], seed: str) -> tuple[set[str], int, int]:
    """Draw a quarter, month after month; return the groups seen, and how many stops each stream drew."""
    seen: set[str] = set()
    main = cover = 0
    for month in range(MONTHS):
        ours = [stop for stop in quarter if stop.month == month]
        made = main_selection([stop.row for stop in ours], seed=hexed(f"{seed} {month} main"))
        frame = cover_frame(ours, made, seen)
        covered = cover_selection(frame, seed=hexed(f"{seed} {month} cover"))
        main += sum(one.drawn for one in made)
        cover += sum(one.drawn for one in covered)
        seen |= {stop.group for stop, one in zip(ours, made, strict=True) if one.drawn}
        seen |= {row.group for row, one in zip(frame, covered, strict=True) if one.drawn}
    return seen, main, cover


def cover_frame(stops: Sequence[SimulatedStop], made: Sequence[Drawn], seen: set[str]) -> list[CoverRow]:
    """Return a month's coverage frame: the stops of groups that were not seen in the months before."""
    return [
        CoverRow(stop.row.token, stop.row.numerator, stop.row.denominator, stop.row.evidence, stop.group, drawn_before=one.drawn)
        for stop, one in zip(stops, made, strict=True)
        if stop.group not in seen
    ]


def surprises(stops: Sequence[SimulatedStop], draws: int) -> tuple[list[float], list[float]]:
    """Draw one month very often; return for each stop how far its frequency lies from its recorded probability, in standard deviations.

    First by the main stream alone, then by either stream. Stops that are certain say nothing and are left out.
    """
    main, either = Counter[str](), Counter[str]()
    recorded: dict[str, float] = {}
    for n in range(draws):
        made = main_selection([stop.row for stop in stops], seed=hexed(f"draw {n} main"))
        frame = cover_frame(stops, made, set())
        covered = cover_selection(frame, seed=hexed(f"draw {n} cover"))
        for one, other in zip(made, covered, strict=True):
            main[one.token] += one.drawn
            either[one.token] += one.drawn or other.drawn
            if n == 0:
                recorded[one.token] = float(other.probability)
    own = {stop.row.token: stop.row.numerator / stop.row.denominator for stop in stops}
    return _scores(main, own, draws), _scores(either, recorded, draws)


def _scores(found: Counter[str], chances: dict[str, float], draws: int) -> list[float]:
    return [(found[token] - draws * p) / math.sqrt(draws * p * (1 - p)) for token, p in chances.items() if p < 1]


def share_beyond(scores: Sequence[float], limit: float = 1.959964) -> float:
    """Return the share of scores beyond a limit, in either direction; 5 % of a normal distribution's."""
    return sum(abs(score) > limit for score in scores) / len(scores)


def band(size: int, share: float = 0.05, certainty: float = 0.999) -> tuple[float, float]:
    """Return between what two shares so many independent scores lie beyond the limit, but for one time in a thousand."""
    spread = NormalDist().inv_cdf((1 + certainty) / 2) * math.sqrt(share * (1 - share) / size)
    return share - spread, share + spread


def groups_of(quarter: Sequence[SimulatedStop]) -> dict[str, int]:
    """Return how many stops each officer has."""
    counted: defaultdict[str, int] = defaultdict(int)
    for stop in quarter:
        counted[stop.group] += 1
    return dict(counted)
