"""From exact counts to what is told: the 10-5 rule, and more kept back where the sums would give a small count away. Pure.

A reader knows of a small count that it is one of 0 to 9. Sums narrow that further. As long as any count that is kept back could be
found to within fewer than `WIDTH`, the smallest number beside it that is still told is kept back, too. For this it is assumed that the
reader even knows which were kept back for being small, and which only to protect those.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from stop_search.learning.transparency.network import WHOLE, Cell, Network, cell_of
from stop_search.learning.transparency.ranges import Numbers, Telling, ranges_of
from stop_search.learning.transparency.rules import Span, Table, Universe, told

WIDTH = 5
Release = tuple[Sequence[Table], Sequence[Table]]  # exact counts, and what was told of them


def told_tables(counted: Sequence[Table]) -> tuple[Table, ...]:
    """Return the tables as the public gets them; a count that is kept back is None. `counted`: exact, with all sums."""
    told_of: dict[str, Table] = {}
    for universe in Universe:
        if tables := _of(universe, counted):
            told_of |= {table.name: table for table in _told_of_one(tables)}
    return tuple(told_of[table.name] for table in counted)


def narrowest(counted: Sequence[Table], published: Sequence[Table], *, earlier: Sequence[Release] = ()) -> dict[Cell, Span]:
    """Return the range in which a reader can place each count that is kept back, as far as 2 WIDTH from the truth.

    `published` tells of `counted`. With earlier releases the range is at least so wide; without them it is exactly that.
    """
    found: dict[Cell, Span] = {}
    for universe in Universe:
        if tables := _of(universe, counted):
            tellings = [*_tellings(universe, earlier), *_tellings(universe, [(counted, published)])]
            network = Network(tables)
            for place in range(len(tellings)):
                for cell, (low, high) in ranges_of(network, place, tellings, reach=2 * WIDTH):
                    named = (universe.value if cell == WHOLE else cell[0], cell[1])
                    before = found.get(named)
                    found[named] = (low, high) if before is None or high - low < before[1] - before[0] else before
    return found


def _of(universe: Universe, tables: Iterable[Table]) -> list[Table]:
    return [table for table in tables if table.universe == universe]


def _tellings(universe: Universe, releases: Iterable[Release]) -> list[Telling]:
    return [Telling.of(cells_of(_of(universe, counted)), cells_of(_of(universe, published))) for counted, published in releases]


def cells_of(tables: Sequence[Table]) -> dict[Cell, int | None]:
    """Return every cell of tables of one universe; their common sum once."""
    return {cell_of(table, key): count for table in tables for key, count in table.counts.items()}


def _told_of_one(tables: Sequence[Table]) -> list[Table]:
    truth, network = cells_of(tables), Network(tables)
    numbers: Numbers = {cell: told(count or 0) for cell, count in truth.items()}
    while (given_away := _given_away(network, Telling.of(truth, numbers))) is not None:
        beside = _beside(tables, given_away, numbers, truth)
        if beside is None:
            break
        numbers[beside] = None
    return [replace(table, counts={key: numbers[cell_of(table, key)] for key in table.counts}) for table in tables]


def _given_away(network: Network, telling: Telling) -> Cell | None:
    """Return a cell that is kept back in vain."""
    ranges = ranges_of(network, 0, [telling], reach=WIDTH)
    return next((cell for cell, (low, high) in ranges if high - low < WIDTH), None)


def _beside(tables: Sequence[Table], cell: Cell, numbers: Numbers, truth: Mapping[Cell, int | None]) -> Cell | None:
    """Return the smallest number still told in a line with the cell; else in its table; else the sum of everything."""
    mine = [table for table in tables if table.name == cell[0]]
    in_line = [cell_of(table, key) for table in mine for key in table.in_line_with(cell[1])]
    in_table = [cell_of(table, key) for table in mine for key in table.counts if key != table.whole]
    for found in (in_line, in_table, [WHOLE], list(numbers)):
        still_told = [one for one in found if numbers[one] is not None]
        if still_told:
            return min(still_told, key=lambda one: (truth[one] or 0, one))
    return None
