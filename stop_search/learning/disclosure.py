"""Small counts are not told, nor can they be worked out from their neighbours and the sum. Pure.

Within the house a count below 5 is hidden; what leaves it goes by the force's own `publication_minimum`. This is for one row of
counts with its sum beside it; of counts that stand in several sums, `withholding.py` says what is hidden.
"""

from collections.abc import Collection, Mapping
from typing import TypeVar

WITHIN_THE_HOUSE = 5

Key = TypeVar("Key")


def told_counts(counts: Mapping[Key, int], *, minimum: int, last: Collection[Key] = ()) -> dict[Key, int | None]:
    """Return the counts with None for what is hidden; 0 is told, and so is the sum, which the reader has anyway.

    One hidden count alone is the sum less the others, and hidden counts that sum to little are nearly known: then the
    next smallest is hidden too, until neither is so or nothing is left to tell. `last`: what is hidden only if nothing else is left.
    """
    hidden = {key for key, count in counts.items() if 0 < count < minimum}
    large = (key for key, count in counts.items() if count >= minimum)
    open_ones = sorted(large, key=lambda key: (key in last, counts[key]))
    while hidden and (len(hidden) == 1 or sum(counts[key] for key in hidden) < minimum) and open_ones:
        hidden.add(open_ones.pop(0))
    return {key: None if key in hidden else count for key, count in counts.items()}


def told_count(count: int, *, minimum: int) -> int | None:
    """Return a count that stands alone, or None where it is above 0 and below the minimum."""
    return None if 0 < count < minimum else count
