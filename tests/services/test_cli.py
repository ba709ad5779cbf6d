"""The frame of the command line."""

import pkgutil
from pathlib import Path

import pytest

from services import commands
from services.cli import made_app
from tests.support.terminal import Terminal

PROMISED = ("demo", "serve", "worker", "migrate", "check", "token", "import", "export", "receipt", "footage", "draw", "audit", "account")


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Terminal:
    """Return a terminal with no settings but an empty data folder."""
    return Terminal(monkeypatch, capsys, {"DATA_FOLDER": str(tmp_path)})


def test_every_module_of_commands_is_on_the_command_line() -> None:
    app = made_app()
    registered = {command.callback.__module__ for command in app.registered_commands if command.callback}
    for group in app.registered_groups:
        assert group.typer_instance is not None
        registered |= {command.callback.__module__ for command in group.typer_instance.registered_commands if command.callback}
    assert {f"services.commands.{module.name}" for module in pkgutil.iter_modules(commands.__path__)} <= registered


@pytest.mark.parametrize("command", PROMISED)
def test_every_promised_command_is_there_and_explains_itself(terminal: Terminal, command: str) -> None:
    code, told, _ = terminal.type(command, "--help")
    assert code == 0
    assert f"stop-search {command}" in told


def test_without_a_command_the_help_is_shown(terminal: Terminal) -> None:
    _, told, complaint = terminal.type()
    assert "serve" in told + complaint


def test_an_unknown_command_is_named(terminal: Terminal) -> None:
    code, _, complaint = terminal.type("sreve")
    assert code == 2
    assert "sreve" in complaint
