"""Which recordings of drawn stops may be redacted for a panel, in the order in which a person would take them."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, exists, func, select, true
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.encounters.records import Encounter
from stop_search.footage.records import Footage, FootageHold, FootageOfEncounter
from stop_search.footage.rules import FootageState, HoldReason
from stop_search.panels.copies import CHOSEN_BY_CHANCE
from stop_search.redactions.queries import length_seconds_of, not_part_of
from stop_search.redactions.records import Redaction
from stop_search.redactions.rules import RedactionState

BEGUN, BY_CHANCE, ANY, RELEASED = range(4)


@dataclass(frozen=True)
class Candidate:
    """A recording of a drawn stop: it may be redacted, or is already (`redaction_id`, `state`). `is_by_chance`: drawn for a panel."""

    footage_id: uuid.UUID
    reference: str
    started_at: datetime
    length_seconds: float
    redaction_id: uuid.UUID | None
    state: RedactionState | None
    is_by_chance: bool


@dataclass(frozen=True)
class Candidates:
    """The first of them, and how many there are."""

    lines: tuple[Candidate, ...] = ()
    total: int = 0


def redaction_candidates(session: Session, *, viewer: Viewer, most: int | None = None, reference: str = "") -> Candidates:
    """Return the recordings that were examined and are held because their stop was drawn or picked; none that the viewer was part of.

    What was begun stands first, then what chance chose for a panel, then the others, then what was let out; each the newest stop first.
    `most`: so many lines; `reference`: of this stop only, if there is one.
    """
    if not viewer.has(Role.LEARNING_TEAM):
        return Candidates()
    held = exists().where(
        FootageHold.encounter_id == Encounter.id,
        FootageHold.released_at.is_(None),
        FootageHold.reason.in_((HoldReason.DRAWN, HoldReason.PANEL)),
    )
    let_out, begun = Redaction.state == RedactionState.RELEASED, Redaction.id.is_not(None)
    place = case((let_out, RELEASED), (begun, BEGUN), (CHOSEN_BY_CHANCE, BY_CHANCE), else_=ANY)
    rows = session.execute(
        select(Footage, Encounter.reference, Encounter.started_at, Redaction.id, Redaction.state, CHOSEN_BY_CHANCE, func.count().over())
        .join(FootageOfEncounter, FootageOfEncounter.footage_id == Footage.id)
        .join(Encounter, Encounter.id == FootageOfEncounter.encounter_id)
        .outerjoin(Redaction, Redaction.footage_id == Footage.id)
        .where(Footage.state == FootageState.EXAMINED, held, not_part_of(viewer))
        .where(Encounter.reference == reference if reference else true())
        .order_by(place, Encounter.started_at.desc(), Encounter.id, Footage.id)
        .limit(most)
    ).all()
    lines = (
        Candidate(footage.id, reference, began, length_seconds_of(footage), redaction_id, RedactionState(state) if state else None, chance)
        for footage, reference, began, redaction_id, state, chance, _ in rows
    )
    return Candidates(tuple(lines), rows[0][-1] if rows else 0)
