"""Which units' rows a report withholds: the small ones, and those by which a small one could be worked out. Pure.

A reader has the sum of a measure, from the video's table or another, and can subtract. And who knows of how many people it can be told
whether there is video, and of how many filmed people whether it begins late, knows of how many there is none.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from stop_search.learning.disclosure import told_counts
from stop_search.learning.disparity.groups import SearchedPerson
from stop_search.learning.disparity.measures import CUT_VIDEO, LATE_VIDEO, MEASURES, NO_VIDEO, Measure
from stop_search.learning.funnels import Funnel

UnitsFound = tuple[str, str, Funnel]  # the measure's name, what was seen, the funnel
Sizes = Mapping[str | None, int]  # people by unit, those without one under None
OF_THE_FILMED = (LATE_VIDEO, CUT_VIDEO)


def withheld_units(found: Sequence[UnitsFound], people: Sequence[SearchedPerson], *, minimum: int) -> set[tuple[str, str]]:
    """Return the rows to withhold, as (measure's name, unit). Of criteria of the rubric, effective numbers stand for counts."""
    by_name = {one.name: _sizes(people, one) for one in MEASURES.values()}
    filmed = {one.name for one in OF_THE_FILMED}
    hidden: set[tuple[str, str]] = set()
    for name, _, funnel in found:
        sizes = by_name.get(name) or _effective(funnel)
        keys = _hidden(sizes, minimum)
        if name in filmed:
            keys |= _hidden({unit: all_of - sizes.get(unit, 0) for unit, all_of in by_name[NO_VIDEO.name].items()}, minimum)
        hidden |= {(name, unit) for unit in keys if unit is not None}
    return hidden


def gives_unfilmed_away(people: Sequence[SearchedPerson], measure: Measure, *, minimum: int) -> bool:
    """Return whether the number of a measure of filmed people would tell that there is no video of a few."""
    unfilmed = _sizes(people, NO_VIDEO).total() - _sizes(people, measure).total()
    return measure in OF_THE_FILMED and 0 < unfilmed < minimum


def _hidden(sizes: Sizes, minimum: int) -> set[str | None]:
    return {unit for unit, told in told_counts(sizes, minimum=minimum).items() if told is None}


def _sizes(people: Iterable[SearchedPerson], measure: Measure) -> Counter[str | None]:
    """Return of how many people a measure can be told."""
    return Counter(person.unit for person in filter(measure.concerns, people) if measure.verdict(person) is not None)


def _effective(funnel: Funnel) -> dict[str | None, int]:
    units = [*(point.unit for point in funnel.points), *funnel.too_few]
    return {unit.name: round(unit.n) for unit in units}
