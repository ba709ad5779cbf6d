"""Which holds in force have lost their cause, and releasing every hold whose cause was closed long enough ago."""

import uuid
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.audit.actions import wait_for_log
from stop_search.audit.rules import Actor
from stop_search.codes.retention import Clocks, RetentionClasses
from stop_search.feedback.holds import feedback_holds_closed
from stop_search.footage.actions import release_hold
from stop_search.footage.hold_rules import is_over
from stop_search.footage.holds import panel_holds_closed
from stop_search.footage.records import FootageHold
from stop_search.footage.rules import HoldReason
from stop_search.letters.holds import letter_holds_closed
from stop_search.redactions.holds import redaction_holds_closed
from stop_search.reviews.concerns import concern_holds_closed
from stop_search.reviews.drawn_holds import drawn_holds_closed
from stop_search.reviews.gold_clips import training_holds_closed

Opened = Callable[[], AbstractContextManager[Session]]


CAUSES = (
    (redaction_holds_closed, {HoldReason.PANEL}),
    (panel_holds_closed, {HoldReason.PANEL}),
    (feedback_holds_closed, {HoldReason.FEEDBACK}),
    (letter_holds_closed, {HoldReason.COMPLAINT, HoldReason.RECORD_REQUEST}),
    (concern_holds_closed, {HoldReason.CONCERN}),
    (training_holds_closed, {HoldReason.TRAINING}),
    (drawn_holds_closed, {HoldReason.DRAWN}),
)


def closed_causes(
    session: Session, *, hold_id: uuid.UUID | None = None, reasons: Collection[HoldReason] = tuple(HoldReason)
) -> dict[uuid.UUID, date]:
    """Return every hold in force whose cause is closed, and since which day; of one hold only, if it is named, or of some reasons."""
    asked = [closed for closed, placed_for in CAUSES if placed_for & set(reasons)]
    return {found: day for closed in asked for found, day in closed(session, hold_id=hold_id).items()}


def release_holds_over(reading: Opened, writing: Opened, *, classes: RetentionClasses, by: datetime, now: datetime, actor: Actor) -> int:
    """Release every hold whose cause was closed long enough before `by`; return how many. Each is a transaction, and is looked at again.

    `now` is what is written down; `by`, never later, is what is proven of the clock.
    """
    today = by.astimezone(UTC).date()
    with reading() as session:
        over = _over(session, classes.on(today), today)
    released = 0
    for hold_id in over:
        with writing() as session:
            wait_for_log(session)  # whoever holds again decides before or after this
            again = _over(session, classes.on(today), today, hold_id)
            if hold_id in again:
                because = f"Its cause was closed on {again[hold_id]}, and it has been kept long enough since."
                release_hold(session, hold_id=hold_id, because=because, actor=actor, now=now)
                released += 1
    return released


def _over(session: Session, clocks: Clocks, today: date, hold_id: uuid.UUID | None = None) -> dict[uuid.UUID, date]:
    closed = closed_causes(session, hold_id=hold_id)
    in_force = select(FootageHold.id, FootageHold.reason, FootageHold.review_on).where(FootageHold.released_at.is_(None))
    rows = session.execute(in_force if hold_id is None else in_force.where(FootageHold.id == hold_id))
    return {
        found: day
        for found, reason, review_on in rows
        if (day := closed.get(found)) is not None and is_over(HoldReason(reason), day, clocks, today, review_on)
    }
