"""Crash points kill where they are armed and do nothing anywhere else."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from stop_search import faults
from stop_search.faults import CrashPoint, Victim, hit

TRY = """
import os, sys
from stop_search import faults
faults.arm(sys.argv[1])
for point in faults.CrashPoint:
    print(point.short, flush=True)
    faults.hit(point)
"""
AS_CHILD = """
import os, sys, time
from stop_search import faults
faults.arm(sys.argv[1])
if os.fork() == 0:
    faults.hit(faults.CrashPoint.CLAIMED)
    os._exit(0)
_, status = os.wait()
print(status, flush=True)
"""


def _run(program: str, armed: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", program, armed], capture_output=True, text=True, check=False, timeout=60, start_new_session=True
    )


def test_nothing_is_armed_in_earnest() -> None:
    for point in CrashPoint:
        hit(point)


@pytest.mark.parametrize("point", [CrashPoint.BEFORE_COMMIT, CrashPoint.IN_AUDIT])
def test_an_armed_point_kills_and_those_before_it_do_not(point: CrashPoint) -> None:
    died = _run(TRY, f" {point.short} ,P99")
    assert died.returncode == -9
    assert died.stdout.splitlines()[-1] == point.short


def test_an_order_kills_once(tmp_path: Path) -> None:
    (tmp_path / "P9").write_text("self")
    first, second = _run(TRY, f"folder:{tmp_path}"), _run(TRY, f"folder:{tmp_path}")
    assert (first.returncode, first.stdout.splitlines()[-1]) == (-9, "P9")
    assert second.returncode == 0
    assert [path.name[:9] for path in tmp_path.iterdir()] == ["taken-P9-"]


@pytest.mark.parametrize(("victim", "code"), [(Victim.SELF, 0), (Victim.PARENT, -9), (Victim.BOTH, -9)])
def test_an_order_names_whom_it_kills(tmp_path: Path, victim: Victim, code: int) -> None:
    (tmp_path / "P9").write_text(victim)
    died = _run(AS_CHILD, f"folder:{tmp_path}")
    assert died.returncode == code
    assert died.stdout == ("9\n" if victim is Victim.SELF else "")


def test_the_leader_of_a_session_leaves_its_parent_alone(tmp_path: Path) -> None:
    (tmp_path / "P9").write_text("parent")
    assert _run(TRY, f"folder:{tmp_path}").returncode == 0
    assert (tmp_path / "P9").exists()


def test_what_was_armed_can_be_disarmed_and_a_hit_costs_next_to_nothing() -> None:
    faults.arm("P9")
    faults.disarm()
    began = time.perf_counter()
    for _ in range(100_000):
        hit(CrashPoint.CLAIMED)
    assert time.perf_counter() - began < 1
