"""Asking for work, claiming it, ending it. Every state change is one UPDATE that names what it expects to find."""

import uuid
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, and_, or_, select, update
from sqlalchemy.orm import Session

from stop_search.database.session import database_now
from stop_search.errors import Conflict
from stop_search.jobs.records import Job
from stop_search.jobs.rules import LEASE, MAX_ATTEMPTS, Claim, JobState, Queue, is_exhausted, pause_before

TO_RING = "jobs to ring"  # key in session.info: what the doorbell is told after the commit


class LeaseLost(Conflict):
    """Another worker has this job now; what was worked out here is to be thrown away."""


def request_job(  # noqa: PLR0913 -- what a job is; all by name
    session: Session,
    *,
    name: str,
    arguments: dict[str, str],
    dedupe_key: str,
    queue: Queue = Queue.FOOTAGE,
    run_after: datetime | None = None,
) -> Job:
    """Write the job's row in this transaction; the same `dedupe_key` again gives the row that is there already."""
    known = session.scalar(select(Job).where(Job.dedupe_key == dedupe_key))
    if known is not None:
        return known
    now = database_now(session)
    job = Job(
        id=uuid.uuid4(),
        name=name,
        queue=queue,
        arguments=dict(arguments),
        dedupe_key=dedupe_key,
        state=JobState.READY,
        run_after=run_after or now,
        token=0,
        attempts=0,
        requested_at=now,
        rung_at=now,
    )
    session.add(job)
    session.flush()
    cast("list[tuple[str, uuid.UUID]]", session.info.setdefault(TO_RING, [])).append((queue, job.id))
    return job


def claim_job(session: Session, *, job_id: uuid.UUID, lease: timedelta = LEASE) -> Claim | None:
    """Take the job if it is ready and due, or if its lease ran out; None where there is nothing to take.

    The attempt is counted here, and the token rises: whoever held it before is fenced off from now on.
    """
    now = database_now(session)
    taken = _changed(
        session,
        update(Job)
        .where(
            Job.id == job_id,
            Job.attempts < MAX_ATTEMPTS,
            or_(
                and_(Job.state == JobState.READY, Job.run_after <= now),
                and_(Job.state == JobState.LEASED, Job.lease_until < now),
            ),
        )
        .values(state=JobState.LEASED, lease_until=now + lease, token=Job.token + 1, attempts=Job.attempts + 1),
    )
    if not taken:
        return None
    job = session.get_one(Job, job_id, populate_existing=True)
    return Claim(job_id=job.id, name=job.name, arguments=job.arguments, token=job.token, attempt=job.attempts)


def extend_lease(session: Session, *, claim: Claim, lease: timedelta = LEASE) -> None:
    """Keep the job for another lease from now.

    Raises:
        LeaseLost: the token is no longer ours.

    """
    _as_holder(session, claim, lease_until=database_now(session) + lease)


def finish_job(session: Session, *, claim: Claim) -> None:
    """Mark the job done, in the transaction that writes its effect: both happen or neither.

    Raises:
        LeaseLost: the token is no longer ours; the caller's transaction must be rolled back.

    """
    _as_holder(session, claim, state=JobState.DONE, lease_until=None, ended_at=database_now(session), last_error=None)


def fail_job(session: Session, *, claim: Claim, reason: str) -> JobState:
    """Give the job back to be tried again after a pause, or bury it when its attempts are used up; return the new state."""
    now = database_now(session)
    if is_exhausted(claim.attempt):
        _as_holder(session, claim, state=JobState.DEAD, lease_until=None, ended_at=now, last_error=reason)
        return JobState.DEAD
    _as_holder(session, claim, state=JobState.READY, lease_until=None, last_error=reason, run_after=now + pause_before(claim.attempt))
    return JobState.READY


def bury_exhausted_jobs(session: Session) -> list[uuid.UUID]:
    """Mark dead what ran out of lease on its last attempt: it killed its worker each time. Return the ids, sorted."""
    now = database_now(session)
    spent = list(
        session.scalars(
            select(Job.id)
            .where(
                Job.state == JobState.LEASED,
                Job.lease_until < now,
                Job.attempts >= MAX_ATTEMPTS,
            )
            .order_by(Job.id)
        )
    )
    for job_id in spent:
        _changed(
            session,
            update(Job)
            .where(Job.id == job_id, Job.state == JobState.LEASED, Job.lease_until < now)
            .values(
                state=JobState.DEAD,
                lease_until=None,
                ended_at=now,
                last_error="The worker died on every attempt.",
            ),
        )
    return spent


def note_rung(session: Session, *, job_ids: list[uuid.UUID]) -> None:
    """Remember that the doorbell was rung again for these, so that it is not rung every 15 s for each."""
    session.execute(update(Job).where(Job.id.in_(job_ids)).values(rung_at=database_now(session)))


def _as_holder(session: Session, claim: Claim, **values: Any) -> None:
    held = update(Job).where(Job.id == claim.job_id, Job.token == claim.token, Job.state == JobState.LEASED).values(**values)
    if not _changed(session, held):
        message = f"Job {claim.job_id} is no longer held with token {claim.token}."
        raise LeaseLost(message)


def _changed(session: Session, statement: Any) -> bool:
    result = cast("CursorResult[Any]", session.execute(statement, execution_options={"synchronize_session": False}))
    return result.rowcount == 1
