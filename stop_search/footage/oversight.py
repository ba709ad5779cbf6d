"""What an administrator sees of recordings: how many are in which state, and which failed for what reason. Never the pictures."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.footage.records import Footage
from stop_search.footage.rules import FootageState


@dataclass(frozen=True)
class FailedFootage:
    """A recording that could not be examined: the reason, and what can be done."""

    footage_id: uuid.UUID
    received_at: datetime
    device_serial: str | None
    reason: str
    advice: str


def footage_counts(session: Session) -> dict[str, int]:
    """Return how many recordings are in each state; states without one are 0."""
    counted = {
        row.state: row.number for row in session.execute(select(Footage.state, func.count().label("number")).group_by(Footage.state))
    }
    return {state.value: counted.get(state, 0) for state in FootageState}


def failed_footage(session: Session, *, limit: int = 50) -> list[FailedFootage]:
    """Return the recordings that failed, the newest first."""
    rows = session.scalars(
        select(Footage).where(Footage.state == FootageState.FAILED).order_by(Footage.received_at.desc(), Footage.id).limit(limit),
    )
    return [FailedFootage(r.id, r.received_at, r.device_serial, r.failure_reason or "", r.failure_advice or "") for r in rows]
