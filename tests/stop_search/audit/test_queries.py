"""The chain finds every way of tampering that a chain can find, on both databases; what it cannot find is told."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from stop_search.audit.actions import record_act
from stop_search.audit.queries import MOST_PROBLEMS, chain_report, entry_count, exported_entries, newest_entries
from stop_search.audit.rules import FIRST, Act, Actor, Operation, Purpose
from tests.support.tampering import TAMPERINGS, rechained, with_guards_again, without_guards

ENTRIES = 12


def a_log(session: Session, now: datetime, entries: int = ENTRIES) -> None:
    """Write entries, a second apart."""
    for number in range(entries):
        act = Act(Operation.CONSULTATION, "encounter_read", "encounter", f"encounter-{number}", Purpose.SUPERVISOR_REVIEW, ("grounds",))
        record_act(session, actor=Actor(f"account-{number % 3}", "supervisor"), act=act, now=now + timedelta(seconds=number))


def test_an_empty_log_and_an_untouched_one_are_whole(session: Session, now: datetime) -> None:
    report = chain_report(session)
    assert (report.entries, report.head, report.problems) == (0, FIRST, [])
    a_log(session, now)
    report = chain_report(session)
    assert (report.entries, report.problems) == (ENTRIES, [])
    assert entry_count(session) == ENTRIES
    assert newest_entries(session, limit=2)[0].object_id == f"encounter-{ENTRIES - 1}"


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_tampering_is_found_wherever_it_is_done(session: Session, now: datetime, tampering: str) -> None:
    a_log(session, now)
    session.flush()
    for n in (1, 2, ENTRIES // 2, ENTRIES - 1, ENTRIES):
        with session.begin_nested() as savepoint:
            without_guards(session)
            TAMPERINGS[tampering](session, n)
            with_guards_again(session)
            session.expire_all()
            assert chain_report(session).problems, f"{tampering} at entry {n} was not found"
            savepoint.rollback()
    session.expire_all()
    assert chain_report(session).problems == []


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entry SET actor = 'x'", "DELETE FROM audit_entry", "UPDATE audit_entry SET n = n WHERE n = 1"]
)
def test_the_database_refuses_to_change_the_log(session: Session, now: datetime, statement: str) -> None:
    a_log(session, now, entries=2)
    session.flush()
    with pytest.raises(DatabaseError, match="only grows"), session.begin_nested():
        session.execute(text(statement))


def test_postgresql_refuses_to_empty_the_log(session: Session, now: datetime) -> None:
    if session.get_bind().dialect.name == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    with pytest.raises(DatabaseError, match="only grows"), session.begin_nested():
        session.execute(text("TRUNCATE audit_entry"))


def test_missing_guards_are_found_even_where_nothing_was_changed(session: Session, now: datetime) -> None:
    a_log(session, now, entries=2)
    without_guards(session)
    assert [problem for problem in chain_report(session).problems if "no longer refuses changes" in problem]


def test_a_missing_head_is_found(session: Session, now: datetime) -> None:
    a_log(session, now, entries=2)
    session.execute(text("DELETE FROM audit_head"))
    session.expire_all()
    assert chain_report(session).problems == ["the head does not match the newest entry: entries were cut off or added"]


def test_a_chain_made_anew_needs_the_anchor_outside_to_be_found(session: Session, now: datetime) -> None:
    a_log(session, now)
    before = chain_report(session).head
    without_guards(session)
    rechained(session, 3)
    with_guards_again(session)
    session.expire_all()
    report = chain_report(session)
    assert report.problems == []  # by itself it looks whole: this is why the newest hash is noted down elsewhere
    assert report.head != before
    assert before not in {line.get("hash") for line in exported_entries(session)}


def test_a_ruined_log_is_told_in_a_list_that_ends(session: Session, now: datetime) -> None:
    a_log(session, now, entries=MOST_PROBLEMS + 20)
    without_guards(session)
    session.execute(text("UPDATE audit_entry SET actor = 'x'"))
    session.expire_all()
    problems = chain_report(session).problems
    assert len(problems) == MOST_PROBLEMS + 1
    assert problems[-1].endswith("more")


def test_an_act_that_is_rolled_back_leaves_no_entry(session: Session, now: datetime) -> None:
    with session.begin_nested() as savepoint:
        a_log(session, now, entries=3)
        savepoint.rollback()
    session.expire_all()
    assert (entry_count(session), chain_report(session).problems) == (0, [])
