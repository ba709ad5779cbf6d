"""One transaction, then the doorbell. Every request and every job step that writes goes through here and nowhere else."""

import logging
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from typing import cast

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from stop_search.database.constraints import told
from stop_search.database.session import Database
from stop_search.faults import CrashPoint, hit
from stop_search.jobs.actions import TO_RING
from stop_search.jobs.doorbell import Doorbell
from stop_search.jobs.records import Job

log = logging.getLogger(__name__)


@contextmanager
def unit_of_work(database: Database, doorbell: Doorbell) -> Generator[Session]:
    """Yield a writing session, commit it, then ring for the jobs that were requested in it.

    Raises:
        StopSearchError: a constraint said no and the map in `database.constraints` knows what that means.

    """
    with database.write_lock, database.writing() as session:
        try:
            yield session
            session.flush()
            requested = _requested_jobs(session)
            hit(CrashPoint.BEFORE_COMMIT)
            session.commit()
        except IntegrityError as error:
            session.rollback()
            if meaning := told(error):
                raise meaning from error
            raise
    hit(CrashPoint.BEFORE_DOORBELL)
    for queue, job_id in requested:
        doorbell.ring(queue, job_id)
    hit(CrashPoint.AFTER_DOORBELL)


@contextmanager
def reading(database: Database) -> Generator[Session]:
    """Yield a session that only reads; it is rolled back at the end."""
    with database.reading() as session:
        yield session
        session.rollback()


def _requested_jobs(session: Session) -> list[tuple[str, uuid.UUID]]:
    """Return queue and id of each job that was requested, in order. A savepoint that was rolled back took its jobs with it."""
    asked = cast("list[tuple[str, uuid.UUID]]", session.info.pop(TO_RING, []))
    if not asked:
        return []
    stored = set(session.scalars(select(Job.id).where(Job.id.in_([job_id for _, job_id in asked]))))
    return [(queue, job_id) for queue, job_id in asked if job_id in stored]
