"""`stop-search rubric …`: which versions there are, and a file of one to the letter."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from services.commands.rubric import register
from stop_search.errors import NotFound
from stop_search.installation import Installation
from stop_search.reviews.rubric import rubric_digest
from tests.support.rubrics import FIRST, changed, published


@pytest.fixture
def command(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    """Give the commands, in an environment that names the test's installation, in which a second version was published."""
    settings = installation.settings
    monkeypatch.setenv("STOP_SEARCH_DATA_FOLDER", str(settings.data_folder))
    monkeypatch.setenv("STOP_SEARCH_PUBLIC_URL", settings.public_url)
    monkeypatch.setenv("STOP_SEARCH_DEMO", "true")
    monkeypatch.setenv("STOP_SEARCH_SECRET_KEY", settings.secret_key.get_secret_value())
    with installation.writing() as session:
        published(session, changed())
    app = typer.Typer()
    app.callback()(lambda: None)
    register(app)
    return app


def test_the_list_names_each_version_its_day_and_its_digest(command: typer.Typer) -> None:
    lines = CliRunner().invoke(command, ["rubric", "list"]).output.splitlines()
    assert lines == [
        f"version 1  as installed  {rubric_digest(FIRST.encode())}  Stop and search review",
        f"version 2  from 2026-11-18  {rubric_digest(changed().encode())}  Stop and search review",
    ]


@pytest.mark.parametrize(("version", "text"), [("1", FIRST), ("2", changed())])
def test_a_version_is_exported_to_the_letter_and_nothing_is_overwritten(
    command: typer.Typer, tmp_path: Path, version: str, text: str
) -> None:
    out = tmp_path / "rubric.yaml"
    done = CliRunner().invoke(command, ["rubric", "export", "--version", version, "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert out.read_bytes() == text.encode()
    assert rubric_digest(text.encode()) in done.output
    out.write_text("mine", encoding="utf-8")
    assert CliRunner().invoke(command, ["rubric", "export", "--version", version, "--out", str(out)]).exit_code == 1
    assert out.read_text(encoding="utf-8") == "mine"


def test_a_version_that_is_not_there_is_said_so(command: typer.Typer, tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["rubric", "export", "--version", "9", "--out", str(tmp_path / "x")])
    assert isinstance(result.exception, NotFound)
    assert not (tmp_path / "x").exists()
