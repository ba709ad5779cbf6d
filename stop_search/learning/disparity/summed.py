"""The comparisons of the pages, from sums over months in place of people: the same as from the people themselves. Pure."""

from collections.abc import Collection, Mapping, Sequence

from stop_search.learning.control_charts import Period
from stop_search.learning.disparity.comparing import Comparison, comparison_of, together
from stop_search.learning.disparity.film import FilmTable, film_table
from stop_search.learning.disparity.groups import Basis
from stop_search.learning.disparity.intersections import Intersections, intersections_of
from stop_search.learning.disparity.measures import OF_THE_FILM, Measure
from stop_search.learning.disparity.people_sums import BOTH, OWN, SEARCHED, STOPS, Sums, Told, of_basis, of_cells, of_units, told_by
from stop_search.learning.disparity.population import NOT_STATED, Searches
from stop_search.learning.funnels import Unit
from stop_search.learning.units import UnitsShown, shown_of

Parts = Mapping[str, Sums]


def people_in(parts: Parts, basis: Basis, origins: Collection[str] = BOTH) -> int:
    """Return how many people were searched."""
    return sum(found.told for found in told_by(parts[of_basis(basis)], SEARCHED, origins).values())


def searches_in(parts: Parts, basis: Basis) -> dict[str, Searches]:
    """Return how many people of each group were searched, NOT_STATED among them."""
    found = told_by(parts[of_basis(basis)], SEARCHED)
    return {name or NOT_STATED: Searches(one.told, one.group.worth) for name, one in found.items()}


def compared_in(parts: Parts, measure: Measure, basis: Basis, origins: Collection[str] = BOTH) -> Comparison:
    """Return a measure by the groups of a basis; tests are adjusted for one another by `together`."""
    found = told_by(parts[of_basis(basis)], measure, origins)
    groups = {name or None: one.group for name, one in found.items() if one.told}
    return comparison_of(groups, measure, basis, untold=sum(one.untold for one in found.values()))


def cells_in(parts: Parts, measure: Measure, ethnicity: Basis) -> Intersections:
    """Return a measure by ethnicity, age and sex at once."""
    found = told_by(parts[of_cells(ethnicity, measure)], measure)
    groups = {tuple(name.split("|")): one.group for name, one in found.items() if name and one.told}
    nowhere = found.get("")
    return intersections_of(groups, measure, (ethnicity, Basis.AGE, Basis.SEX), not_stated=nowhere.told if nowhere else 0)


def film_in(parts: Parts) -> tuple[FilmTable, ...]:
    """Return every measure of film by every basis, of our own records, the tests of all of them adjusted together."""
    asked = [(measure, basis) for measure in OF_THE_FILM for basis in Basis]
    found = together([compared_in(parts, measure, basis, (OWN,)) for measure, basis in asked])
    return tuple(film_table(one, _unknown(parts, one)) for one in found)


def stops_in(parts: Parts, measure: Measure) -> Told:
    """Return of how many stops of our own a measure of film is so."""
    return told_by(parts[STOPS], measure).get("", Told(0, 0, 0, 0))


def units_in(parts: Parts, measure: Measure) -> UnitsShown:
    """Return the funnel of a measure over the units, and the charts by week."""
    found = told_by(parts[of_units(measure)], measure)
    units: dict[str, Told] = {}
    weeks: dict[str | None, list[tuple[str, Told]]] = {None: []}
    for name, one in found.items():
        kind, _, rest = name.partition("|")
        if kind == "unit" and one.told:
            units[rest] = one
        elif one.told:
            week, _, unit = rest.partition("|")
            weeks[None].append((week, one))
            weeks.setdefault(unit, []).append((week, one))
    without = units.pop("", None)
    shown = [Unit(name, one.events * one.told / one.squared, one.told * one.told / one.squared) for name, one in sorted(units.items())]
    periods = {name: _added_by_week(of_unit) for name, of_unit in weeks.items()}
    return shown_of(shown, periods, without_unit=without.told if without else 0)


def _added_by_week(found: Sequence[tuple[str, Told]]) -> list[Period]:
    """Return the weeks in order. A stop is of one unit and one week, those of its record: its square is in one sum, and the sums add up."""
    sums: dict[str, tuple[int, int, int]] = {}
    for week, one in found:
        events, told, squared = sums.get(week, (0, 0, 0))
        sums[week] = events + one.events, told + one.told, squared + one.squared
    return [Period(week, events, told, told / squared) for week, (events, told, squared) in sorted(sums.items())]


def _unknown(parts: Parts, found: Comparison) -> dict[str, int]:
    return {name: one.untold for name, one in told_by(parts[of_basis(found.basis)], found.measure, (OWN,)).items()}
