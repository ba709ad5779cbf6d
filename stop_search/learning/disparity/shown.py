"""Everything that the page of disparity shows, for the learning team: which months, which groups, and what is compared."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from stop_search.accounts.rules import Viewer
from stop_search.force import Force
from stop_search.learning.asked import asked_now
from stop_search.learning.disparity.benchmarks import benchmarks_of
from stop_search.learning.disparity.comparing import Comparison, together
from stop_search.learning.disparity.criteria import comparisons_of
from stop_search.learning.disparity.groups import Basis
from stop_search.learning.disparity.intersections import Intersections
from stop_search.learning.disparity.measures import OF_THE_FILM, OF_THE_SEARCH, measure_of, objects_apart
from stop_search.learning.disparity.people_sums import IMPORTED, of_basis, of_cells
from stop_search.learning.disparity.periods import Period, chosen_period, months_so_far, periods_for
from stop_search.learning.disparity.population import PopulationTable, population_table
from stop_search.learning.disparity.review_sums import drawn_sums_in, of_reviews, sizes_in, tallies_in
from stop_search.learning.disparity.summed import cells_in, compared_in, people_in, searches_in
from stop_search.learning.draw_sums import sums_by_draw
from stop_search.learning.month_sums import sums_of


@dataclass(frozen=True)
class DisparityShown:
    """What the page of disparity shows of one period by one basis. `table` is None where there is no benchmark.

    `of_search`, `by_object`, `of_film`, `of_reviews`: what is compared inside the search; the tests of the first two are adjusted
    together, those of video and of the reviews each for themselves. `counted_at`: when the oldest of the counts were made, None where
    all were made just now.
    """

    period: Period
    periods: tuple[Period, ...]
    basis: Basis
    searched: int
    imported: int
    table: PopulationTable | None
    of_search: tuple[Comparison, ...]
    by_object: tuple[Comparison, ...]
    of_film: tuple[Comparison, ...]
    of_reviews: tuple[Comparison, ...]
    within: Intersections
    counted_at: datetime | None = None

    @property
    def inside(self) -> tuple[Comparison, ...]:
        """All that is compared inside the search."""
        return (*self.of_search, *self.by_object, *self.of_film, *self.of_reviews)


def disparity_shown(
    session: Session, *, viewer: Viewer, force: Force, period: str, basis: Basis, measure: str, now: datetime
) -> DisparityShown | None:
    """Return everything of a period, by one basis; `measure`: of the groups within groups. None where nobody was searched yet.

    Raises:
        NotAllowed: the viewer is not of the learning team.
        NotFound: there is no such period or measure.

    """
    periods = periods_for(session, viewer=viewer)
    if not periods:
        return None
    chosen = chosen_period(periods, period)
    within, ethnicity = measure_of(measure), _ethnicity_within(basis)
    wanted = (of_basis(basis), of_cells(ethnicity, within), of_reviews(basis))
    sums = sums_of(session, months=months_so_far(chosen, periods, now), parts=wanted, now=now)
    benchmark = benchmarks_of(force).get(basis)
    of_search = together([compared_in(sums.parts, one, basis) for one in (*OF_THE_SEARCH, *objects_apart())])
    asked, of_reviewed = asked_now(session, sums_by_draw(session, now=now)), sums.parts[of_reviews(basis)]
    return DisparityShown(
        period=chosen,
        periods=periods,
        basis=basis,
        searched=people_in(sums.parts, basis),
        imported=people_in(sums.parts, basis, (IMPORTED,)),
        table=population_table(searches_in(sums.parts, basis), benchmark, basis) if benchmark else None,
        of_search=of_search[: len(OF_THE_SEARCH)],
        by_object=of_search[len(OF_THE_SEARCH) :],
        of_film=together([compared_in(sums.parts, one, basis) for one in OF_THE_FILM]),
        of_reviews=together(
            comparisons_of(asked, tallies_in(of_reviewed, asked), sizes_in(of_reviewed), basis, drawn_sums_in(of_reviewed))
        ),
        within=cells_in(sums.parts, within, ethnicity),
        counted_at=sums.counted_at,
    )


def _ethnicity_within(basis: Basis) -> Basis:
    return basis if basis is Basis.OFFICER_PERCEIVED else Basis.SELF_DEFINED
