"""Asking for work, claiming it, ending it. Every state change is one UPDATE that names what it expects to find."""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, String, Update, and_, delete, or_, select, update
from sqlalchemy import cast as cast_to
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from stop_search.database.session import database_now
from stop_search.errors import Conflict, NotFound
from stop_search.jobs.queries import jobs_in_order
from stop_search.jobs.records import Job
from stop_search.jobs.rules import PACE, Claim, JobState, Pace, Queue

TO_RING = "jobs to ring"  # key in session.info: what the doorbell is told after the commit
SLOT = "slot:"  # how the dedupe keys of periodic work begin
REASON_LENGTH = 1000


class LeaseLost(Conflict):
    """Another worker has this job now; what was worked out here is to be thrown away."""


def request_job(
    session: Session,
    *,
    name: str,
    arguments: dict[str, str],
    dedupe_key: str,
    queue: Queue = Queue.FOOTAGE,
    run_after: datetime | None = None,
    urgent_at: datetime | None = None,
) -> Job:
    """Write the job's row in this transaction; the same `dedupe_key` again gives the row that is there already.

    `urgent_at` decides which of the jobs that wait goes first; those without one go before them, as they are due.
    """
    if known := _by_dedupe_key(session, dedupe_key):
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
        urgent_at=urgent_at,
        token=0,
        attempts=0,
        requested_at=now,
        rung_at=now,
    )
    try:
        with session.begin_nested():
            session.add(job)
    except IntegrityError:
        # On PostgreSQL another transaction may have written the same key since we looked.
        if known := _by_dedupe_key(session, dedupe_key):
            return known
        raise
    ring_after_commit(session, queue=queue, job_id=job.id)
    return job


def request_slot(session: Session, *, name: str, slot: datetime, queue: Queue) -> bool:
    """Ask for periodic work once per slot, however many processes ask; return whether this one was the first.

    What was asked for while the clock was ahead does not count once it was set back: the slot that comes then is another time.
    """
    key, now = f"{SLOT}{name}:{slot:%Y-%m-%dT%H:%MZ}", database_now(session)
    while known := _by_dedupe_key(session, key):
        if known.requested_at <= now:
            return False
        key += "+"
    request_job(session, name=name, arguments={"slot": slot.isoformat()}, dedupe_key=key, queue=queue)
    return True


def void_slots_ahead(session: Session) -> int:
    """Have slots that a clock which was ahead asked for count no more: they are asked for again when they come. Return how many."""
    ahead = (Job.dedupe_key.startswith(SLOT, autoescape=True), Job.requested_at > database_now(session))
    voided = update(Job).where(*ahead).values(dedupe_key="ahead " + Job.dedupe_key + " " + cast_to(Job.id, String))
    return cast("CursorResult[Any]", session.execute(voided, execution_options={"synchronize_session": False})).rowcount


def ring_after_commit(session: Session, *, queue: str, job_id: uuid.UUID) -> None:
    """Have the unit of work ring for this job when it has committed."""
    cast("list[tuple[str, uuid.UUID]]", session.info.setdefault(TO_RING, [])).append((queue, job_id))


def claim_job(session: Session, *, job_id: uuid.UUID, names: Collection[str], held_by: str, pace: Pace = PACE) -> Claim | None:
    """Take the job if it is ready and due, or if its lease ran out; None where there is nothing to take.

    The attempt is counted here, and the token rises: whoever held it before is fenced off from now on. A job whose name is not
    among `names` is left for a worker that knows it.
    """
    now = database_now(session)
    open_to_all = or_(
        and_(Job.state == JobState.READY, Job.run_after <= now),
        and_(Job.state == JobState.LEASED, Job.lease_until < now),
    )
    taking = update(Job).where(Job.id == job_id, Job.name.in_(names), Job.attempts < pace.max_attempts, open_to_all)
    values = {"state": JobState.LEASED, "lease_until": now + pace.lease, "held_by": held_by, "claimed_at": now}
    taken = taking.values(token=Job.token + 1, attempts=Job.attempts + 1, **values)
    told = taken.returning(Job.id, Job.name, Job.arguments, Job.token, Job.attempts)
    row = session.execute(told, execution_options={"synchronize_session": False}).one_or_none()
    return None if row is None else Claim(*row)


def claim_next_job(session: Session, *, rung_for: uuid.UUID, names: Collection[str], held_by: str, pace: Pace = PACE) -> Claim | None:
    """Take the job whose turn it is in the queue of the one that was rung for; None where there is nothing to take.

    A ring says that one job more waits, not which is to be done: see `queries.jobs_in_order`. What another worker takes meanwhile is
    passed over, so no ring is lost to it.
    """
    return next(
        (
            claim
            for job_id in jobs_in_order(session, rung_for=rung_for, names=names, pace=pace)
            if (claim := claim_job(session, job_id=job_id, names=names, held_by=held_by, pace=pace))
        ),
        None,
    )


def extend_lease(session: Session, *, claim: Claim, pace: Pace = PACE) -> None:
    """Keep the job for another lease from now.

    Raises:
        LeaseLost: the token is no longer ours.

    """
    _as_holder(session, claim, lease_until=database_now(session) + pace.lease)


def finish_job(session: Session, *, claim: Claim) -> None:
    """Mark the job done, in the transaction that writes its effect: both happen or neither.

    Raises:
        LeaseLost: the token is no longer ours; the caller's transaction must be rolled back.

    """
    _as_holder(session, claim, state=JobState.DONE, lease_until=None, held_by=None, ended_at=database_now(session), last_error=None)


def fail_job(session: Session, *, claim: Claim, reason: str, pace: Pace = PACE) -> JobState:
    """Give the job back to be tried again after a pause, or bury it when its attempts are used up; return the new state.

    Raises:
        LeaseLost: the token is no longer ours.

    """
    now, told = database_now(session), reason[:REASON_LENGTH]
    if pace.is_exhausted(claim.attempt):
        _as_holder(session, claim, state=JobState.DEAD, lease_until=None, held_by=None, ended_at=now, last_error=told)
        return JobState.DEAD
    due = now + pace.pause_before_next(claim.attempt)
    _as_holder(session, claim, state=JobState.READY, lease_until=None, held_by=None, last_error=told, run_after=due)
    return JobState.READY


def give_back_jobs_of(session: Session, *, held_by: str, reason: str, pace: Pace = PACE) -> list[Claim]:
    """Fail what a process held that is known to be dead, without waiting for the lease; return what is buried by that."""
    rows = session.scalars(select(Job).where(Job.state == JobState.LEASED, Job.held_by == held_by).order_by(Job.id))
    claims = [_claim_of(row) for row in rows]
    return [claim for claim in claims if fail_job(session, claim=claim, reason=reason, pace=pace) is JobState.DEAD]


def bury_exhausted_jobs(session: Session, *, pace: Pace = PACE) -> list[Claim]:
    """Mark dead what ran out of lease on its last attempt: it took its worker with it each time. Return them, by id."""
    now = database_now(session)
    spent = (Job.state == JobState.LEASED, Job.lease_until < now, Job.attempts >= pace.max_attempts)
    claims = [_claim_of(row) for row in session.scalars(select(Job).where(*spent).order_by(Job.id))]
    reason = "The worker died or was cut off on the last attempt."
    ending = {"state": JobState.DEAD, "lease_until": None, "held_by": None, "ended_at": now, "last_error": reason}
    return [claim for claim in claims if _changed(session, update(Job).where(Job.id == claim.job_id, *spent).values(**ending))]


def retry_job(session: Session, *, job_id: uuid.UUID) -> None:
    """Give a dead job its attempts back.

    Raises:
        NotFound: there is no such job.
        Conflict: it is not dead.

    """
    job = session.get(Job, job_id)
    if job is None:
        message = f"There is no job {job_id}."
        raise NotFound(message)
    again = update(Job).where(Job.id == job_id, Job.state == JobState.DEAD)
    if not _changed(session, again.values(state=JobState.READY, attempts=0, run_after=database_now(session), ended_at=None)):
        message = f"Job {job_id} is {job.state}; only a dead job can be tried again."
        raise Conflict(message)
    ring_after_commit(session, queue=job.queue, job_id=job_id)


def note_rung(session: Session, *, job_ids: list[uuid.UUID]) -> None:
    """Remember that the doorbell is rung again for these, so that it is not rung for each at every look."""
    session.execute(update(Job).where(Job.id.in_(job_ids)).values(rung_at=database_now(session)))


def forget_done_slots(session: Session, *, older_than: timedelta) -> int:
    """Delete the rows of periodic work that was done so long ago; return how many. All other jobs are kept."""
    old = (Job.state == JobState.DONE, Job.dedupe_key.startswith(SLOT, autoescape=True), Job.ended_at < database_now(session) - older_than)
    return cast("CursorResult[Any]", session.execute(delete(Job).where(*old))).rowcount


def _by_dedupe_key(session: Session, key: str) -> Job | None:
    return session.scalar(select(Job).where(Job.dedupe_key == key))


def _claim_of(job: Job) -> Claim:
    return Claim(job_id=job.id, name=job.name, arguments=job.arguments, token=job.token, attempt=job.attempts)


def _as_holder(session: Session, claim: Claim, **values: object) -> None:
    held = update(Job).where(Job.id == claim.job_id, Job.token == claim.token, Job.state == JobState.LEASED).values(**values)
    if not _changed(session, held):
        message = f"Job {claim.job_id} is no longer held with token {claim.token}."
        raise LeaseLost(message)


def _changed(session: Session, statement: Update) -> bool:
    result = cast("CursorResult[Any]", session.execute(statement, execution_options={"synchronize_session": False}))
    return result.rowcount == 1
