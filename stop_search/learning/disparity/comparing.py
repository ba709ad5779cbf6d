"""One measure, group by group: the share of each, beside the group it is compared with, and whether it may be said. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from stop_search.learning.disparity.groups import GROUPS, REFERENCE, Basis, GroupName, SearchedPerson, group_of
from stop_search.learning.disparity.measures import Measure
from stop_search.learning.estimates import GATE, Gate, Interval
from stop_search.learning.exact_tests import FALSE_DISCOVERIES, adjusted, differ
from stop_search.learning.ratios import Between, Group, share_difference, share_of, share_ratio, shares_whoever_they_are

FEWEST_TESTED = 10  # on either side of the exact test of missing video, which is made for small groups too


@dataclass(frozen=True)
class ComparedRow:
    """One group: `group` counts people of whom the measure can be told. What may not be said is None, and `too_few` says why.

    `bounds`: the difference's lowest and highest value, whichever of the two groups the not stated belong to; `adjusted_p`: of the exact
    test against the reference, for all tests that are shown together. `unseen`: of a criterion of the rubric, between which shares it lies,
    whatever was not seen of the stops that chance drew.
    """

    name: GroupName
    group: Group
    interval: Interval | None
    ratio: Between | None
    difference: Between | None
    bounds: tuple[float, float] | None
    too_few: str | None
    is_reference: bool
    p: float | None = None
    adjusted_p: float | None = None
    unseen: tuple[float, float] | None = None

    @property
    def stands_out(self) -> bool:
        """Whether it differs from the reference by more than chance, all tests shown together."""
        return self.adjusted_p is not None and self.adjusted_p <= FALSE_DISCOVERIES


@dataclass(frozen=True)
class Comparison:
    """A measure by group. `not_stated` are in no group; of `untold` people the measure cannot be told.

    `unstated_in_frame`: of a criterion of the rubric, the share of the frame's stops with somebody who is in no group.
    """

    measure: Measure
    basis: Basis
    rows: tuple[ComparedRow, ...]
    not_stated: Group
    untold: int
    unstated_in_frame: float | None = None

    @property
    def is_said(self) -> bool:
        """Whether anything may be said of any group."""
        return any(row.interval for row in self.rows)

    @property
    def told(self) -> int:
        """Of how many people the measure can be told, whatever their group."""
        return self.not_stated.size + sum(row.group.size for row in self.rows)

    @property
    def share_not_stated(self) -> float:
        """The share of those who are in no group."""
        if self.unstated_in_frame is not None:
            return self.unstated_in_frame
        return self.not_stated.size / self.told if self.told else 0.0

    @property
    def reference(self) -> ComparedRow:
        """The row that the others are compared with."""
        return next(row for row in self.rows if row.is_reference)


def tallied(people: Iterable[SearchedPerson], measure: Measure, basis: Basis) -> tuple[dict[str | None, Group], int]:
    """Return the counts by group, those not stated under None, and of how many people the measure cannot be told."""
    sizes, events, together = Counter[str | None](), Counter[str | None](), Counter[tuple[str | None, object]]()
    untold = 0
    for person in filter(measure.concerns, people):
        verdict = measure.verdict(person)
        if verdict is None:
            untold += 1
            continue
        key = group_of(person, basis)
        sizes[key] += 1
        events[key] += verdict
        together[key, person.stop] += 1
    squared = Counter[str | None]()
    for (key, _), number in together.items():
        squared[key] += number * number
    return {key: Group(events[key], size, size / squared[key]) for key, size in sizes.items()}, untold


def compared(people: Iterable[SearchedPerson], measure: Measure, basis: Basis, *, gate: Gate = GATE) -> Comparison:
    """Return the comparison; tests are adjusted for one another by `together`."""
    groups, untold = tallied(people, measure, basis)
    return comparison_of(groups, measure, basis, untold=untold, gate=gate)


def comparison_of(groups: Mapping[str | None, Group], measure: Measure, basis: Basis, *, untold: int = 0, gate: Gate = GATE) -> Comparison:
    """Return the comparison of counts by group."""
    nobody = Group(0, 0)
    not_stated, reference = groups.get(None, nobody), groups.get(REFERENCE[basis], nobody)
    names = [name for name in GROUPS[basis] if name.key in groups or name.key == REFERENCE[basis]]
    rows = tuple(_row(name, groups.get(name.key, nobody), reference, not_stated, measure, basis, gate) for name in names)
    return Comparison(measure, basis, rows, not_stated, untold)


def together(comparisons: Sequence[Comparison]) -> tuple[Comparison, ...]:
    """Return the comparisons with their tests adjusted for all of them (Benjamini and Hochberg), as they are shown on one page."""
    p_values = [row.p for comparison in comparisons for row in comparison.rows if row.p is not None]
    of_all = iter(adjusted(p_values))
    return tuple(
        replace(one, rows=tuple(row if row.p is None else replace(row, adjusted_p=next(of_all)) for row in one.rows)) for one in comparisons
    )


def why_too_few(group: Group, gate: Gate = GATE) -> str | None:
    """Return why a group's share may not be said, or None. Counts below the gate's are not given away."""
    if group.size < gate.reviews:
        return f"{gate.reviews} people are needed"
    if min(group.events, group.size - group.events) < gate.events:
        return f"{gate.events} are needed of whom it is so, and {gate.events} of whom it is not"
    if share_of(group).width > gate.widest:
        return f"the interval would be wider than {gate.widest * 100:.0f} points"
    return None


def _row(name: GroupName, group: Group, reference: Group, not_stated: Group, measure: Measure, basis: Basis, gate: Gate) -> ComparedRow:
    is_reference = name.key == REFERENCE[basis]
    too_few = why_too_few(group, gate)
    is_comparable = not is_reference and too_few is None and why_too_few(reference, gate) is None
    interval, beside = (share_of(one) if one.size else None for one in (group, reference))
    is_tested = is_comparable or (measure.is_of_film and not is_reference and min(group.size, reference.size) >= FEWEST_TESTED)
    return ComparedRow(
        name=name,
        group=group,
        interval=None if too_few else interval,
        ratio=share_ratio(interval, beside) if is_comparable and interval and beside else None,
        difference=share_difference(interval, beside) if is_comparable and interval and beside else None,
        bounds=shares_whoever_they_are(group, reference, not_stated) if is_comparable else None,
        too_few=too_few,
        is_reference=is_reference,
        p=differ(group.independent, reference.independent) if is_tested else None,
    )
