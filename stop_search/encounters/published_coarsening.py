"""The check before rows of our own leave the house: the time to the hour, and no place in which few were searched. Pure.

A row is one search; with the minute and the street, whoever saw it knows who is meant and reads the rest. Imported rows are published
already and stay to the letter.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from stop_search.encounters.police_uk import PublishedStop

PLACES = (Decimal("0.01"), Decimal("0.1"))  # degrees: about 1 km, then about 10 km
CHILD = "under_10"
Place = tuple[Decimal, Decimal]


@dataclass(frozen=True)
class Coarsened:
    """Rows that may leave, and how many places were told to about 1 km (`near`), to about 10 km (`far`), or not at all (`left_out`)."""

    stops: tuple[PublishedStop, ...]
    near: int
    far: int
    left_out: int


def coarsened(stops: Sequence[PublishedStop], *, minimum: int) -> Coarsened:
    """Return the rows of one month as they may leave: a place is told only as finely as at least `minimum` rows share it.

    Nothing is said of the place of a child under 10, nor of a search in which more than outer clothing was removed. No row has free text.
    """
    shared = [Counter(place for stop in stops if (place := _place(stop, grid))) for grid in PLACES]
    made: list[PublishedStop] = []
    found: Counter[int | None] = Counter()
    for stop in stops:
        at = next((n for n, grid in enumerate(PLACES) if _may_be_told(stop) and _shares(shared[n], _place(stop, grid)) >= minimum), None)
        if _place(stop, PLACES[0]):
            found[at] += 1
        made.append(_as_told(stop, None if at is None else PLACES[at]))
    return Coarsened(tuple(made), near=found[0], far=found[1], left_out=found[None])


def _as_told(stop: PublishedStop, grid: Decimal | None) -> PublishedStop:
    latitude, longitude = (_place(stop, grid) if grid else None) or (None, None)
    hour = stop.started_at.replace(minute=0, second=0, microsecond=0)
    return replace(stop, operation_name=None, started_at=hour, latitude=latitude, longitude=longitude)


def _place(stop: PublishedStop, grid: Decimal) -> Place | None:
    if stop.latitude is None or stop.longitude is None:
        return None
    return stop.latitude.quantize(grid), stop.longitude.quantize(grid)


def _shares(shared: Counter[Place], place: Place | None) -> int:
    return shared[place] if place else 0


def _may_be_told(stop: PublishedStop) -> bool:
    return stop.age_band != CHILD and not stop.more_than_outer_clothing
