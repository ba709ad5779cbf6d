"""Counts of months that were made once and are read many times: which are believed, which want counting again, and keeping them.

Months that passed long enough ago are counted once a night, the newest ones every hour. What is older than that by much is not believed:
then nothing counts any more, and what is asked for is counted anew. So what is erased, corrected or withdrawn is gone from all pages by the
next night.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from stop_search.learning.disparity.people_sums import Sums
from stop_search.learning.disparity.queries import Months
from stop_search.learning.records import KeptMonth

PRACTICE = "practice"  # changes with the quarter: once a night is enough, also for a new month
NEW_FOR = timedelta(days=31)  # after a month ended: so long it is counted every hour
COUNTED_EVERY, NEW_COUNTED_EVERY = timedelta(hours=20), timedelta(minutes=50)
GOOD_FOR, NEW_GOOD_FOR = timedelta(hours=28), timedelta(hours=3)


def believed_months(
    session: Session, *, months: Months, parts: Collection[str], now: datetime
) -> dict[str, tuple[dict[str, Sums], datetime]]:
    """Return the months of which all these parts may still be shown: their sums by part, and when the oldest were counted."""
    row = KeptMonth
    rows = session.execute(
        select(row.month, row.part, row.sums, row.counted_at)
        .where(row.month >= months.first, row.month <= months.last, row.part.in_(parts), row.counted_at > now - GOOD_FOR)
        .order_by(row.month, row.part)
    )
    found: dict[str, dict[str, Sums]] = {}
    counted: dict[str, datetime] = {}
    for month, part, sums, counted_at in rows:
        if counted_at > now - (NEW_GOOD_FOR if _is_new(month, part, now) else GOOD_FOR):
            found.setdefault(month, {})[part] = sums
            counted[month] = min(counted_at, counted.get(month, counted_at))
    return {month: (of_month, counted[month]) for month, of_month in found.items() if len(of_month) == len(set(parts))}


def months_to_count(session: Session, *, months: Sequence[str], parts: Collection[str], now: datetime, most: int) -> list[str]:
    """Return which of these months want counting, the newest of those never counted first, then the longest ago; at `most` so many."""
    row = KeptMonth
    whole = select(row.month, func.count(), func.min(row.counted_at)).where(row.part.in_(parts)).group_by(row.month)
    counted = {month: at for month, number, at in session.execute(whole) if number == len(set(parts))}
    never = sorted((month for month in months if month not in counted), reverse=True)
    every = {month: NEW_COUNTED_EVERY if any(_is_new(month, part, now) for part in parts) else COUNTED_EVERY for month in months}
    old = sorted((counted[month], month) for month in months if month in counted and counted[month] <= now - every[month])
    return [*never, *(month for _, month in old)][:most]


def keep_months(session: Session, *, counted: Mapping[str, Mapping[str, Sums]], now: datetime) -> None:
    """Keep what was counted of each month, by part, in place of what was kept before."""
    for month, parts in counted.items():
        for part, sums in parts.items():
            session.merge(KeptMonth(month=month, part=part, sums=sums, counted_at=now))
    session.flush()


def forget_months(session: Session, *, but: Months, parts: Collection[str]) -> None:
    """Remove what was kept of other months, and parts that nothing reads any more."""
    row = KeptMonth
    session.execute(delete(row).where(or_(row.month < but.first, row.month > but.last, row.part.not_in(parts))))


def is_new_month(month: str, now: datetime) -> bool:
    """Return whether the month is under way, or ended so lately that records of it still come. Pure."""
    return Months(month, month).ends > now - NEW_FOR


def forget_all_months(session: Session) -> None:
    """Remove all that was kept: for whoever adds months behind those there are. It is counted as it is asked for, and by the next job."""
    session.execute(delete(KeptMonth))


def _is_new(month: str, part: str, now: datetime) -> bool:
    return part != PRACTICE and is_new_month(month, now)
