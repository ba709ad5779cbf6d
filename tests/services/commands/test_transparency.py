"""The commands of transparency: prepare, check, let out by somebody else; nobody of another role."""

from collections.abc import Callable

import pytest
import typer
from sqlalchemy import update
from typer.testing import CliRunner, Result

from services.commands import transparency
from stop_search.accounts.rules import Role
from stop_search.errors import Conflict, NotAllowed
from stop_search.installation import Installation
from stop_search.learning.records import ReleasedTables
from tests.support import builders as a
from tests.support.public_tables import a_quarter

Run = Callable[..., Result]


@pytest.fixture
def run(installation: Installation, settings_in_environment: None) -> Run:
    """Return a function that runs the command line on a migrated installation with three people and a quarter's stops."""
    with installation.writing() as session:
        a_quarter(session)
        for name, role in (("one", Role.LEARNING_TEAM), ("other", Role.LEARNING_TEAM), ("officer", Role.OFFICER)):
            a.an_account(session, email=f"{name}@force.example", role=role)
    app = typer.Typer()
    transparency.register(app)
    return lambda *arguments: CliRunner().invoke(app, ["transparency", *arguments])


def test_one_prepares_and_another_lets_out(run: Run, installation: Installation) -> None:
    done = run("prepare", "--quarter", "2026Q3", "--by", "one@force.example")
    assert done.exit_code == 0, done.output
    assert "2026Q3 is prepared." in done.stdout
    checked = run("check", "--quarter", "2026Q3").stdout
    assert "no count that is kept back can be placed within fewer than 5" in checked
    seen = checked.split("--seen ")[1].strip()
    assert isinstance(run("release", "--quarter", "2026Q3", "--by", "one@force.example", "--seen", seen).exception, NotAllowed)
    assert isinstance(run("release", "--quarter", "2026Q3", "--by", "officer@force.example", "--seen", seen).exception, NotAllowed)
    assert isinstance(run("release", "--quarter", "2026Q3", "--by", "other@force.example", "--seen", "old").exception, Conflict)
    assert "/transparency/2026Q3" in run("release", "--quarter", "2026Q3", "--by", "other@force.example", "--seen", seen).stdout


def test_the_check_says_what_is_wrong_and_fails(run: Run, installation: Installation) -> None:
    run("prepare", "--quarter", "2026Q3", "--by", "one@force.example")
    with installation.writing() as session:
        session.execute(update(ReleasedTables).values(digest="of something else"))
    done = run("check", "--quarter", "2026Q3")
    assert done.exit_code == 1
    assert "2026Q3: the tables are not those that were prepared" in done.stdout
