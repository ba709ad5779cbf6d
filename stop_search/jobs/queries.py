"""Reading the table of jobs: what is waiting, what is stuck, what is dead."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from stop_search.database.session import database_now
from stop_search.jobs.records import Job
from stop_search.jobs.rules import PACE, JobState, Pace, Queue, goes_by_waiting

NOT_SAID = datetime.min.replace(tzinfo=UTC)
LOOKED_AT = 20  # how many are looked at for one turn; each but the first is there only if another worker took those before it


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
    claimed_at: datetime | None
    run_after: datetime


@dataclass(frozen=True)
class QueueLine:
    """How full one queue is. `waiting`: may be taken now; `paused`: not due yet, most of them tried before and to be tried again.

    `oldest_requested_at`: when the one that waits longest was asked for; `longest_since`: when the one that runs longest began.
    """

    queue: Queue
    waiting: int
    paused: int
    running: int
    given_up: int
    oldest_requested_at: datetime | None
    longest_since: datetime | None


def claimable_jobs(
    session: Session, *, queue: Queue, names: Collection[str], limit: int = 100, pace: Pace = PACE, by_waiting: bool = False
) -> list[uuid.UUID]:
    """Return the ids that a worker of `queue` who knows `names` may claim now: the way without Redis.

    The most urgent comes first, or, `by_waiting`, the one that has waited longest.
    """
    return _in_order(session, queue, names, limit, pace, by_waiting=by_waiting)


def jobs_in_order(session: Session, *, rung_for: uuid.UUID, names: Collection[str], pace: Pace = PACE) -> list[uuid.UUID]:
    """Return what a worker takes when it hears a ring, the first choice first: jobs of the same queue that it knows and may claim now.

    The most urgent comes first, and for every fourth ring or so the one that has waited longest: nothing starves. A ring for a job that
    is not there finds nothing.
    """
    queue = session.scalar(select(Job.queue).where(Job.id == rung_for))
    return [] if queue is None else _in_order(session, queue, names, LOOKED_AT, pace, by_waiting=goes_by_waiting(rung_for))


def _in_order(session: Session, queue: str, names: Collection[str], limit: int, pace: Pace, *, by_waiting: bool) -> list[uuid.UUID]:
    """Return what may be claimed: without urgency first, then by urgency, or all by how long it was due.

    Each question walks an index in its order and stops at `limit`, so that a claim costs the same however much waits.
    """
    now = database_now(session)
    lapsed = and_(Job.state == JobState.LEASED, Job.lease_until < now)
    ready = and_(Job.state == JobState.READY, Job.run_after <= now)
    unhurried, urgent = and_(ready, Job.urgent_at.is_(None)), and_(ready, Job.urgent_at > NOT_SAID)  # a range, so that the index is taken
    parts: list[tuple[ColumnElement[bool], tuple[InstrumentedAttribute[datetime | None], ...]]] = (
        [(lapsed, ()), (ready, ())] if by_waiting else [(lapsed, ()), (unhurried, ()), (urgent, (Job.urgent_at,))]
    )
    found: list[tuple[datetime, datetime, uuid.UUID]] = []
    for part, first in parts:
        asked = select(Job.urgent_at, Job.run_after, Job.id).where(
            Job.queue == queue, Job.name.in_(names), Job.attempts < pace.max_attempts, part
        )
        rows = session.execute(asked.order_by(*first, Job.run_after, Job.id).limit(limit))
        found += [(NOT_SAID if by_waiting or urgent_at is None else urgent_at, due, job_id) for urgent_at, due, job_id in rows]
    return [job_id for *_, job_id in sorted(found)[:limit]]


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


def queue_lines(session: Session, *, pace: Pace = PACE) -> list[QueueLine]:
    """Return how full each queue is, in the queues' own order; an empty queue has a line too."""
    now = database_now(session)
    waits, runs = _claimable(now, pace), and_(Job.state == JobState.LEASED, Job.lease_until >= now)
    pauses, given_up = and_(Job.state == JobState.READY, Job.run_after > now), Job.state == JobState.DEAD
    counted = {"waiting": waits, "paused": pauses, "running": runs, "given_up": given_up}
    rows = session.execute(
        select(
            Job.queue,
            *(func.count(case((asked, 1))).label(name) for name, asked in counted.items()),
            func.min(case((waits, Job.requested_at))).label("oldest_requested_at"),
            func.min(case((runs, Job.claimed_at))).label("longest_since"),
        )
        .where(Job.state != JobState.DONE)
        .group_by(Job.queue)
    )
    found = {
        row.queue: QueueLine(
            queue=Queue(row.queue),
            waiting=row.waiting,
            paused=row.paused,
            running=row.running,
            given_up=row.given_up,
            oldest_requested_at=row.oldest_requested_at,
            longest_since=row.longest_since,
        )
        for row in rows
    }
    return [found.get(queue) or QueueLine(queue, 0, 0, 0, 0, None, None) for queue in Queue]


def jobs_by_key(session: Session, *, dedupe_keys: Collection[str]) -> dict[str, JobLine]:
    """Return those jobs by their dedupe key; a key that nobody asked with has none."""
    return {job.dedupe_key: _line(job) for job in session.scalars(select(Job).where(Job.dedupe_key.in_(dedupe_keys)))}


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
    return JobLine(
        job_id=job.id,
        name=job.name,
        queue=job.queue,
        state=job.state,
        attempts=job.attempts,
        requested_at=job.requested_at,
        held_by=job.held_by,
        last_error=job.last_error,
        claimed_at=job.claimed_at,
        run_after=job.run_after,
    )


def _claimable(now: datetime, pace: Pace) -> ColumnElement[bool]:
    return and_(
        Job.attempts < pace.max_attempts,
        or_(
            and_(Job.state == JobState.READY, Job.run_after <= now),
            and_(Job.state == JobState.LEASED, Job.lease_until < now),
        ),
    )
