"""Mutated recordings: none takes the worker along, hangs, or brings in what lies beside it or on the network.

STOP_SEARCH_TEST_MUTATIONS sets how many (`make faults` sets 2000), STOP_SEARCH_TEST_SEED which. The counts are printed with -s.
"""

import logging
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.campaign import NEVER, campaign, told
from tests.support.mutations import HEAVY, mutation, sources
from tests.support.sandboxes import MODES, a_sandbox
from tests.support.trespass import watched

STRACE = shutil.which("strace")
SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from services.worker.video.sandbox import Limits, Sandbox
from tests.support.clips import programs
for number, recording in enumerate(sorted(Path(sys.argv[2]).glob("*.mp4"))):
    folder = Path(sys.argv[2], f"out-{number}")
    folder.mkdir()
    Sandbox(sys.argv[3], programs(), sys.argv[4]).run("examine", recording=recording, folder=folder, limits=Limits(60, 60))
    assert (folder / "report.json").exists()
"""

log = logging.getLogger(__name__)
MUTATIONS = int(os.environ.get("STOP_SEARCH_TEST_MUTATIONS", "40"))
FIRST_SEED = int(os.environ.get("STOP_SEARCH_TEST_SEED", "20261126"))


@pytest.mark.timeout(7200)
def test_mutated_recordings_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "room").mkdir()
    with watched(tmp_path / "room") as watch:
        counts = campaign(range(FIRST_SEED, FIRST_SEED + MUTATIONS), place=tmp_path, watch=watch, together=os.cpu_count() or 2)
    log.warning("seeds from %d: %s", FIRST_SEED, told(counts))
    print(f"\nseeds from {FIRST_SEED}: {told(counts)}", *counts.reasons.most_common(), sep="\n")  # noqa: T201 -- shown with -s
    assert {name: getattr(counts, name) for name in NEVER} == dict.fromkeys(NEVER, 0), counts.faults
    assert counts.files == MUTATIONS
    assert counts.refused >= MUTATIONS // 20  # the damage neither always nor never matters, or the run would show nothing
    assert counts.examined >= MUTATIONS // 20


@pytest.mark.skipif(STRACE is None, reason="strace is not installed")
@pytest.mark.parametrize("mode", MODES)
def test_the_kernel_is_asked_for_no_connection_and_no_neighbour(mode: str, tmp_path: Path) -> None:
    """What a sandbox refuses would not be noticed from outside: here the asking itself is looked for."""
    sandbox, room, calls = a_sandbox(mode), tmp_path / "room", tmp_path / "calls"
    room.mkdir()
    for name in ("noisy.ts", "ffconcat.mp4", "hls_http.mp4", "pictures_elsewhere.mp4", "attached_playlist.mp4"):
        (room / f"{name}.mp4").write_bytes(sources()[name])
    for seed in range(FIRST_SEED, FIRST_SEED + 2 * len(HEAVY), len(HEAVY)):
        (room / f"{seed}.mp4").write_bytes(mutation(seed)[1])
    neighbour = tmp_path / "neighbour.mp4"
    neighbour.write_bytes(sources()["noisy.mp4"])
    looked = [str(STRACE), "-f", "-o", str(calls), "-e", "trace=socket,connect,openat,open"]
    root = str(Path(__file__).parents[4])
    subprocess.run([*looked, sys.executable, "-c", SCRIPT, root, str(room), mode, sandbox.bwrap or ""], check=True, timeout=240)
    asked = calls.read_text(errors="replace").splitlines()
    assert sum("/in/recording" in line or str(room) in line for line in asked) > 10  # it sees what is opened
    assert [line for line in asked if re.search(r"AF_INET6?\b", line) or "neighbour" in line] == []
