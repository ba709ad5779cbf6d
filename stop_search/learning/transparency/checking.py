"""The check before a release leaves the house: our own arithmetic, not the program that made the tables trusted once more.

It works with exact ranges (`network.py`), which is what linear programming over the same sums would find; `benchmarks/disclosure.py`
compares the two.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.errors import NotFound
from stop_search.learning.quarters import Quarter
from stop_search.learning.records import PublicRelease, ReleasedTables
from stop_search.learning.transparency.corrections import changed
from stop_search.learning.transparency.holding_back import WIDTH, Release, narrowest
from stop_search.learning.transparency.rules import LEAST, Table, Universe, digest_of, from_json, span_of, summed


def faults_in(session: Session, *, quarter: Quarter) -> list[str]:
    """Return what is wrong with the release of a quarter, in sentences; nothing if it may leave. Raises NotFound."""
    rows = session.scalars(
        select(ReleasedTables)
        .join(PublicRelease, PublicRelease.id == ReleasedTables.release_id)
        .where(PublicRelease.quarter == quarter.key)
        .order_by(ReleasedTables.quarter)
    ).all()
    if not rows:
        message = f"Nothing is prepared for {quarter}."
        raise NotFound(message)
    return [f"{row.quarter}: {fault}" for row in rows for fault in _faults_of(session, row)]


def faults_of_tables(counted: Sequence[Table], told: Sequence[Table], *, earlier: Sequence[Release] = ()) -> list[str]:
    """Return what is wrong with told tables and the exact counts that they tell of, together with what is out already. Pure."""
    faults = [f"{table.name}: the sums are not those of its cells" for table in counted if summed(table).counts != table.counts]
    faults += list(_wrong_numbers(counted, told))
    if faults:
        return faults  # with numbers that are wrong the ranges mean nothing
    return [
        f"{name}: {', '.join(key) or 'the sum'} is kept back, but can be placed between {low} and {high}"
        for (name, key), (low, high) in narrowest(counted, told, earlier=earlier).items()
        if high - low < WIDTH
    ]


def _faults_of(session: Session, row: ReleasedTables) -> Iterable[str]:
    counted, told = from_json(row.counted), from_json(row.told)
    if digest_of(told) != row.digest:
        yield "the tables are not those that were prepared"
    earlier = earlier_releases(session, quarter=row.quarter, version=row.version)
    yield from faults_of_tables(counted, told, earlier=earlier)
    if earlier:
        yield from faults_of_correction(*earlier[-1], counted, told)


def earlier_releases(session: Session, *, quarter: str, version: int) -> list[Release]:
    """Return what was told of a quarter before a version, the oldest first."""
    rows = session.scalars(
        select(ReleasedTables).where(ReleasedTables.quarter == quarter, ReleasedTables.version < version).order_by(ReleasedTables.version)
    )
    return [(from_json(row.counted), from_json(row.told)) for row in rows]


def faults_of_correction(before: Sequence[Table], told_before: Sequence[Table], after: Sequence[Table], told: Sequence[Table]) -> list[str]:
    """Return what is wrong with a correction: a number that changed although fewer than `LEAST` of its universe differ. Pure."""
    old = {table.name: table for table in told_before}
    quiet = [universe for universe in Universe if changed(before, after, universe) < LEAST]
    return [
        f"{table.name}: changed, although fewer than {LEAST} {table.universe} differ"
        for table in told
        if table.universe in quiet and table.name in old and old[table.name].counts != table.counts
    ]


def _wrong_numbers(counted: Sequence[Table], told: Sequence[Table]) -> Iterable[str]:
    exact = {table.name: table for table in counted}
    for table in told:
        for key, number in table.counts.items():
            if number is None:
                continue
            low, high = span_of(number)
            if number < LEAST or number % 5 or not low <= (exact[table.name].counts[key] or 0) <= high:
                yield f"{table.name}: {', '.join(key)} is not told by the 10-5 rule"
