"""A recording with bytes behind it that is being redacted, and a worker that works off its jobs."""

import uuid
from pathlib import Path
from typing import Any

from sqlalchemy import select

from services.worker.bodies import Work
from services.worker.jobs import Ending, carry_out
from services.worker.redaction_jobs import check_redacted_copy, make_redacted_copy, propose_redaction, remove_old_copies
from stop_search.accounts.rules import Role, Viewer
from stop_search.footage.originals import store_original
from stop_search.installation import Installation
from stop_search.jobs.records import Job
from stop_search.jobs.rules import JobState
from stop_search.redactions.actions import open_redaction
from stop_search.redactions.copies import give_up_redaction
from stop_search.redactions.queries import RedactionShown, redaction_shown
from tests.support import builders as a

BODIES = {
    "propose_redaction": propose_redaction,
    "make_redacted_copy": make_redacted_copy,
    "check_redacted_copy": check_redacted_copy,
    "remove_old_copies": remove_old_copies,
}
WORK = Work(BODIES, dict.fromkeys(list(BODIES)[:3], give_up_redaction))  # type: ignore[arg-type]
STILL = [[0.0, 0.25, 0.25, 0.3, 0.3], [12.0, 0.25, 0.25, 0.3, 0.3]]


def a_redactor(installation: Installation) -> Viewer:
    """Add somebody of the learning team."""
    with installation.writing() as session:
        account = a.an_account(session, role=Role.LEARNING_TEAM)
        return Viewer(account.id, "Somebody", frozenset({Role.LEARNING_TEAM}))


def a_recording_of(installation: Installation, path: Path, length_seconds: float, **facts: Any) -> uuid.UUID:
    """Store a file as the examined recording of a drawn encounter; return the recording's id."""
    original = store_original(installation.storage, path)
    with installation.writing() as session:
        encounter = a.an_encounter(session, officer=a.an_officer(session))
        told = {"length_seconds": length_seconds, "rotation_degrees": 0, "container": "mov,mp4,m4a,3gp,3g2,mj2"} | facts
        where = {"sha256": original.sha256, "size_bytes": original.size_bytes, "storage_key": original.storage_key}
        return a.a_recording(session, encounter=encounter, facts=told, **where).id


def opened(installation: Installation, footage_id: uuid.UUID, viewer: Viewer) -> uuid.UUID:
    """Open a redaction; return its id."""
    with installation.writing() as session:
        return open_redaction(session, footage_id=footage_id, viewer=viewer, now=a.NOON)


def shown(installation: Installation, redaction_id: uuid.UUID, viewer: Viewer) -> RedactionShown:
    """Read a redaction again."""
    with installation.reading() as session:
        return redaction_shown(session, redaction_id=redaction_id, viewer=viewer)


def worked_off(installation: Installation, *, only: int = 20) -> list[Ending]:
    """Carry the jobs that wait, and those that they ask for; each once more at once, which must do nothing."""
    endings: list[Ending] = []
    while len(endings) < only:
        with installation.reading() as session:
            waiting = session.scalars(
                select(Job.id).where(Job.state == JobState.READY, Job.name.in_(BODIES)).order_by(Job.requested_at, Job.id)
            )
            job_id = waiting.first()
        if job_id is None:
            break
        endings.append(carry_out(installation, job_id=job_id, work=WORK))
        assert carry_out(installation, job_id=job_id, work=WORK) is Ending.NOTHING
    return endings
