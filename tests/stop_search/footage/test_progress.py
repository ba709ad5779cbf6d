"""How far recordings are, on both databases: each stage as its job makes it, who may know, what waits in the queues."""

import uuid
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.rules import COMMAND_LINE
from stop_search.database.session import database_now
from stop_search.footage.actions import examine_again, give_up_examination
from stop_search.footage.progress import Stage, footage_progress, own_progress, progress_of, told
from stop_search.footage.records import Footage
from stop_search.footage.rules import EXAMINE, FootageState, examination_key
from stop_search.jobs.actions import claim_job, fail_job, request_job
from stop_search.jobs.queries import queue_lines
from stop_search.jobs.rules import JobState, Pace, Queue
from tests.support import builders as a

SIGNAL = "The process that worked on it was ended by signal 9 (SIGKILL)."
AT_ONCE = Pace(first_pause=timedelta(0))


def arrived(session: Session, **columns: Any) -> tuple[Footage, uuid.UUID]:
    """Add a recording that waits, and the job that is to examine it."""
    footage = a.a_recording(session, state=FootageState.RECEIVED, **columns)
    arguments = {"footage_id": str(footage.id)}
    job = request_job(session, name=EXAMINE, arguments=arguments, dedupe_key=examination_key(footage.id, 0), queue=Queue.FOOTAGE)
    return footage, job.id


def only(session: Session, footage: Footage) -> Any:
    """Return the progress of one."""
    session.flush()
    return progress_of(session, footage_ids=[footage.id])[footage.id]


def tried(session: Session, job_id: uuid.UUID) -> JobState:
    """Claim the job and have its worker end by a signal."""
    claim = claim_job(session, job_id=job_id, names=[EXAMINE], held_by="somebody", pace=AT_ONCE)
    assert claim
    return fail_job(session, claim=claim, reason=SIGNAL, pace=AT_ONCE)


def test_each_stage_is_told_from_arrival_to_quarantine_and_back(session: Session) -> None:
    footage, job_id = arrived(session)
    assert only(session, footage).stage is Stage.WAITING
    claim = claim_job(session, job_id=job_id, names=[EXAMINE], held_by="somebody")
    assert claim
    examining = only(session, footage)
    assert examining.stage is Stage.EXAMINING
    assert abs(examining.since - database_now(session)) < timedelta(minutes=1)
    assert not examining.may_be_examined_again
    assert "is being examined since" in told(examining)
    fail_job(session, claim=claim, reason=SIGNAL, pace=AT_ONCE)
    again = only(session, footage)
    assert (again.stage, again.attempts, again.last_problem) == (Stage.TRIED_BEFORE, 1, SIGNAL)
    assert "broken off 1 of 3 times" in told(again)
    assert [tried(session, job_id) for _ in range(2)] == [JobState.READY, JobState.DEAD]
    give_up_examination(session, {"footage_id": str(footage.id)}, SIGNAL, database_now(session))
    given_up = only(session, footage)
    assert (given_up.stage, given_up.attempts, given_up.may_be_examined_again) == (Stage.QUARANTINED, 3, True)
    assert SIGNAL in (given_up.reason or "")
    examine_again(session, footage_id=footage.id, actor=COMMAND_LINE, now=database_now(session))
    assert only(session, footage).stage is Stage.WAITING


def test_one_that_was_looked_at_and_is_no_recording_failed_and_is_not_quarantined(session: Session) -> None:
    footage = a.a_recording(session, state=FootageState.FAILED, failure_reason="It is a list.", failure_advice="Send the film.")
    found = only(session, footage)
    assert (found.stage, found.reason, found.advice) == (Stage.FAILED, "It is a list.", "Send the film.")


def test_failed_ones_come_first_and_a_state_can_be_asked_for(session: Session) -> None:
    done = a.a_recording(session)
    failed = a.a_recording(session, state=FootageState.FAILED)
    older, _ = arrived(session, received_at=a.NOON - timedelta(days=3))
    newer, _ = arrived(session, received_at=a.NOON - timedelta(days=1))
    assert [one.footage_id for one in footage_progress(session)] == [failed.id, newer.id, older.id, done.id]
    assert [one.footage_id for one in footage_progress(session, state=FootageState.RECEIVED)] == [newer.id, older.id]
    assert [one.footage_id for one in footage_progress(session, limit=2, leave_out=1)] == [newer.id, older.id]
    assert progress_of(session, footage_ids=[]) == {}


def test_an_officer_is_told_of_own_recordings_of_a_stop_and_of_no_others(session: Session) -> None:
    officer, other = a.an_officer(session), a.an_officer(session)
    encounter = a.an_encounter(session, officer=officer)
    own = a.a_recording(session, encounter=encounter, officer_id=officer.id)
    a.a_recording(session, encounter=encounter, officer_id=other.id)
    a.a_recording(session, encounter=encounter)
    viewer = Viewer(officer.id, "Pat", frozenset({Role.OFFICER}))
    assert [one.footage_id for one in own_progress(session, encounter_id=encounter.id, viewer=viewer)] == [own.id]
    stranger = Viewer(uuid.uuid4(), "Sam", frozenset({Role.LEARNING_TEAM}))
    assert own_progress(session, encounter_id=encounter.id, viewer=stranger) == []


def test_each_queue_says_how_much_waits_pauses_runs_and_was_given_up(session: Session) -> None:
    assert [(line.queue, line.waiting, line.oldest_requested_at) for line in queue_lines(session)] == [
        (Queue.FOOTAGE, 0, None),
        (Queue.UPKEEP, 0, None),
        (Queue.COPIES, 0, None),
    ]
    ids = [arrived(session)[1] for _ in range(5)]
    claim_job(session, job_id=ids[0], names=[EXAMINE], held_by="somebody")
    for _ in range(3):
        tried(session, ids[1])
    claim = claim_job(session, job_id=ids[2], names=[EXAMINE], held_by="somebody")
    assert claim
    fail_job(session, claim=claim, reason=SIGNAL)
    footage, upkeep, _ = queue_lines(session)
    assert (footage.waiting, footage.paused, footage.running, footage.given_up) == (2, 1, 1, 1)
    assert footage.oldest_requested_at is not None
    assert footage.longest_since is not None
    assert (upkeep.waiting, upkeep.running) == (0, 0)


@pytest.mark.parametrize(("state", "words"), [(FootageState.EXAMINED, "It was examined"), (FootageState.ERASED, "It was erased")])
def test_what_is_done_is_told(session: Session, state: FootageState, words: str) -> None:
    assert told(only(session, a.a_recording(session, state=state))).startswith(words)


def test_page_after_page_shows_each_recording_once_in_the_order_of_all(session: Session) -> None:
    states = (FootageState.ERASED, FootageState.EXAMINED, FootageState.FAILED, FootageState.RECEIVED, FootageState.FAILED)
    for n, state in enumerate(states * 2):
        failure = {"failure_reason": "It is broken.", "failure_advice": "Send it again."} if state is FootageState.FAILED else {}
        a.a_recording(session, state=state, received_at=a.NOON + timedelta(hours=n), **failure)
    session.flush()
    everything = [one.footage_id for one in footage_progress(session, limit=50)]
    rows = [session.get_one(Footage, id_) for id_ in everything]
    order = [FootageState.FAILED] * 4 + [FootageState.RECEIVED] * 2 + [FootageState.EXAMINED] * 2 + [FootageState.ERASED] * 2
    assert [row.state for row in rows] == order
    assert all(one.received_at > other.received_at for one, other in pairwise(rows) if one.state == other.state)
    for size in (1, 3, 4):
        pages = [footage_progress(session, limit=size, leave_out=first) for first in range(0, 12, size)]
        assert [one.footage_id for page in pages for one in page] == everything
