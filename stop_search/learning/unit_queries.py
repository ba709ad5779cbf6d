"""What the page of units shows: one measure, or one criterion of the rubric, over the force's units. Never officers."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from stop_search.accounts.rules import Viewer
from stop_search.learning.disparity.criteria import class_sizes_by, tallies_by
from stop_search.learning.disparity.measures import MEASURES, measure_of
from stop_search.learning.disparity.periods import Period, chosen_period, periods_for
from stop_search.learning.disparity.queries import searched_people
from stop_search.learning.funnels import Funnel
from stop_search.learning.units import UnitsShown, units_of_criterion, units_shown
from stop_search.reviews.versions import newest_published


@dataclass(frozen=True)
class UnitsPage:
    """What the page of units shows of one measure. A criterion of the rubric has a funnel only: too few are reviewed in a week."""

    period: Period
    periods: tuple[Period, ...]
    measure: str
    said: str
    of: str
    names: tuple[tuple[str, str], ...]
    funnel: Funnel
    over_time: UnitsShown | None


def units_page(session: Session, *, viewer: Viewer, period: str, measure: str, now: datetime) -> UnitsPage | None:
    """Return a measure, or a criterion of the rubric, over the force's units. None where nobody was searched yet.

    Raises:
        NotAllowed: the viewer is not of the learning team.
        NotFound: there is no such period or measure.

    """
    periods = periods_for(session, viewer=viewer)
    if not periods:
        return None
    chosen = chosen_period(periods, period)
    criteria = {criterion.id: criterion.name for criterion in newest_published(session).criteria}
    names = (*((one.key, one.name) for one in MEASURES.values()), *((key, f"Reviews: {name}") for key, name in criteria.items()))
    searched = searched_people(session, months=chosen.months, now=now)
    if measure in criteria:
        of_stop: dict[object, set[str | None]] = {person.stop: {person.unit} for person in searched.people}
        sizes = class_sizes_by(session, searched=searched, of_stop=of_stop)
        found = units_of_criterion(tallies_by(session, searched=searched, of_stop=of_stop).get(measure, {}), sizes)
        said = f"“{criteria[measure]}” met the standard"
        return UnitsPage(chosen, periods, measure, said, "stops of the random sample, weighted; effective numbers", names, found, None)
    one = measure_of(measure)
    over_time = units_shown(searched.people, one)
    return UnitsPage(chosen, periods, measure, one.said, one.of, names, over_time.funnel, over_time)
