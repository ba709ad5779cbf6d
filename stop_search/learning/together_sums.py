"""What public and reviewers said of the same stops, in counts that can be added up over months: the months in which draws' periods ended.

For each criterion, and version of the rubric that asked it, how many people answered so many levels apart from the mark, and how many
stops have a mean of so much. Whoever answered two questions about a criterion is one person, half a level apart where it comes to that
("-1/2").
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.draws.records import Draw
from stop_search.learning.disparity.people_sums import Sums
from stop_search.learning.disparity.queries import Months
from stop_search.learning.series import Asked
from stop_search.learning.together import Gaps, Pair
from stop_search.learning.together_queries import pairs_in

TOGETHER = "together_by_version"
PEOPLE, STOPS = "people", "stops"


def together_sums(session: Session, *, months: Months) -> Sums:
    """Return the sums of draws whose period ended in these months."""
    found: Sums = {}
    for (criterion, version), pairs in pairs_in(session, first=months.starts.date(), before=months.ends.date()).items():
        found |= _sums(criterion, version, pairs)
    return found


def months_of_draws(session: Session) -> Months | None:
    """Return the first and the last month in which the period of a draw ended, or None."""
    first, last = session.execute(select(func.min(Draw.period_end), func.max(Draw.period_end))).one()
    return Months(f"{first:%Y-%m}", f"{last:%Y-%m}") if first else None


def gaps_in(sums: Mapping[str, Sequence[int]], asked: Mapping[str, Asked]) -> dict[str, Gaps]:
    """Return what the sums say of each criterion in the sense in which it is asked now. Pure."""
    people: dict[str, Counter[Fraction]] = {}
    stops: dict[str, Counter[tuple[Fraction, int]]] = {}
    for name, (number, *_) in sums.items():
        kind, criterion, version, *parts = name.split("|")
        if criterion not in asked or int(version) not in asked[criterion].versions:
            continue
        if kind == PEOPLE:
            people.setdefault(criterion, Counter())[Fraction(parts[0])] += number
        else:
            stops.setdefault(criterion, Counter())[Fraction(parts[0]), int(parts[1])] += number
    return {criterion: Gaps(people[criterion], stops[criterion]) for criterion in sorted(people)}


def _sums(criterion: str, version: int, pairs: Iterable[Pair]) -> Sums:
    found = Gaps.of(pairs)
    return {
        **{f"{PEOPLE}|{criterion}|{version}|{gap}": [number] for gap, number in found.people.items()},
        **{f"{STOPS}|{criterion}|{version}|{whole}|{people}": [number] for (whole, people), number in found.stops.items()},
    }
