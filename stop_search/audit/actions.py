"""Appending to the audit log, in the same transaction as the act: both happen or neither."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.audit.records import AuditEntry, AuditHead
from stop_search.audit.rules import Act, Actor, chained_hash, entry_text
from stop_search.faults import CrashPoint, hit


def record_act(session: Session, *, actor: Actor, act: Act, now: datetime) -> AuditEntry:
    """Append one entry to the chain (Data Protection Act 2018 s.62). Appends wait for one another at the head row.

    The migrations put the head row there: two first appends at once could not wait for a row that is not there yet.
    """
    head = session.scalars(select(AuditHead).where(AuditHead.id == 1).with_for_update()).one()
    n, previous = head.n + 1, head.hash
    text = entry_text(n, now, actor, act)
    entry = AuditEntry(
        n=n,
        at=now,
        actor=actor.id,
        role=actor.role,
        operation=act.operation,
        action=act.action,
        object_type=act.object_type,
        object_id=act.object_id,
        text=text,
        previous_hash=previous,
        hash=chained_hash(previous, text),
    )
    head.n, head.hash = n, entry.hash
    session.add(entry)
    session.flush()
    hit(CrashPoint.IN_AUDIT)
    return entry
