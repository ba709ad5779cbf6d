"""What an officer is told: sums, once a month, written once."""

import uuid
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.audit.records import AuditEntry
from stop_search.feedback.records import Feedback, OfficerAnswerCount, OfficerRelease
from stop_search.feedback.release_rules import ENOUGH
from stop_search.feedback.released import ToldMonth, release_answers, told_to_officer
from stop_search.feedback.rules import Standing
from tests.support import builders as a
from tests.support.leaving import somewhere

FIRST_MONDAY = datetime(2027, 1, 4, 6, tzinfo=UTC)
NEXT = datetime(2027, 2, 1, 6, tzinfo=UTC)


@pytest.fixture
def officer(session: Session) -> Account:
    """Return an officer."""
    return a.an_officer(session)


def an_answer(session: Session, officer: Account, answer: str = "fully", *, encounter: Any = None, **columns: Any) -> Feedback:
    """Add an answer about one of the officer's stops, another one each time unless said otherwise."""
    stop = encounter or a.an_encounter(session, officer=officer, people=0)
    there = session.scalar(select(func.count()).select_from(a.PersonSearched).where(a.PersonSearched.encounter_id == stop.id)) or 0
    receipt = a.a_receipt(session, person=a.a_person(session, encounter=stop, ordinal=there + 1))
    return a.some_feedback(session, receipt=receipt, answers={"respect": answer}, criteria={"respect": "C6"}, **columns)


def told(session: Session, officer: Account) -> tuple[ToldMonth, ...]:
    """Return what the officer sees."""
    return told_to_officer(session, officer_id=officer.id)


def test_ten_answers_about_ten_stops_are_told_and_nine_are_not(session: Session, officer: Account) -> None:
    for _ in range(ENOUGH - 1):
        an_answer(session, officer)
    assert (release_answers(session, now=FIRST_MONDAY), told(session, officer)) == (0, ())
    an_answer(session, officer)
    assert release_answers(session, now=FIRST_MONDAY) == 1
    assert told(session, officer) == (ToldMonth("2027-01", 10, {"respect": {"3": 10}}),)


def test_ten_answers_about_nine_stops_are_not_enough_and_two_about_one_stop_count_once(session: Session, officer: Account) -> None:
    stop = a.an_encounter(session, officer=officer, people=0)
    for _ in range(2):
        an_answer(session, officer, encounter=stop)
    for _ in range(ENOUGH - 2):
        an_answer(session, officer)
    assert release_answers(session, now=FIRST_MONDAY) == 0
    an_answer(session, officer)
    assert release_answers(session, now=FIRST_MONDAY) == 1
    assert told(session, officer)[0].answers == ENOUGH
    assert set(session.scalars(select(Feedback.released_in))) == {"2027-01"}


def test_nothing_is_released_before_the_first_monday_and_a_day_that_was_missed_is_made_up_for(session: Session, officer: Account) -> None:
    for _ in range(ENOUGH):
        an_answer(session, officer)
    assert release_answers(session, now=FIRST_MONDAY - timedelta(days=1)) == 0
    assert release_answers(session, now=FIRST_MONDAY + timedelta(days=9)) == 1


def test_releasing_again_changes_nothing(session: Session, officer: Account) -> None:
    for _ in range(ENOUGH):
        an_answer(session, officer)
    assert release_answers(session, now=FIRST_MONDAY) == 1
    before = told(session, officer)
    for _ in range(ENOUGH):
        an_answer(session, officer)
    assert release_answers(session, now=FIRST_MONDAY + timedelta(days=3)) == 0
    assert told(session, officer) == before


def test_what_waits_is_told_in_a_later_month_and_no_answer_twice(session: Session, officer: Account) -> None:
    for _ in range(ENOUGH):
        an_answer(session, officer)
    for _ in range(ENOUGH - 1):
        an_answer(session, officer, "not_at_all", released_from="2027-02")
    assert release_answers(session, now=FIRST_MONDAY) == 1
    assert release_answers(session, now=NEXT) == 0
    an_answer(session, officer, "not_at_all", released_from="2027-03")
    assert release_answers(session, now=datetime(2027, 3, 1, 6, tzinfo=UTC)) == 1
    assert told(session, officer) == (
        ToldMonth("2027-01", 10, {"respect": {"3": 10}}),
        ToldMonth("2027-03", 10, {"respect": {"0": 10}}),
    )


@pytest.mark.parametrize(
    "aside",
    [{"self_scan_suspected": True}, {"standing": Standing.SECONDARY}, {"standing": Standing.CONTESTED}, {"released_from": "2027-02"}],
)
def test_what_may_not_be_told_is_not_counted(session: Session, officer: Account, aside: dict[str, Any]) -> None:
    for _ in range(ENOUGH - 1):
        an_answer(session, officer)
    an_answer(session, officer, **aside)
    assert release_answers(session, now=FIRST_MONDAY) == 0


def test_a_minority_is_not_told_nor_that_there_is_none(session: Session, officer: Account) -> None:
    other = a.an_officer(session)
    for n in range(ENOUGH):
        an_answer(session, officer, "not_at_all" if n == 0 else "fully")
        an_answer(session, other, "fully" if n < 5 else "mostly" if n < 9 else "not_at_all")
    assert release_answers(session, now=FIRST_MONDAY) == 2
    assert told(session, officer) == (ToldMonth("2027-01", 10, {}),)
    assert told(session, other) == (ToldMonth("2027-01", 10, {"respect": {"3": 5}}),)


def test_what_is_deleted_or_suspected_later_changes_nothing_that_was_told(session: Session, officer: Account) -> None:
    rows = [an_answer(session, officer) for _ in range(ENOUGH + 1)]
    release_answers(session, now=FIRST_MONDAY)
    before = told(session, officer)
    rows[0].self_scan_suspected, rows[1].standing = True, Standing.SECONDARY
    session.flush()
    release_answers(session, now=NEXT)
    assert told(session, officer) == before


def test_one_officer_is_told_nothing_of_another_s(session: Session, officer: Account) -> None:
    other = a.an_officer(session)
    for _ in range(ENOUGH):
        an_answer(session, officer)
    for _ in range(3):
        an_answer(session, other)
    assert release_answers(session, now=FIRST_MONDAY) == 1
    assert told(session, other) == ()


def test_a_release_holds_no_id_no_day_and_no_mark_of_suspicion(session: Session, officer: Account) -> None:
    assert {field.name for field in fields(ToldMonth)} == {"month", "answers", "bins"}
    columns = {column.name for table in (OfficerRelease, OfficerAnswerCount) for column in table.__table__.columns}
    assert columns == {"officer_id", "month", "answers", "question", "bin", "count"}
    for _ in range(ENOUGH):
        an_answer(session, officer)
    release_answers(session, now=FIRST_MONDAY)
    log = [e for e in session.scalars(select(AuditEntry)) if e.action == "release_answers"]
    assert [(e.object_type, e.object_id) for e in log] == [("month", "2027-01")]
    assert str(officer.id) not in log[0].text


def test_an_answer_gets_its_month_when_it_is_sent(session: Session) -> None:
    months = {session.get_one(Feedback, somewhere(session).feedback_id).released_from for _ in range(60)}
    assert months == {"2026-12", "2027-01"}  # 18 November and 7 to 35 days
    assert uuid.UUID(str(session.scalars(select(Feedback.id)).first())).version == 4
