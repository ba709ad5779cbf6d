"""When an answer may reach the officer whom it is about, and which sums then say nothing of one person. Pure.

The source of each number is the threat of an officer who knows his own stops and wants to know who said what. He sees nothing
finer than a month, nothing about fewer than FEWEST people, and no two releases whose difference is about fewer. Decision 16 has
the measurements behind FEWEST and ENOUGH.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from stop_search.wording import london

FEWEST = 5  # people in any group that can be told apart
ENOUGH = 10  # stops with an answer before a release: with five, hardly ever a group of five says the same, and nothing could be told
SHORTEST_DELAY = timedelta(days=7)
LONGEST_DELAY = timedelta(days=35)


def drawn_delay(key: bytes, submission_id: str) -> timedelta:
    """Return the random delay of one answer: 7 to 35 whole days, each as likely; without the key nobody can work it out."""
    digest = hmac.new(key, f"release-delay/{submission_id}".encode(), hashlib.sha256).digest()
    days = (LONGEST_DELAY - SHORTEST_DELAY).days + 1
    return SHORTEST_DELAY + timedelta(days=int.from_bytes(digest, "big") % days)


def release_month(now: datetime, delay: timedelta) -> str:
    """Return the first month ("2027-01") on whose first Monday an answer sent `now` may be told.

    Only this month is stored. It tells less of when the answer was sent than the week beside it does.
    """
    earliest = london(now).date() + delay
    month = month_of(earliest)
    return month if earliest <= first_monday(month) else month_of(earliest.replace(day=28) + timedelta(days=4))


def month_of(day: date) -> str:
    """Return the month of a day: "2027-01"."""
    return f"{day.year:04}-{day.month:02}"


def first_monday(month: str) -> date:
    """Return the day on which sums are released in a month written "2027-01".

    Raises:
        ValueError: there is no such month.

    """
    first = date.fromisoformat(f"{month}-01")
    return first + timedelta(days=-first.weekday() % 7)


def told_bins(counts: Mapping[str, int]) -> dict[str, int]:
    """Return the bins of one question that may be told; what is left out may be nothing or several.

    A bin of fewer than FEWEST is not told, and neither is that it is empty: "between one and four said the worst" would lead to the
    stop that went worst. What is left over must be nobody, or at least FEWEST together; else the smallest told bin is left out too.
    Each bin counts answers about different encounters, so that no guess about one of them is right more often than 1 in FEWEST.
    """
    told = {name: count for name, count in counts.items() if count >= FEWEST}
    while told and 0 < sum(counts.values()) - sum(told.values()) < FEWEST:
        told.pop(min(told, key=lambda name: (told[name], name)))
    return told
