"""Jobs for tests: asking for one, and bodies whose one effect is one audit entry."""

import uuid
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from services.worker.bodies import Body, Effect, OnDeath, Work
from services.worker.jobs import WORK, Ending, carry_out
from stop_search.audit.actions import record_act
from stop_search.audit.rules import WORKER, Act, Operation, Purpose
from stop_search.installation import Installation
from stop_search.jobs.actions import request_job
from stop_search.jobs.queries import JobLine, job_line
from stop_search.jobs.records import Job
from stop_search.jobs.rules import Claim, JobState, Queue

NAME = "leave_mark"


def asked_for(installation: Installation, *, name: str = NAME, queue: Queue = Queue.UPKEEP, **arguments: str) -> uuid.UUID:
    """Ask for a job in a unit of work of its own; return its id."""
    with installation.writing() as session:
        key = f"{name}:{uuid.uuid4()}"
        return request_job(session, name=name, arguments=arguments, dedupe_key=key, queue=queue).id


def leave_mark(_installation: Installation, claim: Claim) -> Effect:
    """Do nothing; the effect is one audit entry that names the job."""

    def effect(session: Session, now: datetime) -> None:
        act = Act(Operation.COLLECTION, NAME, "mark", str(claim.job_id), Purpose.TECHNICAL_WORK)
        record_act(session, actor=WORKER, act=act, now=now)

    return effect


def work_of(body: Body, *, name: str = NAME, on_death: OnDeath | None = None) -> Work:
    """Return the work of a worker that knows one job."""
    return Work({name: body}, {name: on_death} if on_death else {})


def all_carried(installation: Installation, *, work: Work = WORK) -> list[Ending]:
    """Carry the jobs that wait, as they were asked for, and those that they ask for, until none waits."""
    endings: list[Ending] = []
    while True:
        with installation.reading() as session:
            waiting = session.scalars(select(Job.id).where(Job.state == JobState.READY).order_by(Job.requested_at, Job.id)).all()
        if not waiting:
            return endings
        endings += [carry_out(installation, job_id=job_id, work=work) for job_id in waiting]


def marks(installation: Installation) -> list[str]:
    """Return the ids of the jobs that had their effect, once for each time."""
    with installation.reading() as session:
        return list(session.scalars(text("SELECT object_id FROM audit_entry WHERE action = 'leave_mark'")))


def line_of(installation: Installation, job_id: uuid.UUID) -> JobLine:
    """Return the job as it stands."""
    with installation.reading() as session:
        found = job_line(session, job_id=job_id)
    assert found
    return found


def set_back(installation: Installation, job_id: uuid.UUID, *columns: str) -> None:
    """Put these moments of a job a day into the past, as if a day had gone by."""
    for column in columns:
        with installation.writing() as session:
            day_ago = f"datetime({column}, '-1 day')" if installation.database.is_sqlite else f"{column} - interval '1 day'"
            session.execute(text(f"UPDATE job SET {column} = {day_ago} WHERE id = :id").bindparams(id=_raw(installation, job_id)))  # noqa: S608 -- names of columns


def _raw(installation: Installation, job_id: uuid.UUID) -> object:
    return job_id.hex if installation.database.is_sqlite else job_id
