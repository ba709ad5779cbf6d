"""From what reviews found to tallies that are weighted by how likely their stops were drawn. Pure."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from stop_search.learning.estimates import Tally

Key = TypeVar("Key")
Found = tuple[
    Key, str, float | None, Sequence[int]
]  # whose, risk class, inclusion probability, (met, not met, not applicable, cannot tell)


def weight_of(probability: float | None) -> float | None:
    """Return how many stops of the frame one stands for, 1/π; None for one that chance did not draw: it stands for itself alone."""
    return 1 / probability if probability else None


def tallies_from(found: Iterable[Found[Key]]) -> dict[Key, list[Tally]]:
    """Return the tallies by key, in the order found. Reviews for a cause have no probability, and never enter."""
    tallies: dict[Key, list[Tally]] = {}
    for key, risk_class, probability, counts in found:
        weight = weight_of(probability)
        if weight is not None:
            tallies.setdefault(key, []).append(Tally(risk_class, weight, *counts))
    return tallies
