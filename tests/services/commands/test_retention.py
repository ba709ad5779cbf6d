"""`stop-search retention …`: what a run would do, and doing it; comparing clocks; certificates."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from services.commands.retention import register
from stop_search.codes.retention import USUAL
from stop_search.footage.actions import place_hold
from stop_search.footage.clock_watch import newest_look
from stop_search.footage.rules import HoldReason
from stop_search.installation import Installation
from tests.support.builders import a_recording, an_encounter


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


def said(command: typer.Typer, *words: str) -> list[str]:
    """Run it; return its lines."""
    result = CliRunner().invoke(command, ["retention", *words])
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def test_a_dry_run_changes_nothing_and_a_run_does_what_it_said(command: typer.Typer, installation: Installation) -> None:
    now = datetime.now(UTC)
    last_day = (now - timedelta(days=2)).date()
    with installation.writing() as session:
        encounters = [an_encounter(session, started_at=now - timedelta(days=40)) for _ in range(3)]
        footage = [a_recording(session, encounter=e, started_at=e.started_at, erase_after=last_day).id for e in encounters]
        a_recording(session, erase_after=now.date() + timedelta(days=9))
        for reason in (HoldReason.DRAWN, HoldReason.FEEDBACK):
            place_hold(session, encounter_id=encounters[0].id, reason=reason, cause_id="1", now=now)
    reasons = ["  held for drawn: 1", "  held for feedback: 1"]
    none = ["holds that came too late, ever: 0", "drawn stops whose footage was gone before review, ever: 0"]
    planned = said(command, "plan")
    assert planned[:2] == ["last run: never", "would be erased: 2, new since the last run: 2"]
    assert [line for line in planned if "held for" in line] == reasons
    assert said(command, "run", "--dry-run") == [*planned, *none]
    assert said(command, "run") == ["holds that were over: 0", "erased: 2", "past their time and held: 1", *reasons, *none]
    with installation.writing() as session:
        place_hold(session, encounter_id=encounters[1].id, reason=HoldReason.COMPLAINT, cause_id="1", now=now)
    assert said(command, "run")[-3:] == ["holds that came too late, ever: 1", "  complaint: 1", none[1]]
    assert "new since the last run: 0" in said(command, "plan")[2]
    printed = said(command, "certificate", str(footage[1]))
    assert f"showed               {encounters[1].reference}" in printed
    assert json.loads("\n".join(said(command, "certificate", str(footage[1]), "--json")))["footage_id"] == str(footage[1])


def test_another_file_is_compared_and_the_clock_confirmed(command: typer.Typer, installation: Installation, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    with installation.writing() as session:
        started_at = now - timedelta(days=3)
        a_recording(session, started_at=started_at, received_at=started_at, erase_after=(now + timedelta(days=28)).date(), clocks_version=1)
    longer = tmp_path / "ours.yaml"
    longer.write_text(USUAL.read_text(encoding="utf-8").replace("P31D", "P60D"), encoding="utf-8")
    assert said(command, "compare", str(longer))[:3] == ["would go longer: 1", "would go sooner: 0", "would go on the same day: 0"]
    assert said(command, "compare", str(USUAL))[2] == "would go on the same day: 1"
    assert said(command, "confirm-clock", "--yes")[-1] == "Confirmed. The next run goes by it."
    with installation.reading() as session:
        assert newest_look(session) is not None
