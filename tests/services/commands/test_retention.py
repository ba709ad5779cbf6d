"""`stop-search retention run`: what it would do, and doing it."""

from datetime import UTC, datetime, timedelta

import pytest
import typer
from typer.testing import CliRunner

from services.commands.retention import register
from stop_search.footage.actions import place_hold
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
    result = CliRunner().invoke(command, ["retention", "run", *words])
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def test_a_dry_run_changes_nothing_and_a_run_does_what_it_said(command: typer.Typer, installation: Installation) -> None:
    now = datetime.now(UTC)
    last_day = (now - timedelta(days=2)).date()
    with installation.writing() as session:
        encounters = [an_encounter(session, started_at=now - timedelta(days=40)) for _ in range(3)]
        for encounter in encounters:
            a_recording(session, encounter=encounter, started_at=encounter.started_at, erase_after=last_day)
        a_recording(session, erase_after=now.date() + timedelta(days=9))
        for reason in (HoldReason.DRAWN, HoldReason.FEEDBACK):
            place_hold(session, encounter_id=encounters[0].id, reason=reason, cause_id="1", now=now)
    held = ["past their time and held: 1", "  held for drawn: 1", "  held for feedback: 1", "holds that came too late, ever: 0"]
    assert said(command, "--dry-run") == said(command, "--dry-run") == ["would be erased: 2", *held]
    assert said(command) == ["erased: 2", *held]
    with installation.writing() as session:
        place_hold(session, encounter_id=encounters[1].id, reason=HoldReason.COMPLAINT, cause_id="1", now=now)
    assert said(command) == ["erased: 0", *held[:-1], "holds that came too late, ever: 1", "  complaint: 1"]
