"""Holding and releasing many stops at once for chance: a whole frame until its draw is run, and what a coverage draw may still need.

One entry of the audit log for all of them: which stops they are follows from the frame, whose digest is fixed.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from stop_search.audit.actions import record_act, wait_for_log
from stop_search.audit.rules import Act, Actor, Operation, Purpose
from stop_search.database.base import table_of
from stop_search.footage.actions import GONE
from stop_search.footage.evidence_requests import ask_about_encounter
from stop_search.footage.records import EvidenceLink, Footage, FootageHold, FootageOfEncounter
from stop_search.footage.rules import HoldReason

AT_ONCE = 500  # ids in one statement: SQLite takes no more than 32,766 values, PostgreSQL 65,535


@dataclass(frozen=True)
class HeldFor:
    """What a pending hold is for: one of `hold_rules.PENDING`, and whose it is (a draw's id, a month)."""

    reason: HoldReason
    cause_id: str


def hold_all(session: Session, *, encounter_ids: Sequence[uuid.UUID], held_for: HeldFor, actor: Actor, now: datetime) -> int:
    """Hold every recording of these stops, also of those that arrive later; return how many stops. Held before, they stay held.

    Whoever erases decides before or after this, never beside it.
    """
    wait_for_log(session)
    new = sorted(set(encounter_ids) - _known(session, held_for))
    if not new:
        return 0
    gone = _gone(session, new)
    placed = {"reason": held_for.reason, "cause_id": held_for.cause_id, "placed_at": now, "placed_by": actor.id}
    rows = [{"id": uuid.uuid4(), "encounter_id": one, "erased_before": gone.get(one, 0), **placed} for one in new]
    session.execute(table_of(FootageHold).insert(), rows)
    _log(session, "place_holds", held_for, len(new), actor, now)
    _ask_evidence(session, new, now)
    return len(new)


def release_all(
    session: Session,
    *,
    held_for: HeldFor,
    because: str,
    actor: Actor,
    now: datetime,
    encounter_ids: Sequence[uuid.UUID] | None = None,
) -> int:
    """Release these holds, all or those of some stops; return how many."""
    wait_for_log(session)
    wanted = None if encounter_ids is None else set(encounter_ids)
    in_force = [one for one in _in_force(session, held_for) if wanted is None or one in wanted]
    if not in_force:
        return 0
    for some in batched_ids(in_force):
        ours = (FootageHold.reason == held_for.reason, FootageHold.cause_id == held_for.cause_id, FootageHold.released_at.is_(None))
        released = {"released_at": now, "released_by": actor.id, "release_reason": because}
        session.execute(update(FootageHold).where(*ours, FootageHold.encounter_id.in_(some)).values(released))
    _log(session, "release_holds", held_for, len(in_force), actor, now)
    _ask_evidence(session, in_force, now)
    return len(in_force)


def causes_in_force(session: Session, *, reason: HoldReason, first: str, last: str) -> list[str]:
    """Return the causes between two, both included, for which something is held, sorted."""
    held = select(FootageHold.cause_id).where(FootageHold.reason == reason, FootageHold.released_at.is_(None)).distinct()
    return sorted(cause_id for cause_id in session.scalars(held) if first <= cause_id <= last)


def batched_ids(ids: Sequence[uuid.UUID]) -> Iterator[tuple[uuid.UUID, ...]]:
    """Yield ids in lots that one statement may name."""
    for start in range(0, len(ids), AT_ONCE):
        yield tuple(ids[start : start + AT_ONCE])


def _known(session: Session, held_for: HeldFor) -> set[uuid.UUID]:
    ours = select(FootageHold.encounter_id).where(FootageHold.reason == held_for.reason, FootageHold.cause_id == held_for.cause_id)
    return set(session.scalars(ours))


def _in_force(session: Session, held_for: HeldFor) -> list[uuid.UUID]:
    ours = select(FootageHold.encounter_id).where(FootageHold.reason == held_for.reason, FootageHold.cause_id == held_for.cause_id)
    return list(session.scalars(ours.where(FootageHold.released_at.is_(None)).order_by(FootageHold.encounter_id)))


def _gone(session: Session, encounter_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Return how many recordings of each stop are gone already."""
    found: dict[uuid.UUID, int] = {}
    for some in batched_ids(encounter_ids):
        counted = (
            select(FootageOfEncounter.encounter_id, func.count())
            .join(Footage, Footage.id == FootageOfEncounter.footage_id)
            .outerjoin(EvidenceLink, EvidenceLink.footage_id == Footage.id)
            .where(FootageOfEncounter.encounter_id.in_(some), GONE)
            .group_by(FootageOfEncounter.encounter_id)
        )
        found |= dict(session.execute(counted).all())
    return found


def _ask_evidence(session: Session, encounter_ids: Sequence[uuid.UUID], now: datetime) -> None:
    """Ask the evidence system about those of which it keeps a recording."""
    for some in batched_ids(encounter_ids):
        kept = select(FootageOfEncounter.encounter_id).join(EvidenceLink, EvidenceLink.footage_id == FootageOfEncounter.footage_id)
        for encounter_id in session.scalars(kept.where(FootageOfEncounter.encounter_id.in_(some)).distinct()).all():
            ask_about_encounter(session, encounter_id=encounter_id, now=now)


def _log(session: Session, action: str, held_for: HeldFor, number: int, actor: Actor, now: datetime) -> None:
    told = f"{held_for.reason}: {number} encounters"
    act = Act(Operation.ALTERATION, action, "draw", held_for.cause_id, Purpose.RETENTION_ACTION, reason=told)
    record_act(session, actor=actor, act=act, now=now)
