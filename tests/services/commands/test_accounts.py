"""Accounts, tokens and the audit log from the command line."""

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from services.api.app import create_app
from stop_search.accounts.queries import viewer_by_machine_token
from stop_search.accounts.rules import Role
from stop_search.installation import open_installation
from stop_search.settings import Settings
from tests.conftest import NOON
from tests.support.tampering import without_guards
from tests.support.terminal import Terminal

VERIFY = Path(__file__).parents[3] / "verify" / "audit.py"
ANN = ("Ann Example", "ann@example.police.uk")


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, sqlite_template: Path) -> Terminal:
    """Return a terminal on a migrated, empty installation."""
    folder = tmp_path / "a folder"
    folder.mkdir()
    shutil.copy(sqlite_template, folder / "stop-search.sqlite3")
    settings = {"DATA_FOLDER": str(folder), "PUBLIC_URL": "http://testserver", "SECRET_KEY": "0123456789abcdef" * 3, "DEMO": "true"}
    return Terminal(monkeypatch, capsys, settings)


def settings_of(terminal: Terminal) -> Settings:
    """Return the settings that the terminal's environment gives."""
    return Settings(**{name.lower(): value for name, value in terminal.settings.items()})  # pyright: ignore[reportArgumentType] -- pydantic reads them


def test_an_account_is_opened_and_its_link_signs_in(terminal: Terminal) -> None:
    assert terminal.type("account", "open", *ANN, "--role", "administrator")[0] == 0
    code, link, complaints = terminal.type("account", "link", "ANN@example.police.uk")
    assert (code, complaints) == (0, "")
    browser = TestClient(create_app(open_installation(settings_of(terminal))), follow_redirects=False)
    assert "Sign in" in browser.get(link.strip()).text
    answer = browser.post("/sign-in/link", data={"token": link.strip().rsplit("/", 1)[1]})
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin")
    assert terminal.type("account", "list")[1].count("administrator") == 1


def test_roles_and_posts_begin_and_end(terminal: Terminal) -> None:
    terminal.type("account", "open", *ANN, "--officer-number", "4711")
    assert terminal.type("account", "grant", ANN[1], "supervisor")[0] == 0
    assert terminal.type("account", "team", "Blue", "--unit", "North")[0] == 0
    assert terminal.type("account", "post", ANN[1], "Blue", "--kind", "lead", "--from", "2026-11-16")[0] == 0
    assert terminal.type("account", "end", ANN[1], "supervisor")[0] == 0
    assert terminal.type("account", "close", ANN[1])[0] == 0
    code, _, complaint = terminal.type("account", "link", ANN[1])
    assert (code, complaint) == (1, "There is no open account with this e-mail address.\n")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("account", "open", "Ann", "no-address"), "Enter an e-mail address"),
        (("account", "open", " ", "a@x.uk"), "Enter the name"),
        (("account", "grant", "nobody@x.uk", "officer"), "no open account"),
        (("account", "post", "ann@example.police.uk", "No such team"), "no team with this name"),
        (("account", "post", "ann@example.police.uk", "Blue", "--from", "16/11/26"), "Write it as in 2026-11-16"),
        (("account", "open", "Ann", "ann@example.police.uk"), "already an account"),
        (("token", "create", "--role", "officer", "--label", "x"), "people sign in"),
        (("token", "revoke", "00000000-0000-4000-8000-000000000000"), "no such token"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(terminal: Terminal, words: tuple[str, ...], complaint: str) -> None:
    terminal.type("account", "open", *ANN)
    terminal.type("account", "team", "Blue", "--unit", "North")
    code, printed, complaints = terminal.type(*words)
    assert (code, printed) == (1, "")
    assert complaint in complaints
    assert "Traceback" not in complaints


def test_a_token_is_printed_alone_and_works_until_it_is_revoked(terminal: Terminal) -> None:
    code, token, _ = terminal.type("token", "create", "--role", "device", "--label", "Radio 1")
    assert (code, token.count("\n")) == (0, 1)
    installation = open_installation(settings_of(terminal))
    with installation.reading() as session:
        viewer = viewer_by_machine_token(session, token=token.strip(), now=NOON)
    assert viewer is not None
    assert viewer.roles == {Role.DEVICE}
    listed = terminal.type("token", "list")[1]
    assert token.strip() not in listed
    assert terminal.type("token", "revoke", listed.split()[0])[0] == 0
    with installation.reading() as session:
        assert viewer_by_machine_token(session, token=token.strip(), now=datetime.now(UTC)) is None


def test_the_log_is_verified_and_exported_for_outsiders(terminal: Terminal, tmp_path: Path) -> None:
    terminal.type("account", "open", *ANN, "--role", "auditor")
    code, told, _ = terminal.type("audit", "verify")
    assert code == 0
    assert told.startswith("2 entries, newest hash ")
    file = tmp_path / "log.jsonl"
    assert terminal.type("audit", "export", str(file))[0] == 0
    assert json.loads(json.loads(file.read_text().splitlines()[2])["text"])["action"] == "audit_log_exported"
    assert file.stat().st_mode & 0o077 == 0
    assert subprocess.run([sys.executable, "-I", str(VERIFY), str(file)], check=False, capture_output=True).returncode == 0
    before = file.read_bytes()
    assert terminal.type("audit", "export", str(file))[0] == 1
    assert file.read_bytes() == before


def test_an_export_that_cannot_be_written_says_so_and_leaves_nothing(terminal: Terminal, tmp_path: Path) -> None:
    code, _, complaint = terminal.type("audit", "export", str(tmp_path / "no" / "folder" / "log.jsonl"))
    assert code == 1
    assert "cannot be written" in complaint
    assert terminal.type("audit", "verify")[1].startswith("0 entries")


def test_a_log_that_was_tampered_with_ends_in_exit_code_one_and_a_list(terminal: Terminal) -> None:
    terminal.type("account", "open", *ANN, "--role", "auditor")
    with open_installation(settings_of(terminal)).writing() as session:
        without_guards(session)
        session.execute(text("UPDATE audit_entry SET actor = 'nobody' WHERE n = 2"))
    code, told, _ = terminal.type("audit", "verify")
    assert code == 1
    assert "entry 2 shows something else than was hashed: actor" in told
    assert "no longer refuses changes" in told
    assert "SOMETHING IS WRONG" in told
