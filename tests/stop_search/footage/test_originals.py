"""Originals in storage: by their content, once, whole."""

import hashlib
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from stop_search.errors import Unavailable
from stop_search.footage.originals import NotTheSameBytes, store_original
from stop_search.footage.rules import original_key
from stop_search.storage import FolderStorage, Storage, open_storage


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
    key = original_key(hashlib.sha256(b"the recording").hexdigest())
    storage.put_bytes(key, b"the recordinG")
    with pytest.raises(Unavailable, match="administrator must look"):
        store_original(storage, path)
    assert storage.read(key) == b"the recordinG", "what was there before is evidence"


class ForgetfulStorage(FolderStorage):
    """A folder that stores something else than it is given, as a file that changes while it is read would have it."""

    def put_file(self, key: str, path: Path) -> None:
        """Store more than is there."""
        self.put_bytes(key, path.read_bytes() + b" and more")


def test_what_was_stored_is_read_again_and_goes_if_it_differs(tmp_path: Path) -> None:
    storage, path = ForgetfulStorage(tmp_path / "storage"), tmp_path / "clip.mp4"
    path.write_bytes(b"the recording")
    with pytest.raises(Unavailable, match="changed meanwhile"):
        store_original(storage, path)
    assert storage.keys("") == []


def test_a_declared_hash_is_held_against_what_arrived(storage: Storage, tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"the recording")
    right = hashlib.sha256(b"the recording").hexdigest()
    with pytest.raises(NotTheSameBytes, match=f"is {right}, not {'0' * 64}"):
        store_original(storage, path, declared_sha256="0" * 64)
    assert storage.keys("") == []
    assert store_original(storage, path, declared_sha256=right.upper()).sha256 == right


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
