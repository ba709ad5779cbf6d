"""The reconciler mends what a crash left; periodic work is asked for once per slot."""

import os
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from services.worker.jobs import BODIES, Ending, carry_out
from services.worker.schedule import PERIODIC, Periodic, Reconciled, reconcile, request_due_slots
from stop_search.installation import Installation
from stop_search.jobs.actions import claim_job
from stop_search.jobs.rules import PACE, Pace
from tests.support.doorbells import RememberingDoorbell
from tests.support.work import NAME, asked_for, leave_mark, line_of, marks, set_back, work_of

WORK = work_of(leave_mark)
OVER = Pace(lease=timedelta(seconds=-1), first_pause=timedelta(0))


def _rung(installation: Installation) -> list[object]:
    assert isinstance(installation.doorbell, RememberingDoorbell)
    return [job_id for _, job_id in installation.doorbell.rung]


def test_a_ring_that_nobody_heard_is_rung_again_and_not_at_every_look(installation_on_each: Installation) -> None:
    job_id = asked_for(installation_on_each)
    assert reconcile(installation_on_each, work=WORK, pace=PACE) == Reconciled(0, 0, 0)
    set_back(installation_on_each, job_id, "rung_at", "run_after")
    assert [reconcile(installation_on_each, work=WORK, pace=PACE).rung for _ in range(3)] == [1, 0, 0]
    assert _rung(installation_on_each) == [job_id, job_id]


def test_what_a_killed_worker_held_is_rung_for_when_the_lease_is_over(installation_on_each: Installation) -> None:
    job_id = asked_for(installation_on_each)
    set_back(installation_on_each, job_id, "rung_at", "run_after")
    with installation_on_each.writing() as session:
        claim_job(session, job_id=job_id, names={NAME}, held_by="a dead one")
    assert reconcile(installation_on_each, work=WORK, pace=PACE).rung == 0
    set_back(installation_on_each, job_id, "lease_until")
    assert reconcile(installation_on_each, work=WORK, pace=PACE).rung == 1
    assert carry_out(installation_on_each, job_id=job_id, work=WORK) is Ending.DONE
    assert marks(installation_on_each) == [str(job_id)]


def test_a_job_that_killed_every_worker_is_buried_and_the_domain_is_told_once(installation_on_each: Installation) -> None:
    told: list[str] = []
    work = work_of(leave_mark, on_death=lambda session, arguments, reason, now: told.append(reason))
    job_id = asked_for(installation_on_each)
    for _ in range(3):
        with installation_on_each.writing() as session:
            assert claim_job(session, job_id=job_id, names={NAME}, held_by="a dead one", pace=OVER)
    assert [reconcile(installation_on_each, work=work, pace=PACE).buried for _ in range(2)] == [1, 0]
    assert told == ["The worker died or was cut off on the last attempt."]
    assert line_of(installation_on_each, job_id).state == "dead"


def test_half_written_files_of_the_dead_are_swept_and_those_being_written_are_not(installation: Installation) -> None:
    unfinished = installation.settings.data_folder / "storage" / ".unfinished"
    for name, age in (("dead", 7200), ("alive", 60)):
        (unfinished / name).write_bytes(b"half")
        os.utime(unfinished / name, (time.time() - age, time.time() - age))
    assert reconcile(installation, work=WORK, pace=PACE).swept == 1
    assert [path.name for path in unfinished.iterdir()] == ["alive"]


def test_four_reconcilers_at_once_bury_once_and_ring_once(installation_on_each: Installation) -> None:
    told: list[str] = []
    work = work_of(leave_mark, on_death=lambda session, arguments, reason, now: told.append(reason))
    dead, waits = asked_for(installation_on_each), asked_for(installation_on_each)
    set_back(installation_on_each, waits, "rung_at", "run_after")
    for _ in range(3):
        with installation_on_each.writing() as session:
            claim_job(session, job_id=dead, names={NAME}, held_by="a dead one", pace=OVER)
    together = threading.Barrier(4)
    found: list[Reconciled] = []

    def act() -> None:
        together.wait()
        found.append(reconcile(installation_on_each, work=work, pace=PACE))

    threads = [threading.Thread(target=act) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one.buried for one in found) == 1
    assert len(told) == 1
    assert len(found) == 4


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        ("2026-11-18T12:00", "2026-11-18T02:00"),
        ("2026-11-18T02:00", "2026-11-18T02:00"),
        ("2026-11-18T01:59", "2026-11-17T02:00"),
        ("2026-03-29T01:30", "2026-03-28T02:00"),
        ("2028-02-29T23:59", "2028-02-29T02:00"),
    ],
)
def test_a_daily_slot_begins_at_its_hour_utc_whatever_the_clocks_do(now: str, slot: str) -> None:
    nightly = Periodic("check_audit_log", every=timedelta(days=1), after=timedelta(hours=2))
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert nightly.slot_at(moment) == datetime.fromisoformat(slot).replace(tzinfo=UTC)


def test_a_slot_is_asked_for_once_by_however_many_schedulers(installation_on_each: Installation) -> None:
    together, first = threading.Barrier(4), []

    def act() -> None:
        together.wait()
        first.extend(request_due_slots(installation_on_each) for _ in range(3))

    threads = [threading.Thread(target=act) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wanted = [periodic for periodic in PERIODIC if periodic.is_wanted(installation_on_each.settings)]
    assert len(set(_rung(installation_on_each))) == len(_rung(installation_on_each)) == len(wanted)
    assert len(first) == 12


def test_every_periodic_job_is_one_that_there_is() -> None:
    assert {one.name for one in PERIODIC} <= set(BODIES)
    assert len({one.name for one in PERIODIC}) == len(PERIODIC)
