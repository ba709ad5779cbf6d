"""What a public table is, and the 10-5 rule: counts below 10 are kept back, the others rounded to the nearest 5. Pure.

The rule is that of the Office for National Statistics: p-table `10_5_rule` of its package cell-key-perturbation 3.1.0. 0 is below 10, too.
"""

import enum
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

LEAST = 10
ROUNDED_TO = 5
FURTHEST = 2  # how far a count may lie from the number that is told of it
ALL = "*"
UNBOUNDED = 1_000_000_000

Key = tuple[str, ...]
Span = tuple[int, int]


class Universe(enum.StrEnum):
    """What is counted: people who were searched, reviews of stops that chance chose, receipts."""

    PEOPLE = "people"
    REVIEWS = "reviews"
    RECEIPTS = "receipts"


@dataclass(frozen=True)
class Dimension:
    """One way of telling apart what is counted: its name and all its categories, also those in which there is nobody."""

    name: str
    categories: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """One table. A cell's key has a category for each dimension, and `ALL` for a sum: ("black", "*") is everybody of that row.

    A count is None where it is kept back. `is_partition`: whether the first dimension parts what is counted. Where it does not (every
    review answers every criterion), each row has all of them, and there are no sums of columns. `left_out`: of reviews, the criteria of
    which nothing is told because readers differ too much.
    """

    name: str
    universe: Universe
    dimensions: tuple[Dimension, ...]
    counts: Mapping[Key, int | None]
    is_partition: bool = True
    left_out: tuple[str, ...] | None = None

    @property
    def whole(self) -> Key:
        """The key of the sum of everything."""
        return (ALL,) * len(self.dimensions)

    def in_line_with(self, key: Key) -> tuple[Key, ...]:
        """Return the cells that are added up to the same sum as this one: along its row, then along its column."""
        if key == self.whole:
            return ()
        return tuple(one for one in self.counts if one not in (key, self.whole) and _same_sum(one, key))


def _same_sum(one: Key, other: Key) -> bool:
    apart = [place for place in range(len(one)) if one[place] != other[place]]
    return len(apart) == 1 and ALL not in (one[apart[0]], other[apart[0]])


def told(count: int) -> int | None:
    """Return what may be told of a count: a multiple of 5 that is at least 10, or None.

    >>> [told(count) for count in (0, 9, 10, 12, 13, 17, 18)]
    [None, None, 10, 10, 15, 15, 20]
    """
    return None if count < LEAST else (count + FURTHEST) // ROUNDED_TO * ROUNDED_TO


def span_of(number: int | None) -> Span:
    """Return the lowest and highest count of which this is told, by the number alone: of one kept back nothing is known."""
    return (0, UNBOUNDED) if number is None else (max(number - FURTHEST, LEAST), number + FURTHEST)


def summed(table: Table) -> Table:
    """Return a table of exact counts with all its sums."""
    counts = {key: count or 0 for key, count in table.counts.items() if ALL not in key}
    if len(table.dimensions) == 1:
        return replace(table, counts=counts | {table.whole: sum(counts.values())})
    rows, columns = (dimension.categories for dimension in table.dimensions)
    across = {(row, ALL): sum(counts[row, column] for column in columns) for row in rows}
    if not table.is_partition:
        return replace(table, counts=counts | {table.whole: next(iter(across.values()), 0)})
    down = {(ALL, column): sum(counts[row, column] for row in rows) for column in columns}
    return replace(table, counts=counts | across | down | {table.whole: sum(across.values())})


def as_json(tables: Sequence[Table]) -> list[dict[str, Any]]:
    """Return tables as they are stored; `from_json` reads them again."""
    return [
        {
            "name": table.name,
            "universe": table.universe.value,
            "dimensions": [[one.name, list(one.categories)] for one in table.dimensions],
            "is_partition": table.is_partition,
            "counts": [[*key, count] for key, count in table.counts.items()],
        }
        | ({} if table.left_out is None else {"left_out": list(table.left_out)})
        for table in tables
    ]


def from_json(stored: Sequence[Mapping[str, Any]]) -> tuple[Table, ...]:
    """Return the tables that `as_json` wrote."""
    return tuple(
        Table(
            name=one["name"],
            universe=Universe(one["universe"]),
            dimensions=tuple(Dimension(name, tuple(categories)) for name, categories in one["dimensions"]),
            is_partition=one["is_partition"],
            counts={tuple(row[:-1]): row[-1] for row in one["counts"]},
            left_out=tuple(one["left_out"]) if "left_out" in one else None,
        )
        for one in stored
    )


def digest_of(tables: Sequence[Table]) -> str:
    """Return the SHA-256 of tables, by which a release is named in the audit log."""
    return hashlib.sha256(json.dumps(as_json(tables), separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()
