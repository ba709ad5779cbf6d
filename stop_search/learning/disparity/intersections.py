"""Groups within groups: up to three bases at once, each cell drawn towards all of them, and few false claims of all that are shown. Pure.

A raw share of a small cell says more about the cell's size than about its people, so what is shown is the pooled share.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from stop_search.learning.disparity.groups import GROUPS, Basis, GroupName, SearchedPerson, group_of, named
from stop_search.learning.disparity.measures import Measure
from stop_search.learning.estimates import Interval
from stop_search.learning.exact_tests import FALSE_DISCOVERIES, adjusted, differ
from stop_search.learning.pooling import pooled
from stop_search.learning.ratios import Group

MOST_BASES = 3
FEWEST = 10  # people in a cell that is shown
FEWEST_CELLS = 3
WIDEST = 0.30


@dataclass(frozen=True)
class Cell:
    """One cell: its groups in the order of the bases, its counts, its pooled share, and the test against everybody in the other cells.

    `too_few`: why nothing is said of it; then `share` is None.
    """

    names: tuple[GroupName, ...]
    group: Group
    share: Interval | None
    adjusted_p: float | None
    too_few: str | None

    @property
    def stands_out(self) -> bool:
        """Whether it differs from the others by more than chance, all cells shown together."""
        return self.adjusted_p is not None and self.adjusted_p <= FALSE_DISCOVERIES


@dataclass(frozen=True)
class Intersections:
    """All cells in which there is anybody, in the groups' order. `overall`: the share of all; `not_stated`: in no cell."""

    measure: Measure
    bases: tuple[Basis, ...]
    cells: tuple[Cell, ...]
    overall: float
    not_stated: int

    @property
    def said(self) -> tuple[Cell, ...]:
        """The cells of which something is said."""
        return tuple(cell for cell in self.cells if cell.share)


def intersections(people: Iterable[SearchedPerson], measure: Measure, bases: Sequence[Basis]) -> Intersections:
    """Return the cells of up to three bases.

    Raises:
        ValueError: there are more than three bases, or one twice.

    """
    if not 1 <= len(bases) <= MOST_BASES or len(set(bases)) < len(bases):
        message = f"one to {MOST_BASES} different bases, not {len(bases)}"
        raise ValueError(message)
    sizes, events, together = Counter[tuple[str, ...]](), Counter[tuple[str, ...]](), Counter[tuple[object, ...]]()
    not_stated = 0
    for person in filter(measure.concerns, people):
        verdict = measure.verdict(person)
        if verdict is None:
            continue
        key = tuple(filter(None, (group_of(person, basis) for basis in bases)))
        if len(key) < len(bases):
            not_stated += 1
            continue
        sizes[key] += 1
        events[key] += verdict
        together[key, person.stop] += 1
    squared = Counter[object]()
    for (key, _), number in together.items():
        squared[key] += number * number
    groups = {key: Group(events[key], size, size / squared[key]) for key, size in sizes.items()}
    return intersections_of(groups, measure, bases, not_stated=not_stated)


def intersections_of(
    groups: Mapping[tuple[str, ...], Group], measure: Measure, bases: Sequence[Basis], *, not_stated: int
) -> Intersections:
    """Return the cells of counts by the keys of their groups, in the order of the bases."""
    names = {key: tuple(named(basis, one) for basis, one in zip(bases, key, strict=True)) for key in groups}
    order = sorted(groups, key=lambda key: [_place(basis, one) for basis, one in zip(bases, key, strict=True)])
    cells = cells_of([(names[key], groups[key]) for key in order])
    events, whole = (sum(counts) for counts in zip(*((one.events, one.size) for one in groups.values()), strict=True)) if groups else (0, 0)
    return Intersections(measure, tuple(bases), cells, events / whole if whole else 0.0, not_stated)


def cells_of(groups: Sequence[tuple[tuple[GroupName, ...], Group]]) -> tuple[Cell, ...]:
    """Return the cells of counts: pooled, and tested each against all others that are shown, with few false claims among all of them."""
    shown = [group for _, group in groups if group.size >= FEWEST]
    if len(shown) < FEWEST_CELLS:
        return tuple(Cell(names, group, None, None, f"{FEWEST_CELLS} cells of {FEWEST} people are needed") for names, group in groups)
    shares = iter(pooled([(one.events * one.worth, one.size * one.worth) for one in shown]).shares)
    p_values = iter(against_others(shown))
    return tuple(
        _cell(names, group, next(shares), next(p_values)) if group.size >= FEWEST else _nothing(names, group) for names, group in groups
    )


def against_others(groups: Sequence[Group]) -> list[float]:
    """Return the p-value of each group against all others together, adjusted for all of these tests."""
    counts = [group.independent for group in groups]
    events, size = sum(one.events for one in counts), sum(one.size for one in counts)
    return adjusted([differ(one, Group(events - one.events, size - one.size)) for one in counts])


def _cell(names: tuple[GroupName, ...], group: Group, share: Interval, adjusted_p: float) -> Cell:
    if share.width > WIDEST:
        return Cell(names, group, None, None, f"the interval would be wider than {WIDEST * 100:.0f} points")
    return Cell(names, group, share, adjusted_p, None)


def _nothing(names: tuple[GroupName, ...], group: Group) -> Cell:
    return Cell(names, group, None, None, f"{FEWEST} people are needed")


def _place(basis: Basis, key: str) -> int:
    return [group.key for group in GROUPS[basis]].index(key)
