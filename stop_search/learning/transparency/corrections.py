"""Corrections of what was published: only together with the next quarter, only for many people at once. Pure.

What came late, was amended or withdrawn changes a quarter that is out. Were it told for each record, the difference of two releases would
be that record. So nothing of a quarter's people, reviews or receipts changes until at least `LEAST` of them differ.
"""

from collections.abc import Collection, Sequence

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

    `earlier`: what is out of the quarter, the oldest first; `after`: the exact counts now. People, reviews and receipts are corrected each
    by themselves. Of what has too few differences everything stays to the letter; and a correction waits as long as it would give away,
    together with what is out, what was kept back.
    """
    before = earlier[-1][0]
    ready = [universe for universe in Universe if changed(before, after, universe) >= LEAST]
    safe = {universe for universe in ready if _gives_nothing_away(earlier, _with(earlier[-1], after, {universe}))}
    return _with(earlier[-1], after, safe) if safe else None


def _with(newest: Release, after: Sequence[Table], ready: Collection[Universe]) -> Release:
    """Return exact and told tables: of these universes as they are counted now, of all others as they are out."""
    before, published = newest
    exact = tuple(table for table in after if table.universe in ready) + tuple(table for table in before if table.universe not in ready)
    new = {table.name: table for table in told_tables(exact) if table.universe in ready}
    kept = {table.name: table for table in published if table.universe not in ready}
    return exact, tuple((new | kept)[table.name] for table in exact)


def _gives_nothing_away(earlier: Sequence[Release], release: Release) -> bool:
    return all(high - low >= WIDTH for low, high in narrowest(*release, earlier=earlier).values())
