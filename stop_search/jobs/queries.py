"""Reading the table of jobs: what is waiting, what is stuck, what is dead."""

import uuid
from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from stop_search.database.session import database_now
from stop_search.jobs.records import Job
from stop_search.jobs.rules import MAX_ATTEMPTS, RING_AGAIN_AFTER, JobState, Queue


@dataclass(frozen=True)
class JobLine:
    """One job as an administrator sees it."""

    job_id: uuid.UUID
    name: str
    queue: str
    state: str
    attempts: int
    last_error: str | None


def claimable_jobs(session: Session, *, queue: Queue, limit: int = 100) -> list[uuid.UUID]:
    """Return the ids that a worker of `queue` may claim now, the longest due first: the way without Redis."""
    now = database_now(session)
    return list(
        session.scalars(
            select(Job.id).where(Job.queue == queue, _claimable(now)).order_by(Job.run_after, Job.id).limit(limit),
        )
    )


def unheard_jobs(session: Session, *, limit: int = 1000) -> list[tuple[str, uuid.UUID]]:
    """Return (queue, id) of jobs that are due and that nobody has picked up since the doorbell last rang for them."""
    now = database_now(session)
    unheard = or_(Job.rung_at.is_(None), Job.rung_at < now - RING_AGAIN_AFTER)
    rows = session.execute(select(Job.queue, Job.id).where(_claimable(now), unheard).order_by(Job.run_after, Job.id).limit(limit))
    return [(queue, job_id) for queue, job_id in rows]


def job_counts(session: Session) -> dict[str, int]:
    """Return how many jobs are in each state; states without a job are 0."""
    counted = {state: number for state, number in session.execute(select(Job.state, func.count()).group_by(Job.state))}
    return {state.value: counted.get(state, 0) for state in JobState}


def unfinished_jobs(session: Session, *, limit: int = 200) -> list[JobLine]:
    """Return what is not done, dead ones first, then by due time."""
    rows = session.scalars(
        select(Job).where(Job.state != JobState.DONE).order_by(Job.state, Job.run_after, Job.id).limit(limit),
    )
    return [JobLine(j.id, j.name, j.queue, j.state, j.attempts, j.last_error) for j in rows]


def _claimable(now: object) -> object:
    return and_(
        Job.attempts < MAX_ATTEMPTS,
        or_(
            and_(Job.state == JobState.READY, Job.run_after <= now),
            and_(Job.state == JobState.LEASED, Job.lease_until < now),
        ),
    )
