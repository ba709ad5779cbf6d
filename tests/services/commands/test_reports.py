"""`stop-search report`: a folder of files, the same each time until somebody says why the figures are worked out again."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from stop_search.installation import Installation
from tests.conftest import SECRET
from tests.support.searched import some_searched
from tests.support.terminal import Terminal

THEN = datetime(2024, 11, 10, 12, 0, tzinfo=UTC)


@pytest.fixture
def terminal(installation: Installation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """Give a terminal on an installation where a little happened."""
    with installation.writing() as session:
        some_searched(session, 12, started_at=THEN)
    settings = installation.settings
    named = {"DATA_FOLDER": str(settings.data_folder), "PUBLIC_URL": settings.public_url, "SECRET_KEY": SECRET, "DEMO": "true"}
    return Terminal(monkeypatch, capsys, named)


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_same_quarter_again_gives_the_same_bytes_though_more_happened(
    terminal: Terminal, installation: Installation, tmp_path: Path
) -> None:
    code, said, _ = terminal.type("report", "--quarter", "2024Q4", "--out", str(tmp_path / "one"))
    assert code == 0, said
    assert "1 October to 31 December 2024, version 1." in said
    with installation.writing() as session:
        some_searched(session, 5, started_at=THEN)
    _, again, _ = terminal.type("report", "--quarter", "2024Q4", "--out", str(tmp_path / "two"))
    assert "version 1, as it was made before." in again
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert {"report.html", "report.pdf", "manifest.json", "codebook.csv", "criteria.parquet"} <= set(contents(tmp_path / "one"))
    terminal.type("report", "--quarter", "2024Q4", "--out", str(tmp_path / "three"), "--reason", "More came.")
    assert contents(tmp_path / "three")["snapshot.json"] != contents(tmp_path / "one")["snapshot.json"]
    terminal.type("report", "--quarter", "2024Q4", "--out", str(tmp_path / "four"), "--version", "1")
    assert contents(tmp_path / "four") == contents(tmp_path / "one")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--quarter", "2026"), "is not a quarter. Write it as in 2026Q3"),
        (("--quarter", "2099Q1"), "2099Q1 has not begun"),
        (("--quarter", "2024Q4", "--version", "3"), "There is no version 3 of 2024Q4."),
        (("--quarter", "2024Q4", "--version", "1", "--reason", "x"), "not both"),
    ],
)
def test_what_cannot_be_made_is_said_in_a_sentence(terminal: Terminal, tmp_path: Path, words: tuple[str, ...], complaint: str) -> None:
    code, _, complained = terminal.type("report", *words, "--out", str(tmp_path / "out"))
    assert code == 1
    assert complaint in complained
    assert not (tmp_path / "out").exists()


def test_a_folder_with_something_in_it_is_left_as_it_is(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("mine")
    code, _, complained = terminal.type("report", "--quarter", "2024Q4", "--out", str(tmp_path))
    assert code == 1
    assert "is not an empty folder" in complained
