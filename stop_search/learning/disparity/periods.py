"""Which months can be looked at: the newest twelve, and each financial year in which anybody was searched."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.errors import NotAllowed, NotFound
from stop_search.learning.disparity.queries import Months, month_at, months_with_searches
from stop_search.wording import month_in_words

LATEST = "latest"
APRIL = 4


@dataclass(frozen=True)
class Period:
    """Months that can be looked at: the key in an address, the words, the months."""

    key: str
    words: str
    months: Months


def periods_for(session: Session, *, viewer: Viewer) -> tuple[Period, ...]:
    """Return the periods in which anybody was searched: the newest twelve months, then the financial years, the newest first.

    Raises:
        NotAllowed: the viewer is not of the learning team.

    """
    if not viewer.has(Role.LEARNING_TEAM):
        message = "Only the learning team looks at disparity and at units."
        raise NotAllowed(message)
    whole = months_with_searches(session)
    return periods_within(whole) if whole else ()


def periods_within(whole: Months) -> tuple[Period, ...]:
    """Return the periods of the months in which there is anything. Pure."""
    first = max(whole.first, moved(whole.last, -11))
    words = f"{month_in_words(first)} to {month_in_words(whole.last)}" if first != whole.last else month_in_words(first)
    years = range(_financial_year(whole.last), _financial_year(whole.first) - 1, -1)
    return (Period(LATEST, words, Months(first, whole.last)), *map(_year, years))


def _year(year: int) -> Period:
    name = f"{year}-{(year + 1) % 100:02}"
    return Period(name, f"Year to March {year + 1}", Months(f"{year}-04", f"{year + 1}-03"))


def chosen_period(periods: Sequence[Period], key: str) -> Period:
    """Return the period with this key. Raises NotFound."""
    found = next((period for period in periods if period.key == key), None)
    if found is None:
        message = "There is no such period. Choose one of those on the page."
        raise NotFound(message)
    return found


def months_so_far(period: Period, periods: Sequence[Period], now: datetime) -> Months:
    """Return the months of a period without those that are still to come. Pure."""
    return Months(period.months.first, min(period.months.last, max(periods[0].months.last, month_at(now))))


def _financial_year(month: str) -> int:
    return int(month[:4]) - (int(month[5:]) < APRIL)


def moved(month: str, by: int) -> str:
    """Return the month so many months later, or earlier. Pure."""
    number = int(month[:4]) * 12 + int(month[5:]) - 1 + by
    return f"{number // 12}-{number % 12 + 1:02}"
