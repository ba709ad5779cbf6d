"""What may be told of a criterion outside the house: its counts, and its shares so that no withheld count can be read off them. Pure.

The reviews that scored it, to which it did not apply and in which it could not be told add up to all reviews, which stand beside them.
"""

import math
from dataclasses import dataclass

from stop_search.learning.disclosure import told_counts
from stop_search.learning.estimates import Share, without_counts
from stop_search.learning.series import READERS_DIFFER, Asked
from stop_search.learning.together import Together

FINE, COARSE = 100, 20  # into how many parts of 1 a share is told, where counts beside it are withheld

Ends = tuple[float, float, float] | tuple[None, None, None]
Bounds = tuple[float, float] | tuple[None, None]


@dataclass(frozen=True)
class ToldCriterion:
    """A criterion as it may be told; a count of None is withheld. `share`: with its interval's ends; `bounds`: whatever was not seen."""

    scored: int | None
    not_applicable: int | None
    not_observable: int | None
    not_observable_rate: float | None
    share: Ends
    bounds: Bounds
    too_few: str | None

    @property
    def counts(self) -> tuple[int | None, int | None, int | None]:
        """The reviews that scored it, those to which it did not apply, and those in which it could not be told."""
        return self.scored, self.not_applicable, self.not_observable


def told_criterion(share: Share, bounds: tuple[float, float] | None, *, minimum: int) -> ToldCriterion:
    """Return what may be told. How many scored it is withheld last.

    With that a share is told in whole hundredths, its ends outwards; the bounds, which follow from all three, in steps of 5 hundredths.
    """
    counts = {"scored": share.n, "not applicable": share.not_applicable, "cannot tell": share.not_observable}
    told = told_counts(counts, minimum=minimum, last={"scored"})
    is_whole = None not in told.values()
    return ToldCriterion(
        scored=told["scored"],
        not_applicable=told["not applicable"],
        not_observable=told["cannot tell"],
        not_observable_rate=share.not_observable_rate if is_whole else None,
        share=_ends(share, is_exact=told["scored"] is not None),
        bounds=(None, None) if bounds is None else bounds if is_whole else _outwards(bounds, COARSE),
        too_few=_why(share, minimum, is_exact=told["scored"] is not None),
    )


def told_together(found: Together, asked: Asked) -> Together:
    """Return what may be told of others beside the reviewers: no figures where two readers differ too much on the criterion."""
    return found.without_figures(READERS_DIFFER) if asked.is_withheld and not found.too_few else found


def _ends(share: Share, *, is_exact: bool) -> Ends:
    found = share.interval
    if found is None:
        return None, None, None
    if is_exact:
        return found.share, found.low, found.high
    return round(found.share * FINE) / FINE, *_outwards((found.low, found.high), FINE)


def _outwards(ends: tuple[float, float], parts: int) -> tuple[float, float]:
    low, high = ends
    return math.floor(low * parts) / parts, math.ceil(high * parts) / parts


def _why(share: Share, minimum: int, *, is_exact: bool) -> str | None:
    """Return why there is no share, without a count that is not told: how many met it, or did not, where that is few."""
    if share.too_few is None or (is_exact and not 0 < min(share.met, share.n - share.met) < minimum):
        return share.too_few
    return without_counts(share.too_few, share.n, share.met)
