"""Made-up readings by readers of known severity, from the model itself."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stop_search.reviews.severity import Reading

CRITERIA = 14


@dataclass(frozen=True)
class Simulated:
    """Readings and the severities, in logits with mean 0, that made them."""

    readings: list[Reading]
    severity: dict[uuid.UUID, float]


def simulated_readings(*, seed: int, readers: int, clips: int, twice: float, severity: Sequence[float] | None = None) -> Simulated:
    """Return readings of `clips` clips, the share `twice` of them by two readers (the first ones, so that the number is exact)."""
    chance = np.random.default_rng(seed)
    size = np.array(severity, dtype=float) if severity is not None else chance.normal(0, 0.5, readers)
    size -= size.mean()
    names = [uuid.UUID(int=int.from_bytes(chance.bytes(16))) for _ in range(readers)]
    steps = np.sort(chance.normal(0, 1, (CRITERIA, 3)), axis=1)
    readings: list[Reading] = []
    for n in range(clips):
        clip, quality = uuid.UUID(int=int.from_bytes(chance.bytes(16))), chance.normal()
        for reader in chance.choice(readers, min(readers, 2 if n < twice * clips else 1), replace=False):
            odds = np.cumsum(quality - size[reader] - steps, axis=1)
            likely = np.exp(np.concatenate([np.zeros((CRITERIA, 1)), odds], axis=1))
            likely /= likely.sum(1, keepdims=True)
            levels = (chance.random((CRITERIA, 1)) > np.cumsum(likely, axis=1)).sum(1)
            readings.append(Reading(clip, names[reader], tuple(int(level) for level in levels)))
    return Simulated(readings, dict(zip(names, size.tolist(), strict=True)))


def a_reading(clip: uuid.UUID, reader: uuid.UUID, *, level: int = 2) -> Reading:
    """Return a reading that gives every criterion one level."""
    return Reading(clip, reader, (level,) * CRITERIA)
