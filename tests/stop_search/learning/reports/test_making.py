"""Making a report: what is counted, what is withheld, and that a snapshot is never changed, on both databases the same."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role
from stop_search.audit.records import AuditEntry
from stop_search.audit.rules import COMMAND_LINE
from stop_search.database.session import Database
from stop_search.errors import Invalid, NotAllowed, NotFound
from stop_search.learning.disparity.queries import Months
from stop_search.learning.quarters import Quarter
from stop_search.learning.records import ReportSnapshot
from stop_search.learning.reports.actions import canonical, digest_of, make_report
from stop_search.learning.reports.queries import Report, newest_snapshot, report_shown, reports_made
from stop_search.learning.reports.tables import Kind
from stop_search.reviews.rules import MarkKind
from tests.support import builders as a
from tests.support.learned import some_answers, some_reviews
from tests.support.quarters import AFTER, QUARTER, an_eventful_report, the_force, the_report
from tests.support.searched import BLACK, FOUND, MIXED, NOTHING, WHITE, a_viewer, some_searched

ON_SQLITE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)  # what no database has a part in


def rows(report: Report, name: str) -> list[dict[str, object]]:
    """Return the rows of a table."""
    return next(table for table in report.tables if table.name == name).values()


def test_both_databases_give_the_same_snapshot_to_the_byte(eventful: Report, shared_postgres: Database) -> None:
    assert an_eventful_report(shared_postgres).kept == eventful.kept


def test_the_quarters_reviews_are_weighted_with_their_interval(eventful: Report) -> None:
    grounds = next(row for row in rows(eventful, "criteria") if row["criterion"] == "C1")
    assert (grounds["share"], grounds["scored"], grounds["why_not"]) == (0.7475, 61, ""), "(175 * 40 / 55 + 14) / 189"
    assert grounds["low"] < grounds["share"] < grounds["high"]  # pyright: ignore[reportOperatorIssue]


def test_beside_every_share_of_a_criterion_stands_what_it_could_be_whatever_was_not_seen(eventful: Report) -> None:
    keys = ("unseen_low", "share", "unseen_high")
    criteria = rows(eventful, "criteria")
    names = {row["name"] for row in criteria}
    of_reviews = [row for row in rows(eventful, "groups") if row["measure"] in names]
    others = [row for row in rows(eventful, "groups") if row["measure"] not in names]
    told = [tuple(row[key] for key in keys) for row in (*criteria, *of_reviews) if row["share"] is not None]
    assert told
    assert all(0 <= low <= share <= high <= 1 for low, share, high in told)  # pyright: ignore[reportOperatorIssue]
    assert not [row for row in (*criteria, *of_reviews) if (row["share"] is None) != (row["unseen_low"] is None)]
    assert {row[key] for row in others for key in ("unseen_low", "unseen_high")} == {None}


def test_every_count_is_none_nought_or_at_least_the_forces_minimum(eventful: Report) -> None:
    small = [
        (table.name, column.name, cell)
        for table in eventful.tables
        for place, column in enumerate(table.columns)
        if column.kind is Kind.COUNT
        for cell in (row[place] for row in table.rows)
        if cell is not None and 0 < int(str(cell)) < eventful.minimum
    ]
    assert not small
    assert {row["answer"]: row["answers"] for row in rows(eventful, "answers") if row["question"] and row["answers"] is None}, (
        "some are withheld"
    )


def test_no_share_stands_without_its_number_and_its_interval(eventful: Report) -> None:
    numbers = {"criteria": "scored", "groups": "people", "units": "n", "video": "people"}
    told = [(name, row, row[n]) for name, n in numbers.items() for row in rows(eventful, name) if row["share"] is not None]
    assert len(told) > 20
    assert not [name for name, row, n in told if n is None or row["low"] is None or row["high"] is None]
    assert not [row for name in numbers for row in rows(eventful, name) if row["share"] is None and not row["why_not"]]


@ON_SQLITE
def test_few_reviews_that_cannot_tell_are_not_all_reviews_less_the_others(session: Session) -> None:
    """98 reviewed stands in the same report: 95 that scored it and 0 to which it did not apply would leave 3."""
    draw = a.a_draw(session, period_start=date(2026, 11, 1), period_end=date(2026, 11, 8))
    marks = [{"C1": 3 if n % 2 else 1} for n in range(95)] + [{"C1": MarkKind.NOT_OBSERVABLE}] * 3
    some_reviews(session, draw=draw, marks=marks, not_drawn=60, probability=(1, 2))
    report = the_report(session)
    (row,) = [row for row in rows(report, "criteria") if row["criterion"] == "C1"]
    assert rows(report, "draws")[0]["reviewed"] == 98
    assert (row["scored"], row["not_applicable"], row["cannot_tell"]) == (None, 0, None)
    assert (row["share"], row["low"], row["high"]) == (0.49, 0.43, 0.56)


@ON_SQLITE
def test_no_figure_of_a_group_stands_beside_a_withheld_number(session: Session) -> None:
    some_searched(session, 60, **WHITE | NOTHING)
    some_searched(session, 45, **BLACK | NOTHING)
    some_searched(session, 30, **BLACK | FOUND)
    some_searched(session, 30, **WHITE | FOUND)
    some_searched(session, 4, **MIXED | FOUND)
    report = the_report(session)
    residents = {row["group"]: row for row in rows(report, "residents") if row["basis"] == "Ethnicity, self-defined"}
    assert [residents[group]["searches"] for group in ("White", "Black", "Mixed")] == [90, None, None]
    assert residents["Black"]["why_not"] == "withheld: its number would give a smaller one away"
    assert not [row for name, n in (("residents", "searches"), ("groups", "people")) for row in rows(report, name) if _stands(row, n)]
    assert "times as likely" not in report.findings[3]


def _stands(row: dict[str, object], number: str) -> bool:
    return row[number] is None and any(row.get(name) is not None for name in ("rate", "share", "ratio", "difference", "adjusted_p"))


def test_what_is_not_told_is_listed_with_its_reason(eventful: Report) -> None:
    why = {(row["table"], row["why_not"]) for row in rows(eventful, "not_told")}
    assert ("How often the standard was met", "too few to say: 30 reviews that scored it are needed") in why
    assert len(eventful.findings) == 6
    assert any("13 of 14 criteria met the standard: too few reviews" in said for said in eventful.not_known)


@ON_SQLITE
def test_no_finding_names_a_group_whose_row_is_withheld_to_protect_another(session: Session) -> None:
    """Of 84 people 60 are White; from the ratio of the 21 others would follow that they are 21, and so that 3 are Black."""
    for number, who in ((60, WHITE), (3, BLACK), (21, {"self_defined_ethnicity": "O9", "officer_perceived_ethnicity": "other"})):
        some_searched(session, number, **who)  # pyright: ignore[reportArgumentType]
    report = the_report(session)
    withheld = {row["group"] for row in rows(report, "residents") if row["basis"] == "Ethnicity, self-defined" and row["searches"] is None}
    assert withheld == {"Black", "Other"}
    assert not [said for said in report.findings if "another ethnic group" in said.lower() or "Black people" in said]


@ON_SQLITE
def test_no_name_and_no_key_of_anybody_is_kept(session: Session) -> None:
    a_viewer(session)
    team = a.a_team(session, unit="Harbour")
    some_searched(session, 3, team=team)
    kept = the_report(session).kept
    accounts = [str(found) for found in session.scalars(select(ReportSnapshot.made_by))]
    assert accounts == [COMMAND_LINE.id]
    assert COMMAND_LINE.id not in kept
    assert "Invented" not in kept


@ON_SQLITE
def test_what_happened_in_another_quarter_is_not_counted(session: Session) -> None:
    long_ago = a.a_draw(session, period_start=date(2026, 8, 1), period_end=date(2026, 9, 30))
    some_reviews(session, draw=long_ago, marks=[{"C1": 3}] * 25 + [{"C1": 0}] * 15)
    some_searched(session, 12, started_at=datetime(2026, 9, 30, 22, 0, tzinfo=UTC))
    some_answers(session, question="listened", criterion="C5", answers={"fully": 12}, week="2026-W39")
    report = the_report(session)
    assert report.looked_at[0].startswith("No random draw of this quarter has been run")
    assert not rows(report, "draws")
    assert all(row["scored"] == 0 for row in rows(report, "criteria"))
    assert all(row["answered"] == 0 for row in rows(report, "answers"))
    assert Months(*QUARTER.months[::2]).first == "2026-10"


def test_a_second_report_is_another_version_and_needs_a_reason_and_the_first_stays(session: Session) -> None:
    viewer = a_viewer(session)
    first = the_report(session)
    with pytest.raises(Invalid, match="Say why its figures are worked out again"):
        the_report(session, now=AFTER + timedelta(days=1))
    some_searched(session, 40)
    second = the_report(session, now=AFTER + timedelta(days=1), reason="Records of November came late.")
    assert (first.version, second.version, second.reason) == (1, 2, "Records of November came late.")
    lines = reports_made(session, viewer=viewer)
    assert [(line.version, line.is_newest) for line in lines] == [(2, True), (1, False)]
    again = report_shown(session, snapshot_id=lines[1].snapshot_id, viewer=viewer)
    assert again == first
    assert newest_snapshot(session, quarter=QUARTER, version=1) == lines[1].snapshot_id
    assert newest_snapshot(session, quarter=Quarter(2020, 1)) is None


@pytest.mark.parametrize("statement", [update(ReportSnapshot).values(content="{}"), delete(ReportSnapshot)])
def test_the_database_refuses_to_change_a_snapshot(session: Session, statement: object) -> None:
    the_report(session)
    with pytest.raises(DatabaseError, match="never changed"), session.begin_nested():
        session.execute(statement)  # pyright: ignore[reportArgumentType, reportCallIssue] -- one of the two above


@ON_SQLITE
def test_a_quarter_that_has_not_begun_has_no_report_and_one_that_is_not_over_says_so(session: Session) -> None:
    with pytest.raises(Invalid, match="2026Q4 has not begun: it begins on 1 October 2026"):
        the_report(session, now=datetime(2026, 9, 30, 12, 0, tzinfo=UTC))
    assert the_report(session, now=datetime(2026, 12, 31, 12, 0, tzinfo=UTC)).is_over is False
    assert the_report(session, now=datetime(2027, 1, 1, 12, 0, tzinfo=UTC), reason="The quarter is over.").is_over is True


@ON_SQLITE
def test_making_is_noted_in_the_audit_log_with_its_reason(session: Session) -> None:
    the_report(session)
    force = the_force()
    made = make_report(session, quarter=QUARTER, reason=" Late\x02 reviews.\x00 ", force=force, actor=COMMAND_LINE, now=AFTER)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.object_id == str(made))).one()
    assert (entry.action, entry.operation, json.loads(entry.text)["reason"]) == ("make_report", "combination", "Late reviews.")


@ON_SQLITE
def test_only_the_learning_team_reads_reports(session: Session) -> None:
    made = newest_snapshot(session, quarter=QUARTER) or make_report(
        session, quarter=QUARTER, reason="", force=the_force(), actor=COMMAND_LINE, now=AFTER
    )
    for role in (Role.OFFICER, Role.SUPERVISOR, Role.PANEL_MEMBER, Role.ADMINISTRATOR, Role.AUDITOR):
        viewer = a_viewer(session, role)
        with pytest.raises(NotAllowed):
            reports_made(session, viewer=viewer)
        with pytest.raises(NotAllowed):
            report_shown(session, snapshot_id=made, viewer=viewer)
    with pytest.raises(NotFound):
        report_shown(session, snapshot_id=a.a_team(session).id, viewer=a_viewer(session))


def test_the_snapshots_digest_is_that_of_its_json(eventful: Report) -> None:
    assert digest_of(eventful.kept) == eventful.snapshot
    assert canonical(json.loads(eventful.kept)) == eventful.kept
