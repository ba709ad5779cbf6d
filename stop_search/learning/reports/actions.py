"""Making a report: the figures of a quarter are worked out once and kept; made again, they are another version with a reason."""

import hashlib
import json
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Actor, Operation, Purpose
from stop_search.errors import Invalid
from stop_search.feedback.rules import cleaned_text
from stop_search.force import Force
from stop_search.learning.quarters import Quarter
from stop_search.learning.records import ReportSnapshot
from stop_search.learning.reports.gathering import worked_out
from stop_search.wording import day_in_words, london

REASON_LONGEST = 600


def make_report(session: Session, *, quarter: Quarter, reason: str, force: Force, actor: Actor, now: datetime) -> uuid.UUID:
    """Work out a quarter's figures and keep them; return the snapshot's id. A quarter that is not over gives a report that says so.

    Raises:
        Invalid: the quarter has not begun (`quarter`); there is a report of it and no reason for another, or one too long (`reason`).

    """
    if london(now).date() < quarter.first:
        message = f"{quarter.key} has not begun: it begins on {day_in_words(quarter.first)}."
        raise Invalid(message, {"quarter": message})
    last = session.scalar(select(func.max(ReportSnapshot.version)).where(ReportSnapshot.quarter == quarter.key)) or 0
    why = cleaned_text(reason)
    _refuse_reason(quarter, why, is_first=last == 0)
    content = worked_out(session, quarter=quarter, force=force, now=now)
    content |= {"version": last + 1, "reason": why, "made_at": london(now).isoformat(timespec="seconds")}
    kept = canonical(content)
    row = ReportSnapshot(
        id=uuid.uuid4(),
        quarter=quarter.key,
        version=last + 1,
        reason=why,
        made_at=now,
        made_by=actor.id,
        content=kept,
        digest=digest_of(kept),
    )
    session.add(row)
    session.flush()
    act = Act(Operation.COMBINATION, "make_report", "report_snapshot", str(row.id), Purpose.LEARNING_ANALYSIS, reason=why)
    record_act(session, actor=actor, act=act, now=now)
    return row.id


def note_taken_away(session: Session, *, snapshot_id: uuid.UUID, form: str, actor: Actor, now: datetime) -> None:
    """Record that a report was drawn and taken away, and in which form ("report.pdf", "all files")."""
    act = Act(Operation.DISCLOSURE, "take_report", "report_snapshot", str(snapshot_id), Purpose.LEARNING_ANALYSIS, fields=(form,))
    record_act(session, actor=actor, act=act, now=now)


def canonical(content: dict[str, Any]) -> str:
    """Return content as the JSON that is kept: sorted keys, no spaces. Raises ValueError: a figure is not finite."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest_of(kept: str) -> str:
    """Return the SHA-256 of the JSON that is kept, in hex: by it a snapshot is named in its report."""
    return hashlib.sha256(kept.encode()).hexdigest()


def _refuse_reason(quarter: Quarter, reason: str, *, is_first: bool) -> None:
    if not is_first and not reason:
        message = f"There is a report of {quarter.key} already. Say why its figures are worked out again; the old ones stay."
        raise Invalid(message, {"reason": message})
    if len(reason) > REASON_LONGEST:
        message = f"Give the reason in {REASON_LONGEST} characters at most."
        raise Invalid(message, {"reason": message})
