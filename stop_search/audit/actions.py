"""Appending to the audit log, in the same transaction as the act: both happen or neither."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from stop_search.audit.records import AuditEntry, AuditHead
from stop_search.audit.rules import Act, Actor, chained_hash, entry_text
from stop_search.database.base import table_of
from stop_search.database.pipelines import sent_together
from stop_search.faults import CrashPoint, hit

# Done with nearly every request, so they are put together once.
HEAD = select(AuditHead.n, AuditHead.hash).where(AuditHead.id == 1).with_for_update()
APPEND = table_of(AuditEntry).insert()
MOVE_HEAD = table_of(AuditHead).update().where(AuditHead.id == 1).values(n=bindparam("to_n"), hash=bindparam("to_hash"))


def wait_for_log(session: Session) -> None:
    """Take the head of the log now, as appending does. Until the transaction ends nobody else appends, so nobody else decides.

    For acts that must not be decided side by side and that are logged anyway: no further lock, and so no two in a wrong order.
    Nothing to do on SQLite, where a transaction that writes is the only one from its beginning.
    """
    if session.get_bind().dialect.name != "sqlite":
        session.execute(HEAD)


def record_act(session: Session, *, actor: Actor, act: Act, now: datetime) -> None:
    """Append one entry to the chain (Data Protection Act 2018 s.62)."""
    record_acts(session, actor=actor, acts=(act,), now=now)


def record_acts(session: Session, *, actor: Actor, acts: Sequence[Act], now: datetime, head: Sequence[Any] | None = None) -> None:
    """Append entries to the chain, in order. Appends wait for one another at the head row; `head`: what asking `HEAD` gave.

    The migrations put the head row there: two first appends at once could not wait for a row that is not there yet.
    """
    last, previous = head or session.execute(HEAD).one()
    rows: list[dict[str, object]] = []
    for n, act in enumerate(acts, start=last + 1):
        text = entry_text(n, now, actor, act)
        digest = chained_hash(previous, text)
        rows.append(
            {
                "n": n,
                "at": now,
                "actor": actor.id,
                "role": actor.role,
                "operation": act.operation,
                "action": act.action,
                "object_type": act.object_type,
                "object_id": act.object_id,
                "text": text,
                "previous_hash": previous,
                "hash": digest,
            }
        )
        previous = digest
    with sent_together(session):
        session.execute(APPEND, rows)
        session.execute(MOVE_HEAD, {"to_n": last + len(rows), "to_hash": previous})
    hit(CrashPoint.IN_AUDIT)
