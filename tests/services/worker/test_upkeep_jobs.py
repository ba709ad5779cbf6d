"""Periodic work: run twice for one effect, and a broken audit log is noticed."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from services.worker.jobs import Ending, carry_out
from stop_search.accounts.rules import Role
from stop_search.audit.actions import record_act
from stop_search.audit.queries import chain_report, newest_entries
from stop_search.audit.rules import WORKER, Act, Operation, Purpose
from stop_search.feedback.release_rules import ENOUGH, first_monday, month_of
from stop_search.feedback.released import told_to_officer
from stop_search.installation import Installation
from stop_search.jobs.queries import job_line
from stop_search.jobs.rules import Pace
from stop_search.wording import iso_week, london
from tests.support import builders as a
from tests.support.builders import an_account
from tests.support.letters import a_letter
from tests.support.work import asked_for, line_of, set_back

AT_ONCE = Pace(first_pause=timedelta(0))


def _entries(installation: Installation, number: int) -> None:
    for n in range(number):
        with installation.writing() as session:
            act = Act(Operation.COLLECTION, "count", "number", str(n), Purpose.TECHNICAL_WORK)
            record_act(session, actor=WORKER, act=act, now=datetime.now(UTC))


def test_a_whole_audit_log_is_noted_once_however_often_the_job_is_carried(installation_on_each: Installation) -> None:
    _entries(installation_on_each, 3)
    job_id = asked_for(installation_on_each, name="check_audit_log")
    assert [carry_out(installation_on_each, job_id=job_id) for _ in range(2)] == [Ending.DONE, Ending.NOTHING]
    with installation_on_each.reading() as session:
        newest, report = newest_entries(session), chain_report(session)
    assert [line.action for line in newest] == ["check_audit_log", "count", "count", "count"]
    assert report.problems == []


def test_a_broken_audit_log_is_a_job_that_fails_and_says_where(installation: Installation) -> None:
    _entries(installation, 3)
    with installation.writing() as session:
        for trigger in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            session.execute(text(f"DROP TRIGGER {trigger}"))
        session.execute(text("DELETE FROM audit_entry WHERE n = 2"))
    job_id = asked_for(installation, name="check_audit_log")
    assert [carry_out(installation, job_id=job_id, pace=AT_ONCE) for _ in range(3)] == [Ending.FAILED, Ending.FAILED, Ending.DEAD]
    line = line_of(installation, job_id)
    assert line.last_error is not None
    assert "between entry 1 and entry 3, entries are missing" in line.last_error


def test_old_slots_are_forgotten_and_the_job_may_run_twice(installation: Installation) -> None:
    old = asked_for(installation, name="check_audit_log")
    carry_out(installation, job_id=old)
    with installation.writing() as session:
        session.execute(text("UPDATE job SET dedupe_key = 'slot:check_audit_log:1'"))
    for _ in range(15):
        set_back(installation, old, "ended_at")
    job_id = asked_for(installation, name="forget_old_slots")
    assert [carry_out(installation, job_id=job_id) for _ in range(2)] == [Ending.DONE, Ending.NOTHING]
    with installation.reading() as session:
        assert job_line(session, job_id=old) is None


def test_letters_that_were_closed_long_ago_are_erased_once_however_often_the_job_is_carried(installation_on_each: Installation) -> None:
    with installation_on_each.writing() as session:
        closer = an_account(session, role=Role.COMPLAINTS_HANDLER)
        day = datetime.now(UTC).date() - timedelta(days=100)
        closing = {"state": "closed", "disposition": "resolved", "review_told": "told", "closed_by": closer.id, "closed_on": day}
        a_letter(session, **closing)
        a_letter(session)
    job_id = asked_for(installation_on_each, name="erase_old_letters")
    assert [carry_out(installation_on_each, job_id=job_id) for _ in range(2)] == [Ending.DONE, Ending.NOTHING]
    with installation_on_each.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM letter_part")) == 1
        assert [line.action for line in newest_entries(session)] == ["letter_erased"]


def test_answers_of_more_than_two_years_ago_are_erased_once_however_often_the_job_is_carried(installation_on_each: Installation) -> None:
    with installation_on_each.writing() as session:
        receipts = [a.a_receipt(session, person=a.a_person(session, encounter=a.an_encounter(session, people=0))) for _ in range(2)]
        old = a.some_feedback(session, receipt=receipts[0], answers={"respect": "fully"}, week="2019-W50")
        a_letter(session, feedback_id=old.id)
        a.some_feedback(session, receipt=receipts[1], answers={"respect": "fully"}, week=iso_week(datetime.now(UTC)))
    for _ in range(2):
        job_id = asked_for(installation_on_each, name="erase_old_answers")
        assert [carry_out(installation_on_each, job_id=job_id) for _ in range(2)] == [Ending.DONE, Ending.NOTHING]
    with installation_on_each.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM feedback_answer")) == 1
        assert [(line.action, line.object_id) for line in newest_entries(session)] == [("erase_old_answers", "2019-W50")]


def test_officers_sums_are_released_once_however_often_the_job_is_carried(installation_on_each: Installation) -> None:
    with installation_on_each.writing() as session:
        officer = a.an_officer(session)
        for _ in range(ENOUGH):
            stop = a.an_encounter(session, officer=officer, people=0)
            receipt = a.a_receipt(session, person=a.a_person(session, encounter=stop))
            a.some_feedback(session, receipt=receipt, answers={"respect": "fully"}, released_from="2020-01")
    told = []
    for _ in range(2):
        job_id = asked_for(installation_on_each, name="release_answers")
        assert [carry_out(installation_on_each, job_id=job_id) for _ in range(2)] == [Ending.DONE, Ending.NOTHING]
        with installation_on_each.reading() as session:
            told.append(told_to_officer(session, officer_id=officer.id))
    today = london(datetime.now(UTC)).date()
    is_due = today >= first_monday(month_of(today))
    assert told[0] == told[1]
    assert [release.answers for release in told[0]] == [ENOUGH] * is_due
