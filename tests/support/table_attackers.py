"""Who wants to know small counts: everything that was published, in all releases, as one linear program."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from stop_search.learning.transparency.rules import ALL, LEAST, UNBOUNDED, Dimension, Key, Span, Table, Universe, span_of, summed

Variable = tuple[int, str, Key]  # which release, which table (or universe), which cell
PEOPLE = {
    "object": ("drugs", "weapons", "theft", "damage", "something_else", "not_recorded"),
    "ethnicity": ("white", "mixed", "asian", "black", "other", "not_said"),
    "outcome": ("nothing", "arrest", "something_else", "not_recorded"),
    "area": ("Harbour", "Northtown", "Eastbridge", "Moor", "not_recorded"),
    "film": ("filmed", "missing", "unknown"),
}
SHARES = {
    "object": (0.6, 0.2, 0.1, 0.02, 0.05, 0.03),
    "ethnicity": (0.6, 0.04, 0.08, 0.2, 0.02, 0.06),
    "outcome": (0.7, 0.12, 0.13, 0.05),
    "area": (0.35, 0.3, 0.2, 0.1, 0.05),
    "film": (0.9, 0.07, 0.03),
}
TABLES = (("object",), ("ethnicity", "outcome"), ("area",), ("film",))
Person = tuple[str, ...]  # a category for each dimension of PEOPLE


def some_people(chance: np.random.Generator, number: int) -> list[Person]:
    """Return invented people who were searched."""
    columns = [chance.choice(categories, number, p=SHARES[name]) for name, categories in PEOPLE.items()]
    return [tuple(str(one) for one in row) for row in zip(*columns, strict=True)]


def counted(people: Sequence[Person]) -> tuple[Table, ...]:
    """Return the exact tables of these people."""
    names = list(PEOPLE)
    made: list[Table] = []
    for by in TABLES:
        counts: dict[Key, int | None] = dict.fromkeys(itertools.product(*(PEOPLE[name] for name in by)), 0)
        for person in people:
            key = tuple(person[names.index(name)] for name in by)
            counts[key] = (counts[key] or 0) + 1
        dimensions = tuple(Dimension(name, PEOPLE[name]) for name in by)
        made.append(summed(Table("_and_".join(by), Universe.PEOPLE, dimensions, counts)))
    return tuple(made)


def all_by(tell: Callable[[int], int | None], tables: Sequence[Table]) -> tuple[Table, ...]:
    """Return tables in which every count is told by one rule, and nothing else is kept back."""
    return tuple(
        Table(one.name, one.universe, one.dimensions, {key: tell(count or 0) for key, count in one.counts.items()}, one.is_partition)
        for one in tables
    )


@dataclass
class Attacker:
    """A reader with a solver. `releases`: what each release told; `spans`: what a told number stands for.

    `grows`: the reader knows that people were only added from one release to the next.
    `secret`: exact counts, given where the reader is to know which counts were kept back for being small, and which beside them.
    """

    releases: Sequence[Sequence[Table]]
    spans: Callable[[int | None], Span] = span_of
    grows: bool = False
    secret: Sequence[Sequence[Table]] = ()
    place: dict[Variable, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Set up the program."""
        bounds: dict[Variable, Span] = {}
        sums: list[tuple[Variable, list[Variable]]] = []
        for number, tables in enumerate(self.releases):
            exact = {table.name: table for table in self.secret[number]} if self.secret else {}
            for table in tables:
                for key, told in table.counts.items():
                    bounds[self.named(number, table, key)] = self._bound(told, exact.get(table.name), key)
                sums += [(self.named(number, table, whole), parts) for whole, parts in self._sums(number, table)]
        self.place = {variable: column for column, variable in enumerate(bounds)}
        self.bounds = [(low, None if high >= UNBOUNDED else high) for low, high in bounds.values()]
        self.equal: csr_array = self._matrix([{whole: 1.0} | dict.fromkeys(parts, -1.0) for whole, parts in sums])
        later = [one for one in self.place if one[0] > 0 and (one[0] - 1, *one[1:]) in self.place] if self.grows else []
        self.less = self._matrix([{(one[0] - 1, *one[1:]): 1.0, one: -1.0} for one in later]) if later else None
        self.rows, self.later = len(sums), later

    @staticmethod
    def named(release: int, table: Table, key: Key) -> Variable:
        """Return the name of a cell in the program: the sum of everything is one cell for all tables."""
        return (release, table.universe.value, (ALL,)) if key == table.whole else (release, table.name, key)

    def _bound(self, told: int | None, exact: Table | None, key: Key) -> Span:
        if told is not None or exact is None:
            return self.spans(told)
        return (LEAST, UNBOUNDED) if (exact.counts[key] or 0) >= LEAST else (0, LEAST - 1)

    def _sums(self, number: int, table: Table) -> list[tuple[Key, list[Variable]]]:
        inner = [key for key in table.counts if ALL not in key]
        if len(table.dimensions) == 1:
            return [(table.whole, [self.named(number, table, key) for key in inner])]
        rows = [[key for key in inner if key[0] == row] for row in table.dimensions[0].categories]
        if not table.is_partition:
            return [(table.whole, [self.named(number, table, key) for key in row]) for row in rows]
        columns = [[key for key in inner if key[1] == column] for column in table.dimensions[1].categories]
        found = [((row[0][0], ALL), row) for row in rows] + [((ALL, column[0][1]), column) for column in columns]
        edges = [(table.whole, [key for key in table.counts if key[1] == ALL and key != table.whole])]
        edges += [(table.whole, [key for key in table.counts if key[0] == ALL and key != table.whole])]
        return [(whole, [self.named(number, table, key) for key in keys]) for whole, keys in (*found, *edges)]

    def _matrix(self, rows: Sequence[Mapping[Variable, float]]) -> csr_array:
        triples = [(weight, number, self.place[variable]) for number, row in enumerate(rows) for variable, weight in row.items()]
        weights, down, across = zip(*triples, strict=True)
        return csr_array((weights, (down, across)), shape=(len(rows), len(self.place)))

    def range_of(self, aim: Mapping[Variable, float]) -> tuple[float, float]:
        """Return the least and the most that a sum of cells can be."""
        cost = np.zeros(len(self.place))
        for variable, weight in aim.items():
            cost[self.place[variable]] = weight
        return self._least(cost), -self._least(-cost)

    def _least(self, cost: np.ndarray) -> float:
        given = {} if self.less is None else {"A_ub": self.less, "b_ub": np.zeros(len(self.later))}
        found = linprog(cost, A_eq=self.equal, b_eq=np.zeros(self.rows), bounds=self.bounds, method="highs", **given)
        if found.status == 3:  # it may be anything
            return -np.inf
        assert found.status == 0, found.message
        return float(found.fun)

    def range_of_cell(self, release: int, table: Table, key: Key) -> tuple[float, float]:
        """Return between what a cell must lie."""
        return self.range_of({self.named(release, table, key): 1.0})

    def range_of_change(self, table: Table, key: Key) -> tuple[float, float]:
        """Return between what the change of a cell from the first release to the second must lie."""
        return self.range_of({self.named(1, table, key): 1.0, self.named(0, table, key): -1.0})


def known_exactly(attacker: Attacker, before: Sequence[Table], after: Sequence[Table]) -> tuple[int, int]:
    """Return how many cells one person was added to, and in how many of these the attacker states exactly that."""
    added = right = 0
    for old, new in zip(before, after, strict=True):
        for key in new.counts:
            if ALL not in key and (new.counts[key] or 0) - (old.counts[key] or 0) == 1:
                added += 1
                low, high = attacker.range_of_change(new, key)
                right += round(low, 6) == round(high, 6) == 1
    return added, right
