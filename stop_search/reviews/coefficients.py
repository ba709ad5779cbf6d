"""Coefficients of agreement among readers of the same clips, with marks missing here and there. Pure: counts in, numbers out.

Every coefficient takes how often each way of marking came up, once or many times over, so that drawing clips anew five hundred times
(the bootstrap) is one call on small arrays however many clips there are. Each is named with its metric or weights, because
coefficients of one name differ: "ordinal" weights in Gwet's sense are not Krippendorff's ordinal metric.
"""

import enum
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
MISSING = -1
REPLICATES = 500
TWO = 2  # a clip says something of agreement once two readers have marked it


class Metric(enum.StrEnum):
    """How far apart two marks are, for Krippendorff's alpha."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"
    RATIO = "ratio"


class Weights(enum.StrEnum):
    """How much two marks agree, for Gwet's coefficients and kappa: 1 for the same mark, 0 for the two ends of the scale."""

    IDENTITY = "identity"
    LINEAR = "linear"
    QUADRATIC = "quadratic"
    ORDINAL = "ordinal"


class Chance(enum.StrEnum):
    """How the agreement that chance alone would give is reckoned."""

    GWET = "Gwet"
    FLEISS = "Fleiss"
    CONGER = "Conger"
    BRENNAN_PREDIGER = "Brennan-Prediger"


@dataclass(frozen=True)
class Patterns:
    """The different ways in which clips were marked.

    `values`: the scale, ascending (q). `given[p, r]`: which of the values reader r gave, or MISSING (P x R). `times[p]`: how many
    clips were marked this way. `counts[p, k]`: how many readers gave value k (P x q).
    """

    values: Numbers
    given: npt.NDArray[np.int64]
    times: Numbers
    counts: Numbers

    @property
    def clips(self) -> int:
        """How many clips have a mark at all."""
        return int(self.times.sum())

    @property
    def paired(self) -> int:
        """How many clips have at least two marks."""
        return int(self.times[self.counts.sum(1) >= TWO].sum())


def patterns_of(rows: Iterable[Sequence[float | None]], *, scale: Sequence[float] | None = None) -> Patterns:
    """Return the patterns of marks, one row per clip and one column per reader; None is missing.

    `scale` are all marks that could be given; without it, those that were. Raises ValueError for a mark that is not on the scale.
    """
    return patterns_from(Counter(tuple(row) for row in rows), scale=scale)


def patterns_from(counted: "Counter[tuple[float | None, ...]]", *, scale: Sequence[float] | None = None) -> Patterns:
    """Return the patterns of rows that were counted already. Raises ValueError for a mark that is not on the scale."""
    marked = {row: number for row, number in counted.items() if any(mark is not None for mark in row)}
    values = sorted(set(scale) if scale is not None else {mark for row in marked for mark in row if mark is not None})
    place = {value: n for n, value in enumerate(values)}
    if strange := sorted({mark for row in marked for mark in row if mark is not None} - place.keys()):
        message = f"not on the scale: {strange}"
        raise ValueError(message)
    rows = sorted(marked, key=lambda row: tuple(MISSING if mark is None else place[mark] for mark in row))
    readers = max((len(row) for row in rows), default=0)
    given = np.array([[MISSING if mark is None else place[mark] for mark in row] for row in rows], dtype=np.int64).reshape(
        len(rows), readers
    )
    counts = (given[:, :, None] == np.arange(len(values))).sum(1).astype(np.float64)
    return Patterns(np.array(values, dtype=np.float64), given, np.array([marked[row] for row in rows], dtype=np.float64), counts)


def drawn_anew(patterns: Patterns, *, seed: str, replicates: int = REPLICATES) -> Numbers:
    """Return how often each pattern came up in so many fresh draws of as many clips, with replacement (replicates x P).

    The clip is what is drawn, never the mark: readers of one clip belong together (Efron and Tibshirani 1993, chapter 8). The same
    seed gives the same draws.
    """
    chance = np.random.default_rng(int.from_bytes(hashlib.sha256(seed.encode()).digest()))
    return chance.multinomial(patterns.clips, patterns.times / patterns.times.sum(), size=replicates).astype(np.float64)


def alpha(patterns: Patterns, metric: Metric, times: Numbers | None = None) -> Numbers:
    """Return Krippendorff's alpha for each row of `times`; NaN where all marks are the same, which leaves nothing to tell apart.

    Source: Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, sections A to D. Clips with one mark do not count.
    """
    counts, repeated = patterns.counts, _repeated(patterns, times)
    readers = counts.sum(1)
    pairs = counts[:, :, None] * counts[:, None, :] - np.eye(counts.shape[1]) * counts[:, :, None]
    coincidences = pairs / np.where(readers >= TWO, readers - 1, np.inf)[:, None, None]
    observed = np.tensordot(repeated, coincidences, axes=(1, 0))
    totals = observed.sum(2)
    distance = _distances(patterns.values, totals, metric)
    by_chance = (totals[:, :, None] * totals[:, None, :] * distance).sum((1, 2))
    return 1 - _divided((totals.sum(1) - 1) * (observed * distance).sum((1, 2)), by_chance)


def _distances(values: Numbers, totals: Numbers, metric: Metric) -> Numbers:
    """Return the squared distance of any two values, for each row of `totals` (S x q x q): ordinal ranks depend on what was given."""
    one, other = values[:, None], values[None, :]
    if metric is Metric.ORDINAL:
        middle = totals.cumsum(1) - totals / 2
        return (middle[:, :, None] - middle[:, None, :]) ** 2
    if metric is Metric.NOMINAL:
        return (one != other).astype(np.float64)[None]
    if metric is Metric.INTERVAL:
        return ((one - other) ** 2)[None]
    return (_divided(one - other, one + other, otherwise=0.0) ** 2)[None]


def agreement_weights(values: Numbers, kind: Weights) -> Numbers:
    """Return how much any two values agree (q x q). Source: Gwet 2014, Handbook of Inter-Rater Reliability, 4th edition, section 3.5."""
    apart = np.abs(values[:, None] - values[None, :])
    widest = max(float(apart.max(initial=0.0)), 1e-300)
    if kind is Weights.IDENTITY:
        return (apart == 0).astype(np.float64)
    if kind is Weights.LINEAR:
        return 1 - apart / widest
    if kind is Weights.QUADRATIC:
        return 1 - (apart / widest) ** 2
    ranks = np.arange(len(values))
    steps = np.abs(ranks[:, None] - ranks[None, :]) + 1.0
    return 1 - steps * (steps - 1) / max(len(values) * (len(values) - 1.0), 1.0)


def percent_agreement(patterns: Patterns, times: Numbers | None = None, weights: Weights = Weights.IDENTITY) -> Numbers:
    """Return the share of pairs of marks on one clip that agree, the mean over clips with two marks or more; NaN without such."""
    of_pattern, is_paired = _agreement_of_patterns(patterns, agreement_weights(patterns.values, weights))
    repeated = _repeated(patterns, times)
    return _divided(repeated @ of_pattern, repeated @ is_paired)


def beyond_chance(patterns: Patterns, chance: Chance, weights: Weights, times: Numbers | None = None) -> Numbers:
    """Return agreement beyond chance for each row of `times`; NaN where chance alone would give all of it.

    Gwet with identity weights is AC1, with others AC2; Conger among two readers is Cohen's kappa (Cohen 1960, 1968). Missing marks
    as in Gwet 2014, chapters 2 to 5.
    """
    expected = _expected(patterns, chance, agreement_weights(patterns.values, weights), _repeated(patterns, times))
    return _divided(percent_agreement(patterns, times, weights) - expected, 1 - expected)


def gwet_error(patterns: Patterns, weights: Weights) -> float:
    """Return the standard error of AC1 or AC2 over clips, for the many clips that these might have been; NaN with one clip.

    Source: Gwet 2014, section 5.3 (2008, British Journal of Mathematical and Statistical Psychology 61, 29-48, for two categories).
    """
    weight = agreement_weights(patterns.values, weights)
    times, clips = patterns.times, patterns.times.sum()
    of_pattern, is_paired = _agreement_of_patterns(patterns, weight)
    shares = patterns.counts / patterns.counts.sum(1)[:, None]
    scale = weight.sum() / (len(weight) * (len(weight) - 1))
    expected = float(_expected(patterns, Chance.GWET, weight, times[None])[0])
    found = float(beyond_chance(patterns, Chance.GWET, weights)[0])
    own_expected = scale * shares @ (1 - (times @ shares) / clips)
    own = clips / (times @ is_paired) * (of_pattern - expected * is_paired) / (1 - expected)
    own -= 2 * (1 - found) * (own_expected - expected) / (1 - expected)
    return float(np.sqrt(_divided(times @ (own - found) ** 2, clips * (clips - 1))))


def _expected(patterns: Patterns, chance: Chance, weight: Numbers, repeated: Numbers) -> Numbers:
    if chance is Chance.CONGER:
        return _expected_by_reader(patterns, weight, repeated)
    size = len(weight)
    if chance is Chance.BRENNAN_PREDIGER:
        return np.full(len(repeated), weight.sum() / size**2)
    shares = _divided(repeated @ (patterns.counts / patterns.counts.sum(1)[:, None]), repeated.sum(1)[:, None])
    if chance is Chance.FLEISS:
        return ((shares @ weight) * shares).sum(1)
    return weight.sum() * (shares * (1 - shares)).sum(1) / max(size * (size - 1), 1)


def _expected_by_reader(patterns: Patterns, weight: Numbers, repeated: Numbers) -> Numbers:
    """Return what readers would agree if each gave marks as often as they did but by chance: the mean over pairs of readers."""
    is_given = (patterns.given[:, :, None] == np.arange(len(weight))).astype(np.float64)
    of_reader = np.tensordot(repeated, is_given, axes=(1, 0))
    of_reader = _divided(of_reader, of_reader.sum(2, keepdims=True))
    readers, summed = of_reader.shape[1], of_reader.sum(1)
    both = (summed @ weight * summed).sum(1) - (of_reader @ weight * of_reader).sum((1, 2))
    return both / max(readers * (readers - 1), 1)


def _agreement_of_patterns(patterns: Patterns, weight: Numbers) -> tuple[Numbers, Numbers]:
    """Return for each pattern how much its marks agree (0 where there are no two), and 1 where there are two or more, else 0."""
    counts, readers = patterns.counts, patterns.counts.sum(1)
    agreeing = (counts * (counts @ weight - 1)).sum(1)
    return _divided(agreeing * (readers >= TWO), readers * (readers - 1), otherwise=0.0), (readers >= TWO).astype(np.float64)


def _repeated(patterns: Patterns, times: Numbers | None) -> Numbers:
    return patterns.times[None] if times is None else times


def _divided(above: npt.ArrayLike, below: npt.ArrayLike, otherwise: float = np.nan) -> Numbers:
    """Divide where the divisor is not 0; `otherwise` stands where it is."""
    over, under = np.broadcast_arrays(np.asarray(above, dtype=np.float64), np.asarray(below, dtype=np.float64))
    return np.divide(over, under, out=np.full(over.shape, otherwise), where=under != 0)
