"""Reading and checking the audit log."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from stop_search.audit.records import AuditEntry, AuditHead
from stop_search.audit.rules import FIRST, chained_hash

MOST_PROBLEMS = 100
GUARDS = {
    "sqlite": {"audit_entry_no_update", "audit_entry_no_delete"},
    "postgresql": {"audit_entry_no_change", "audit_entry_no_truncate"},
}


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


def entry_count(session: Session) -> int:
    """Return how many entries there are."""
    return session.scalars(select(func.count()).select_from(AuditEntry)).one()


def log_head(session: Session) -> tuple[int, str]:
    """Return number and hash of the newest entry; 0 and zeros where there is none."""
    head = session.execute(select(AuditHead.n, AuditHead.hash).where(AuditHead.id == 1)).one_or_none()
    return (head.n, head.hash) if head else (0, FIRST)


def chain_report(session: Session) -> ChainReport:
    """Walk the whole chain, compare it with its head, the columns with the text that was hashed, and look for the guards.

    What a chain alone cannot show (the whole chain made anew, an older copy of the database) needs an anchor outside.
    At most MOST_PROBLEMS problems are listed, then how many more there are.
    """
    previous, number, entries = FIRST, 0, 0
    problems: list[str] = []
    for row in _entries(session):
        entries += 1
        problems += _wrong_in(row, after=number, previous=previous)
        previous, number = row.hash, row.n
    head = session.execute(select(AuditHead.n, AuditHead.hash).where(AuditHead.id == 1)).one_or_none()
    if head is None or (head.n, head.hash) != (number, previous):
        problems.append("the head does not match the newest entry: entries were cut off or added")
    problems += [f"the database no longer refuses changes: {name} is missing or switched off" for name in sorted(_missing_guards(session))]
    if len(problems) > MOST_PROBLEMS:
        problems[MOST_PROBLEMS:] = [f"and {len(problems) - MOST_PROBLEMS} more"]
    return ChainReport(entries=entries, head=previous, problems=problems)


def exported_entries(session: Session) -> Iterator[dict[str, Any]]:
    """Yield what `verify/audit.py` reads: the entries in order, and at the end the head."""
    for row in _entries(session):
        yield {"text": row.text, "previous_hash": row.previous_hash, "hash": row.hash}
    head = session.execute(select(AuditHead.n, AuditHead.hash).where(AuditHead.id == 1)).one_or_none()
    yield {"head": {"n": head.n, "hash": head.hash} if head else None}


def _entries(session: Session) -> Iterator[Row[Any]]:
    columns = AuditEntry.__table__.columns
    yield from session.execute(select(*columns).order_by(AuditEntry.n).execution_options(yield_per=1000))


def _wrong_in(row: Row[Any], *, after: int, previous: str) -> list[str]:
    problems: list[str] = []
    if row.n != after + 1:
        problems.append(f"between entry {after} and entry {row.n}, entries are missing")
    if row.previous_hash != previous:
        problems.append(f"entry {row.n} does not follow the one before it")
    if row.hash != chained_hash(row.previous_hash, row.text):
        problems.append(f"entry {row.n} was changed")
    if differing := _columns_against_text(row):
        problems.append(f"entry {row.n} shows something else than was hashed: {', '.join(differing)}")
    return problems


def _columns_against_text(row: Row[Any]) -> list[str]:
    shown = {
        "n": row.n,
        "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": row.actor,
        "role": row.role,
        "operation": row.operation,
        "action": row.action,
        "object_type": row.object_type,
        "object_id": row.object_id,
    }
    try:
        hashed = cast("dict[str, object]", dict(json.loads(row.text)))
    except (ValueError, TypeError):
        return ["text"]
    return [name for name, value in shown.items() if hashed.get(name) != value]


def _missing_guards(session: Session) -> set[str]:
    dialect = session.get_bind().dialect.name
    there = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entry'"
        if dialect == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE tgrelid = 'audit_entry'::regclass AND NOT tgisinternal AND tgenabled <> 'D'"
    )
    return GUARDS[dialect] - set(session.execute(text(there)).scalars())
