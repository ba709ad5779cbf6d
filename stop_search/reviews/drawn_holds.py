"""What the hold on a drawn stop, or on one asked for, is placed for, and since when that is done: each waits for its own reading."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from stop_search.draws.records import DrawOutcome, FrameEntry
from stop_search.draws.rules import FrameOutcome
from stop_search.footage.records import FootageHold
from stop_search.footage.rules import HoldReason
from stop_search.reviews.disputes import disputed_entries
from stop_search.reviews.missing_readers import THIRDS_FOR
from stop_search.reviews.readings import lacking_a_third
from stop_search.reviews.records import Review
from stop_search.reviews.rules import HANDED_IN, Reading, ReviewState

FOR_CAUSE = "for-cause:"
NO_LONGER = timedelta()


def hold_cause(entry: FrameEntry) -> str:
    """Return the cause of the hold for an entry's readings: the draw that drew it, or that a person asked for it."""
    draw_id = entry.cover_draw_id if entry.is_cover else entry.draw_id
    return f"{FOR_CAUSE}{entry.id}" if draw_id is None else str(draw_id)


class _HeldEntry(NamedTuple):
    """A hold in force and an entry of its stop, `is_own` where it was placed for that one.

    `is_read`: whatever first and second reading is wanted is handed in, the last of all at `last_in`. `is_pair`: there is a second one.
    """

    hold_id: uuid.UUID
    entry_id: uuid.UUID
    refused_on: date | None
    last_in: datetime | None
    is_own: bool
    is_read: bool
    is_pair: bool


def drawn_holds_closed(session: Session, *, hold_id: uuid.UUID | None = None) -> dict[uuid.UUID, date]:
    """Return, for each draw's hold in force of which every reading is handed in, the day of the last; of one, if it is named.

    Only the readings of the entry that it was placed for count; of one that names no entry of its stop, those of all. Open is a reading
    that somebody has; a first one, or the second of a stop that is to have one, that nobody has; what the officer disputes, until it was
    read again. A third reading that nobody has keeps it for as long as a reader is looked for. What somebody of rank refused is read by
    nobody: it is closed on that day.
    """
    held = [_HeldEntry(*row) for row in session.execute(_held_entries(hold_id))]
    disputed = disputed_entries(session)
    apart = lacking_a_third(session, entry_ids=[one.entry_id for one in held if one.is_pair and one.is_read])
    own: dict[uuid.UUID, list[date | None]] = {}
    every: dict[uuid.UUID, list[date | None]] = {}
    for one in held:
        day = one.refused_on
        if one.is_read and one.last_in and one.entry_id not in disputed:
            day = one.last_in.astimezone(UTC).date() + (THIRDS_FOR if one.is_pair and one.entry_id in apart else NO_LONGER)
        (own if one.is_own else every).setdefault(one.hold_id, []).append(day)
    waited_for = every | own
    return {found: max(day for day in days if day) for found, days in waited_for.items() if None not in days}


def _held_entries(hold_id: uuid.UUID | None) -> Select[*tuple[Any, ...]]:
    """Say for each hold and each entry of its stop how far it is read, in the order of `_HeldEntry`."""
    is_in = Review.state.in_(HANDED_IN)
    of_entry = (Review.frame_entry_id == FrameEntry.id, Review.state != ReviewState.RECUSED)
    refused = and_(DrawOutcome.frame_entry_id == FrameEntry.id, DrawOutcome.outcome == FrameOutcome.REFUSED)
    is_pair = _how_many(Review.reading == Reading.SECOND) > 0
    is_read = and_(
        _how_many(~is_in) == 0,
        _how_many(and_(is_in, Review.reading == Reading.FIRST)) > 0,
        or_(~FrameEntry.is_second, is_pair),
    )
    last_in = func.max(Review.submitted_at, type_=Review.submitted_at.type)
    return (
        select(FootageHold.id, FrameEntry.id, DrawOutcome.at, last_in, _is_own(), is_read, is_pair)
        .join(FrameEntry, FrameEntry.encounter_id == FootageHold.encounter_id)  # in one frame, and for cause beside it
        .outerjoin(Review, and_(*of_entry, Review.reading != Reading.CALIBRATION))  # a gold clip has a hold of its own
        .outerjoin(DrawOutcome, refused)
        .where(*_in_force(hold_id), or_(FrameEntry.is_drawn, FrameEntry.cause.is_not(None)))
        .group_by(FootageHold.id, FrameEntry.id, DrawOutcome.at)
    )


def _is_own() -> ColumnElement[bool]:
    """Say that a hold's cause is a draw that drew the entry, or the entry itself. SQLite keeps ids without dashes, PostgreSQL with them."""
    cause = func.replace(FootageHold.cause_id, "-", "")
    draw_id, cover_draw_id, entry_id = (
        func.replace(cast(column, String), "-", "") for column in (FrameEntry.draw_id, FrameEntry.cover_draw_id, FrameEntry.id)
    )
    named = or_(cause == draw_id, cause == cover_draw_id, cause == literal(FOR_CAUSE.replace("-", "")) + entry_id)
    return func.coalesce(named, literal(value=False))


def _how_many(which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((which, 1)))


def _in_force(hold_id: uuid.UUID | None) -> tuple[ColumnElement[bool], ...]:
    """Say which holds are meant: those in force of a draw or of a review asked for, or one of them."""
    held = (FootageHold.reason == HoldReason.DRAWN, FootageHold.released_at.is_(None))
    return held if hold_id is None else (*held, FootageHold.id == hold_id)
