"""An outsider checks an exported log with the standard library alone and comes to the same end as we do."""

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from stop_search.audit.actions import record_act
from stop_search.audit.queries import chain_report, exported_entries
from stop_search.audit.rules import Act, Actor, Operation, Purpose
from tests.support.tampering import TAMPERINGS, rechained, without_guards

SCRIPT = Path(__file__).parents[2] / "verify" / "audit.py"
ENTRIES = 8
ONLY_IN_THE_DATABASE = {"edit what is shown only"}  # an export has no columns beside the hashed text


def a_log(session: Session, now: datetime) -> None:
    """Write entries with letters that are awkward in JSON."""
    for number in range(ENTRIES):
        reason = '"quoted" \\ / <b> é😀\u2028'
        act = Act(Operation.SECURITY, "tried", "thing", f"thing-{number}", Purpose.ADMINISTRATION, reason=reason)
        record_act(session, actor=Actor("account-1", "auditor"), act=act, now=now)
    session.flush()


def verdict(session: Session, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Export, and run the script without our packages in reach."""
    session.expire_all()
    file = folder / "log.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in exported_entries(session)))
    return outsiders_verdict(file, *arguments)


def outsiders_verdict(file: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script by itself, isolated from everything that is installed."""
    command = [sys.executable, "-I", "-S", str(SCRIPT), str(file), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")


def test_an_untouched_log_is_found_whole_with_the_same_newest_hash(session: Session, now: datetime, tmp_path: Path) -> None:
    a_log(session, now)
    found = verdict(session, tmp_path)
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout == f"{ENTRIES} entries, newest hash {chain_report(session).head}: nothing is wrong\n"


def test_an_empty_log_is_whole(session: Session, tmp_path: Path) -> None:
    assert verdict(session, tmp_path).returncode == 0


@pytest.mark.parametrize("tampering", sorted(set(TAMPERINGS) - ONLY_IN_THE_DATABASE))
def test_the_script_finds_what_we_find(session: Session, now: datetime, tmp_path: Path, tampering: str) -> None:
    a_log(session, now)
    without_guards(session)
    TAMPERINGS[tampering](session, ENTRIES // 2)
    found = verdict(session, tmp_path)
    assert found.returncode == 1, found.stdout
    assert "problems" in found.stdout


def test_a_chain_made_anew_is_found_by_the_hash_that_was_noted_down(session: Session, now: datetime, tmp_path: Path) -> None:
    a_log(session, now)
    noted = chain_report(session).head
    assert verdict(session, tmp_path, "--head", noted).returncode == 0
    without_guards(session)
    rechained(session, 2)
    assert verdict(session, tmp_path).returncode == 0
    found = verdict(session, tmp_path, "--head", noted)
    assert found.returncode == 1
    assert "made anew" in found.stdout


@pytest.mark.parametrize("content", ["not json\n", "[1]\n", '"x"\n', "\udcff\n"])
def test_what_cannot_be_read_is_told_apart_from_what_was_tampered_with(tmp_path: Path, content: str) -> None:
    file = tmp_path / "log.jsonl"
    file.write_bytes(content.encode("utf-8", "surrogateescape"))
    found = outsiders_verdict(file)
    assert (found.returncode, found.stdout) == (2, "")
    assert "cannot be read" in found.stderr


@pytest.mark.parametrize(
    "content", ["", '{"text": "{}"}\n', '{"head": null}\n{"head": null}\n', '{"text": 5}\n{"head": {"n": 1, "hash": "x"}}\n']
)
def test_a_file_that_was_cut_or_is_malformed_is_found(tmp_path: Path, content: str) -> None:
    file = tmp_path / "log.jsonl"
    file.write_text(content)
    assert outsiders_verdict(file).returncode == 1
