"""Reading the table of jobs: what is waiting, what is stuck, what is dead."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from stop_search.database.session import database_now
from stop_search.jobs.records import Job
from stop_search.jobs.rules import PACE, JobState, Pace, Queue


@dataclass(frozen=True)
class JobLine:
    """One job as an administrator sees it."""

    job_id: uuid.UUID
    name: str
    queue: str
    state: str
    attempts: int
    requested_at: datetime
    held_by: str | None
    last_error: str | None


def claimable_jobs(session: Session, *, queue: Queue, names: Collection[str], limit: int = 100, pace: Pace = PACE) -> list[uuid.UUID]:
    """Return the ids that a worker of `queue` who knows `names` may claim now, the longest due first: the way without Redis."""
    due = select(Job.id).where(Job.queue == queue, Job.name.in_(names), _claimable(database_now(session), pace))
    return list(session.scalars(due.order_by(Job.run_after, Job.id).limit(limit)))


def unheard_jobs(session: Session, *, limit: int = 1000, pace: Pace = PACE) -> list[tuple[str, uuid.UUID]]:
    """Return (queue, id) of jobs that are due, and were not rung for since, or were and nobody came."""
    now = database_now(session)
    unheard = or_(Job.rung_at.is_(None), Job.rung_at < Job.run_after, Job.rung_at < now - pace.ring_again_after)
    waiting = select(Job.queue, Job.id).where(_claimable(now, pace), unheard)
    return [(queue, job_id) for queue, job_id in session.execute(waiting.order_by(Job.run_after, Job.id).limit(limit))]


def job_counts(session: Session) -> dict[str, int]:
    """Return how many jobs are in each state; states without a job are 0."""
    rows = session.execute(select(Job.state, func.count().label("number")).group_by(Job.state))
    counted = {row.state: row.number for row in rows}
    return {state.value: counted.get(state, 0) for state in JobState}


def unfinished_jobs(session: Session, *, limit: int = 200) -> list[JobLine]:
    """Return what is not done, dead ones first, then by due time."""
    rows = session.scalars(
        select(Job).where(Job.state != JobState.DONE).order_by(Job.state, Job.run_after, Job.id).limit(limit),
    )
    return [_line(job) for job in rows]


def job_line(session: Session, *, job_id: uuid.UUID) -> JobLine | None:
    """Return one job, or None."""
    job = session.get(Job, job_id, populate_existing=True)
    return _line(job) if job else None


def _line(job: Job) -> JobLine:
    return JobLine(job.id, job.name, job.queue, job.state, job.attempts, job.requested_at, job.held_by, job.last_error)


def _claimable(now: datetime, pace: Pace) -> ColumnElement[bool]:
    return and_(
        Job.attempts < pace.max_attempts,
        or_(
            and_(Job.state == JobState.READY, Job.run_after <= now),
            and_(Job.state == JobState.LEASED, Job.lease_until < now),
        ),
    )
