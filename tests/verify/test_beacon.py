"""Whoever is outside checks the beacon with the very file that the product checks it with, and with Python alone."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "verify" / "beacon.py"
RIGHT = "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39"


def test_inside_and_outside_have_the_same_file() -> None:
    assert SCRIPT.read_bytes() == (ROOT / "stop_search" / "draws" / "beacon.py").read_bytes(), (
        "cp stop_search/draws/beacon.py verify/beacon.py"
    )


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["1000", RIGHT], 0, "OK: round 1000, made at 2023-08-23T15:59:24Z."),
        (["1001", RIGHT], 1, "The signature is not the beacon's of round 1001."),
        (["1000", RIGHT[2:]], 1, "it is not one point of its curve"),
        (["1000"], 2, "python3 beacon.py ROUND SIGNATURE"),
        (["a thousand", RIGHT], 2, "python3 beacon.py ROUND SIGNATURE"),
    ],
)
def test_the_program_says_what_it_found(arguments: list[str], code: int, words: str) -> None:
    done = subprocess.run([sys.executable, "-I", SCRIPT, *arguments], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, words in done.stdout, done.stderr) == (code, True, "")
