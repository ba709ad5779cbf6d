"""Clips that two readers mark with a known spread about the truth, and how often the interval of alpha holds the true one."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from stop_search.reviews.agreement import Pairs
from stop_search.reviews.coefficients import Metric, Patterns, alpha, drawn_anew, patterns_from

LEVELS = (0, 1, 2, 3)


@dataclass(frozen=True)
class Coverage:
    """Of so many simulated forces: the true alpha, in how many the interval held it, and half its width, on average and at most."""

    true: float
    covered: float
    half_width: float
    widest: float


def marked_pairs(chance: np.random.Generator, *, clips: int, noise: float, unseen: float = 0.03) -> Pairs:
    """Return the counts of pairs of levels: quality is normal about "meets the standard", each reader is off by `noise`; some lack."""
    quality = chance.normal(1.9, 0.9, clips)[:, None]
    levels = np.clip(np.rint(quality + chance.normal(0, noise, (clips, 2))), 0, 3).astype(int)
    seen = (chance.random((clips, 2)) >= unseen).all(1)
    return Counter((int(one), int(other)) for one, other in levels[seen])


def coverage(*, clips: int, noise: float, forces: int, seed: int = 1, replicates: int = 500) -> Coverage:
    """Simulate forces and see how often the clip bootstrap's 95 % interval holds the alpha of very many clips."""
    chance = np.random.default_rng(seed)
    true = float(alpha(_patterns(marked_pairs(chance, clips=1_000_000, noise=noise)), Metric.ORDINAL)[0])
    held, widths = 0, []
    for n in range(forces):
        patterns = _patterns(marked_pairs(chance, clips=clips, noise=noise))
        drawn = alpha(patterns, Metric.ORDINAL, drawn_anew(patterns, seed=f"{seed} {n}", replicates=replicates))
        low, high = np.nanpercentile(drawn, (2.5, 97.5))
        held += low <= true <= high
        widths.append((high - low) / 2)
    return Coverage(true, held / forces, float(np.mean(widths)), float(np.max(widths)))


def _patterns(pairs: Pairs) -> Patterns:
    return patterns_from(Counter({(float(one), float(other)): number for (one, other), number in pairs.items()}), scale=LEVELS)
