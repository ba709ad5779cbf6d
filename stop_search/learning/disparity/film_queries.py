"""Reading what the page of missing film shows of a period: every test, and why there is no recording, as somebody said it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from stop_search.accounts.rules import Viewer
from stop_search.codes.lists import code_list
from stop_search.footage.film_states import film_lines
from stop_search.footage.rules import FilmState
from stop_search.learning.disclosure import WITHIN_THE_HOUSE, told_counts
from stop_search.learning.disparity.film import FilmTable, film_tables
from stop_search.learning.disparity.groups import SearchedPerson
from stop_search.learning.disparity.periods import Period, chosen_period, periods_for
from stop_search.learning.disparity.queries import Months, searched_people

STATE_WORDS = {
    FilmState.FILMED: "Filmed",
    FilmState.IN_DOUBT: "A recording that may belong to it waits for a person",
    FilmState.AWAITED: "Too new to say: a recording may still arrive",
    FilmState.NO_VIDEO: "Not filmed, and somebody said why",
    FilmState.SAID_ON: "The record names a camera, and nothing came",
    FilmState.UNEXPLAINED: "Not filmed, and nobody said why",
}


@dataclass(frozen=True)
class Counted:
    """How many stops; None where the count is too small to tell."""

    label: str
    count: int | None


@dataclass(frozen=True)
class FilmShown:
    """What the page shows of a period. `stops`: of our own records; `states` and `reasons` count these, the reasons those not filmed."""

    period: Period
    periods: tuple[Period, ...]
    stops: int
    people: int
    states: tuple[Counted, ...]
    reasons: tuple[Counted, ...]
    tables: tuple[FilmTable, ...]


def film_shown(session: Session, *, viewer: Viewer, period: str, now: datetime, minimum: int = WITHIN_THE_HOUSE) -> FilmShown | None:
    """Return everything of a period; None where nobody was searched yet.

    Raises:
        NotAllowed: the viewer is not of the learning team.
        NotFound: there is no such period.

    """
    periods = periods_for(session, viewer=viewer)
    if not periods:
        return None
    chosen = chosen_period(periods, period)
    people = own_people(session, months=chosen.months, now=now)
    lines = film_lines(session, since=chosen.months.starts, until=chosen.months.ends, now=now)
    reasons = Counter(line.reason for line in lines if line.reason and line.state is not FilmState.FILMED)
    labels = {entry.key: entry.label for entry in code_list("footage_absence_reason").entries}
    return FilmShown(
        period=chosen,
        periods=periods,
        stops=len(lines),
        people=len(people),
        states=_told({STATE_WORDS[state]: sum(line.state is state for line in lines) for state in STATE_WORDS}, minimum),
        reasons=_told({label: reasons[key] for key, label in labels.items() if reasons[key]}, minimum),
        tables=film_tables(people),
    )


def own_people(session: Session, *, months: Months, now: datetime) -> tuple[SearchedPerson, ...]:
    """Return who was searched in stops of our own records; imported rows say nothing of film."""
    searched = searched_people(session, months=months, now=now)
    return searched.people[: len(searched.people) - searched.imported]


def _told(counts: dict[str, int], minimum: int) -> tuple[Counted, ...]:
    return tuple(Counted(label, count) for label, count in told_counts(counts, minimum=minimum).items())
