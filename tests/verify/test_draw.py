"""An outsider checks a published draw with the standard library alone and comes to the same end as we do."""

import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.drawn import some_files, tampered, written

from stop_search.draws.publication import draw_problems
from stop_search.draws.rules import manifest_digest

SCRIPT = Path(__file__).parents[2] / "verify" / "draw.py"


def outsiders_verdict(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the script by itself, isolated from everything that is installed."""
    command = [sys.executable, "-I", "-S", str(SCRIPT), *(str(argument) for argument in arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_an_honest_draw_is_confirmed_and_what_was_not_checked_is_said(tmp_path: Path) -> None:
    files = some_files()
    done = outsiders_verdict(written(files, tmp_path / "draw"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith(f"OK: {len(json.loads(files['draw.json'])['drawn'])} of 24 drawn")
    assert "Not checked: whether this manifest was fixed before the randomness was known" in done.stdout


def test_the_digest_known_before_is_compared(tmp_path: Path) -> None:
    files = some_files()
    folder = written(files, tmp_path / "draw")
    digest = manifest_digest(json.loads(files["manifest.json"]))
    assert outsiders_verdict(folder, digest).stdout.count("\n") == 1
    other = outsiders_verdict(folder, "0" * 64)
    assert other.returncode == 1
    assert "not the manifest whose digest was known" in other.stdout


def test_it_finds_every_tampering_that_we_find(tmp_path: Path) -> None:
    check = runpy.run_path(str(SCRIPT))["main"]
    tried = list(tampered(some_files()))
    unseen = [what for n, (what, changed) in enumerate(tried) if check([str(written(changed, tmp_path / str(n)))]) == 0]
    assert len(tried) > 100
    assert unseen == []


@pytest.mark.parametrize("name", ["manifest.json", "draw.json", "tickets.csv"])
@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"\xff\xfe", b'{"frame": 3}', b'{"frame": []}'])
def test_what_is_no_draw_is_told_without_a_traceback(tmp_path: Path, name: str, content: bytes) -> None:
    done = outsiders_verdict(written(some_files(size=3) | {name: content}, tmp_path / "draw"))
    assert done.returncode in {1, 2}
    assert "Traceback" not in done.stderr


def test_no_folder_is_told() -> None:
    assert outsiders_verdict("/nowhere").returncode == 2
    assert outsiders_verdict().returncode == 2


def test_the_script_imports_nothing_of_ours_and_is_short() -> None:
    lines = SCRIPT.read_text().splitlines()
    imported = {line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))}
    assert imported <= set(sys.stdlib_module_names)
    assert len(lines) <= 150
    assert draw_problems(some_files()) == []
