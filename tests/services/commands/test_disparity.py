"""`stop-search disparity`: the table of rates and ratios on the command line."""

import csv
import io
from collections.abc import Callable

import pytest
import typer
from sqlalchemy import select
from typer.testing import CliRunner, Result

from services.commands import disparity
from stop_search.audit.records import AuditEntry
from stop_search.errors import Invalid, SettingMissing
from stop_search.installation import Installation
from tests.support.searched import a_small_force

Run = Callable[..., Result]


@pytest.fixture
def run(installation: Installation, settings_in_environment: None) -> Run:
    """Return a function that runs the command on an installation with four units' stops of November 2026."""
    with installation.writing() as session:
        a_small_force(session)
    app = typer.Typer()
    app.callback()(lambda: None)
    disparity.register(app)
    return lambda *arguments: CliRunner().invoke(app, ["disparity", "--first", "2026-11", "--last", "2026-11", *arguments])


def rows(result: Result) -> list[dict[str, str]]:
    """Return the table that was printed."""
    assert result.exit_code == 0, result.output
    return list(csv.DictReader(io.StringIO(result.stdout)))


def test_every_basis_that_has_a_benchmark_is_printed(run: Run) -> None:
    found = rows(run())
    assert {row["ethnicity_basis"] for row in found} == {"self_defined", "officer_perceived", "age", "sex"}
    assert {row["benchmark"] for row in found} == {"residents of Wessex, as invented"}


def test_an_area_of_the_census_can_be_named(run: Run) -> None:
    found = rows(run("--basis", "self_defined", "--area", "E23000036"))
    (black,) = [row for row in found if row["group"] == "Black"]
    assert (black["searches"], black["population"], black["rate_per_1000"]) == ("136", "37844", "3.594")
    assert black["period"] == "2026-11 to 2026-11"


def test_looking_is_noted_in_the_audit_log(run: Run, installation: Installation) -> None:
    run()
    with installation.reading() as session:
        noted = session.scalars(select(AuditEntry.object_id).where(AuditEntry.action == "consult_learning")).all()
    assert noted == ["disparity 2026-11 to 2026-11"]


def test_without_a_benchmark_it_says_what_to_name(run: Run) -> None:
    result = run("--basis", "age", "--area", "E23000036")
    assert isinstance(result.exception, SettingMissing)
    assert "name an --area" in str(result.exception)


def test_what_is_no_month_and_no_area_are_refused(run: Run) -> None:
    assert isinstance(run("--first", "November").exception, Invalid)
    assert isinstance(run("--area", "Avon").exception, SettingMissing)
