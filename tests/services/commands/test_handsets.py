"""Phones of officers from the command line, and what revoking a token voids."""

import shutil
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest

from stop_search.accounts.queries import machine_tokens
from stop_search.accounts.rules import Role
from stop_search.audit.rules import COMMAND_LINE
from stop_search.encounters.allocation import allocate_codes
from stop_search.encounters.handsets import register_handset
from stop_search.installation import Installation, open_installation
from stop_search.settings import Settings
from tests.support.builders import a_machine_token, an_officer
from tests.support.terminal import Terminal


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, sqlite_template: Path) -> Terminal:
    """Return a terminal on a migrated, empty installation."""
    shutil.copy(sqlite_template, tmp_path / "stop-search.sqlite3")
    settings = {"DATA_FOLDER": str(tmp_path), "PUBLIC_URL": "http://testserver", "SECRET_KEY": "0123456789abcdef" * 3, "DEMO": "true"}
    return Terminal(monkeypatch, capsys, settings)


def opened(terminal: Terminal) -> Installation:
    """Open the installation that the terminal's environment names."""
    values = {name.lower(): value for name, value in terminal.settings.items()}
    return open_installation(Settings(**values))  # pyright: ignore[reportArgumentType] -- pydantic reads them


def a_phone(terminal: Terminal) -> uuid.UUID:
    """Register a phone with four codes."""
    with opened(terminal).writing() as session:
        account = an_officer(session, number="4821").id
        phone = register_handset(session, account_id=account, label="Blue case", actor=COMMAND_LINE, now=datetime.now(UTC))
        allocate_codes(session, holder_id=phone, hold=4, key=b"k" * 32, actor=COMMAND_LINE, now=datetime.now(UTC))
        return phone


def test_a_list_of_none_says_where_they_come_from(terminal: Terminal) -> None:
    assert "/officer/app" in terminal.type("handset", "list")[1]


def test_a_lost_phone_says_how_many_codes_are_void(terminal: Terminal) -> None:
    phone = a_phone(terminal)
    listed = terminal.type("handset", "list")[1]
    assert all(words in listed for words in (str(phone), "4821", "Blue case", "4", "in use"))
    code, said, _ = terminal.type("handset", "lost", str(phone))
    assert (code, said.strip()) == (0, "Lost. Unused receipt codes that are void now: 4.")
    assert "lost" in terminal.type("handset", "list")[1]
    assert terminal.type("handset", "lost", str(phone))[0] == 1
    assert terminal.type("handset", "lost", str(uuid.uuid4()))[0] == 1


def test_revoking_a_token_says_how_many_codes_are_void(terminal: Terminal) -> None:
    with opened(terminal).writing() as session:
        a_machine_token(session, role=Role.DEVICE)
        (line,) = machine_tokens(session)
        allocate_codes(session, holder_id=line.token_id, hold=7, key=b"k" * 32, actor=COMMAND_LINE, now=datetime.now(UTC))
    code, said, _ = terminal.type("token", "revoke", str(line.token_id))
    assert (code, said.strip()) == (0, "Revoked. Unused receipt codes that are void now: 7.")
