"""What months come to, in counts that can be added up: as kept where they were counted lately, else counted now."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.encounters.records import Encounter
from stop_search.footage.film_states import film_counts
from stop_search.learning.disparity.groups import Basis
from stop_search.learning.disparity.people_sums import Sums, of_basis, people_parts, people_sums
from stop_search.learning.disparity.periods import moved, periods_within
from stop_search.learning.disparity.queries import Months, month_at, months_with_searches, searched_people
from stop_search.learning.disparity.review_sums import REVIEW_PARTS, review_sums
from stop_search.learning.kept_months import believed_months, is_new_month, months_to_count
from stop_search.learning.kept_sums import added
from stop_search.learning.reach_sums import RECEIPTS, reach_sums
from stop_search.learning.together_sums import TOGETHER, together_sums

FILM = "film"
MANY_NEW = 1_000  # stops in the newest months: fewer are counted as a page is opened, in a third of a second
PEOPLE_PARTS = frozenset(people_parts())
PARTS = (*PEOPLE_PARTS, *REVIEW_PARTS, FILM, RECEIPTS, TOGETHER)
EVERY_BASIS = tuple(of_basis(basis) for basis in Basis)


@dataclass(frozen=True)
class MonthSums:
    """The sums of some months, added up, by part. `counted_at`: when the oldest of them were counted, None where all were just now."""

    parts: Mapping[str, Sums]
    counted_at: datetime | None


def sums_of(session: Session, *, months: Months, parts: Sequence[str], now: datetime) -> MonthSums:
    """Return the sums of these months."""
    kept = believed_months(session, months=months, parts=parts, now=now)
    found = [sums for sums, _ in kept.values()]
    found += [count(session, months=stretch, parts=parts, now=now) for stretch in stretches(months, kept)]
    added_up = {part: added([sums[part] for sums in found]) for part in parts}
    return MonthSums(added_up, min((counted_at for _, counted_at in kept.values()), default=None))


def count(session: Session, *, months: Months, parts: Collection[str], now: datetime) -> dict[str, Sums]:
    """Return the sums of these parts, counted now."""
    wanted, found = set(parts), dict[str, Sums]()
    of_people, of_reviews = wanted & PEOPLE_PARTS, wanted & set(REVIEW_PARTS)
    if of_people or of_reviews:
        searched = searched_people(session, months=months, now=now)
        found |= people_sums(searched.own, searched.people[len(searched.own) :], of_people)
        found |= review_sums(session, months=months, people=searched.people, parts=of_reviews) if of_reviews else {}
    if FILM in wanted:
        counts = film_counts(session, since=months.starts, until=months.ends, now=now)
        found[FILM] = {f"{state.value}|{reason or ''}": [number] for (state, reason), number in counts.items()}
    if RECEIPTS in wanted:
        found[RECEIPTS] = reach_sums(session, months=months, now=now)
    if TOGETHER in wanted:
        found[TOGETHER] = together_sums(session, months=months)
    return found


def count_month(session: Session, *, month: str, now: datetime) -> dict[str, Sums]:
    """Return all sums of one month, counted now."""
    return count(session, months=Months(month, month), parts=PARTS, now=now)


def newest_year(now: datetime) -> Months:
    """Return the month under way and the eleven before it."""
    month = month_at(now)
    return Months(moved(month, -11), month)


def months_kept(session: Session, *, now: datetime) -> Months:
    """Return the months that a page may ask for: whole financial years as far as there are searches, and at least the newest year."""
    newest, whole = newest_year(now), months_with_searches(session)
    firsts = [newest.first, *((periods_within(whole)[-1].months.first,) if whole else ())]
    return Months(min(firsts), max(newest.last, whole.last if whole else newest.last))


def months_due(session: Session, *, now: datetime, most: int, many: int = MANY_NEW) -> list[str]:
    """Return the months whose sums want counting, at `most` so many; not the newest, where there are fewer stops in them than `many`."""
    months = each_of(months_kept(session, now=now))
    first_new = next(month for month in months if is_new_month(month, now))
    of_new = select(func.count()).where(Encounter.started_at >= Months(first_new, first_new).starts)
    if (session.scalar(of_new) or 0) < many:
        months = months[: months.index(first_new)]
    return months_to_count(session, months=months, parts=PARTS, now=now, most=most)


def each_of(months: Months) -> list[str]:
    """Return the months one by one."""
    found = [months.first]
    while found[-1] < months.last:
        found.append(moved(found[-1], 1))
    return found


def stretches(months: Months, kept: Collection[str]) -> list[Months]:
    """Return the months that are not kept, those that follow one another as one."""
    found: list[Months] = []
    for month in (one for one in each_of(months) if one not in kept):
        if found and moved(found[-1].last, 1) == month:
            found[-1] = Months(found[-1].first, month)
        else:
            found.append(Months(month, month))
    return found
