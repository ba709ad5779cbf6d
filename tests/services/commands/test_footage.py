"""`stop-search footage …` on real files."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from services.commands.footage import register
from services.worker.jobs import Ending, carry_out
from stop_search.installation import Installation
from stop_search.jobs.queries import claimable_jobs
from stop_search.jobs.rules import Queue
from tests.support.builders import an_encounter, an_officer
from tests.support.clips import clip, real


@pytest.fixture
def command(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    """Give the commands, in an environment that names the test's installation."""
    settings = installation.settings
    monkeypatch.setenv("STOP_SEARCH_DATA_FOLDER", str(settings.data_folder))
    monkeypatch.setenv("STOP_SEARCH_PUBLIC_URL", settings.public_url)
    monkeypatch.setenv("STOP_SEARCH_DEMO", "true")
    monkeypatch.setenv("STOP_SEARCH_SECRET_KEY", settings.secret_key.get_secret_value())
    app = typer.Typer()
    app.callback()(lambda: None)
    register(app)
    return app


def run(command: typer.Typer, *words: str, code: int = 0) -> str:
    """Run a command; return what it said."""
    result = CliRunner().invoke(command, ["footage", *words])
    assert result.exit_code == code, result.output
    return " ".join(result.output.replace("│", " ").split(" ")) + str(result.exception or "")


def work_off(installation: Installation) -> list[Ending]:
    """Carry what waits."""
    with installation.reading() as session:
        waiting = claimable_jobs(session, queue=Queue.FOOTAGE, names=["examine_footage"])
    return [carry_out(installation, job_id=job_id) for job_id in waiting]


def test_files_are_taken_in_examined_and_shown(command: typer.Typer, installation: Installation, tmp_path: Path) -> None:
    started = datetime.now(UTC) - timedelta(hours=2)
    with installation.writing() as session:
        officer = an_officer(session, number="4711")
        encounter = an_encounter(session, officer=officer, started_at=started)
    bad = tmp_path / "a list.mp4"
    bad.write_text("ffconcat version 1.0\nfile x.mp4\n")
    said = run(
        command, "ingest", str(real("bikes.mp4")), str(bad), "--device", "C7", "--officer", "4711", "--started-at", started.isoformat()
    )
    ids = re.findall(r"^footage (\S+)  (.+)$", said, re.MULTILINE)
    assert [name for _, name in ids] == ["bikes.mp4", "a list.mp4"]
    assert "received" in run(command, "show", ids[0][0])
    assert work_off(installation) == [Ending.DONE, Ending.DONE]
    good = run(command, "show", ids[0][0])
    for words in (r"state +examined", r"fact length_seconds +10.0", r"fact video_codec +h264", r"officer +4711", encounter.reference):
        assert re.search(words, good), words
    failed = run(command, "show", ids[1][0])
    assert re.search(r"state +failed", failed)
    assert re.search(r"failed because +This is not a recording but a list", failed)
    listed = run(command, "list")
    assert re.search(rf"{ids[1][0]} +Failed +since .*\n +This is not a recording but a list", listed)
    assert listed.index(ids[1][0]) < listed.index(ids[0][0])
    assert ids[0][0] not in run(command, "list", "--state", "failed")
    assert "more than 1" in run(command, "list", "--limit", "1")
    assert re.search(r"progress +It was examined", good)
    assert "A worker will examine it again" in run(command, "examine-again", ids[1][0])
    assert work_off(installation) == [Ending.DONE]


def test_an_empty_list_says_so(command: typer.Typer) -> None:
    assert "No recording has arrived yet." in run(command, "list")
    assert "There is no such recording." in run(command, "list", "--state", "failed")


def test_the_same_file_again_is_the_same_recording(command: typer.Typer) -> None:
    said = [run(command, "ingest", str(clip("plain.mp4"))) for _ in range(2)]
    assert said[0] == said[1]


def test_mistakes_are_named(command: typer.Typer, tmp_path: Path) -> None:
    assert "no officer" in run(command, "ingest", str(clip("plain.mp4")), "--officer", "0000", code=1)
    assert "no encounter" in run(command, "ingest", str(clip("plain.mp4")), "--encounter", "XX", code=1)
    assert "is no time" in run(command, "ingest", str(clip("plain.mp4")), "--started-at", "yesterday", code=2)
    assert "does not exist" in " ".join(run(command, "ingest", str(tmp_path / "none.mp4"), code=2).split())
    assert "no such recording" in run(command, "show", str(uuid.uuid4()), code=1)
    assert "no such recording" in run(command, "examine-again", str(uuid.uuid4()), code=1)
