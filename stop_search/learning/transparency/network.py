"""What a reader can work out of tables that share their sums: the exact range of every cell, as a flow in a network. Pure.

All tables of the same people are cuts through one stream: their sum flows in at the top, parts into the categories of the first table,
comes together, parts into those of the next, and so on. A cell is an edge, and what is told of it bounds its flow. A flow in whole
numbers is a set of tables that fit everything told, so the least and the most that can flow through an edge are the range in which
its count must lie: what linear programming over the same sums finds (Ford and Fulkerson 1962: the bounds are reached in whole numbers).
A dimension stands in one table only; otherwise the sums would be no network.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from stop_search.learning.transparency.rules import ALL, Key, Span, Table

Cell = tuple[str, Key]  # the table's name and the cell's key
WHOLE: Cell = ("", ())


class Edge(NamedTuple):
    """One cell: how much flows from `tail` to `head`."""

    tail: int
    head: int
    cell: Cell


class Network:
    """All tables of one universe; their common sum flows back from the end to the beginning.

    Every edge has two arcs, its own way and back: the arc `n ^ 1` is the way back of arc `n`. `room` says how much more can flow on each.
    """

    def __init__(self, tables: Sequence[Table]) -> None:
        edges, node = list[Edge](), 0
        for table in tables:
            for row in _parts(table):
                added, node = _part(table, row, node)
                edges += added
        self.edges = (*edges, Edge(node, 0, WHOLE))
        self.place = {edge.cell: number for number, edge in enumerate(self.edges)}
        self.head = [end for edge in self.edges for end in (edge.head, edge.tail)]
        self.out: dict[int, list[int]] = {}
        for arc, head in enumerate(self.head):
            self.out.setdefault(self.head[arc ^ 1], []).append(arc)
            self.out.setdefault(head, [])

    def room(self, truth: Mapping[Cell, int], bounds: Mapping[Cell, Span]) -> list[int]:
        """Return how much more each arc can take: the truth must lie within all bounds."""
        found: list[int] = []
        for edge in self.edges:
            low, high = bounds[edge.cell]
            at = truth[edge.cell]
            found += (high - at, at - low)
        return found

    def reach(self, cell: Cell, room: Sequence[int], *, at_most: int) -> Span:
        """Return how far below and above the truth `cell` can lie, neither more than `at_most`."""
        arc = 2 * self.place[cell]
        edge = self.edges[self.place[cell]]
        return tuple(  # pyright: ignore[reportReturnType] -- two numbers
            self._most(room, arc, start, end, min(at_most, room[own]))
            for own, start, end in ((arc + 1, edge.tail, edge.head), (arc, edge.head, edge.tail))
        )

    def _most(self, room: Sequence[int], without: int, start: int, end: int, wanted: int) -> int:
        """Return how much more can flow from `start` to `end` and not along the edge of the arc `without`, at most `wanted`."""
        left, found = list(room), 0
        left[without] = left[without + 1] = 0
        while found < wanted and (way := self._way(left, start, end)):
            more = min(wanted - found, *(left[arc] for arc in way))
            for arc in way:
                left[arc] -= more
                left[arc ^ 1] += more
            found += more
        return found

    def _way(self, left: Sequence[int], start: int, end: int) -> list[int]:
        """Return the arcs of a shortest way on which something can still flow; empty if there is none."""
        came: dict[int, int] = {start: -1}
        waiting = deque([start])
        while waiting and end not in came:
            for arc in self.out[waiting.popleft()]:
                if left[arc] > 0 and self.head[arc] not in came:
                    came[self.head[arc]] = arc
                    waiting.append(self.head[arc])
        if end not in came:
            return []
        way = [came[end]]
        while (before := self.head[way[-1] ^ 1]) != start:
            way.append(came[before])
        return way


def cell_of(table: Table, key: Key) -> Cell:
    """Return the cell of a table's key: the sum of everything is one cell for all tables."""
    return WHOLE if key == table.whole else (table.name, key)


def _parts(table: Table) -> list[str | None]:
    """Return the rows that each hold everything, one after the other; None for a table that is one part."""
    return [None] if table.is_partition else list(table.dimensions[0].categories)


def _part(table: Table, row: str | None, node: int) -> tuple[list[Edge], int]:
    """Return the edges of a table, or of one row of it, that begin at `node`, and the node at which they end."""
    if row is not None:
        return [Edge(node, node + 1, (table.name, (row, column))) for column in table.dimensions[1].categories], node + 1
    if len(table.dimensions) == 1:
        return [Edge(node, node + 1, (table.name, (one,))) for one in table.dimensions[0].categories], node + 1
    rows, columns = (dimension.categories for dimension in table.dimensions)
    row_at = {one: node + 1 + place for place, one in enumerate(rows)}
    column_at = {one: node + 1 + len(rows) + place for place, one in enumerate(columns)}
    end = node + 1 + len(rows) + len(columns)
    edges = [Edge(node, row_at[one], (table.name, (one, ALL))) for one in rows]
    edges += [Edge(row_at[one], column_at[other], (table.name, (one, other))) for one in rows for other in columns]
    edges += [Edge(column_at[other], end, (table.name, (ALL, other))) for other in columns]
    return edges, end
