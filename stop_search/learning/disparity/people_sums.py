"""What people who were searched come to, in counts that can be added up over months: by group, by cell, by unit and by week. Pure.

A sum's name says of whom and what, its parts apart by "|": "own|found|Black". A unit's name, which a force gives, stands last.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from stop_search.learning.disparity.groups import ETHNICITY, Basis, SearchedPerson, group_of
from stop_search.learning.disparity.measures import MEASURES, OF_THE_FILM, OF_THE_SEARCH, Measure, objects_apart
from stop_search.learning.ratios import Group

Sums = dict[str, list[int]]
OWN, IMPORTED = "own", "imported"  # records of our own; rows of published files, which say nothing of film
BOTH = (OWN, IMPORTED)
SEARCHED = Measure("searched", "Searched", "was searched", "people searched", lambda _: False)
STOPS = "stops"
LEFT_OUT = "left out"  # a measure does not concern the person


@dataclass(frozen=True)
class Told:
    """Of `told` people the measure can be told, of `events` it is so, of `untold` it cannot be told.

    `squared`: over all stops, the square of how many of a stop they are, by which people who are stopped together count as fewer.
    """

    told: int
    events: int
    squared: int
    untold: int

    @property
    def group(self) -> Group:
        """The same as a group; there must be somebody of whom it can be told."""
        return Group(self.events, self.told, self.told / self.squared)


@dataclass(frozen=True)
class Part:
    """Sums that one page reads at once: the measures, and under which names each person counts."""

    measures: tuple[Measure, ...]
    names: Callable[[SearchedPerson], Sequence[str]]


def of_basis(basis: Basis) -> str:
    """Return the part with everything by the groups of a basis."""
    return f"people.{basis.value}"


def of_cells(ethnicity: Basis, measure: Measure) -> str:
    """Return the part with a measure by ethnicity, age and sex at once."""
    return f"within.{ethnicity.value}.{measure.key}"


def of_units(measure: Measure) -> str:
    """Return the part with a measure by unit and by week."""
    return f"units.{measure.key}"


@cache
def people_parts() -> Mapping[str, Part]:
    """Return what is counted of people, by the name of its part."""
    whole = (SEARCHED, *OF_THE_SEARCH, *objects_apart(), *OF_THE_FILM)
    cells = {basis: _by_cell(basis) for basis in ETHNICITY}
    return {
        **{of_basis(basis): Part(whole, _by_group(basis)) for basis in Basis},
        **{of_cells(basis, one): Part((one,), cells[basis]) for basis in ETHNICITY for one in MEASURES.values()},
        **{of_units(one): Part((one,), _by_unit) for one in MEASURES.values()},
        STOPS: Part(OF_THE_FILM, lambda _: ("",)),
    }


def people_sums(own: Sequence[SearchedPerson], imported: Sequence[SearchedPerson], parts: Collection[str]) -> dict[str, Sums]:
    """Return the sums of these parts; of STOPS each stop of our own counts once, however many were searched in it."""
    once = _People(list({person.stop: person for person in own}.values()), OWN)
    origins, known = (_People(own, OWN), _People(imported, IMPORTED)), people_parts()
    return {
        name: once.sums(known[name]) if name == STOPS else {k: v for one in origins for k, v in one.sums(known[name]).items()}
        for name in parts
    }


def told_by(sums: Mapping[str, Sequence[int]], measure: Measure, origins: Collection[str] = BOTH) -> dict[str, Told]:
    """Return what is told of a measure by what stands last in the names, sorted."""
    found: dict[str, list[int]] = {}
    for name, counts in sums.items():
        origin, key, rest = name.split("|", 2)
        if key == measure.key and origin in origins:
            so_far = found.setdefault(rest, [0] * len(counts))
            found[rest] = [a + b for a, b in zip(so_far, counts, strict=True)]
    return {name: Told(*counts) for name, counts in sorted(found.items())}


class _People:
    """People of one origin as columns, which are counted much faster than people are one by one."""

    def __init__(self, people: Sequence[SearchedPerson], origin: str) -> None:
        self._people, self._origin = people, origin
        stops = Counter(person.stop for person in people)
        self._crowds = [place for place, person in enumerate(people) if stops[person.stop] > 1]  # stopped together with others
        self._verdicts: dict[str, list[bool | str | None]] = {}
        self._names: dict[object, list[tuple[str, ...]]] = {}

    def sums(self, part: Part) -> Sums:
        """Return the sums of a part."""
        if part.names not in self._names:
            self._names[part.names] = list(zip(*map(part.names, self._people), strict=True))
        found: Sums = {}
        for names in self._names[part.names]:
            for measure in part.measures:
                found |= self._counted(measure, names)
        return found

    def _counted(self, measure: Measure, names: Sequence[str]) -> Sums:
        verdicts, before = self._verdicts_of(measure), f"{self._origin}|{measure.key}|"
        found: Sums = {}
        for (name, verdict), number in Counter(zip(names, verdicts, strict=True)).items():
            if verdict != LEFT_OUT:
                counts = found.setdefault(before + name, [0, 0, 0, 0])
                told = 0 if verdict is None else number
                for place, more in enumerate((told, number if verdict is True else 0, told, number - told)):
                    counts[place] += more
        told = (place for place in self._crowds if isinstance(verdicts[place], bool))
        for (name, _), number in Counter((names[place], self._people[place].stop) for place in told).items():
            found[before + name][2] += number * number - number
        return found

    def _verdicts_of(self, measure: Measure) -> list[bool | str | None]:
        if measure.key not in self._verdicts:
            self._verdicts[measure.key] = [measure.verdict(one) if measure.concerns(one) else LEFT_OUT for one in self._people]
        return self._verdicts[measure.key]


def _by_group(basis: Basis) -> Callable[[SearchedPerson], Sequence[str]]:
    return lambda person: (group_of(person, basis) or "",)


def _by_cell(ethnicity: Basis) -> Callable[[SearchedPerson], Sequence[str]]:
    def names(person: SearchedPerson) -> Sequence[str]:
        groups = [group_of(person, basis) for basis in (ethnicity, Basis.AGE, Basis.SEX)]
        return ("|".join(map(str, groups)) if all(groups) else "",)

    return names


def _by_unit(person: SearchedPerson) -> Sequence[str]:
    unit = person.unit or ""
    return f"unit|{unit}", f"week|{person.week}|{unit}"
