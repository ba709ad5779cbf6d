"""The hold that a redaction places for the panel: placed when work begins, over when the copy was declined and nobody went on."""

import uuid
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.audit.rules import Actor
from stop_search.footage.holds import keep_for_panel
from stop_search.footage.records import FootageHold, FootageOfEncounter
from stop_search.footage.rules import HoldReason
from stop_search.redactions.records import Redaction
from stop_search.redactions.rules import RedactionState

CAUSE = "redaction:"


def hold_for_redaction(session: Session, *, redaction: Redaction, actor: Actor, now: datetime) -> None:
    """Hold the stops that the recording shows until the panel has reported on them from now on, whatever it reported before."""
    tied = select(FootageOfEncounter.encounter_id).where(FootageOfEncounter.footage_id == redaction.footage_id)
    for encounter_id in session.scalars(tied.order_by(FootageOfEncounter.encounter_id)).all():
        keep_for_panel(session, encounter_id=encounter_id, cause_id=f"{CAUSE}{redaction.id}", actor=actor, now=now)


def redaction_holds_closed(session: Session, *, hold_id: uuid.UUID | None = None) -> dict[uuid.UUID, date]:
    """Return, for each redaction's hold in force whose copy was declined or taken back, the day of that; of one hold, if it is named.

    Whoever goes on with the redaction opens the cause again. A copy that was released is held until the panel has reported.
    """
    held = select(FootageHold.id, FootageHold.cause_id).where(
        FootageHold.reason == HoldReason.PANEL, FootageHold.released_at.is_(None), FootageHold.cause_id.startswith(CAUSE)
    )
    rows = session.execute(held if hold_id is None else held.where(FootageHold.id == hold_id)).all()
    causes = {found: uuid.UUID(cause_id.removeprefix(CAUSE)) for found, cause_id in rows}
    refused = select(Redaction.id, Redaction.changed_at).where(
        Redaction.id.in_(set(causes.values())), Redaction.state == RedactionState.REFUSED
    )
    since = {redaction_id: changed_at.astimezone(UTC).date() for redaction_id, changed_at in session.execute(refused)}
    return {found: since[redaction_id] for found, redaction_id in causes.items() if redaction_id in since}
