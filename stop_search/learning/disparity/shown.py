"""Everything that the page of disparity shows, for the learning team: which months, which groups, and what is compared."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from stop_search.accounts.rules import Viewer
from stop_search.codes.lists import code_list
from stop_search.force import Force
from stop_search.learning.disparity.benchmarks import benchmarks_of
from stop_search.learning.disparity.comparing import Comparison, compared, together
from stop_search.learning.disparity.criteria import criterion_comparisons
from stop_search.learning.disparity.groups import Basis
from stop_search.learning.disparity.intersections import Intersections, intersections
from stop_search.learning.disparity.measures import OBJECTS_APART, OF_THE_FILM, OF_THE_SEARCH, Measure, measure_of, searching_for
from stop_search.learning.disparity.periods import Period, chosen_period, periods_for
from stop_search.learning.disparity.population import PopulationTable, population_table, searches_by_group
from stop_search.learning.disparity.queries import searched_people


@dataclass(frozen=True)
class DisparityShown:
    """What the page of disparity shows of one period by one basis. `table` is None where there is no benchmark.

    `of_search`, `by_object`, `of_film`, `of_reviews`: what is compared inside the search; the tests of the first two are adjusted
    together, those of video and of the reviews each for themselves.
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
    searched = searched_people(session, months=chosen.months, now=now)
    people = searched.people
    benchmark = benchmarks_of(force).get(basis)
    of_search = together([compared(people, one, basis) for one in (*OF_THE_SEARCH, *_objects())])
    return DisparityShown(
        period=chosen,
        periods=periods,
        basis=basis,
        searched=len(people),
        imported=searched.imported,
        table=population_table(searches_by_group(people, basis), benchmark, basis) if benchmark else None,
        of_search=of_search[: len(OF_THE_SEARCH)],
        by_object=of_search[len(OF_THE_SEARCH) :],
        of_film=together([compared(people, one, basis) for one in OF_THE_FILM]),
        of_reviews=together(criterion_comparisons(session, searched=searched, basis=basis)),
        within=intersections(people, measure_of(measure), _bases_within(basis)),
    )


def _objects() -> tuple[Measure, ...]:
    labels = code_list("object_of_search")
    apart = (searching_for(key, f"Searched for: {labels.entry(key).label.lower()}") for key in OBJECTS_APART)
    return (*apart, searching_for(None, "Searched for: anything else"))


def _bases_within(basis: Basis) -> tuple[Basis, Basis, Basis]:
    ethnicity = basis if basis is Basis.OFFICER_PERCEIVED else Basis.SELF_DEFINED
    return ethnicity, Basis.AGE, Basis.SEX
