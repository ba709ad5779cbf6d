"""One transaction, then the doorbell: what is rung for is exactly what was committed."""

import uuid

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.database.constraints import MESSAGES
from stop_search.database.session import Database
from stop_search.errors import Conflict, Invalid
from stop_search.jobs.actions import request_job
from stop_search.jobs.records import Job
from stop_search.jobs.rules import Queue
from stop_search.reviews.records import Mark
from stop_search.unit_of_work import unit_of_work
from tests.support import builders as a
from tests.support.doorbells import RememberingDoorbell


def test_a_commit_rings_once_for_each_job_in_the_order_asked(database: Database) -> None:
    doorbell = RememberingDoorbell()
    with unit_of_work(database, doorbell) as session:
        first = _ask(session, "first", Queue.FOOTAGE)
        second = _ask(session, "second", Queue.UPKEEP)
        assert _ask(session, "first", Queue.FOOTAGE).id == first.id  # asked again: the same row, no second ring
        assert doorbell.rung == []
    assert doorbell.rung == [(Queue.FOOTAGE, first.id), (Queue.UPKEEP, second.id)]
    assert _jobs(database) == 2


def test_a_job_that_is_there_already_is_not_rung_for_again(database: Database) -> None:
    doorbell = RememberingDoorbell()
    for _ in range(2):
        with unit_of_work(database, doorbell) as session:
            _ask(session, "once", Queue.FOOTAGE)
    assert len(doorbell.rung) == 1


def test_rolled_back_work_rings_no_doorbell_and_leaves_no_job(database: Database) -> None:
    doorbell = RememberingDoorbell()
    with pytest.raises(Invalid), unit_of_work(database, doorbell) as session:
        _ask_and_fail(session)
    assert doorbell.rung == []
    assert _jobs(database) == 0


def test_a_savepoint_that_is_released_rings_nothing_yet(database: Database) -> None:
    doorbell = RememberingDoorbell()
    with unit_of_work(database, doorbell) as session:
        with session.begin_nested():
            _ask(session, "inner", Queue.FOOTAGE)
        assert doorbell.rung == []
    assert len(doorbell.rung) == 1


def test_a_job_of_a_savepoint_that_was_rolled_back_is_not_rung_for(database: Database) -> None:
    doorbell = RememberingDoorbell()
    with unit_of_work(database, doorbell) as session:
        kept = _ask(session, "kept", Queue.FOOTAGE)
        inner = session.begin_nested()
        _ask(session, "dropped", Queue.FOOTAGE)
        inner.rollback()
    assert doorbell.rung == [(Queue.FOOTAGE, kept.id)]
    assert _jobs(database) == 1


def test_the_next_unit_of_work_rings_for_its_own_jobs_only(database: Database) -> None:
    doorbell = RememberingDoorbell()
    with unit_of_work(database, doorbell) as session:
        _ask(session, "first", Queue.FOOTAGE)
    with unit_of_work(database, doorbell) as session:
        later = _ask(session, "second", Queue.FOOTAGE)
    assert doorbell.rung[1:] == [(Queue.FOOTAGE, later.id)]


def test_a_violated_constraint_with_words_becomes_a_conflict(database: Database) -> None:
    doorbell = RememberingDoorbell()
    with unit_of_work(database, doorbell) as session:
        a.an_account(session, email="one@force.example")
    with pytest.raises(Conflict, match="already an account") as caught, unit_of_work(database, doorbell) as session:
        _ask_and_open_a_second_account(session)
    assert str(caught.value) == MESSAGES["uq_account_email"]
    assert doorbell.rung == []
    assert _accounts(database) == 1


def test_a_violation_at_the_last_flush_is_told_too(database: Database) -> None:
    doorbell = RememberingDoorbell()
    twice = [Account(name="Twice", email="twice@force.example", created_at=a.NOON) for _ in range(2)]
    with pytest.raises(Conflict), unit_of_work(database, doorbell) as session:
        session.add_all(twice)
    assert _accounts(database) == 0


def test_a_violated_constraint_without_words_stays_a_fault(database: Database) -> None:
    with pytest.raises(IntegrityError), unit_of_work(database, RememberingDoorbell()) as session:
        session.add(Mark(review_id=uuid.uuid4(), criterion="C1", kind="scored", marked_at=a.NOON))


def test_the_writers_lock_is_given_back_after_a_failure(database: Database) -> None:
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), unit_of_work(database, RememberingDoorbell()):
            _ = 1 / 0
    with unit_of_work(database, RememberingDoorbell()) as session:
        a.an_account(session)
    assert _accounts(database) == 1


def _ask(session: Session, name: str, queue: Queue) -> Job:
    return request_job(session, name=name, arguments={}, dedupe_key=name, queue=queue)


def _ask_and_fail(session: Session) -> None:
    _ask(session, "never", Queue.FOOTAGE)
    message = "The form is wrong."
    raise Invalid(message)


def _ask_and_open_a_second_account(session: Session) -> None:
    _ask(session, "never", Queue.FOOTAGE)
    a.an_account(session, email="one@force.example")


def _jobs(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Job)) or 0


def _accounts(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Account)) or 0
