"""Lists of unfinished records: whose, how old, in which order, and how many more there are."""

from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from stop_search.accounts.records import Account, Team
from stop_search.accounts.rules import PostKind, Role, Viewer
from stop_search.encounters.records import Encounter
from stop_search.encounters.rules import EncounterSource
from stop_search.encounters.unfinished import all_unfinished_records, own_unfinished_records, unfinished_records
from tests.support import builders as a

DAY = timedelta(hours=24)


def an_unfinished(session: Session, now: datetime, *, hours: float = 30, **columns: Any) -> Encounter:
    """Add an unfinished record of so many hours ago."""
    recorded_at = now - timedelta(hours=hours)
    usual = {"gaps": ["people.0.referral_made"], "finished_at": None, "recorded_at": recorded_at, "started_at": recorded_at}
    return a.an_encounter(session, **(usual | columns))


def viewing(account: Account, *roles: Role) -> Viewer:
    """Return an account as a viewer."""
    return Viewer(id=account.id, name=account.name, roles=frozenset(roles))


def a_leader(session: Session, *teams: Team, **post: Any) -> Viewer:
    """Return a supervisor who leads teams."""
    account = a.an_account(session)
    for team in teams:
        a.a_post(session, account=account, team=team, kind=PostKind.LEAD, **post)
    return viewing(account, Role.SUPERVISOR)


def references(lines: list[Any]) -> list[str]:
    """Return the references of a list."""
    return [line.reference for line in lines]


def test_an_officer_sees_their_own_the_oldest_first_and_how_long_each_has_waited(session: Session, now: datetime) -> None:
    officer, other = a.an_officer(session), a.an_officer(session)
    an_unfinished(session, now, officer=officer, hours=1, reference="IT-NEW", gaps=["grounds", "people.0.gender"])
    an_unfinished(session, now, officer=officer, hours=24, reference="IT-OLD")
    an_unfinished(session, now, officer=other, others_present=(officer,), reference="IT-OTHER")
    a.an_encounter(session, officer=officer)
    lines = own_unfinished_records(session, viewer=viewing(officer, Role.OFFICER), now=now)
    assert [(line.reference, line.waited, line.is_overdue) for line in lines] == [
        ("IT-OLD", DAY, True),
        ("IT-NEW", timedelta(hours=1), False),
    ]
    assert lines[1].missing == ("grounds", "people.0.gender")
    assert own_unfinished_records(session, viewer=viewing(officer, Role.SUPERVISOR), now=now) == []


def test_a_supervisor_sees_those_of_the_teams_that_they_lead_today_and_no_others(session: Session, now: datetime) -> None:
    ours, theirs = a.a_team(session), a.a_team(session)
    officer = a.an_officer(session, name="Pat Invented", number="4821")
    an_unfinished(session, now, officer=officer, team=ours, reference="IT-OURS")
    an_unfinished(session, now, officer=officer, team=theirs, reference="IT-THEIRS")
    an_unfinished(session, now, officer=officer, reference="IT-NO-TEAM")

    def seen_by(viewer: Viewer) -> list[str]:
        return references(unfinished_records(session, viewer=viewer, older_than=DAY, now=now))

    leader = a_leader(session, ours)
    assert seen_by(leader) == ["IT-OURS"]
    assert sorted(seen_by(a_leader(session, ours, theirs))) == ["IT-OURS", "IT-THEIRS"]
    assert seen_by(a_leader(session)) == []
    member = a.an_account(session)
    a.a_post(session, account=member, team=ours)
    assert seen_by(viewing(member, Role.SUPERVISOR)) == []
    assert seen_by(Viewer(leader.id, "", frozenset(set(Role) - {Role.SUPERVISOR}))) == []
    (line,) = unfinished_records(session, viewer=leader, older_than=DAY, now=now)
    assert (line.officer_name, line.officer_number) == ("Pat Invented", "4821")


@pytest.mark.parametrize(
    ("starts", "ends", "is_shown"),
    [(-400, 0, True), (0, None, True), (-400, -1, False), (1, None, False)],
    ids=["to the end of today", "from today", "until yesterday", "from tomorrow"],
)
def test_a_post_counts_on_its_days(session: Session, now: datetime, starts: int, ends: int | None, *, is_shown: bool) -> None:
    team = a.a_team(session)
    an_unfinished(session, now, team=team)
    day = now.date()
    post: dict[str, date | None] = {
        "starts_on": day + timedelta(days=starts),
        "ends_on": None if ends is None else day + timedelta(days=ends),
    }
    assert bool(unfinished_records(session, viewer=a_leader(session, team, **post), older_than=DAY, now=now)) is is_shown


@pytest.mark.parametrize(("hours", "is_shown"), [(23.99, False), (24, True), (300, True)])
def test_only_what_has_waited_for_24_hours_is_the_supervisor_s(session: Session, now: datetime, hours: float, *, is_shown: bool) -> None:
    team = a.a_team(session)
    an_unfinished(session, now, team=team, hours=hours)
    assert bool(unfinished_records(session, viewer=a_leader(session, team), older_than=DAY, now=now)) is is_shown


def test_pages_follow_one_another_without_a_gap_also_where_moments_are_equal(session: Session, now: datetime) -> None:
    team = a.a_team(session)
    leader = a_leader(session, team)
    for n in range(7):
        an_unfinished(session, now, team=team, hours=30 if n % 2 else 40, reference=f"IT-{n}")

    def page_of(leave_out: int) -> list[str]:
        return references(unfinished_records(session, viewer=leader, older_than=DAY, now=now, limit=3, leave_out=leave_out))

    pages = [page_of(n) for n in (0, 3, 6)]
    assert [len(page) for page in pages] == [3, 3, 1]
    assert sorted(chain(*pages)) == sorted(f"IT-{n}" for n in range(7))
    assert {*pages[0], pages[1][0]} == {"IT-0", "IT-2", "IT-4", "IT-6"}


def test_a_name_that_is_withheld_is_not_listed(session: Session, now: datetime) -> None:
    officer = a.an_officer(session, number="4821")
    an_unfinished(session, now, officer=officer, officer_name_withheld_reason="terrorism_enquiry")
    (line,) = all_unfinished_records(session, older_than=DAY, now=now)
    assert (line.officer_name, line.officer_number) == (None, "4821")


def test_operators_see_everybody_s_and_nothing_that_was_published_by_others(session: Session, now: datetime) -> None:
    an_unfinished(session, now, hours=50, reference="IT-B")
    an_unfinished(session, now, hours=60, reference="IT-A")
    an_unfinished(session, now, source=EncounterSource.POLICE_UK)
    a.an_encounter(session)
    assert references(all_unfinished_records(session, older_than=DAY, now=now)) == ["IT-A", "IT-B"]
    assert all_unfinished_records(session, older_than=timedelta(hours=61), now=now) == []


def test_the_list_reads_the_index_of_unfinished_records_and_not_every_record(session: Session, now: datetime) -> None:
    an_unfinished(session, now)
    said: list[tuple[str, Any]] = []
    connection = session.connection()
    event.listen(connection, "before_cursor_execute", lambda _c, _k, statement, values, _x, _m: said.append((statement, values)))
    all_unfinished_records(session, older_than=DAY, now=now)
    statement, values = said[-1]
    if connection.dialect.name == "sqlite":
        plan = " ".join(str(row) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values))
    else:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        plan = " ".join(str(row) for row in connection.exec_driver_sql(f"EXPLAIN {statement}", values))
    assert "ix_encounter_unfinished" in plan
