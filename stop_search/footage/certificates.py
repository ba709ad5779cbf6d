"""The certificate of an erasure: what went, its hashes, when, under which class and clocks, who asked, and the entry of the audit log."""

import json
import uuid
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.audit.records import AuditEntry
from stop_search.encounters.records import Encounter
from stop_search.errors import NotFound
from stop_search.footage.records import Footage, FootageErasure, FootageOfEncounter


@dataclass(frozen=True)
class Entry:
    """An entry of the audit log by number and hash, as `verify/audit.py` finds it."""

    number: int
    hash: str
    at: datetime


@dataclass(frozen=True)
class Certificate:
    """One erasure. `removed` maps storage keys to hex SHA-256, None where nothing lay there any more; the recording's own is `sha256`.

    `confirmed_at` is None until a worker has found that nothing of it lies in storage.
    """

    footage_id: uuid.UUID
    sha256: str
    size_bytes: int
    recorded_at: datetime | None
    received_at: datetime
    references: tuple[str, ...]
    retention_class: str
    clocks_version: int | None
    last_day: date | None
    erased_at: datetime
    erased_by: str
    removed: dict[str, str | None]
    confirmed_at: datetime | None
    erased_entry: Entry
    confirmed_entry: Entry | None


@dataclass(frozen=True)
class ErasureLine:
    """One line of the list of erasures."""

    footage_id: uuid.UUID
    erased_at: datetime
    files: int
    confirmed_at: datetime | None


def erasure_certificate(session: Session, *, footage_id: uuid.UUID) -> Certificate:
    """Return the certificate of a recording that was erased. Raises NotFound where none was."""
    erasure = session.get(FootageErasure, footage_id)
    if erasure is None:
        message = "There is no certificate: no recording with this id was erased."
        raise NotFound(message)
    footage = session.get_one(Footage, footage_id)
    erased = _entry(session, footage_id, "erase_footage")
    if erased is None:
        message = "The audit log has no entry of this erasure. Tell the auditor."
        raise NotFound(message)
    return Certificate(
        footage_id=footage_id,
        sha256=footage.sha256,
        size_bytes=footage.size_bytes,
        recorded_at=footage.started_at,
        received_at=footage.received_at,
        references=tuple(_references(session, footage_id)),
        retention_class=footage.retention_class,
        clocks_version=footage.clocks_version,
        last_day=footage.erase_after,
        erased_at=erasure.erased_at,
        erased_by=erasure.erased_by,
        removed=dict(sorted(erasure.removed.items())),
        confirmed_at=erasure.removed_at,
        erased_entry=erased,
        confirmed_entry=_entry(session, footage_id, "confirm_removal"),
    )


def certificate_document(certificate: Certificate) -> dict[str, Any]:
    """Return the certificate as JSON takes it: moments in UTC, days as 2026-11-18."""
    return json.loads(json.dumps(asdict(certificate), default=_plain))


def newest_erasures(session: Session, *, limit: int = 50) -> list[ErasureLine]:
    """Return the last erasures, the newest first."""
    rows = session.scalars(select(FootageErasure).order_by(FootageErasure.erased_at.desc(), FootageErasure.footage_id).limit(limit))
    return [ErasureLine(row.footage_id, row.erased_at, len(row.removed), row.removed_at) for row in rows]


def _references(session: Session, footage_id: uuid.UUID) -> list[str]:
    tied = select(Encounter.reference).join(FootageOfEncounter, FootageOfEncounter.encounter_id == Encounter.id)
    return list(session.scalars(tied.where(FootageOfEncounter.footage_id == footage_id).order_by(Encounter.reference)))


def _entry(session: Session, footage_id: uuid.UUID, action: str) -> Entry | None:
    named = select(AuditEntry).where(AuditEntry.object_id == str(footage_id), AuditEntry.action == action)
    entry = session.scalar(named.order_by(AuditEntry.n).limit(1))
    return Entry(entry.n, entry.hash, entry.at) if entry else None


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
