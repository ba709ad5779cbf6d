"""Corrections of what was published: only together with the next quarter, only for many people at once. Pure.

What came late, was amended or withdrawn changes a quarter that is out. Were it told for each record, the difference of two releases would
be that record. So nothing of a quarter's people, reviews or receipts changes until at least `LEAST` of them differ.
"""

from collections.abc import Sequence

from stop_search.learning.transparency.holding_back import WIDTH, Release, narrowest, told_tables
from stop_search.learning.transparency.rules import ALL, LEAST, Table, Universe


def changed(before: Sequence[Table], after: Sequence[Table], universe: Universe) -> int:
    """Return how many people, reviews or receipts differ for certain: the most that any table shows to have come or gone."""
    old = {table.name: table for table in before if table.universe == universe}
    found = [0]
    for table in after:
        if table.universe == universe and table.name in old:
            found += _moves(old[table.name], table)
    return max(found)


def _moves(before: Table, after: Table) -> tuple[int, int]:
    keys = {key for key in (*before.counts, *after.counts) if ALL not in key}
    steps = [(after.counts.get(key) or 0) - (before.counts.get(key) or 0) for key in keys]
    return sum(step for step in steps if step > 0), -sum(step for step in steps if step < 0)


def corrected(earlier: Sequence[Release], after: Sequence[Table]) -> Release | None:
    """Return exact and told tables of a quarter that is corrected, or None where it is to wait.

    `earlier`: what is out of the quarter, the oldest first; `after`: the exact counts now. Of what has too few differences everything stays
    to the letter; and a correction waits as long as it would give away, together with what is out, what was kept back.
    """
    before, published = earlier[-1]
    ready = {universe for universe in Universe if changed(before, after, universe) >= LEAST}
    if not ready:
        return None
    exact = tuple(table for table in after if table.universe in ready) + tuple(table for table in before if table.universe not in ready)
    new = {table.name: table for table in told_tables(exact) if table.universe in ready}
    kept = {table.name: table for table in published if table.universe not in ready}
    told = tuple((new | kept)[table.name] for table in exact)
    ranges = narrowest(exact, told, earlier=earlier)
    return None if any(high - low < WIDTH for low, high in ranges.values()) else (exact, told)
