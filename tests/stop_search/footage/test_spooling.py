"""Bytes that arrive in one go: hashed, limited, and gone from the disk at the end whatever happens."""

import hashlib
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from stop_search.errors import StorageFull, TooLarge
from stop_search.footage.incoming import KEPT, Incoming
from stop_search.footage.spooling import spooled
from tests.conftest import NOON


def test_what_arrives_is_hashed_and_its_file_goes_at_the_end(tmp_path: Path) -> None:
    with spooled(Incoming(tmp_path / "incoming"), limit=10, length=None, now=NOON) as spool:
        for piece in (b"abc", b"", b"def"):
            spool.write(piece)
        spool.finish()
        assert spool.path.read_bytes() == b"abcdef"
        assert (spool.size, spool.sha256) == (6, hashlib.sha256(b"abcdef").hexdigest())
        assert spool.md5 == hashlib.md5(b"abcdef", usedforsecurity=False).hexdigest()
    assert list((tmp_path / "incoming").iterdir()) == []


def test_more_than_the_limit_is_refused_told_or_not(tmp_path: Path) -> None:
    incoming = Incoming(tmp_path)
    with pytest.raises(TooLarge, match="at most 10"), spooled(incoming, limit=10, length=11, now=NOON):
        pass
    with spooled(incoming, limit=10, length=None, now=NOON) as spool, pytest.raises(TooLarge, match="10 bytes"):
        spool.write(b"x" * 11)
    assert list(tmp_path.iterdir()) == []


def test_without_room_nothing_is_begun(tmp_path: Path) -> None:
    room = shutil.disk_usage(tmp_path).free
    with pytest.raises(StorageFull, match="no room"), spooled(Incoming(tmp_path), limit=2 * room, length=room, now=NOON):
        pass
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_swept_when_its_time_is_over(tmp_path: Path) -> None:
    incoming = Incoming(tmp_path)
    left = spooled(incoming, limit=10, length=None, now=NOON)
    left.__enter__().write(b"half")
    (path,) = tmp_path.iterdir()
    changed_at = path.stat().st_mtime
    now = NOON.fromtimestamp(changed_at, NOON.tzinfo)
    with spooled(incoming, limit=10, length=None, now=now + KEPT - timedelta(seconds=1)):
        assert path.exists()
    with spooled(incoming, limit=10, length=None, now=now + KEPT + timedelta(seconds=1)):
        assert not path.exists()
    assert list(tmp_path.iterdir()) == []
