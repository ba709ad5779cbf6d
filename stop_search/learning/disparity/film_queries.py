"""Reading what the page of missing film shows of a period: every test, and why there is no recording, as somebody said it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from stop_search.accounts.rules import Viewer
from stop_search.codes.lists import code_list
from stop_search.footage.rules import FilmState
from stop_search.learning.disclosure import WITHIN_THE_HOUSE, told_counts
from stop_search.learning.disparity.film import FilmTable
from stop_search.learning.disparity.groups import Basis, SearchedPerson
from stop_search.learning.disparity.people_sums import OWN, Sums
from stop_search.learning.disparity.periods import Period, chosen_period, months_so_far, periods_for
from stop_search.learning.disparity.queries import Months, searched_people
from stop_search.learning.disparity.summed import film_in, people_in
from stop_search.learning.month_sums import EVERY_BASIS, FILM, sums_of

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
    """What the page shows of a period. `stops`: of our own records; `states` and `reasons` count these, the reasons those not filmed.

    `counted_at`: when the oldest of the counts were made, None where all were made just now.
    """

    period: Period
    periods: tuple[Period, ...]
    stops: int
    people: int
    states: tuple[Counted, ...]
    reasons: tuple[Counted, ...]
    tables: tuple[FilmTable, ...]
    counted_at: datetime | None = None


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
    counted = sums_of(session, months=months_so_far(chosen, periods, now), parts=(FILM, *EVERY_BASIS), now=now)
    states, reasons = _states_and_reasons(counted.parts[FILM])
    labels = {entry.key: entry.label for entry in code_list("footage_absence_reason").entries}
    return FilmShown(
        period=chosen,
        periods=periods,
        stops=states.total(),
        people=people_in(counted.parts, Basis.SELF_DEFINED, (OWN,)),
        states=_told({STATE_WORDS[state]: states[state] for state in STATE_WORDS}, minimum),
        reasons=_told({label: reasons[key] for key, label in labels.items() if reasons[key]}, minimum),
        tables=film_in(counted.parts),
        counted_at=counted.counted_at,
    )


def own_people(session: Session, *, months: Months, now: datetime) -> tuple[SearchedPerson, ...]:
    """Return who was searched in stops of our own records; imported rows say nothing of film."""
    return searched_people(session, months=months, now=now).own


def _states_and_reasons(sums: Sums) -> tuple[Counter[str], Counter[str]]:
    """Return the stops by the state of their film, and those not filmed by the reason that somebody gave."""
    states, reasons = Counter[str](), Counter[str]()
    for name, (number,) in sums.items():
        state, _, reason = name.partition("|")
        states[state] += number
        if reason and state != FilmState.FILMED:
            reasons[reason] += number
    return states, reasons


def _told(counts: dict[str, int], minimum: int) -> tuple[Counted, ...]:
    return tuple(Counted(label, count) for label, count in told_counts(counts, minimum=minimum).items())
