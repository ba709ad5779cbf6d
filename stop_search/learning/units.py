"""One measure over the force's units and over its weeks: a funnel, and charts that say whether anything changed. Pure.

A unit is what the force calls so: a borough, a district. Officers are never compared: nothing here knows of one.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from stop_search.learning.control_charts import Chart, Period, chart
from stop_search.learning.disparity.groups import SearchedPerson
from stop_search.learning.disparity.measures import Measure
from stop_search.learning.estimates import Tally, cells_of
from stop_search.learning.funnels import Funnel, Unit, funnel
from stop_search.learning.run_lengths import decision_for, ewma_limit_for
from stop_search.learning.series import Asked

FEWEST_WEEKS = 8  # with anybody in them: before that a chart says nothing
NO_CHART = "a chart needs 8 weeks"


@dataclass(frozen=True)
class UnitChart:
    """A unit's chart, or the whole force's (`name` is None); `chart` is None where there are too few weeks."""

    name: str | None
    chart: Chart | None

    @property
    def changed_in(self) -> tuple[str, ...]:
        """The weeks at which either chart signals, in the order of time."""
        if self.chart is None:
            return ()
        weeks = {point.name for point in (*self.chart.outside, *self.chart.summed_up)}
        return tuple(point.name for point in self.chart.points if point.name in weeks)


@dataclass(frozen=True)
class UnitsShown:
    """A measure over units and weeks. `without_unit`: people of whom no unit is recorded, who are in the force's chart only."""

    funnel: Funnel
    charts: tuple[UnitChart, ...]
    without_unit: int


def units_shown(people: Iterable[SearchedPerson], measure: Measure) -> UnitsShown:
    """Return the funnel of the units by name, and the charts by week: the force's first, then each such unit's."""
    told = [(person, verdict) for person in filter(measure.concerns, people) if (verdict := measure.verdict(person)) is not None]
    names = {person.unit for person, _ in told if person.unit is not None}
    by_week = {name: _weeks((person, verdict) for person, verdict in told if person.unit == name) for name in names}
    return shown_of(_units(told), {None: _weeks(told), **by_week}, without_unit=sum(person.unit is None for person, _ in told))


def shown_of(units: Sequence[Unit], weeks: Mapping[str | None, Sequence[Period]], *, without_unit: int) -> UnitsShown:
    """Return the funnel and the charts of counts by unit; `weeks`: in order, by unit, of the whole force under None."""
    found = funnel(units)
    periods = [(name, weeks.get(name, ())) for name in (None, *(point.unit.name for point in found.points))]
    shown = sum(len(one) >= FEWEST_WEEKS for _, one in periods) or 1
    limits = ewma_limit_for(shown), decision_for(shown)
    return UnitsShown(found, tuple(UnitChart(name, _chart(one, limits)) for name, one in periods), without_unit)


def units_funnel(people: Iterable[SearchedPerson], measure: Measure) -> Funnel:
    """Return the funnel alone, of the units by name."""
    return funnel(_units([(one, verdict) for one in filter(measure.concerns, people) if (verdict := measure.verdict(one)) is not None]))


def funnel_of(asked: Asked, tallies: Mapping[str | None, Sequence[Tally]], sizes: Mapping[str | None, Mapping[str, int]]) -> Funnel:
    """Return the funnel of a criterion, an empty one where its readers differ too much for anything to be told of it."""
    return funnel([]) if asked.is_withheld else units_of_criterion(tallies, sizes)


def units_of_criterion(tallies: Mapping[str | None, Sequence[Tally]], sizes: Mapping[str | None, Mapping[str, int]]) -> Funnel:
    """Return the funnel of a criterion of the rubric, from reviews by unit: each unit's weighted share on its effective number."""
    named = {name: found for name, found in tallies.items() if name is not None}
    return funnel([_weighted(name, named[name], sizes.get(name, {})) for name in sorted(named)])


def _units(told: Iterable[tuple[SearchedPerson, bool]]) -> list[Unit]:
    found = _counted((person.unit, person.stop, verdict) for person, verdict in told)
    return [Unit(name, events * size / squared, size * size / squared) for name, events, size, squared in found]


def _weeks(told: Iterable[tuple[SearchedPerson, bool]]) -> list[Period]:
    found = _counted((person.week, person.stop, verdict) for person, verdict in told)
    return [Period(week, events, size, size / squared) for week, events, size, squared in found]


def _counted(told: Iterable[tuple[str | None, Hashable, bool]]) -> list[tuple[str, int, int, int]]:
    """Return by name, sorted: of how many it is so, how many there are, and the sum over stops of the square of how many of it they are."""
    sizes, events, together = Counter[str](), Counter[str](), Counter[tuple[str, Hashable]]()
    for name, stop, verdict in told:
        if name is not None:
            sizes[name] += 1
            events[name] += verdict
            together[name, stop] += 1
    squared = Counter[str]()
    for (name, _), number in together.items():
        squared[name] += number * number
    return [(name, events[name], size, squared[name]) for name, size in sorted(sizes.items())]


def _chart(weeks: Sequence[Period], limits: tuple[float, float]) -> Chart | None:
    return chart(weeks, limit=limits[0], decision=limits[1]) if len(weeks) >= FEWEST_WEEKS else None


def _weighted(name: str, tallies: Sequence[Tally], sizes: Mapping[str, int]) -> Unit:
    """Return the unit's share over its risk classes, on the number of equally weighted reviews that would be as sure.

    A class without any score counts as one would that has a single one.
    """
    cells = cells_of(tallies, sizes)
    whole = sum(cell.size for cell in cells)
    if not whole:
        return Unit(name, 0.0, 0.0)
    share = sum(cell.share * cell.size for cell in cells) / whole
    effective = 1 / sum((cell.size / whole) ** 2 / max(cell.effective_n, 1.0) for cell in cells)
    return Unit(name, share * effective, effective)
