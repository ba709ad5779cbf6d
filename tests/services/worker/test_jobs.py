"""Carrying a job: twice for one effect, thrown away when the lease is lost, given up after three attempts."""

import threading
import time
import uuid
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from services.worker.bodies import Effect
from services.worker.jobs import BODIES, ON_DEATH, Ending, carry, carry_next, carry_out
from stop_search.database.session import database_now
from stop_search.errors import Conflict
from stop_search.installation import Installation
from stop_search.jobs.actions import claim_job, request_job
from stop_search.jobs.rules import Claim, Pace, Queue, goes_by_waiting
from tests.support.work import NAME, asked_for, leave_mark, line_of, marks, work_of

AT_ONCE = Pace(first_pause=timedelta(0))


def _fails(_installation: Installation, _claim: Claim) -> Effect:
    message = "this body cannot"
    raise ValueError(message)


def test_a_job_that_is_carried_twice_has_one_effect(installation_on_each: Installation) -> None:
    job_id, work = asked_for(installation_on_each), work_of(leave_mark)
    assert carry_out(installation_on_each, job_id=job_id, work=work) is Ending.DONE
    assert carry_out(installation_on_each, job_id=job_id, work=work) is Ending.NOTHING
    assert marks(installation_on_each) == [str(job_id)]


def test_eight_messages_for_one_job_have_one_effect(installation_on_each: Installation) -> None:
    job_id, work = asked_for(installation_on_each), work_of(leave_mark)
    together = threading.Barrier(8)
    endings: list[Ending] = []

    def hear() -> None:
        together.wait()
        endings.append(carry_out(installation_on_each, job_id=job_id, work=work))

    threads = [threading.Thread(target=hear) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(endings) == [Ending.DONE] + [Ending.NOTHING] * 7
    assert marks(installation_on_each) == [str(job_id)]


def test_an_effect_that_fails_leaves_nothing_and_is_tried_again(installation_on_each: Installation) -> None:
    job_id, tries = asked_for(installation_on_each), iter([True, False])

    def body(installation: Installation, claim: Claim) -> Effect:
        effect = leave_mark(installation, claim)

        def half(session: Session, now: datetime) -> None:
            effect(session, now)
            if next(tries):
                message = "after the entry was written"
                raise Conflict(message)

        return half

    assert carry_out(installation_on_each, job_id=job_id, work=work_of(body), pace=AT_ONCE) is Ending.FAILED
    assert marks(installation_on_each) == []
    assert line_of(installation_on_each, job_id).last_error == "Conflict: after the entry was written"
    assert carry_out(installation_on_each, job_id=job_id, work=work_of(body), pace=AT_ONCE) is Ending.DONE
    assert marks(installation_on_each) == [str(job_id)]


def test_a_job_that_always_fails_is_given_up_after_three_attempts_and_the_domain_is_told_once(installation_on_each: Installation) -> None:
    told: list[tuple[dict[str, str], str]] = []
    work = work_of(_fails, on_death=lambda session, arguments, reason, now: told.append((arguments, reason)))
    job_id = asked_for(installation_on_each, footage_id="7")
    endings = [carry_out(installation_on_each, job_id=job_id, work=work, pace=AT_ONCE) for _ in range(4)]
    assert endings == [Ending.FAILED, Ending.FAILED, Ending.DEAD, Ending.NOTHING]
    assert told == [({"footage_id": "7"}, "ValueError: this body cannot")]
    assert line_of(installation_on_each, job_id).state == "dead"


def test_a_domain_that_cannot_be_told_does_not_keep_the_job_alive(installation_on_each: Installation) -> None:
    def stumble(session: Session, arguments: dict[str, str], reason: str, now: datetime) -> None:
        raise RuntimeError(reason)

    job_id, once = asked_for(installation_on_each), Pace(max_attempts=1)
    assert carry_out(installation_on_each, job_id=job_id, work=work_of(_fails, on_death=stumble), pace=once) is Ending.DEAD
    assert line_of(installation_on_each, job_id).state == "dead"


def test_what_a_worker_does_not_know_is_left_for_a_newer_one(installation_on_each: Installation) -> None:
    job_id = asked_for(installation_on_each, name="of_next_year")
    assert carry_out(installation_on_each, job_id=job_id, work=work_of(leave_mark)) is Ending.NOTHING
    line = line_of(installation_on_each, job_id)
    assert (line.state, line.attempts) == ("ready", 0)


def test_a_result_that_comes_after_another_worker_took_over_is_thrown_away(installation_on_each: Installation) -> None:
    job_id, over = asked_for(installation_on_each), Pace(lease=timedelta(seconds=-1), beat=timedelta(hours=1))

    def slow(installation: Installation, claim: Claim) -> Effect:
        assert carry_out(installation, job_id=job_id, work=work_of(leave_mark)) is Ending.DONE
        return leave_mark(installation, claim)

    assert carry_out(installation_on_each, job_id=job_id, work=work_of(slow), pace=over) is Ending.LOST
    assert marks(installation_on_each) == [str(job_id)]
    assert line_of(installation_on_each, job_id).attempts == 2


def test_a_lease_is_kept_for_as_long_as_the_body_runs(installation_on_each: Installation) -> None:
    quick = Pace(lease=timedelta(seconds=0.6), beat=timedelta(seconds=0.1))
    job_id, taken = asked_for(installation_on_each), []

    def long(installation: Installation, claim: Claim) -> Effect:
        deadline = time.monotonic() + 1.5
        while time.monotonic() < deadline:
            with installation.writing() as session:
                taken.append(claim_job(session, job_id=job_id, names={NAME}, held_by="another", pace=quick))
            time.sleep(0.05)
        return leave_mark(installation, claim)

    assert carry_out(installation_on_each, job_id=job_id, work=work_of(long), pace=quick) is Ending.DONE
    assert set(taken) == {None}
    assert len(taken) > 10


def test_work_stops_when_the_lease_is_lost_while_the_body_runs(installation_on_each: Installation) -> None:
    quick, stopped = Pace(lease=timedelta(seconds=-1), beat=timedelta(seconds=0.05)), threading.Event()
    job_id = asked_for(installation_on_each)

    def robbed(installation: Installation, claim: Claim) -> Effect:
        with installation.writing() as session:
            assert claim_job(session, job_id=job_id, names={NAME}, held_by="another")
        assert stopped.wait(5), "nobody noticed that the lease was lost"
        return leave_mark(installation, claim)

    ending = carry_out(installation_on_each, job_id=job_id, work=work_of(robbed), pace=quick, when_lost=stopped.set)
    assert ending is Ending.LOST
    assert marks(installation_on_each) == []


def test_a_horse_opens_everything_itself(installation: Installation) -> None:
    job_id = asked_for(installation)
    carry(str(job_id), settings=installation.settings, work=work_of(leave_mark))
    assert marks(installation) == [str(job_id)]


def test_an_id_that_is_none_is_refused_by_its_form(installation: Installation) -> None:
    with pytest.raises(ValueError, match="badly formed"):
        carry("../../etc", settings=installation.settings)
    carry(str(uuid.uuid4()), settings=installation.settings)


def test_every_job_that_can_die_is_one_that_there_is() -> None:
    assert set(ON_DEATH) <= set(BODIES)


def test_a_ring_carries_the_most_urgent_job_of_its_queue_and_its_own_job_is_carried_by_the_other_ring(
    installation_on_each: Installation,
) -> None:
    with installation_on_each.writing() as session:
        now = database_now(session)
        patient, urgent = (
            request_job(session, name=NAME, arguments={}, dedupe_key=key, queue=Queue.UPKEEP, urgent_at=now + timedelta(days=days))
            for key, days in (("patient", 20), ("urgent", 1))
        )
        patient.requested_at = urgent.requested_at
        ids = patient.id, urgent.id
    for ring in ids:
        assert carry_next(installation_on_each, rung_for=ring, work=work_of(leave_mark)) is Ending.DONE
    assert carry_next(installation_on_each, rung_for=ids[0], work=work_of(leave_mark)) is Ending.NOTHING
    done = marks(installation_on_each)
    assert sorted(done) == sorted(map(str, ids))
    if not goes_by_waiting(ids[0]):
        assert done == [str(ids[1]), str(ids[0])]
