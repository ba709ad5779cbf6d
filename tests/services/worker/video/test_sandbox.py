"""The sandbox holds, says why where it does not, and ends what will not end."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from services.worker.video.sandbox import Limits, NoSandbox, open_sandbox, self_test
from tests.support.clips import clip, programs
from tests.support.sandboxes import LIMITS, MODES, a_rogue, a_sandbox

STARTED_TICKS = 20  # more than the start of Python takes


@pytest.mark.parametrize("mode", MODES)
def test_nothing_leaks_and_everything_needed_works(mode: str) -> None:
    assert self_test(a_sandbox(mode)) == []


def test_the_automatic_choice_takes_a_mode_that_holds() -> None:
    assert open_sandbox("auto", programs()).mode in {"bubblewrap", "landlock"}


def test_the_self_test_notices_a_room_with_a_window(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = a_sandbox("landlock")
    monkeypatch.setattr("services.worker.video.sandbox.SYSTEM", ("/usr", "/lib", "/lib64", "/etc", "/tmp"))  # noqa: S108 -- what must not be readable
    leaks = self_test(opened)
    assert "read_passwd was possible" in leaks
    assert "read_neighbour was possible" in leaks


def test_without_bubblewrap_the_message_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(NoSandbox, match="bwrap is not installed"):
        open_sandbox("bubblewrap", programs())


def test_a_bubblewrap_that_cannot_wall_off_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(NoSandbox, match="No permissions to create new namespace"):
        open_sandbox("bubblewrap", programs())


def test_a_bubblewrap_that_does_nothing_but_start_the_child_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_door = tmp_path / "bwrap"
    open_door.write_text('#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\nshift\nmkdir -p /in\nexec "$@"\n')
    open_door.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(NoSandbox):
        open_sandbox("bubblewrap", programs())


@pytest.mark.parametrize("mode", MODES)
def test_a_child_that_takes_too_long_is_stopped(mode: str, tmp_path: Path) -> None:
    started = time.monotonic()
    ended = a_sandbox(mode).run("examine", recording=clip("plain.mp4"), folder=tmp_path, limits=Limits(wall_seconds=0.05, cpu_seconds=60))
    assert ended.report is None
    assert ended.trouble is not None
    assert "took longer" in ended.trouble
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("mode", MODES)
def test_a_child_that_wants_too_much_memory_fails_in_words(mode: str, tmp_path: Path) -> None:
    ended = a_sandbox(mode).run(
        "examine", recording=clip("plain.mp4"), folder=tmp_path, limits=Limits(wall_seconds=60, cpu_seconds=60, memory_bytes=120 << 20)
    )
    told = ended.trouble or str(ended.report)
    assert ended.report is None or ended.report["failure"] is not None
    assert len(told) > 20


@pytest.mark.parametrize("mode", MODES)
def test_a_child_that_uses_up_its_processor_time_fails_in_words(mode: str, tmp_path: Path) -> None:
    ended = a_rogue(mode).run("spin", recording=clip("plain.mp4"), folder=tmp_path, limits=Limits(wall_seconds=60, cpu_seconds=1))
    assert ended.trouble == "It used up the processor time that one recording may take."


@pytest.mark.parametrize("mode", MODES)
def test_a_child_that_crashes_fails_in_words(mode: str, tmp_path: Path) -> None:
    ended = a_rogue(mode).run("crash", recording=clip("plain.mp4"), folder=tmp_path, limits=LIMITS)
    assert ended.trouble == "The decoder crashed on it."


@pytest.mark.parametrize("mode", MODES)
def test_a_child_that_was_taken_over_gets_nowhere(mode: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    recording, neighbour = tmp_path / "recording", tmp_path / "neighbour"
    recording.write_bytes(b"recording")
    neighbour.write_bytes(b"canary: another person's stop")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        ask = {"neighbour": str(neighbour), "worker": os.getpid(), "port": server.getsockname()[1]}
        ended = a_rogue(mode).run("break-out", recording=recording, folder=tmp_path / "folder", limits=LIMITS, ask=ask)
        with pytest.raises(BlockingIOError):
            server.accept()
    assert ended.report is not None, ended.trouble
    assert len(ended.report) >= 25
    assert {name: done for name, done in ended.report.items() if done is not None} == {}
    assert recording.read_bytes() == b"recording"
    assert recording.stat().st_mtime > 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "neighbour", "recording"]


@pytest.mark.parametrize("mode", MODES)
def test_the_child_has_none_of_our_environment(mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOP_SEARCH_SECRET_KEY", "canary-in-the-environment")
    ended = a_rogue(mode).run("tell-environment", recording=clip("plain.mp4"), folder=tmp_path, limits=LIMITS)
    assert ended.report is not None
    assert "canary" not in str(ended.report)
    assert "HOME" in ended.report


def test_the_child_dies_with_the_worker(tmp_path: Path) -> None:
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path\n"
        "from services.worker.video.sandbox import Limits, Sandbox\n"
        "from tests.support.clips import programs\n"
        "Sandbox(sys.argv[2], programs(), sys.argv[4], 'tests.support.rogue_child').run('spin',"
        " recording=Path(sys.argv[3]), folder=Path(sys.argv[3]).parent / 'f',"
        " limits=Limits(60, 60))"
    )
    root = str(Path(__file__).parents[4])
    (tmp_path / "f").mkdir()
    (tmp_path / "recording").write_bytes(b"x")
    for mode in (mode for mode in ("bubblewrap", "landlock") if mode == "landlock" or shutil.which("bwrap")):
        words = [sys.executable, "-c", script, root, mode, str(tmp_path / "recording"), shutil.which("bwrap") or ""]
        worker = subprocess.Popen(words)
        assert _wait_for(lambda: any(_ticks(number) > STARTED_TICKS for number in _spinning(tmp_path))), mode
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        assert _wait_for(lambda: not _spinning(tmp_path)), mode


def _ticks(number: int) -> int:
    """Return the processor time that a process and those below it have used, in hundredths of a second: with some, the start is over."""
    try:
        used = int(Path(f"/proc/{number}/stat").read_text().rsplit(") ", 1)[1].split()[11])
        below = Path(f"/proc/{number}/task/{number}/children").read_text().split()
    except OSError:
        return 0
    return used + sum(_ticks(int(child)) for child in below)


def _spinning(folder: Path) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes() if entry.name.isdigit() else b""
        except OSError:
            continue
        if str(folder).encode() in words and b'"spin"' in words:
            found.append(int(entry.name))
    return found


def _wait_for(condition: Callable[[], bool], seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.02)
    return False
