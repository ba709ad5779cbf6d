"""Folders for the length of a piece of work: gone at its end, kept while its process lives, swept once it was killed."""

import os
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import pytest

from stop_search.scratch import scratch_folder, sweep_scratch_folders
from stop_search.storage import open_storage
from tests.support.s3 import started_s3

HOUR = timedelta(hours=1)
DIE = """
import os, signal, sys, tempfile
from stop_search.storage import open_storage

tempfile.tempdir = sys.argv[2]
with open_storage(sys.argv[1]).local_copy("footage/clip.mp4") as path:
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a place for temporary folders of our own: other tests have theirs beside it."""
    own = tmp_path / "temporary"
    own.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(own))
    return own


def aged(folder: Path) -> None:
    """Make a folder two hours old."""
    os.utime(folder, (time.time() - 7200, time.time() - 7200))


def test_a_folder_is_gone_when_its_work_ends(place: Path) -> None:
    with scratch_folder() as folder:
        (folder / "copy.mp4").write_bytes(b"frames")
        assert list(place.iterdir()) == [folder]
    assert list(place.iterdir()) == []


def test_a_folder_whose_process_lives_is_kept_however_old(place: Path) -> None:
    with scratch_folder() as folder:
        aged(folder)
        assert sweep_scratch_folders(older_than=HOUR) == 0
        assert list(place.iterdir()) == [folder]


def test_what_a_killed_download_left_is_swept_once_it_is_old(place: Path) -> None:
    with started_s3() as address:
        open_storage(address).put_bytes("footage/clip.mp4", b"frames")
        died = subprocess.run([sys.executable, "-c", DIE, address, str(place)], check=False, timeout=60)
    assert died.returncode == -9
    (left,) = place.iterdir()
    assert [path.read_bytes() for path in left.iterdir()] == [b"frames"]
    assert sweep_scratch_folders(older_than=HOUR) == 0
    aged(left)
    assert sweep_scratch_folders(older_than=HOUR) == 1
    assert list(place.iterdir()) == []


def test_nothing_else_in_the_temporary_folder_is_touched(place: Path, tmp_path: Path) -> None:
    (place / "stop-search-0123").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (place / "stop-search-work-link").symlink_to(tmp_path / "elsewhere")
    aged(place / "stop-search-0123")
    aged(tmp_path / "elsewhere")
    assert sweep_scratch_folders(older_than=HOUR) == 0
    assert sorted(path.name for path in place.iterdir()) == ["stop-search-0123", "stop-search-work-link"]
