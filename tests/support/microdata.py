"""People who were searched, made up; and a reader of told comparisons who tries to work small counts out of all that is told."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

import numpy as np

from stop_search.learning.disparity.comparing import Comparison, compared
from stop_search.learning.disparity.groups import Basis, SearchedPerson, group_of
from stop_search.learning.disparity.measures import OF_THE_SEARCH, Measure, objects_apart
from stop_search.learning.disparity.telling import ToldComparison

ETHNICITIES = ("W1", "B1", "A1", "M1", "O9", "NS")
OBJECTS = ("drugs", "weapons", "stolen_goods", "theft_articles", "firearms")
OUTCOMES = (("no_further_action", None), ("arrest", True), ("arrest", False), ("community_resolution", True), ("caution", False))
FORCE = (("none",), ("compliant_handcuffs_front",), ("tactical_communications",))
MEASURES = (*OF_THE_SEARCH[:-1], *objects_apart())


CELLS = tuple(
    SearchedPerson(
        stop=place,
        month="2026-11",
        self_defined=ethnicity,
        object_of_search=sought,
        outcome=outcome,
        outcome_linked=linked,
        force_used=force,
    )
    for place, (ethnicity, sought, (outcome, linked), force) in enumerate(product(ETHNICITIES, OBJECTS, OUTCOMES, FORCE))
)


def some_people(number: int, seed: int) -> list[SearchedPerson]:
    """Return so many people; some groups, objects and outcomes are rare."""
    chance = random.Random(seed)  # noqa: S311 -- made-up people
    found: list[SearchedPerson] = []
    for _ in range(number):
        ethnicity, sought = chance.choices(ETHNICITIES, (60, 18, 9, 4, 2, 7))[0], chance.choices(OBJECTS, (60, 14, 12, 10, 4))[0]
        outcome, force = chance.choices(OUTCOMES, (60, 20, 4, 12, 4))[0], chance.choices(FORCE, (60, 30, 3))[0]
        like = (cell for cell in CELLS if (cell.self_defined, cell.object_of_search, cell.force_used) == (ethnicity, sought, force))
        found.append(next(cell for cell in like if (cell.outcome, cell.outcome_linked) == outcome))
    return [replace(one, stop=place) for place, one in enumerate(found)]


def compared_by_ethnicity(people: Sequence[SearchedPerson]) -> list[Comparison]:
    """Return what became of these searches."""
    return [compared(people, one, Basis.SELF_DEFINED) for one in MEASURES]


class Reader:
    """Somebody who knows every sum over the groups and all that is told, and works out what follows: people in cells, as unknowns."""

    def __init__(self, told: Sequence[ToldComparison]) -> None:
        """Read what is told: equations for how many people there are in each of CELLS."""
        self._knows = np.array([*self._sums(), *self._told(told)])

    def is_known(self, people: np.ndarray) -> bool:
        """Return whether the number of people of some cells follows from what is told."""
        solution, *_ = np.linalg.lstsq(self._knows.T, people, rcond=None)
        return bool(np.abs(self._knows.T @ solution - people).max() < 1e-6)

    def of(self, measure: Measure, group: str | None, *, verdict: bool | None = None) -> np.ndarray:
        """Return which cells are of a measure and a group; `verdict`: only those of whom it is so, or is not."""
        return np.array([float(group_of(one, Basis.SELF_DEFINED) == group and _is_of(one, measure, verdict=verdict)) for one in CELLS])

    def _sums(self) -> Iterator[np.ndarray]:
        for measure in MEASURES:
            for verdict in (None, True):
                yield np.array([float(_is_of(one, measure, verdict=verdict)) for one in CELLS])

    def _told(self, told: Sequence[ToldComparison]) -> Iterator[np.ndarray]:
        for may in told:
            measure = may.comparison.measure
            for row in may.comparison.rows:
                if may.people[row.name.key] is not None:
                    yield self.of(measure, row.name.key)
                if row.interval:
                    yield self.of(measure, row.name.key, verdict=True)
            if may.not_stated is not None:
                yield self.of(measure, None)
            if any(row.bounds for row in may.comparison.rows):
                yield self.of(measure, None, verdict=True)


def _is_of(person: SearchedPerson, measure: Measure, *, verdict: bool | None) -> bool:
    found = measure.verdict(person) if measure.concerns(person) else None
    return found is not None and verdict in (None, found)
