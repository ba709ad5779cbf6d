"""Noting what became of a drawn stop: one line for each, at the end of its draw's chain, for ever."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Rank
from stop_search.audit.actions import record_act, wait_for_log
from stop_search.audit.rules import Act, Actor, Operation, Purpose
from stop_search.draws.outcomes import OutcomeLine, chained
from stop_search.draws.records import Draw, DrawOutcome, FrameEntry
from stop_search.draws.rules import FrameOutcome, RefusalReason
from stop_search.errors import Conflict, NoLongerOpen


@dataclass(frozen=True)
class Ended:
    """How a drawn stop ended. `reason` is a code, for what was not reviewed; `review` the digest of the review that was handed in."""

    outcome: FrameOutcome
    reason: str = ""
    rank: str = ""
    review: str = ""


def reviewed(digest: str) -> Ended:
    """Say that it was reviewed."""
    return Ended(FrameOutcome.REVIEWED, review=digest)


def without_footage(reason: str) -> Ended:
    """Say that there was no footage to review, and why, as a code."""
    return Ended(FrameOutcome.NO_FOOTAGE, reason=reason)


def refused(reason: RefusalReason, rank: Rank) -> Ended:
    """Say that somebody of rank refused it."""
    return Ended(FrameOutcome.REFUSED, reason=reason.value, rank=rank.value)


def note_outcome(session: Session, *, entry: FrameEntry, ended: Ended, actor: Actor, now: datetime) -> OutcomeLine:
    """Append what became of a drawn stop to its draw's chain, and say it on the frame.

    Raises:
        Conflict: the stop was not drawn.
        NoLongerOpen: it was said before what became of it.

    """
    wait_for_log(session)
    session.refresh(entry)
    draw_id = entry.cover_draw_id if entry.is_cover else entry.draw_id
    if not entry.is_drawn or draw_id is None:
        message = "This stop was not drawn."
        raise Conflict(message)
    if entry.outcome != FrameOutcome.DRAWN:
        message = "It was said before what became of this drawn stop. That stays."
        raise NoLongerOpen(message)
    last = session.scalar(select(DrawOutcome).where(DrawOutcome.draw_id == draw_id).order_by(DrawOutcome.n.desc()).limit(1))
    previous = last.hash if last else session.get_one(Draw, draw_id).frame_digest
    day = max(now.astimezone(UTC).date(), last.at if last else date.min)  # a chain never goes back in time
    new = OutcomeLine(
        n=last.n + 1 if last else 1,
        token=entry.token,
        outcome=ended.outcome.value,
        reason=ended.reason,
        rank=ended.rank,
        review=ended.review,
        at=day.isoformat(),
    )
    line = chained(previous, new)
    stored = {"token": line.token, "outcome": line.outcome, "reason": line.reason, "rank": line.rank, "review": line.review}
    session.add(DrawOutcome(draw_id=draw_id, n=line.n, frame_entry_id=entry.id, at=day, hash=line.hash, **stored))
    entry.outcome = ended.outcome
    entry.outcome_reason = ended.reason or None
    session.flush()
    told = " ".join(part for part in (line.outcome, line.reason, line.rank, line.hash) if part)
    act = Act(Operation.ALTERATION, "outcome_noted", "draw", str(draw_id), Purpose.SUPERVISOR_REVIEW, reason=told)
    record_act(session, actor=actor, act=act, now=now)
    return line
