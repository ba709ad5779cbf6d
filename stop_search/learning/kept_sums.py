"""Sums that were counted once and are read many times: which are believed, which want counting again, and keeping what was counted.

A sum's name says what it counts, its parts apart by "|"; its value is a list of counts that is added up place by place.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.learning.records import KeptSums

Sums = dict[str, list[int]]
COUNTED_EVERY = timedelta(hours=20)
GOOD_FOR = timedelta(hours=48)  # older sums are not believed: then nothing counts them any more, and they are counted as they are asked for


def believed_sums(session: Session, *, about: str, now: datetime) -> dict[str, tuple[Sums, datetime]]:
    """Return the sums that may still be shown, by key, each with when it was counted."""
    rows = session.execute(
        select(KeptSums.key, KeptSums.sums, KeptSums.counted_at).where(KeptSums.about == about, KeptSums.counted_at > now - GOOD_FOR)
    )
    return {key: (sums, counted_at) for key, sums, counted_at in rows}


def to_count(session: Session, *, about: str, keys: Iterable[str], now: datetime, most: int) -> list[str]:
    """Return which of these were not counted for COUNTED_EVERY, those never counted first, then the longest ago; at `most` so many."""
    counted = dict(session.execute(select(KeptSums.key, KeptSums.counted_at).where(KeptSums.about == about)).all())
    never = [key for key in keys if key not in counted]
    old = sorted((counted[key], key) for key in keys if key in counted and counted[key] <= now - COUNTED_EVERY)
    return [*never, *(key for _, key in old)][:most]


def keep_sums(session: Session, *, about: str, counted: Mapping[str, Sums], now: datetime) -> None:
    """Keep what was counted in place of what was kept before."""
    for key, sums in counted.items():
        session.merge(KeptSums(about=about, key=key, sums=sums, counted_at=now))
    session.flush()


def added(parts: Sequence[Mapping[str, Sequence[int]]]) -> Sums:
    """Return the sums of all parts, added up by name. Pure."""
    found: Sums = {}
    for part in parts:
        for name, counts in part.items():
            so_far = found.get(name)
            found[name] = [a + b for a, b in zip(so_far, counts, strict=True)] if so_far else list(counts)
    return found
