"""Asking for work, claiming it, ending it: on both databases."""

import threading
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from stop_search.database.session import Database
from stop_search.errors import Conflict, NotFound
from stop_search.jobs.actions import (
    LeaseLost,
    bury_exhausted_jobs,
    claim_job,
    extend_lease,
    fail_job,
    finish_job,
    forget_done_slots,
    give_back_jobs_of,
    request_job,
    request_slot,
    retry_job,
    void_slots_ahead,
)
from stop_search.jobs.doorbell import SilentDoorbell
from stop_search.jobs.queries import job_counts, job_line
from stop_search.jobs.records import Job
from stop_search.jobs.rules import Claim, Pace, Queue
from stop_search.unit_of_work import unit_of_work

OVER = Pace(lease=timedelta(seconds=-1), first_pause=timedelta(0))  # every lease has run out as soon as it is given
AT_ONCE = Pace(first_pause=timedelta(0))
MIDNIGHT = datetime(2026, 11, 18, tzinfo=UTC)


def _asked(session: Session, *, key: str = "job:1", run_after: datetime | None = None) -> uuid.UUID:
    return request_job(session, name="count", arguments={"footage_id": "1"}, dedupe_key=key, run_after=run_after).id


def _claimed(session: Session, job_id: uuid.UUID, *, by: str = "host:1", pace: Pace = AT_ONCE) -> Claim | None:
    return claim_job(session, job_id=job_id, names={"count"}, held_by=by, pace=pace)


def test_the_same_dedupe_key_gives_the_same_job(session: Session) -> None:
    assert _asked(session) == _asked(session)
    assert job_counts(session)["ready"] == 1


def test_a_job_is_claimed_once(session: Session) -> None:
    job_id = _asked(session)
    claim = _claimed(session, job_id)
    assert claim == Claim(job_id=job_id, name="count", arguments={"footage_id": "1"}, token=1, attempt=1)
    assert _claimed(session, job_id, by="host:2") is None


def test_a_job_that_is_not_due_is_left(session: Session) -> None:
    assert _claimed(session, _asked(session, run_after=datetime.now(UTC) + timedelta(hours=1))) is None


def test_a_job_that_the_worker_does_not_know_is_left_ready(session: Session) -> None:
    job_id = _asked(session)
    assert claim_job(session, job_id=job_id, names={"another"}, held_by="host:1") is None
    assert job_counts(session) == {"ready": 1, "leased": 0, "done": 0, "dead": 0}


def test_a_job_that_does_not_exist_is_nothing_to_claim(session: Session) -> None:
    assert _claimed(session, uuid.uuid4()) is None


def test_a_lease_that_ran_out_is_taken_over_and_the_first_holder_changes_nothing(session: Session) -> None:
    job_id = _asked(session)
    first, second = _claimed(session, job_id, pace=OVER), _claimed(session, job_id, by="host:2")
    assert first
    assert second
    assert (second.token, second.attempt) == (2, 2)
    for late in (
        lambda: finish_job(session, claim=first),
        lambda: fail_job(session, claim=first, reason="late"),
        lambda: extend_lease(session, claim=first),
    ):
        with pytest.raises(LeaseLost):
            late()
    finish_job(session, claim=second)
    assert job_counts(session)["done"] == 1


def test_an_extended_lease_is_not_taken_over(session: Session) -> None:
    job_id = _asked(session)
    claim = _claimed(session, job_id, pace=OVER)
    assert claim
    extend_lease(session, claim=claim)
    assert _claimed(session, job_id, by="host:2") is None


def test_a_job_is_finished_once(session: Session) -> None:
    job_id = _asked(session)
    claim = _claimed(session, job_id)
    assert claim
    finish_job(session, claim=claim)
    with pytest.raises(LeaseLost):
        finish_job(session, claim=claim)
    assert _claimed(session, job_id) is None


def test_a_failed_job_is_tried_again_after_a_pause_and_dead_after_three_attempts(session: Session) -> None:
    job_id = _asked(session)
    states: list[str] = []
    for _ in range(3):
        claim = _claimed(session, job_id)
        assert claim
        states.append(fail_job(session, claim=claim, reason="ValueError: " + "x" * 5000, pace=AT_ONCE))
    assert states == ["ready", "ready", "dead"]
    assert _claimed(session, job_id) is None
    line = job_line(session, job_id=job_id)
    assert line
    assert line.last_error is not None
    assert line.last_error.startswith("ValueError: xxx")
    assert len(line.last_error) == 1000


def test_the_pause_after_a_failure_is_kept(session: Session) -> None:
    job_id = _asked(session)
    claim = _claimed(session, job_id)
    assert claim
    fail_job(session, claim=claim, reason="once", pace=Pace(first_pause=timedelta(hours=1)))
    assert _claimed(session, job_id) is None


def test_what_a_dead_process_held_is_given_back_at_once_and_nothing_else(session: Session) -> None:
    its, others = _asked(session, key="1"), _asked(session, key="2")
    _claimed(session, its, by="host:7")
    _claimed(session, others, by="host:77")
    assert give_back_jobs_of(session, held_by="host:7", reason="signal 11", pace=AT_ONCE) == []
    again = _claimed(session, its, by="host:8")
    assert again
    assert again.attempt == 2
    assert _claimed(session, others) is None


def test_giving_back_the_last_attempt_buries_the_job_and_tells_which(session: Session) -> None:
    job_id, once = _asked(session), Pace(max_attempts=1)
    claim = _claimed(session, job_id, by="host:7", pace=once)
    assert give_back_jobs_of(session, held_by="host:7", reason="signal 11", pace=once) == [claim]
    assert job_counts(session)["dead"] == 1


def test_a_job_that_took_its_worker_with_it_three_times_is_buried(session: Session) -> None:
    job_id = _asked(session)
    for _ in range(2):
        _claimed(session, job_id, pace=OVER)
        assert bury_exhausted_jobs(session) == []
    last = _claimed(session, job_id, pace=OVER)
    assert _claimed(session, job_id, pace=OVER) is None
    assert bury_exhausted_jobs(session) == [last]
    assert bury_exhausted_jobs(session) == []
    assert job_counts(session)["dead"] == 1


def test_a_last_attempt_that_still_runs_is_not_buried(session: Session) -> None:
    job_id = _asked(session)
    for pace in (OVER, OVER, AT_ONCE):
        _claimed(session, job_id, pace=pace)
    assert bury_exhausted_jobs(session) == []


def test_a_dead_job_gets_its_attempts_back_and_no_other_does(session: Session) -> None:
    job_id, once = _asked(session), Pace(max_attempts=1)
    with pytest.raises(Conflict, match="ready"):
        retry_job(session, job_id=job_id)
    claim = _claimed(session, job_id, pace=once)
    assert claim
    fail_job(session, claim=claim, reason="once", pace=once)
    retry_job(session, job_id=job_id)
    again = _claimed(session, job_id)
    assert again
    assert (again.attempt, again.token) == (1, 2)
    with pytest.raises(NotFound):
        retry_job(session, job_id=uuid.uuid4())


def test_a_slot_is_asked_for_once(session: Session) -> None:
    asked = [request_slot(session, name="sweep", slot=MIDNIGHT, queue=Queue.UPKEEP) for _ in range(3)]
    other = request_slot(session, name="sweep", slot=MIDNIGHT + timedelta(days=1), queue=Queue.UPKEEP)
    assert (asked, other) == ([True, False, False], True)


def test_only_old_done_slots_are_forgotten(session: Session) -> None:
    old, kept = _done(session, "slot:count:1"), [_done(session, "slot:count:2"), _done(session, "business:1")]
    _asked(session, key="slot:count:3")
    session.execute(text("UPDATE job SET ended_at = '2026-01-01 00:00:00' WHERE dedupe_key IN ('slot:count:1', 'business:1')"))
    assert forget_done_slots(session, older_than=timedelta(days=14)) == 1
    assert job_line(session, job_id=old) is None
    assert all(job_line(session, job_id=job_id) for job_id in kept)


def test_of_eight_that_ask_for_one_job_at_once_all_get_the_same(database: Database) -> None:
    found: list[uuid.UUID] = []
    together = threading.Barrier(8)

    def ask() -> None:
        together.wait()
        with unit_of_work(database, SilentDoorbell()) as session:
            found.append(_asked(session))

    _all_at_once(ask)
    assert len(found) == 8
    assert len(set(found)) == 1


def test_of_eight_that_claim_one_job_at_once_one_gets_it(database: Database) -> None:
    with unit_of_work(database, SilentDoorbell()) as session:
        job_id = _asked(session)
    claims: list[Claim | None] = []
    together = threading.Barrier(8)

    def claim() -> None:
        together.wait()
        with unit_of_work(database, SilentDoorbell()) as session:
            claims.append(_claimed(session, job_id))

    _all_at_once(claim)
    assert len(claims) == 8
    assert sum(claim is not None for claim in claims) == 1


def _all_at_once(act: object) -> None:
    threads = [threading.Thread(target=act) for _ in range(8)]  # pyright: ignore[reportArgumentType]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _done(session: Session, key: str) -> uuid.UUID:
    job_id = _asked(session, key=key)
    claim = _claimed(session, job_id)
    assert claim
    finish_job(session, claim=claim)
    return job_id


def test_a_slot_that_a_clock_ahead_asked_for_is_asked_for_again_when_it_comes(session: Session) -> None:
    slots = [MIDNIGHT + timedelta(days=n) for n in range(3)]
    assert [request_slot(session, name="sweep", slot=slot, queue=Queue.UPKEEP) for slot in slots] == [True, True, True]
    session.execute(update(Job).values(requested_at=datetime.now(UTC) + timedelta(days=30)))
    assert [request_slot(session, name="sweep", slot=slots[0], queue=Queue.UPKEEP) for _ in range(2)] == [True, False]
    assert [void_slots_ahead(session) for _ in range(2)] == [3, 0]
    assert [request_slot(session, name="sweep", slot=slot, queue=Queue.UPKEEP) for slot in slots for _ in range(2)] == [True, False] * 3
