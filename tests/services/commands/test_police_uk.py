"""The two commands: what they print, what they keep, and how they end."""

from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from services.commands import police_uk
from stop_search.database.session import open_database
from stop_search.errors import Invalid
from stop_search.installation import Installation
from tests.support.builders import an_encounter
from tests.support.published import a_published_file, a_published_row

NAME = "2019-01-avon-and-somerset-stop-and-search.csv"
Run = Callable[..., Result]


@pytest.fixture
def run(installation: Installation, settings_in_environment: None) -> Run:
    """Return a function that runs the command line on a migrated installation."""
    app = typer.Typer()
    police_uk.register(app)
    return lambda *arguments: CliRunner().invoke(app, [str(a) for a in arguments])


def test_a_file_goes_in_and_comes_out_to_the_byte(run: Run, tmp_path: Path) -> None:
    content = a_published_file(a_published_row(), a_published_row(), a_published_row(date="2019-01-07T00:00:00+00:00"))
    (tmp_path / NAME).write_bytes(content)
    kept = run("import", "police-uk", tmp_path / NAME)
    assert kept.exit_code == 0, kept.output
    assert kept.stdout.splitlines()[:3] == [
        f"{NAME}: 3 rows of 2019-01 kept, 3 of them flagged.",
        "  flagged, 1 row (3): exactly midnight: perhaps only the date is known",
        "  flagged, 2 rows (1, 2): the same as another row: perhaps several people in one stop",
    ]
    assert "rows a second" in kept.stdout
    out = tmp_path / "out.csv"
    written = run("export", "police-uk", "--month", "2019-01", "--out", out)
    assert written.exit_code == 0, written.output
    assert out.read_bytes() == content
    assert written.stdout == ""
    assert "2019-01: 3 rows as imported, 0 of our own." in written.stderr
    assert run("export", "police-uk", "--month", "2019-01").stdout_bytes == content


def test_a_refused_row_is_printed_with_its_reason_and_nothing_of_its_file_is_kept(run: Run, tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(a_published_file(a_published_row(), a_published_row(gender="?", outcome="?")))
    other = tmp_path / "2019-02-x.csv"
    other.write_bytes(a_published_file(date="2019-02-02T12:00:00+00:00"))
    done = run("import", "police-uk", tmp_path / NAME, other)
    assert done.exit_code == 1
    assert done.stdout.splitlines()[:3] == [
        f"{NAME}: 1 row cannot be understood, so nothing of this file was kept.",
        "  refused, row 2: Gender: “?” is not a published value; Outcome: “?” is not a published value",
        "2019-02-x.csv: 1 row of 2019-02 kept, 0 of them flagged.",
    ]
    assert "1 of 2 files were not kept" in done.stdout
    assert len(run("export", "police-uk", "--month", "2019-01").stdout.splitlines()) == 1
    assert len(run("export", "police-uk", "--month", "2019-02").stdout.splitlines()) == 2


def test_only_the_first_twenty_refusals_are_printed(run: Run, tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(a_published_file(*[a_published_row(gender="?")] * 25))
    done = run("import", "police-uk", tmp_path / NAME)
    assert done.stdout.count("refused, row") == 20
    assert "  and 5 more" in done.stdout


def test_the_same_file_a_strange_file_a_missing_file_and_a_folder_are_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(a_published_file())
    (tmp_path / "notes.txt").write_text("hello")
    run("import", "police-uk", tmp_path / NAME)
    done = run("import", "police-uk", tmp_path / NAME, tmp_path / "notes.txt", tmp_path / "missing.csv", tmp_path)
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert "was imported before, as" in lines[0]
    assert "the column “Type” is missing" in lines[1]
    assert "missing.csv: cannot be read: No such file or directory" in lines[2]
    assert "cannot be read: Is a directory" in lines[3]


def test_an_unusual_file_is_kept_and_what_will_differ_is_said(run: Run, tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(a_published_file() + b"\n\n")
    done = run("import", "police-uk", tmp_path / NAME)
    assert done.exit_code == 0
    assert "rows and order will be exported equal, not every byte" in done.stdout


def test_searches_of_our_own_without_an_outcome_are_counted(run: Run, installation: Installation) -> None:
    with installation.writing() as session:
        encounter = an_encounter(session, people=0)
        from tests.support.builders import a_person

        a_person(session, encounter=encounter, outcome=None)
    done = run("export", "police-uk", "--month", "2026-11")
    assert "0 rows as imported, 1 of our own." in done.stderr
    assert "1 row of our own without an outcome so far" in done.stderr


def test_a_wrong_month_or_folder_writes_nothing(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "nowhere" / "out.csv"
    assert isinstance(run("export", "police-uk", "--month", "2019-01", "--out", out).exception, Invalid)
    out = tmp_path / "out.csv"
    assert isinstance(run("export", "police-uk", "--month", "January", "--out", out).exception, Invalid)
    assert not out.exists()


def test_what_cannot_be_written_is_not_noted_as_published(run: Run, installation: Installation, tmp_path: Path) -> None:
    from stop_search.audit.queries import newest_entries

    (tmp_path / "folder").mkdir()
    done = run("export", "police-uk", "--month", "2019-01", "--out", tmp_path / "folder")
    assert isinstance(done.exception, Invalid)
    assert "folder cannot be written: Is a directory. Nothing was published." in str(done.exception)
    with open_database(installation.settings.database_address).reading() as session:
        assert newest_entries(session) == []


def test_a_month_comes_out_as_parquet(run: Run, tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(a_published_file(a_published_row()))
    run("import", "police-uk", tmp_path / NAME)
    out = tmp_path / "out.parquet"
    assert run("export", "police-uk", "--month", "2019-01", "--format", "parquet", "--out", out).exit_code == 0
    assert out.read_bytes()[:4] == b"PAR1"
