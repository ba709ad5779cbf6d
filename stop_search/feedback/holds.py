"""When the hold that answers brought about has lost its cause: nothing of them waits for a person, and nobody has added to them since."""

import uuid
from datetime import UTC, date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.encounters.records import Receipt
from stop_search.feedback.records import Feedback, FeedbackText, TriageItem
from stop_search.feedback.rules import TriageState
from stop_search.footage.records import FootageHold
from stop_search.footage.rules import HoldReason
from stop_search.wording import first_day


def feedback_holds_closed(session: Session, *, hold_id: uuid.UUID | None = None) -> dict[uuid.UUID, date]:
    """Return, for each hold in force whose answers are all dealt with, the day on which the last of it was; of one hold, if it is named.

    Only the week is kept of when somebody answered, so its last day counts.
    """
    waits = (
        select(TriageItem.id)
        .join(Feedback, Feedback.id == TriageItem.feedback_id)
        .join(Receipt, Receipt.id == Feedback.receipt_id)
        .where(Receipt.encounter_id == FootageHold.encounter_id, TriageItem.state == TriageState.OPEN)
        .correlate(FootageHold)
    )
    rows = session.execute(
        select(
            FootageHold.id,
            FootageHold.placed_at,
            func.max(Feedback.week),
            func.max(FeedbackText.week),
            func.max(TriageItem.closed_at, type_=TriageItem.closed_at.type),
        )
        .outerjoin(Receipt, Receipt.encounter_id == FootageHold.encounter_id)
        .outerjoin(Feedback, Feedback.receipt_id == Receipt.id)
        .outerjoin(FeedbackText, FeedbackText.feedback_id == Feedback.id)
        .outerjoin(TriageItem, TriageItem.feedback_id == Feedback.id)
        .where(FootageHold.reason == HoldReason.FEEDBACK, FootageHold.released_at.is_(None))
        .where(FootageHold.id == hold_id if hold_id else FootageHold.id.is_not(None))
        .where(~waits.exists())
        .group_by(FootageHold.id, FootageHold.placed_at)
    )
    found: dict[uuid.UUID, date] = {}
    for found_id, placed_at, *weeks, closed_at in rows:
        days = [first_day(week) + timedelta(days=6) for week in weeks if week]
        found[found_id] = max([placed_at.astimezone(UTC).date(), *days, *([closed_at.astimezone(UTC).date()] if closed_at else [])])
    return found
