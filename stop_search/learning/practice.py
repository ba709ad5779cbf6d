"""Which stops readers practise on, so that nobody learns from the list what one person answered. Pure.

A list of the stops at which public and reviewers are furthest apart would tell of each who answered, and how. So as many stops again are
picked by lot and mixed in, and nobody is told which is which (randomised response: Warner 1965). The lots have a secret key, so that
nobody who knows a stop can work out whether chance or its gap brought it here; they change only with the quarter, so that the list before
and after one answer is the same list.
"""

import hashlib
import hmac
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from stop_search.learning.together import FAR, LEAST, Level, Pair

FEWEST = 5  # stops that are far apart; with fewer nothing is proposed, for who answered would be guessed
MOST = 10


def far_apart(pairs: Mapping[str, Iterable[Pair]], *, least: int = LEAST) -> dict[str, Level]:
    """Return the encounters at which public and reviewer are FAR or more levels apart on a criterion, with the widest such gap.

    Only of criteria on which both spoke of `least` encounters: of fewer nothing is told on any page.
    """
    found: dict[str, Level] = {}
    for of_criterion in pairs.values():
        told = list(of_criterion)
        if len({pair.encounter for pair in told}) < least:
            continue
        for pair in told:
            if (gap := abs(pair.public - pair.reviewer)) >= FAR:
                found[pair.encounter] = max(gap, found.get(pair.encounter, 0))
    return found


def mixed(far: Mapping[str, Level], others: Collection[str], *, key: bytes, quarter: str) -> list[str]:
    """Return the MOST stops furthest apart and as many of the `others`, in an order of lots; none where FEWEST is not reached.

    Equal gaps are taken by lot as well. There are never fewer of the others than of those far apart.
    """
    ranked = sorted(far, key=lambda stop: (-far[stop], _lot(key, quarter, "far", stop)))
    by_lot = sorted(set(others) - set(far), key=lambda stop: _lot(key, quarter, "other", stop))
    number = min(len(ranked), len(by_lot), MOST)
    chosen = [*ranked[:number], *by_lot[:number]] if number >= FEWEST else list[str]()
    return sorted(chosen, key=lambda stop: _lot(key, quarter, "order", stop))


def quarter_of(day: date) -> tuple[str, date]:
    """Return the name of the quarter in which a day lies, and its first day.

    >>> quarter_of(date(2026, 11, 18))
    ('2026Q4', datetime.date(2026, 10, 1))
    """
    number = (day.month - 1) // 3
    return f"{day.year}Q{number + 1}", date(day.year, 3 * number + 1, 1)


def _lot(key: bytes, quarter: str, use: str, stop: str) -> bytes:
    return hmac.digest(key, f"{quarter}\n{use}\n{stop}".encode(), hashlib.sha256)
