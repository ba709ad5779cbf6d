"""Which figures are withheld of tables whose counts add up to one another, so that no small count can be worked out from them. Pure.

`told_counts` is for one row of counts with its sum. Here a count may stand in several sums: by group, by what was searched for, as a
part of another count. Beyond what the sums settle, hidden counts that come to little are nearly known.
"""

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any, Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Sum(Generic[Key]):
    """Counts that add up. `whole`: the key of their sum where it is a figure of its own; None where whoever reads has the sum anyway."""

    parts: Mapping[Key, int]
    whole: Key | None = None

    @property
    def keys(self) -> tuple[Key, ...]:
        """Everything that stands in the sum."""
        return (*self.parts, *(() if self.whole is None else (self.whole,)))


@dataclass(frozen=True)
class Tables(Generic[Key]):
    """Counts and the sums that they stand in.

    `unsaid`: what is not told anyway, for another reason. `together`: what is withheld with a count, because it would give it. Of all that
    could be withheld to cover a small count, what is first by `order` goes first.
    """

    sums: Sequence[Sum[Key]]
    order: Callable[[Key], Any]
    unsaid: AbstractSet[Key] = frozenset()
    together: Mapping[Key, AbstractSet[Key]] = field(default_factory=dict[Key, AbstractSet[Key]])

    @cached_property
    def counts(self) -> dict[Key, int]:
        """Every count that is a part of a sum, in the order of the sums."""
        return {key: count for one in self.sums for key, count in one.parts.items()}

    def hidden_with(self, withheld: Collection[Key]) -> frozenset[Key]:
        """Return these and what is withheld with them."""
        return frozenset(withheld).union(*(self.together.get(key, frozenset()) for key in withheld))

    def unknown_with(self, withheld: Collection[Key]) -> frozenset[Key]:
        """Return all that a reader is not told if these are withheld."""
        return self.hidden_with(withheld) | self.unsaid


def withheld_of(tables: Tables[Key], *, minimum: int) -> frozenset[Key]:
    """Return what is withheld: counts above 0 and below the minimum, and what would give one of them away.

    0 is told. Where nothing is left that could be withheld to cover a count, nothing more is.
    """
    withheld = [key for key, count in tables.counts.items() if 0 < count < minimum]
    while (cover := next(_covers(tables, withheld, minimum), None)) is not None:
        withheld.append(cover)
    return tables.hidden_with(withheld)


def worked_out(sums: Sequence[Sum[Key]], unknown: AbstractSet[Key]) -> frozenset[Key]:
    """Return which of the unknown counts the sums settle, all taken together: those that stand alone once the sums are solved for them."""
    solved: dict[Key, dict[Key, Fraction]] = {}  # each unknown that is given by others, with these; fully reduced
    for one in sums:
        row = {key: Fraction(-1 if key == one.whole else 1) for key in one.keys if key in unknown}
        for key in [key for key in row if key in solved]:
            _add(row, solved[key], -row[key])
        if row:
            pivot = next(iter(row))
            row = {key: factor / row[pivot] for key, factor in row.items()}
            for other in solved.values():
                if pivot in other:
                    _add(other, row, -other[pivot])
            solved[pivot] = row
    return frozenset(key for key, row in solved.items() if len(row) == 1)


def _add(row: dict[Key, Fraction], other: Mapping[Key, Fraction], times: Fraction) -> None:
    for key, factor in other.items():
        row[key] = row.get(key, Fraction(0)) + factor * times
        if not row[key]:
            del row[key]


def _covers(tables: Tables[Key], withheld: Sequence[Key], minimum: int) -> Iterator[Key]:
    """Yield what could be withheld next, the best first; nothing where no withheld count is known or nearly known."""
    unknown = tables.unknown_with(withheld)
    alone = _alone(tables.sums, unknown)
    for key, one in alone.items():
        if key in withheld:
            yield from _open(tables, [one], unknown)
    for one in tables.sums:
        if one.whole not in unknown and 0 < sum(count for key, count in one.parts.items() if key in unknown and key not in alone) < minimum:
            yield from _open(tables, [one], unknown)
    known, always_known = worked_out(tables.sums, unknown), worked_out(tables.sums, unknown.union(*(one.keys for one in tables.sums)))
    for key in withheld:
        if key in known and key not in always_known:
            yield from _that_cover(tables, withheld, key)


def _alone(sums: Sequence[Sum[Key]], unknown: AbstractSet[Key]) -> dict[Key, Sum[Key]]:
    """Return the unknown counts that a sum gives because all else in it is known, each with that sum; one may lead to the next."""
    found: dict[Key, Sum[Key]] = {}
    more = True
    while more:
        more = False
        for one in sums:
            left = [key for key in one.keys if key in unknown and key not in found]
            if len(left) == 1:
                found[left[0]], more = one, True
    return found


def _that_cover(tables: Tables[Key], withheld: Sequence[Key], key: Key) -> Iterator[Key]:
    """Yield the first that is enough for a count not to be known any more; where there is none, the first of all."""
    beside = [one for one in tables.sums if key in one.keys]
    covers = _open(tables, beside, tables.unknown_with(withheld))
    yield from (one for one in covers if key not in worked_out(tables.sums, tables.unknown_with([*withheld, one])))
    yield from covers


def _open(tables: Tables[Key], sums: Sequence[Sum[Key]], unknown: AbstractSet[Key]) -> list[Key]:
    """Return what is told in these sums and is not 0, by the order in which it may be withheld."""
    keys = dict.fromkeys(key for one in sums for key in one.keys)
    return sorted((key for key in keys if key not in unknown and tables.counts.get(key, 1)), key=tables.order)
