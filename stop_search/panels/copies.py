"""Which stops have a copy that was let out to panels: for whoever prepares a panel's meeting, and for the page of one stop."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.draws.records import FrameEntry
from stop_search.encounters.records import Encounter
from stop_search.errors import NotFound
from stop_search.footage.records import Footage, FootageOfEncounter
from stop_search.footage.rules import FootageState
from stop_search.redactions.queries import CopyServed, may_redact, served_copy
from stop_search.redactions.records import Redaction
from stop_search.redactions.rules import RedactionState

CHOSEN_BY_CHANCE = exists().where(FrameEntry.encounter_id == Encounter.id, FrameEntry.is_panel)  # of an `Encounter`: drawn for a panel


@dataclass(frozen=True)
class StopForPanels:
    """A stop of which a copy was let out; `is_by_chance` where a draw chose it for a panel."""

    encounter_id: uuid.UUID
    reference: str
    started_at: datetime
    is_by_chance: bool


def released_for_panels(session: Session, *, viewer: Viewer) -> list[StopForPanels]:
    """Return the stops with a copy that was let out, those that chance chose first, then the newest; none that the viewer was part of."""
    if not viewer.has(Role.LEARNING_TEAM):
        return []
    rows = session.execute(
        select(Encounter.id, Encounter.reference, Encounter.started_at, CHOSEN_BY_CHANCE, Redaction.footage_id)
        .join(FootageOfEncounter, FootageOfEncounter.encounter_id == Encounter.id)
        .join(Footage, Footage.id == FootageOfEncounter.footage_id)
        .join(Redaction, Redaction.footage_id == Footage.id)
        .where(Redaction.state == RedactionState.RELEASED, Footage.state != FootageState.ERASED)
        .order_by(Encounter.started_at.desc(), Encounter.id)
    )
    found = {
        encounter_id: StopForPanels(encounter_id, reference, started_at, chance)
        for encounter_id, reference, started_at, chance, footage_id in rows
        if may_redact(session, footage_id=footage_id, viewer=viewer)
    }
    return sorted(found.values(), key=lambda stop: not stop.is_by_chance)


def copies_of_stop(session: Session, *, encounter_id: uuid.UUID, viewer: Viewer) -> list[CopyServed]:
    """Return the copies of one stop that the viewer may watch, a camera each, the oldest release first."""
    tied = select(FootageOfEncounter.footage_id).where(FootageOfEncounter.encounter_id == encounter_id)
    released = select(Redaction.id).where(Redaction.footage_id.in_(tied), Redaction.state == RedactionState.RELEASED)
    found = [_watched(session, redaction_id, viewer) for redaction_id in session.scalars(released.order_by(Redaction.id))]
    return sorted((copy for copy in found if copy), key=lambda copy: (copy.released_at is None, copy.released_at, copy.redaction_id))


def _watched(session: Session, redaction_id: uuid.UUID, viewer: Viewer) -> CopyServed | None:
    try:
        return served_copy(session, redaction_id=redaction_id, viewer=viewer)
    except NotFound:
        return None
