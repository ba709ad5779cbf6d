"""The outsider's check of one stop's proof: right ones pass, every change is told, and nothing of ours is needed."""

import base64
import json
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest

from stop_search.draws.inclusion import InclusionProof
from stop_search.draws.manifest import frame_root
from stop_search.draws.tickets import merkle_path
from tests.support.sampled import some_rows

SCRIPT = Path(__file__).parents[2] / "verify" / "in_the_draw.py"
DRAW = uuid.UUID(int=7)


def a_proof(size: int, index: int) -> dict[str, Any]:
    """Return the proof of one row among so many."""
    rows = [row.written() for row in some_rows(size)]
    return InclusionProof(DRAW, rows[index], index, size, merkle_path(rows, index), frame_root(some_rows(size))).document()


def check(folder: Path, proof: object, manifest: object = None) -> tuple[int, str]:
    """Run the script as an outsider does; return its exit code and what it said."""
    (folder / "proof.json").write_text(json.dumps(proof))
    names = [str(folder / "proof.json")]
    if manifest is not None:
        (folder / "manifest.json").write_text(json.dumps(manifest))
        names.append(str(folder / "manifest.json"))
    done = subprocess.run([sys.executable, "-I", str(SCRIPT), *names], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


@pytest.mark.parametrize(("size", "index"), [(1, 0), (2, 1), (7, 6), (24, 11)])
def test_an_honest_proof_passes_alone_and_with_its_manifest(tmp_path: Path, size: int, index: int) -> None:
    proof = a_proof(size, index)
    code, said = check(tmp_path, proof)
    assert (code, "Not checked" in said) == (0, True)
    assert check(tmp_path, proof, {"draw": str(DRAW), "root": proof["root"], "size": size})[0] == 0


@pytest.mark.parametrize(
    "change",
    [
        {"index": 4},
        {"index": -1},
        {"index": 99},
        {"size": 7},
        {"size": 40},
        {"root": "00" * 32},
        {"row": "x,1,2,y"},
        {"path": ""},
        {"path": base64.b64encode(b"\0" * 32 * 5).decode()},
    ],
)
def test_a_changed_proof_is_told(tmp_path: Path, change: dict[str, Any]) -> None:
    code, said = check(tmp_path, a_proof(24, 5) | change)
    assert (code, said.strip()) == (1, "The row does not lead to the root.")


def test_a_manifest_of_another_list_is_told(tmp_path: Path) -> None:
    proof = a_proof(24, 5)
    assert check(tmp_path, proof, {"draw": str(DRAW), "root": "00" * 32, "size": 24})[0] == 1
    assert check(tmp_path, proof | {"size": 23}, {"draw": str(DRAW), "root": proof["root"], "size": 24})[0] == 1
    assert check(tmp_path, proof, {"draw": "another", "root": proof["root"], "size": 24})[0] == 1


@pytest.mark.parametrize("broken", [[], {}, None, {"path": "!"}, {"path": "", "row": 1, "index": 0, "size": 1, "root": ""}])
def test_what_is_something_else_is_never_a_crash(tmp_path: Path, broken: object) -> None:
    code, said = check(tmp_path, broken)
    assert (code, said.startswith("Cannot read it")) == (2, True)
    assert "Traceback" not in said
