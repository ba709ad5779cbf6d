"""The whole chain as a newcomer meets it: `stop-search demo --once` on an empty folder, then the other commands on what it left."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from stop_search.settings import PREFIX

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a space in its name: an installation may lie anywhere."""
    return tmp_path_factory.mktemp("a newcomer") / "var"


def ran(home: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    environment |= {f"{PREFIX}DATA_FOLDER": str(home)}
    command = [sys.executable, "-m", "services.cli", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=280)


@pytest.fixture(scope="module")
def walked(home: Path) -> dict[str, str]:
    """Return the four lines that the walk prints, by their first word."""
    done = ran(home, "demo", "--once")
    assert done.returncode == 0, done.stdout + done.stderr
    lines = [line.split(" ", 1) for line in done.stdout.splitlines()]
    return {words[0]: words[1] for words in lines if words[0] in {"receipt", "encounter", "footage", "draw"}}


@pytest.mark.slow
def test_the_walk_prints_what_it_made(walked: dict[str, str]) -> None:
    assert set(walked) == {"receipt", "encounter", "footage", "draw"}
    assert len(walked["receipt"].split("-")) == 3


@pytest.mark.slow
def test_the_receipt_of_the_walk_renders_in_every_form(home: Path, walked: dict[str, str], tmp_path: Path) -> None:
    for form, beginning in (("a6", b"%PDF"), ("text", b""), ("html", b"<!")):
        out = tmp_path / form
        done = ran(home, "receipt", "render", walked["encounter"], "--form", form, "--out", str(out))
        assert done.returncode == 0, done.stderr
        written = sorted(tmp_path.glob(f"{form}*"))
        assert written
        assert written[0].read_bytes().startswith(beginning)


@pytest.mark.slow
def test_the_footage_of_the_walk_is_shown_with_its_facts(home: Path, walked: dict[str, str]) -> None:
    done = ran(home, "footage", "show", walked["footage"])
    assert done.returncode == 0, done.stderr
    assert "h264" in done.stdout


@pytest.mark.slow
def test_the_draw_of_the_walk_verifies_and_a_changed_ticket_does_not(home: Path, walked: dict[str, str]) -> None:
    assert ran(home, "draw", "verify", walked["draw"]).returncode == 0
    tickets = Path(walked["draw"]) / "tickets.csv"
    content = tickets.read_text(encoding="utf-8")
    tickets.write_text(content.replace("0", "1", 5), encoding="utf-8")
    assert ran(home, "draw", "verify", walked["draw"]).returncode != 0
    tickets.write_text(content, encoding="utf-8")


@pytest.mark.slow
def test_the_audit_log_of_the_walk_verifies(home: Path, walked: dict[str, str]) -> None:
    done = ran(home, "audit", "verify")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_a_second_walk_on_the_same_folder_takes_another_day(home: Path, walked: dict[str, str]) -> None:
    done = ran(home, "demo", "--once")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"encounter {walked['encounter']}" not in done.stdout
