"""Sandboxes of each mode, where this machine has them."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from services.worker.video import confine
from services.worker.video.sandbox import Ended, Limits, Sandbox
from tests.support.clips import clip, folder, programs

MODES = ("bubblewrap", "landlock")
LIMITS = Limits(wall_seconds=60, cpu_seconds=60)


def a_sandbox(mode: str, *, entry: str = "services.worker.video.child") -> Sandbox:
    """Return a sandbox of this mode, or skip the test where the machine has none."""
    bwrap = shutil.which("bwrap")
    if mode == "bubblewrap" and bwrap is None:
        pytest.skip("bubblewrap is not installed")
    if mode == "landlock" and not confine.landlock_version():
        pytest.skip("this kernel has no Landlock")
    return Sandbox(mode, programs(), bwrap, entry)


def a_rogue(mode: str) -> Sandbox:
    """Return a sandbox whose child is `tests.support.rogue_child`: taken over from the start, and trying to get out."""
    return a_sandbox(mode, entry="tests.support.rogue_child")


def examined(recording: Path, folder: Path, *, mode: str = "landlock") -> Ended:
    """Examine a recording; what was made lies in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    return a_sandbox(mode).run("examine", recording=recording, folder=folder, limits=LIMITS)


def true_report(place: Path) -> dict[str, Any]:
    """Copy the files of one true examination, with sound, into a folder; return its report. It is examined once a run."""
    kept = folder() / "believed"
    if not kept.exists():
        examined(clip("sound.mp4"), kept)
    for path in kept.iterdir():
        (place / path.name).write_bytes(path.read_bytes())
    return json.loads((kept / "report.json").read_text())
