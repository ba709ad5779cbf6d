"""Lines of command, relations and days away from the command line."""

import shutil
from pathlib import Path

import pytest

from tests.support.terminal import Terminal


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, sqlite_template: Path) -> Terminal:
    """Return a terminal on an installation with two people and two teams."""
    shutil.copy(sqlite_template, tmp_path / "stop-search.sqlite3")
    settings = {"DATA_FOLDER": str(tmp_path), "PUBLIC_URL": "http://testserver", "SECRET_KEY": "0123456789abcdef" * 3, "DEMO": "true"}
    made = Terminal(monkeypatch, capsys, settings)
    for name in ("ann", "ben"):
        made.type("account", "open", name.title(), f"{name}@force.example")
    for team in ("Team 1", "Sector"):
        made.type("account", "team", team, "--unit", "Central")
    return made


def test_a_team_is_put_below_another_and_never_in_a_ring(terminal: Terminal) -> None:
    assert terminal.type("nearness", "above", "Team 1", "Sector") == (0, "Team 1 stands below Sector.\n", "")
    code, _, complaint = terminal.type("nearness", "above", "Sector", "Team 1")
    assert (code, "cannot run in a ring" in complaint) == (1, True)
    assert terminal.type("nearness", "above", "Team 1", "")[1] == "Nothing stands above Team 1.\n"
    assert terminal.type("nearness", "above", "Sector", "Team 1", "--since", "2000-01-01")[0] == 1, "they stood otherwise until today"
    assert terminal.type("nearness", "above", "Team 1", "", "--since", "1900-01-01")[0] == 0
    assert terminal.type("nearness", "above", "Sector", "Team 1", "--since", "2000-01-01")[0] == 0
    assert "is no day" in terminal.type("nearness", "above", "Sector", "Team 1", "--since", "May")[2]


def test_a_relation_is_noted_without_asking_why(terminal: Terminal) -> None:
    assert "Neither reviews" in terminal.type("nearness", "relation", "ann@force.example", "ben@force.example")[1]
    assert terminal.type("nearness", "relation", "ann@force.example", "ann@force.example")[0] == 1


def test_days_away_are_noted(terminal: Terminal) -> None:
    assert terminal.type("nearness", "away", "ann@force.example", "--from", "2026-12-21", "--to", "2026-12-24")[1] == "Noted.\n"
    assert "is no day" in terminal.type("nearness", "away", "ann@force.example", "--from", "Christmas")[2]
