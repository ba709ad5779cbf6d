"""Simulations whose truth is known: how often intervals hold it, how often chance is called a difference. Seeded; plain Python."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from stop_search.learning.control_charts import Chart
from stop_search.learning.disparity.groups import Film, SearchedPerson
from stop_search.learning.disparity.intersections import against_others
from stop_search.learning.estimates import Interval, wilson
from stop_search.learning.exact_tests import FALSE_DISCOVERIES, adjusted, differs_from_share
from stop_search.learning.pooling import pooled
from stop_search.learning.ratios import Group, rate_difference, rate_ratio, share_difference, share_of, share_ratio

Often = tuple[float, int]  # how often each one has the event; how many there are
IN_A_STOP, OF_100_STOPS = (1, 2, 3, 5), (81, 14, 4, 1)  # 36 of 100 people are stopped with others, as in a real force's files


@dataclass(frozen=True)
class Coverage:
    """How often a 95 % interval held the truth, each between 0 and 1; `said`: in how many repetitions there was an interval."""

    ratio: float
    difference: float
    said: int


def compared_shares(first: tuple[float, int], second: tuple[float, int], *, repetitions: int, seed: int, fewest: int = 1) -> Coverage:
    """Return the coverage of ratio and difference of two shares, of samples with `fewest` events or more in each group."""
    chance = random.Random(seed)  # noqa: S311 -- a seeded simulation
    ratios = differences = said = 0
    while said < repetitions:
        groups = [Group(_binomial(chance, n, share), n) for share, n in (first, second)]
        if min(group.events for group in groups) < fewest:
            continue
        one, other = map(share_of, groups)
        ratio, difference = share_ratio(one, other), share_difference(one, other)
        said += 1
        ratios += ratio is not None and ratio.low <= first[0] / second[0] <= ratio.high
        differences += difference.low <= first[0] - second[0] <= difference.high
    return Coverage(ratios / said, differences / said, said)


def compared_rates(first: Often, second: Often, *, repetitions: int, seed: int) -> Coverage:
    """Return the coverage of ratio and difference of two rates of a population, whose people can have the event again."""
    chance = random.Random(seed)  # noqa: S311 -- a seeded simulation
    ratios = differences = said = 0
    for _ in range(repetitions):
        one, other = (Group(_poisson(chance, rate * size), size) for rate, size in (first, second))
        ratio, difference = rate_ratio(one, other), rate_difference(one, other)
        said += ratio is not None
        ratios += ratio is not None and ratio.low <= first[0] / second[0] <= ratio.high
        differences += difference.low <= first[0] - second[0] <= difference.high
    return Coverage(ratios / said, differences / repetitions, said)


@dataclass(frozen=True)
class Pooling:
    """How often the pooled and the plug-in intervals held the truth, and the squared error of the pooled share over that of the raw one."""

    coverage: float
    plug_in_coverage: float
    error: float


def pooled_units(units: int, n: int, *, spread: float, repetitions: int, seed: int, middle: float = 0.8) -> Pooling:
    """Return how pooling does over units whose shares' logits are normal about `middle`."""
    chance = random.Random(seed)  # noqa: S311 -- a seeded simulation
    held = guessed = 0
    errors, raw = 0.0, 0.0
    for _ in range(repetitions):
        truths = [_share(_logit(middle) + chance.gauss(0, spread)) for _ in range(units)]
        seen = [(_binomial(chance, n, truth), n) for truth in truths]
        shares = pooled(seen).shares
        held += sum(share.low <= truth <= share.high for share, truth in zip(shares, truths, strict=True))
        guessed += sum(share.low <= truth <= share.high for share, truth in zip(plug_in(seen), truths, strict=True))
        errors += sum((share.share - truth) ** 2 for share, truth in zip(shares, truths, strict=True))
        raw += sum((x / of - truth) ** 2 for (x, of), truth in zip(seen, truths, strict=True))
    return Pooling(held / (units * repetitions), guessed / (units * repetitions), errors / raw)


def plug_in(seen: Sequence[tuple[int, int]]) -> list[Interval]:
    """Return what must not be used: shares drawn to the mean by a best guess of the spread, as though that were known."""
    whole = sum(n for _, n in seen)
    mean = min(max(sum(x for x, _ in seen) / whole, 1e-3), 1 - 1e-3)
    chance_variance = sum(mean * (1 - mean) / n for _, n in seen) / len(seen)
    spread = max(sum((x / n - mean) ** 2 for x, n in seen) / (len(seen) - 1) - chance_variance, 1e-5)
    strength = mean * (1 - mean) / spread - 1
    found = []
    for x, n in seen:
        share = (x + mean * strength) / (n + strength)
        half = 1.96 * math.sqrt(share * (1 - share) / (n + strength + 1))
        found.append(Interval(share, share - half, share + half))
    return found


def false_flags(sizes: Sequence[int], *, share: float, repetitions: int, seed: int) -> tuple[float, float]:
    """Return in how many repetitions any unit was flagged, and was outside naive 95 % limits, although all have the same share."""
    chance = random.Random(seed)  # noqa: S311 -- a seeded simulation
    flagged = naive = 0
    for _ in range(repetitions):
        seen = [(_binomial(chance, n, share), n) for n in sizes]
        centre = sum(events for events, _ in seen) / sum(sizes)
        flagged += min(adjusted([differs_from_share(events, n, centre) for events, n in seen])) <= FALSE_DISCOVERIES
        naive += any(not low <= share <= high for low, high in (wilson(events / n, n) for events, n in seen))
    return flagged / repetitions, naive / repetitions


def false_claims(sizes: Sequence[int], *, share: float, repetitions: int, seed: int) -> float:
    """Return in how many repetitions any cell was said to stand out, although all have the same share."""
    chance = random.Random(seed)  # noqa: S311 -- a seeded simulation
    claimed = 0
    for _ in range(repetitions):
        cells = [Group(_binomial(chance, n, share), n) for n in sizes]
        claimed += min(against_others(cells)) <= FALSE_DISCOVERIES
    return claimed / repetitions


def steady_weeks(weeks: int, *, stops: int, share: float, seed: int, is_alike: bool = True) -> list[SearchedPerson]:
    """Return people of weeks in which nothing changes; `is_alike`: all people of a stop are without video or none, as it is of film."""
    chance = random.Random(seed)  # noqa: S311 -- a seeded simulation
    people: list[SearchedPerson] = []
    for stop, number in enumerate(chance.choices(IN_A_STOP, OF_100_STOPS, k=weeks * stops)):
        drawn = [chance.random() < share] * number if is_alike else [chance.random() < share for _ in range(number)]
        films = [Film.MISSING if is_missing else Film.FILMED for is_missing in drawn]
        people += [SearchedPerson(stop, "2026-11", week=f"week {stop // stops:05}", film=film) for film in films]
    return people


def false_signals(chart: Chart) -> tuple[float, float]:
    """Return once in how many weeks a sum signalled, and in what share of the weeks the average was outside."""
    return len(chart.points) / max(len(chart.summed_up), 1), len(chart.outside) / len(chart.points)


def sixty_cells(seed: int, *, mean: int = 60) -> list[int]:
    """Return the sizes of sixty cells, a few large and many small, each of 10 or more."""
    chance = random.Random(seed)  # noqa: S311 -- a seeded simulation
    return [10 + int(chance.expovariate(1 / mean)) for _ in range(60)]


def _binomial(chance: random.Random, n: int, share: float) -> int:
    return sum(chance.random() < share for _ in range(n))


def _poisson(chance: random.Random, mean: float) -> int:
    """Return how many events come within `mean`, where the next always comes after 1 on average."""
    number, at = -1, 0.0
    while at <= mean:
        at += chance.expovariate(1)
        number += 1
    return number


def _logit(share: float) -> float:
    return math.log(share / (1 - share))


def _share(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))
