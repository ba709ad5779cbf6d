"""Reading and checking the audit log."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.audit.records import AuditEntry, AuditHead
from stop_search.audit.rules import FIRST, chained_hash


@dataclass(frozen=True)
class EntryLine:
    """One entry as an auditor sees it."""

    n: int
    at: datetime
    actor: str
    role: str
    operation: str
    action: str
    object_type: str
    object_id: str


@dataclass(frozen=True)
class ChainReport:
    """The outcome of a check: how many entries, the newest hash, and what is wrong (empty where nothing is)."""

    entries: int
    head: str
    problems: list[str]


def newest_entries(session: Session, *, limit: int = 100) -> list[EntryLine]:
    """Return the newest entries, newest first."""
    rows = session.scalars(select(AuditEntry).order_by(AuditEntry.n.desc()).limit(limit))
    return [EntryLine(r.n, r.at, r.actor, r.role, r.operation, r.action, r.object_type, r.object_id) for r in rows]


def chain_report(session: Session) -> ChainReport:
    """Walk the whole chain and compare it with its head. What a chain alone cannot show (an older copy) needs an outside anchor."""
    previous, expected, problems = FIRST, 0, []
    for row in _entries(session):
        expected += 1
        if row.n != expected:
            problems.append(f"entry {expected} is missing (found {row.n})")
            expected = row.n
        if row.previous_hash != previous:
            problems.append(f"entry {row.n} does not follow the one before it")
        if row.hash != chained_hash(row.previous_hash, row.text):
            problems.append(f"entry {row.n} was changed")
        previous = row.hash
    head = session.scalar(select(AuditHead).where(AuditHead.id == 1))
    if (head.n, head.hash) != (expected, previous) if head else expected:
        problems.append("the head does not match the newest entry: entries were cut off or added")
    return ChainReport(entries=expected, head=previous, problems=problems)


def _entries(session: Session) -> Iterator[AuditEntry]:
    yield from session.scalars(select(AuditEntry).order_by(AuditEntry.n).execution_options(yield_per=1000))
