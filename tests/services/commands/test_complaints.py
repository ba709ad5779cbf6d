"""`stop-search complaints`: a key made once, listed, ended; a sealed letter opened without any server."""

import json
import shutil
import stat
import uuid
from datetime import date
from pathlib import Path

import pytest

from stop_search.letters.sealing import SealedPart, seal, sealed_file
from stop_search.settings import Settings
from tests.support.letters import COMPLAINT, key_pair
from tests.support.terminal import Terminal

LETTER, PART = uuid.UUID(int=1), uuid.UUID(int=2)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, sqlite_template: Path) -> Terminal:
    """Return a terminal on a migrated, empty installation."""
    shutil.copy(sqlite_template, tmp_path / "stop-search.sqlite3")
    settings = {"DATA_FOLDER": str(tmp_path), "PUBLIC_URL": "http://testserver", "SECRET_KEY": "0123456789abcdef" * 3, "DEMO": "true"}
    return Terminal(monkeypatch, capsys, settings)


def test_a_new_key_is_written_once_to_its_file_and_nowhere_else(terminal: Terminal, tmp_path: Path) -> None:
    assert "no letter can be sent" in terminal.type("complaints", "key", "list")[1]
    kept = tmp_path / "safe" / "key.json"
    kept.parent.mkdir()
    code, printed, said = terminal.type("complaints", "key", "new", "--to", str(kept))
    assert (code, printed) == (0, "")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    told = json.loads(kept.read_text())
    assert told["fingerprint"] in said
    assert told["fingerprint"] in terminal.type("complaints", "key", "list")[1]
    secret = told["key"]["d"].encode()
    elsewhere = [path for path in tmp_path.rglob("*") if path.is_file() and path != kept]
    assert elsewhere
    assert not any(secret in path.read_bytes() for path in elsewhere)
    again, _, complaint = terminal.type("complaints", "key", "new", "--to", str(kept))
    assert (again, "is there already" in complaint) == (1, True)
    assert len(terminal.type("complaints", "key", "list")[1].splitlines()) == 1


def test_a_key_can_go_straight_to_another_machine_by_the_standard_output(terminal: Terminal, tmp_path: Path) -> None:
    code, printed, said = terminal.type("complaints", "key", "new", "--to", "-")
    told = json.loads(printed)
    assert (code, told["fingerprint"] in said) == (0, True)
    assert not any(told["key"]["d"].encode() in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_a_key_that_is_ended_seals_nothing_any_more(terminal: Terminal, tmp_path: Path) -> None:
    kept = tmp_path / "key.json"
    terminal.type("complaints", "key", "new", "--to", str(kept))
    fingerprint = json.loads(kept.read_text())["fingerprint"]
    assert "Ended" in terminal.type("complaints", "key", "end", fingerprint)[1]
    assert "in force" not in terminal.type("complaints", "key", "list")[1]
    assert "no key in force" in terminal.type("complaints", "key", "end", fingerprint)[2]


def test_a_sealed_letter_is_opened_without_settings_and_without_a_database(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    terminal = Terminal(monkeypatch, capsys, {})
    for name in Settings.model_fields:
        monkeypatch.delenv(f"STOP_SEARCH_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)
    sealed = seal(key_pair().public, COMPLAINT | {"on_behalf_of": True}, letter_id=LETTER, part_id=PART)
    parts = (SealedPart(PART, "body", date(2026, 11, 16), key_pair().fingerprint, sealed),)
    Path("letter.json").write_text(json.dumps(sealed_file(LETTER, "C-7K3M9Q2T", parts)))
    Path("key.json").write_text(key_pair().key_file)
    code, printed, _ = terminal.type("complaints", "open", "letter.json", "--key", "key.json")
    assert code == 0
    assert "they shouted at my brother" in printed
    assert "on_behalf_of: true" in printed
    for file, key, sentence in (
        ("none.json", "key.json", "cannot be read"),
        ("key.json", "key.json", "no sealed letter"),
        ("letter.json", "letter.json", "no key file"),
    ):
        code, printed, complaint = terminal.type("complaints", "open", file, "--key", key)
        assert (code, printed, sentence in complaint) == (1, "", True)
