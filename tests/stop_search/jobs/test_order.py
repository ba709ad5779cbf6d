"""The order of work: what is nearest to its erasure goes first, and nothing starves, on either database."""

import uuid
from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy.orm import Session

from stop_search.database.session import database_now
from stop_search.footage.rules import EXAMINE, better_examined_by
from stop_search.jobs.actions import claim_job, claim_next_job, finish_job, request_job
from stop_search.jobs.queries import claimable_jobs, jobs_in_order
from stop_search.jobs.rules import TURNS, JobState, Pace, Queue, goes_by_waiting
from tests.support.builders import NOON

NAMES = (EXAMINE,)
BY_URGENCY, BY_WAITING = uuid.UUID(int=1), uuid.UUID(int=TURNS)


def test_about_one_ring_in_four_goes_by_waiting() -> None:
    rings = [uuid.uuid4() for _ in range(4000)]
    assert not goes_by_waiting(BY_URGENCY)
    assert goes_by_waiting(BY_WAITING)
    assert 850 < sum(map(goes_by_waiting, rings)) < 1150


def test_what_is_nearest_to_its_last_day_is_taken_first(session: Session) -> None:
    late, soon, middle = (_asked(session, days) for days in (20, 2, 10))
    assert claimable_jobs(session, queue=Queue.FOOTAGE, names=NAMES) == [soon, middle, late]
    taken = [_claimed(session, _ring(session, by_waiting=False)) for _ in range(4)]
    assert taken == [soon, middle, late, None]


def test_a_ring_that_goes_by_waiting_takes_what_waits_longest(session: Session) -> None:
    oldest, _, _ = (_asked(session, days, hours_ago=ago) for days, ago in ((20, 9), (2, 1), (10, 5)))
    assert _claimed(session, _ring(session, by_waiting=True)) == oldest


def test_a_recording_far_from_its_last_day_is_examined_however_many_urgent_ones_keep_coming(session: Session) -> None:
    patient = _asked(session, 300, hours_ago=1)
    rings = _asked_for_without_end(session)
    taken = 0
    while True:
        taken += 1
        assert taken < 60, "it starves"
        if _claimed(session, next(rings)) == patient:
            break


def test_a_job_without_urgency_goes_first_and_one_whose_worker_was_lost_goes_by_its_own(session: Session) -> None:
    soon, lost = _asked(session, 1), _asked(session, 9)
    assert claim_job(session, job_id=lost, names=NAMES, held_by="a worker that dies", pace=Pace(lease=timedelta(seconds=-1)))
    plain = request_job(session, name=EXAMINE, arguments={}, dedupe_key="plain", queue=Queue.FOOTAGE).id
    assert claimable_jobs(session, queue=Queue.FOOTAGE, names=NAMES) == [plain, soon, lost]


def test_what_another_worker_takes_meanwhile_is_passed_over(session: Session) -> None:
    first, second = _asked(session, 1), _asked(session, 2)
    assert claim_job(session, job_id=first, names=NAMES, held_by="another")
    assert _claimed(session, first) == second


def test_a_ring_takes_nothing_of_another_queue_nor_of_an_unknown_name(session: Session) -> None:
    _asked(session, 1, queue=Queue.UPKEEP)
    stranger = request_job(session, name="a_newer_job", arguments={}, dedupe_key="x", queue=Queue.FOOTAGE).id
    assert jobs_in_order(session, rung_for=stranger, names=NAMES) == []
    assert jobs_in_order(session, rung_for=uuid.uuid4(), names=NAMES) == []


def test_every_ring_is_worth_one_job_in_whatever_order_they_are_heard(session: Session) -> None:
    asked = [_asked(session, days) for days in (5, 4, 3, 2, 1)]
    taken = [_claimed(session, ring) for ring in asked]
    assert None not in taken
    assert sorted(taken) == sorted(asked)


def test_a_last_day_that_nobody_said_is_taken_to_be_a_month_off() -> None:
    assert better_examined_by(erase_after=None, received_at=NOON) == NOON + timedelta(days=31)
    assert better_examined_by(erase_after=date(2026, 11, 20), received_at=NOON).isoformat() == "2026-11-20T00:00:00+00:00"


def _asked(session: Session, days: int, *, hours_ago: float = 0, queue: Queue = Queue.FOOTAGE) -> uuid.UUID:
    """Ask for the examination of a recording whose last day is so many days off."""
    now = database_now(session)
    urgent_at = better_examined_by(erase_after=(now + timedelta(days=days)).date(), received_at=now)
    job = request_job(session, name=EXAMINE, arguments={}, dedupe_key=str(uuid.uuid4()), queue=queue, urgent_at=urgent_at)
    job.requested_at = job.run_after = now - timedelta(hours=hours_ago)
    session.flush()
    return job.id


def _ring(session: Session, *, by_waiting: bool) -> uuid.UUID:
    """Return the id of a job that is done already, whose ring is heard only now: it decides by what the next is chosen."""
    wanted = BY_WAITING if by_waiting else BY_URGENCY
    job = request_job(session, name="rung_for", arguments={}, dedupe_key=f"ring {wanted}", queue=Queue.FOOTAGE)
    if job.id != wanted:
        job.id, job.state = wanted, JobState.DONE
        session.flush()
    return wanted


def _asked_for_without_end(session: Session) -> Iterator[uuid.UUID]:
    """Yield the ring of one more recording whose last day is today, and another, as long as somebody listens."""
    while True:
        yield _asked(session, 0)


def _claimed(session: Session, ring: uuid.UUID) -> uuid.UUID | None:
    claim = claim_next_job(session, rung_for=ring, names=NAMES, held_by="a test")
    if claim is None:
        return None
    finish_job(session, claim=claim)
    return claim.job_id
