"""Which counts of the comparisons add up to one another: by group, by what was searched for, and as a part of another count. Pure.

The sum over all groups is taken to be known: the same people stand in the tables of every other basis. How many are left open by a record
(the outcome is not recorded, the film is in doubt) is no count that is covered here.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from stop_search.learning.disparity.comparing import Comparison
from stop_search.learning.disparity.measures import ARRESTED, FORCED, FOUND, HANDCUFFED, MEASURES, NOTHING, OF_THE_FILM, objects_apart
from stop_search.learning.ratios import Group
from stop_search.learning.withholding import Sum, Tables

PEOPLE, OF_WHOM, OTHERS, REST = "people", "of whom it is so", "of whom it is not", "what is between two"
ONE_DENOMINATOR = ((FOUND.key, NOTHING.key, ARRESTED.key), (FORCED.key, HANDCUFFED.key))
OBJECTS = tuple(one.key for one in objects_apart())
OF_PEOPLE = frozenset((*MEASURES, *OBJECTS))  # all but the criteria of the rubric, which are of stops
FAMILY = dict.fromkeys(OF_PEOPLE, "search") | {one.key: "film" for one in OF_THE_FILM}
WHOLES = (FOUND.key, FORCED.key)  # of which others are parts
NOBODY = Group(0, 0)
NOT_STATED = None


class Count(NamedTuple):
    """What is counted: people of whom a measure can be told, those of whom it is so or is not, or what is between two such counts."""

    what: str
    measure: str
    group: str | None


Added = Iterator[Sum[Count]]


class AddingUp:
    """The counts of comparisons by one basis, and what they add up to."""

    def __init__(self, comparisons: Sequence[Comparison], *, minimum: int) -> None:
        """Take comparisons by one basis, no measure twice."""
        self._minimum = minimum
        self._by_key = {one.measure.key: one for one in comparisons}
        self._groups = {key: _groups(one) for key, one in self._by_key.items()}
        self._every = tuple(dict.fromkeys(group for groups in self._groups.values() for group in groups))
        self._references = {row.name.key for one in comparisons for row in one.rows if row.is_reference}
        self._largest = self._largest_by_family()
        self._shared = {measure: self._first_with_the_same(measure) for measure in self._groups}

    @property
    def tables(self) -> Tables[Count]:
        """All of it, to find what must be withheld."""
        sums = [*self._over_groups(), *self._of_each(), *self._over_objects(), *self._nested()]
        return Tables(sums, self._order, frozenset(self._unsaid(sums)), self._together())

    def people(self, measure: str, group: str | None) -> Count:
        """Return the count of people of whom a measure can be told; measures with one denominator share it."""
        return Count(PEOPLE, self._shared[measure], group)

    def hides_not_stated(self, hidden: Collection[Count]) -> bool:
        """Return whether it is not told how many people are in no group, of any measure."""
        return any(count.what == PEOPLE and count.group is NOT_STATED and count.measure in OF_PEOPLE for count in hidden)

    def _largest_by_family(self) -> dict[tuple[str, str | None], int]:
        """Return how large a group is at most in what stands together: on whatever page it stands, the same group then covers another."""
        found: dict[tuple[str, str | None], int] = {}
        for measure, groups in self._groups.items():
            for name, group in groups.items():
                key = FAMILY.get(measure, measure), name
                found[key] = max(found.get(key, 0), group.size)
        return found

    def _first_with_the_same(self, measure: str) -> str:
        mates = next((mates for mates in ONE_DENOMINATOR if measure in mates), (measure,))
        sizes = _sizes(self._groups[measure])
        return next(one for one in mates if one in self._groups and _sizes(self._groups[one]) == sizes)

    def _over_groups(self) -> Added:
        for measure, groups in self._groups.items():
            yield Sum({self.people(measure, name): group.size for name, group in groups.items()})
            yield Sum({Count(OF_WHOM, measure, name): group.events for name, group in groups.items()})
            yield Sum({Count(OTHERS, measure, name): group.size - group.events for name, group in groups.items()})

    def _of_each(self) -> Added:
        for measure, groups in self._groups.items():
            for name, group in groups.items():
                parts = {Count(OF_WHOM, measure, name): group.events, Count(OTHERS, measure, name): group.size - group.events}
                yield Sum(parts, self.people(measure, name))

    def _over_objects(self) -> Added:
        """Yield what the objects of a search add up to; who was searched for nothing that is recorded is few, and taken to be known."""
        if not {FOUND.key, *OBJECTS} <= self._groups.keys():
            return
        for name, group in self._groups[FOUND.key].items():
            of_each = {key: self._groups[key].get(name, NOBODY) for key in OBJECTS}
            if group.size - sum(one.size for one in of_each.values()) < self._minimum:
                yield Sum({self.people(key, name): one.size for key, one in of_each.items()}, self.people(FOUND.key, name))
                yield Sum({Count(OF_WHOM, key, name): one.events for key, one in of_each.items()}, Count(OF_WHOM, FOUND.key, name))

    def _nested(self) -> Added:
        """Yield counts of which one is a part of the other: handcuffs are force; what was found or led to an arrest is not nothing."""
        for name in self._every:
            if whole := self._events(FORCED.key, name):
                yield from self._parts((HANDCUFFED.key,), whole, Count(OF_WHOM, FORCED.key, name))
            for key in (FOUND.key, ARRESTED.key):
                if whole := self._groups.get(NOTHING.key, {}).get(name, NOBODY).size:
                    yield from self._parts((NOTHING.key, key), whole, self.people(NOTHING.key, name))

    def _parts(self, measures: Sequence[str], whole: int, of: Count) -> Added:
        name, counts = of.group, {one: self._events(one, of.group) for one in measures}
        is_shared = all(self.people(one, name) == self.people(of.measure, name) for one in measures if one in self._groups)
        if is_shared and self._groups.keys() >= set(measures) and (rest := whole - sum(counts.values())) >= 0:
            parts = {Count(OF_WHOM, one, name): count for one, count in counts.items()}
            yield Sum({**parts, Count(REST, measures[-1], name): rest}, of)

    def _events(self, measure: str, name: str | None) -> int:
        return self._groups.get(measure, {}).get(name, NOBODY).events

    def _unsaid(self, sums: Sequence[Sum[Count]]) -> Iterator[Count]:
        """Yield what no row tells: of whom it is so, where no share is said; of the not stated, where no bounds are; no review of them."""
        for one in self._by_key.values():
            said: set[str | None] = {row.name.key for row in one.rows if row.interval}
            if one.measure.key in OF_PEOPLE and any(row.bounds for row in one.rows):
                said.add(NOT_STATED)
            for name in self._groups[one.measure.key].keys() - said:
                yield from (Count(what, one.measure.key, name) for what in (OF_WHOM, OTHERS))
            if one.measure.key not in OF_PEOPLE:
                yield Count(PEOPLE, one.measure.key, NOT_STATED)
        yield from (count for one in sums for count in one.parts if count.what == REST)

    def _together(self) -> Mapping[Count, frozenset[Count]]:
        """Return what goes with each count: no share without its people, and those of whom it is not with those of whom it is so."""
        found: dict[Count, frozenset[Count]] = {}
        for measure, groups in self._groups.items():
            for name in groups:
                both = frozenset((Count(OF_WHOM, measure, name), Count(OTHERS, measure, name)))
                found |= dict.fromkeys(both, both)
                people = self.people(measure, name)
                found[people] = found.get(people, frozenset()) | both
        return found

    def _order(self, count: Count) -> tuple[bool, bool, int, int, str]:
        """Withhold the group that the others are compared with last, a whole after its parts, and the smallest group first."""
        group = self._groups[count.measure].get(count.group, NOBODY)
        number = group.size if count.what == PEOPLE else group.events
        largest = self._largest[FAMILY.get(count.measure, count.measure), count.group]
        return count.group in self._references, count.measure in WHOLES, largest, number, count.measure


def _groups(one: Comparison) -> dict[str | None, Group]:
    """Return the counts by group, the not stated under None."""
    return {**{row.name.key: row.group for row in one.rows}, NOT_STATED: one.not_stated}


def _sizes(groups: Mapping[str | None, Group]) -> dict[str | None, int]:
    return {name: group.size for name, group in groups.items()}
