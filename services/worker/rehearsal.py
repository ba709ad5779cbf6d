"""What a worker does once before it forks, so that no horse does it again for its job: statements are put together, memory is settled.

No connection stays open: a horse must not inherit one.
"""

import contextlib
import gc
import uuid

from services.worker.bodies import Work
from stop_search.database.session import Database, open_database
from stop_search.jobs.actions import LeaseLost, claim_job, finish_job
from stop_search.jobs.queries import claimable_jobs, jobs_in_order
from stop_search.jobs.rules import Claim, Pace, Queue
from stop_search.settings import Settings

NOBODY = "rehearsal"


def rehearsed_database(settings: Settings, *, queue: Queue, work: Work, pace: Pace) -> Database:
    """Open the database, rehearse, and return it without a connection.

    What SQLAlchemy learns by it (of the server, of each statement) goes into every horse with the fork. The collector is told to leave
    what is there alone: looking through it would copy the worker's memory into each horse.

    Raises:
        SQLAlchemyError: the database does not answer.

    """
    database = open_database(settings.database_address)
    rehearse(database, queue=queue, work=work, pace=pace)
    gc.collect()
    gc.freeze()
    return database


def rehearse(database: Database, *, queue: Queue, work: Work, pace: Pace) -> None:
    """Go through claiming and ending a job that is not there, roll it back, and close all connections."""
    names, nothing = work.bodies.keys(), Claim(job_id=uuid.uuid4(), name=NOBODY, arguments={}, token=0, attempt=1)
    try:
        with database.writing() as session:
            for by_waiting in (False, True):
                claimable_jobs(session, queue=queue, names=names, pace=pace, by_waiting=by_waiting)
            jobs_in_order(session, rung_for=nothing.job_id, names=names, pace=pace)
            claim_job(session, job_id=nothing.job_id, names=names, held_by=NOBODY, pace=pace)
            with contextlib.suppress(LeaseLost):
                finish_job(session, claim=nothing)
            session.rollback()
    finally:
        database.engine.dispose()
