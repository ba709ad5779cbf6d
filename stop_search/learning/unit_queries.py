"""What the page of units shows: one measure, or one criterion of the rubric, over the force's units. Never officers."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from stop_search.accounts.rules import Viewer
from stop_search.learning.asked import asked_now
from stop_search.learning.disparity.measures import MEASURES, measure_of
from stop_search.learning.disparity.people_sums import of_units
from stop_search.learning.disparity.periods import Period, chosen_period, months_so_far, periods_for
from stop_search.learning.disparity.review_sums import UNIT, sizes_in, tallies_in
from stop_search.learning.disparity.summed import units_in
from stop_search.learning.draw_sums import sums_by_draw
from stop_search.learning.funnels import Funnel
from stop_search.learning.month_sums import sums_of
from stop_search.learning.series import READERS_DIFFER
from stop_search.learning.units import UnitsShown, funnel_of

OF_THE_SAMPLE = "stops of the random sample, weighted; effective numbers"


@dataclass(frozen=True)
class UnitsPage:
    """What the page of units shows of one measure. A criterion of the rubric has a funnel only: too few are reviewed in a week.

    `counted_at`: when the oldest of the counts were made, None where all were made just now; `withheld`: why nothing is told of a
    criterion, empty where something is.
    """

    period: Period
    periods: tuple[Period, ...]
    measure: str
    said: str
    of: str
    names: tuple[tuple[str, str], ...]
    funnel: Funnel
    over_time: UnitsShown | None
    counted_at: datetime | None = None
    withheld: str = ""


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
    months, asked = months_so_far(chosen, periods, now), asked_now(session, sums_by_draw(session, now=now))
    of_reviews = ((key, f"Reviews: {one.criterion.name}") for key, one in asked.items())
    names = (*((one.key, one.name) for one in MEASURES.values()), *of_reviews)
    if measure in asked:
        counted = sums_of(session, months=months, parts=(UNIT,), now=now)
        found = funnel_of(asked[measure], tallies_in(counted.parts[UNIT], asked).get(measure, {}), sizes_in(counted.parts[UNIT]))
        said, withheld = f"“{asked[measure].criterion.name}” met the standard", READERS_DIFFER if asked[measure].is_withheld else ""
        return UnitsPage(chosen, periods, measure, said, OF_THE_SAMPLE, names, found, None, counted.counted_at, withheld)
    one = measure_of(measure)
    counted = sums_of(session, months=months, parts=(of_units(one),), now=now)
    over_time = units_in(counted.parts, one)
    return UnitsPage(chosen, periods, measure, one.said, one.of, names, over_time.funnel, over_time, counted.counted_at)
