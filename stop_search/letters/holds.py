"""When the hold that letters brought about has lost its cause: every letter of its sort about the stop is closed by a person."""

import uuid
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.footage.records import FootageHold
from stop_search.footage.rules import HoldReason
from stop_search.letters.records import Letter
from stop_search.letters.rules import HOLDS, LetterState


def letter_holds_closed(session: Session, *, hold_id: uuid.UUID | None = None) -> dict[uuid.UUID, date]:
    """Return, for each hold in force whose letters are all closed, the day of the last closing; of one hold only, if it is named.

    A hold that no letter names any more, because its letter was tied to another stop, stays until a person releases it.
    """
    found: dict[uuid.UUID, date] = {}
    for reason in sorted(set(HOLDS.values())):
        found |= _closed(session, reason, hold_id)
    return found


def _closed(session: Session, reason: HoldReason, hold_id: uuid.UUID | None) -> dict[uuid.UUID, date]:
    kinds = [kind for kind, holds in HOLDS.items() if holds is reason]
    rows = session.execute(
        select(FootageHold.id, Letter.state, Letter.closed_on)
        .join(Letter, Letter.encounter_id == FootageHold.encounter_id)
        .where(FootageHold.reason == reason, FootageHold.released_at.is_(None), Letter.kind.in_(kinds))
        .where(FootageHold.id == hold_id if hold_id else FootageHold.id.is_not(None))
        .order_by(FootageHold.id, Letter.id)
    ).all()
    still_open = {found for found, state, _ in rows if state != LetterState.CLOSED}
    closed: dict[uuid.UUID, date] = {}
    for found, _, day in rows:
        if found not in still_open and day is not None:
            closed[found] = max(day, closed.get(found, day))
    return closed
