"""Originals in storage: by their content, once, whole."""

import hashlib
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from stop_search.errors import Unavailable
from stop_search.footage.originals import store_original
from stop_search.footage.rules import original_key
from stop_search.storage import Storage, open_storage


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    """Open an empty folder storage."""
    return open_storage((tmp_path / "storage").as_uri())


@pytest.mark.parametrize("content", [b"", b"x", bytes(range(256)) * 10_000])
def test_an_original_lies_under_its_hash(content: bytes, storage: Storage, tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    stored = store_original(storage, path)
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert stored.size_bytes == len(content)
    assert storage.read(stored.storage_key) == content
    assert store_original(storage, path) == stored
    assert storage.keys("footage") == [stored.storage_key]


def test_something_else_under_the_key_is_not_taken_for_the_original(storage: Storage, tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"the recording")
    storage.put_bytes(original_key(hashlib.sha256(b"the recording").hexdigest()), b"half of it")
    with pytest.raises(Unavailable, match="10 bytes of a recording of 13"):
        store_original(storage, path)


def test_a_kill_between_store_and_database_leaves_nothing_in_the_way_of_the_next_try(storage: Storage, tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"the recording")
    script = (
        "import sys; from pathlib import Path; from stop_search import faults; from stop_search.storage import open_storage\n"
        "from stop_search.footage.originals import store_original; faults.arm('P3')\n"
        "store_original(open_storage(sys.argv[1]), Path(sys.argv[2]))"
    )
    arguments = [(tmp_path / "storage").as_uri(), str(path)]
    killed = subprocess.run([sys.executable, "-c", script, *arguments], cwd=Path(__file__).parents[3], check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert len(storage.keys("footage")) == 1
    assert storage.read(store_original(storage, path).storage_key) == b"the recording"
