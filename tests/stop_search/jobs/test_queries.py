"""What waits, what was not heard, what is stuck."""

import time
import uuid
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from stop_search.jobs.actions import claim_job, fail_job, note_rung, request_job
from stop_search.jobs.queries import claimable_jobs, job_counts, unfinished_jobs, unheard_jobs
from stop_search.jobs.rules import Pace, Queue

TICK = 0.003  # SQLite's clock goes in milliseconds
NAMES = {"count"}
PATIENT = Pace(ring_again_after=timedelta(hours=1))
IMPATIENT = Pace(ring_again_after=timedelta(seconds=-1))


def _asked(session: Session, key: str, *, name: str = "count", queue: Queue = Queue.FOOTAGE, due: datetime | None = None) -> uuid.UUID:
    return request_job(session, name=name, arguments={}, dedupe_key=key, queue=queue, run_after=due).id


def test_a_worker_is_given_what_is_due_in_its_queue_and_known_to_it_the_longest_due_first(session: Session) -> None:
    now = datetime.now(UTC)
    second = _asked(session, "1", due=now - timedelta(minutes=1))
    first = _asked(session, "2", due=now - timedelta(hours=1))
    _asked(session, "3", due=now + timedelta(hours=1))
    _asked(session, "4", queue=Queue.UPKEEP)
    _asked(session, "5", name="of a newer version")
    assert claimable_jobs(session, queue=Queue.FOOTAGE, names=NAMES) == [first, second]
    assert claimable_jobs(session, queue=Queue.FOOTAGE, names=NAMES, limit=1) == [first]


def test_a_lease_that_ran_out_is_claimable_again_until_the_attempts_are_used_up(session: Session) -> None:
    job_id, over = _asked(session, "1"), Pace(lease=timedelta(seconds=-1))
    for attempt in range(3):
        assert claimable_jobs(session, queue=Queue.FOOTAGE, names=NAMES) == [job_id], attempt
        claim_job(session, job_id=job_id, names=NAMES, held_by="host:1", pace=over)
    assert claimable_jobs(session, queue=Queue.FOOTAGE, names=NAMES) == []


def test_a_job_is_rung_for_again_when_nobody_came(session: Session) -> None:
    job_id = _asked(session, "1")
    assert unheard_jobs(session, pace=PATIENT) == []
    assert unheard_jobs(session, pace=IMPATIENT) == [("footage", job_id)]
    claim_job(session, job_id=job_id, names=NAMES, held_by="host:1")
    assert unheard_jobs(session, pace=IMPATIENT) == []


def test_a_job_that_became_due_after_it_was_rung_for_is_rung_for_at_once(session: Session) -> None:
    job_id = _asked(session, "1")
    claim = claim_job(session, job_id=job_id, names=NAMES, held_by="host:1")
    assert claim
    time.sleep(TICK)
    fail_job(session, claim=claim, reason="once", pace=Pace(first_pause=timedelta(microseconds=1)))
    time.sleep(TICK)
    assert unheard_jobs(session, pace=PATIENT) == [("footage", job_id)]
    time.sleep(TICK)
    note_rung(session, job_ids=[job_id])
    assert unheard_jobs(session, pace=PATIENT) == []


def test_counts_name_every_state(session: Session) -> None:
    assert job_counts(session) == {"ready": 0, "leased": 0, "done": 0, "dead": 0}


def test_dead_jobs_are_listed_first_with_why(session: Session) -> None:
    waits, dead, once = _asked(session, "1"), _asked(session, "2"), Pace(max_attempts=1)
    claim = claim_job(session, job_id=dead, names=NAMES, held_by="host:1", pace=once)
    assert claim
    time.sleep(TICK)
    fail_job(session, claim=claim, reason="it is broken", pace=once)
    lines = unfinished_jobs(session)
    assert [(line.job_id, line.state, line.last_error) for line in lines] == [(dead, "dead", "it is broken"), (waits, "ready", None)]
