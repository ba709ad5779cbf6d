"""`stop-search receipt check`: genuine or not, with our settings and without."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from receipts.signed import SIGNING_USE, public_key, signed_receipt
from services import cli
from stop_search.installation import Installation
from tests.conftest import SECRET
from tests.support.receipt_facts import some_content

OTHER = bytes(range(32))


def checked(*arguments: object) -> tuple[int, str]:
    """Run the command and return its exit code and what it printed."""
    result = CliRunner().invoke(cli.made_app(), ["receipt", *(str(a) for a in arguments)])
    return result.exit_code, result.output


@pytest.fixture
def ours(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """Return an installation whose settings are at hand."""
    for name, value in {
        "DATA_FOLDER": str(installation.settings.data_folder),
        "PUBLIC_URL": "http://testserver",
        "SECRET_KEY": SECRET,
    }.items():
        monkeypatch.setenv(f"STOP_SEARCH_{name}", value)
    monkeypatch.setenv("STOP_SEARCH_DEMO", "true")
    return installation


def a_file(folder: Path, seed: bytes, **changes: str) -> Path:
    """Write a signed receipt."""
    path = folder / "receipt.json"
    path.write_text(signed_receipt(some_content(**changes), seed=seed), encoding="utf-8")
    return path


def test_our_own_receipt_is_genuine_and_its_words_are_shown(ours: Installation, tmp_path: Path) -> None:
    seed = ours.key_for(SIGNING_USE)
    code, said = checked("check", a_file(tmp_path, seed))
    assert code == 0
    assert "Genuine" in said
    assert "amber otter" in said
    assert checked("key") == (0, public_key(seed) + "\n")


def test_somebody_elses_receipt_and_a_changed_one_are_not(ours: Installation, tmp_path: Path) -> None:
    code, said = checked("check", a_file(tmp_path, OTHER))
    assert (code, "another key" in said) == (1, True)
    assert checked("check", tmp_path / "receipt.json", "--key", public_key(OTHER).upper())[0] == 0
    changed = a_file(tmp_path, ours.key_for(SIGNING_USE))
    changed.write_text(changed.read_text().replace("amber otter", "amber trout"), encoding="utf-8")
    code, said = checked("check", changed)
    assert (code, "was changed" in said, "trout" in said) == (1, True, False)


def test_without_any_settings_it_says_what_can_be_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOP_SEARCH_DATA_FOLDER", str(tmp_path / "nothing"))
    code, said = checked("check", a_file(tmp_path, OTHER))
    assert code == 3
    assert public_key(OTHER) in said


def test_a_file_that_is_no_receipt_is_told(ours: Installation, tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    (tmp_path / "letter.txt").write_text("Dear all", encoding="utf-8")
    for name in ("photo.jpg", "letter.txt", "missing.json"):
        assert checked("check", tmp_path / name)[0] not in {0, 3}
