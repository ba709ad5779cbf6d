"""Sums of draws that were counted once and are read many times: which are believed, which want counting again, and keeping them.

A sum's name says what it counts, its parts apart by "|"; its value is a list of counts that is added up place by place.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.learning.records import KeptSums

Sums = dict[str, list[int]]
COUNTED_EVERY = timedelta(hours=20)
GOOD_FOR = timedelta(hours=48)  # older sums are not believed: then nothing counts them any more, and they are counted as they are asked for


def believed_sums(session: Session, *, now: datetime) -> dict[uuid.UUID, tuple[Sums, datetime]]:
    """Return the sums that may still be shown, by draw, each with when it was counted."""
    rows = session.execute(select(KeptSums.draw_id, KeptSums.sums, KeptSums.counted_at).where(KeptSums.counted_at > now - GOOD_FOR))
    return {draw_id: (sums, counted_at) for draw_id, sums, counted_at in rows}


def to_count(
    session: Session, *, draw_ids: Iterable[uuid.UUID], now: datetime, most: int, every: timedelta = COUNTED_EVERY
) -> list[uuid.UUID]:
    """Return which of these were not counted for so long, those never counted first, then the longest ago; at `most` so many."""
    wanted = tuple(draw_ids)
    counted = dict(session.execute(select(KeptSums.draw_id, KeptSums.counted_at)).all())
    never = [draw_id for draw_id in wanted if draw_id not in counted]
    old = sorted((counted[one], one) for one in wanted if one in counted and counted[one] <= now - every)
    return [*never, *(draw_id for _, draw_id in old)][:most]


def keep_sums(session: Session, *, counted: Mapping[uuid.UUID, Sums], now: datetime) -> None:
    """Keep what was counted in place of what was kept before."""
    for draw_id, sums in counted.items():
        session.merge(KeptSums(draw_id=draw_id, sums=sums, counted_at=now))
    session.flush()


def added(parts: Sequence[Mapping[str, Sequence[int]]]) -> Sums:
    """Return the sums of all parts, added up by name. Pure."""
    found: Sums = {}
    for part in parts:
        for name, counts in part.items():
            so_far = found.get(name)
            found[name] = [a + b for a, b in zip(so_far, counts, strict=True)] if so_far else list(counts)
    return found
