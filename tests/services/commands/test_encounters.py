"""`stop-search encounter …`: what is not finished, and how complete records are."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import typer
from typer.testing import CliRunner, Result

from services.commands import encounters
from stop_search.audit.rules import COMMAND_LINE
from stop_search.encounters.police_uk_reading import read_published
from stop_search.encounters.published_files import keep_published
from stop_search.installation import Installation
from tests.support import builders as a
from tests.support.published import a_published_file, a_published_row

Run = Callable[..., Result]
NOW = datetime.now(UTC)


@pytest.fixture
def run(installation: Installation, settings_in_environment: None) -> Run:
    """Return a function that runs the command line on a migrated installation."""
    app = typer.Typer()
    encounters.register(app)
    return lambda *arguments: CliRunner().invoke(app, ["encounter", *(str(argument) for argument in arguments)])


def an_unfinished(installation: Installation, *, hours: int, reference: str) -> None:
    """Add an unfinished record of so many hours ago, with words in it that no list may show."""
    with installation.writing() as session:
        officer = a.an_officer(session, name="CANARYNAME", number=f"N{reference}")
        told = {"gaps": ["grounds", "people.0.referral_made"], "finished_at": None, "grounds": "CANARYGROUNDS", "place": "CANARYPLACE"}
        a.an_encounter(session, officer=officer, reference=reference, recorded_at=NOW - timedelta(hours=hours), **told)


def test_unfinished_records_are_listed_the_oldest_first_without_what_they_say(run: Run, installation: Installation) -> None:
    for hours, reference in ((30, "IT-B"), (72, "IT-A"), (3, "IT-C")):
        an_unfinished(installation, hours=hours, reference=reference)
    done = run("unfinished")
    assert done.exit_code == 0, done.output
    rows = [line.split("│")[1:-1] for line in done.stdout.splitlines() if "IT-" in line]
    assert [[cell.strip() for cell in row] for row in rows] == [
        ["IT-A", "3 days", "NIT-A", "grounds, people.0.referral_made"],
        ["IT-B", "30 hours", "NIT-B", "grounds, people.0.referral_made"],
    ]
    assert done.stdout.endswith("2 records are unfinished.\n")
    assert "CANARY" not in done.stdout
    assert "3 records are unfinished." in run("unfinished", "--hours", 0).stdout
    assert run("unfinished", "--hours", 100).stdout == "No record is unfinished that was recorded at least 100 hours ago.\n"
    assert run("unfinished", "--hours", -1).exit_code == 2


def test_our_own_records_are_counted_finished_or_not_with_the_rule_of_each_gap(run: Run, installation: Installation) -> None:
    an_unfinished(installation, hours=1, reference="IT-A")
    with installation.writing() as session:
        a.an_encounter(session)
        a.an_encounter(session, gaps=None)
    done = run("completeness")
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[:4] == [
        "3 records.",
        "1 of them were kept before anybody looked at what is missing; they are not counted below.",
        "1 of 2 (50.0%) are finished: they state all that they must.",
        "1 of 2 (50.0%) are not.",
    ]
    row = next(line for line in done.stdout.splitlines() if "grounds" in line)
    assert [cell.strip() for cell in row.split("│")[1:-1]] == ["grounds", "1", "50.0%", "PACE 1984 s.3(6)(a)(ii)"]


def test_published_records_are_judged_by_what_a_file_can_hold(run: Run, installation: Installation) -> None:
    full = {"removal_of_more_than_just_outer_clothing": "False"}
    content = a_published_file(a_published_row(**full), a_published_row(**full, gender=""), a_published_row(**full, outcome=""))
    with installation.writing() as session:
        keep_published(session, reading=read_published("2019-01-x.csv", content), actor=COMMAND_LINE, now=NOW)
    done = run("completeness", "--source", "police_uk")
    assert done.stdout.splitlines()[:3] == [
        "3 records.",
        "1 of 3 (33.3%) state all that they must of what a published file can hold.",
        "2 of 3 (66.7%) do not.",
    ]
    cells = [[cell.strip() for cell in line.split("│")[1:-1]] for line in done.stdout.splitlines() if "│" in line]
    assert [row[:4] for row in cells[:3]] == [
        ["people.gender", "yes", "1", "33.3%"],
        ["people.outcome", "yes", "1", "33.3%"],
        ["grounds", "never", "3", "100.0%"],
    ]


def test_where_there_is_nothing_it_says_so(run: Run) -> None:
    assert run("completeness").stdout == "0 records.\n"
