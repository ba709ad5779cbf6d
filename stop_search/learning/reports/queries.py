"""Reading reports: which there are, and one of them with its tables, exactly as it was made."""

import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.errors import Conflict, NotAllowed, NotFound
from stop_search.learning.quarters import Quarter
from stop_search.learning.records import ReportSnapshot
from stop_search.learning.reports.actions import digest_of
from stop_search.learning.reports.tables import Table, from_json


@dataclass(frozen=True)
class ReportLine:
    """One snapshot. `is_newest`: there is no later version of its quarter."""

    snapshot_id: uuid.UUID
    quarter: str
    version: int
    reason: str
    made_at: datetime
    digest: str
    is_newest: bool


@dataclass(frozen=True)
class Report:
    """One report, as its snapshot tells it and nothing else: `kept` is the JSON, `snapshot` its digest, by which it is named."""

    kept: str
    snapshot: str
    force: str
    quarter: str
    days: str
    version: int
    reason: str
    made_at: datetime
    is_over: bool
    minimum: int
    layout: int
    versions: dict[str, Any]
    looked_at: tuple[str, ...]
    findings: tuple[str, ...]
    not_known: tuple[str, ...]
    done: tuple[str, ...]
    tables: tuple[Table, ...]


def reports_made(session: Session, *, viewer: Viewer) -> list[ReportLine]:
    """Return every snapshot: the newest quarter first, of each the newest version first.

    Raises:
        NotAllowed: the viewer is not of the learning team.

    """
    _refuse_all_but_learning(viewer)
    rows = session.scalars(select(ReportSnapshot).order_by(ReportSnapshot.quarter.desc(), ReportSnapshot.version.desc())).all()
    newest = {row.quarter: row.version for row in reversed(rows)}
    return [
        ReportLine(row.id, row.quarter, row.version, row.reason, row.made_at, row.digest, newest[row.quarter] == row.version)
        for row in rows
    ]


def report_shown(session: Session, *, snapshot_id: uuid.UUID, viewer: Viewer) -> Report:
    """Return one report.

    Raises:
        NotAllowed: the viewer is not of the learning team.
        NotFound: there is no such snapshot.
        Conflict: what is kept is not what was made.

    """
    _refuse_all_but_learning(viewer)
    return report_kept(session, snapshot_id=snapshot_id)


def report_kept(session: Session, *, snapshot_id: uuid.UUID) -> Report:
    """Return one report for the command line, whose user may do everything. Raises NotFound and Conflict as `report_shown`."""
    row = session.get(ReportSnapshot, snapshot_id)
    if row is None:
        message = "There is no such report."
        raise NotFound(message)
    if digest_of(row.content) != row.digest:
        message = "What is kept of this report was changed after it was made. Do not use it; tell the auditor."
        raise Conflict(message)
    return _report(row)


def newest_snapshot(session: Session, *, quarter: Quarter, version: int | None = None) -> uuid.UUID | None:
    """Return the newest snapshot of a quarter, or that of a version; None where there is none."""
    of_quarter = select(ReportSnapshot.id).where(ReportSnapshot.quarter == quarter.key)
    wanted = of_quarter if version is None else of_quarter.where(ReportSnapshot.version == version)
    return session.scalar(wanted.order_by(ReportSnapshot.version.desc()).limit(1))


def _report(row: ReportSnapshot) -> Report:
    kept = json.loads(row.content)
    return Report(
        kept=row.content,
        snapshot=row.digest,
        force=kept["force"],
        quarter=kept["quarter"],
        days=kept["days"],
        version=kept["version"],
        reason=kept["reason"],
        made_at=datetime.fromisoformat(kept["made_at"]),
        is_over=kept["is_over"],
        minimum=kept["minimum"],
        layout=kept["layout"],
        versions=kept["versions"],
        looked_at=tuple(kept["looked_at"]),
        findings=tuple(kept["findings"]),
        not_known=tuple(kept["not_known"]),
        done=tuple(kept["done"]),
        tables=tuple(from_json(table) for table in kept["tables"]),
    )


def _refuse_all_but_learning(viewer: Viewer) -> None:
    if not viewer.has(Role.LEARNING_TEAM):
        message = "Only the learning team makes and reads reports."
        raise NotAllowed(message)
