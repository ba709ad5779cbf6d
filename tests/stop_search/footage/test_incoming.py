"""Uploads under way: taken up where they stopped, whatever stopped them."""

import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from stop_search.errors import Conflict, Invalid, NoLongerOpen, NotFound, StorageFull, TooLarge
from stop_search.footage.incoming import KEPT, Incoming, Upload
from tests.support.builders import NOON

OWNER = "camera"
LIMIT = 1 << 40


@pytest.fixture
def incoming(tmp_path: Path) -> Incoming:
    """Open an empty folder of uploads."""
    return Incoming(tmp_path / "incoming")


def begin(incoming: Incoming, length: int, *, limit: int = LIMIT, name: str = "clip.mp4") -> Upload:
    """Begin an upload."""
    return incoming.create(length=length, limit=limit, name=name, owner=OWNER, now=NOON)


def send(incoming: Incoming, upload: Upload, offset: int, *pieces: bytes) -> None:
    """Send pieces from an offset on."""
    with incoming.writing(upload.id, offset=offset, owner=OWNER, now=NOON) as writer:
        for piece in pieces:
            writer.write(piece)


def offset_of(incoming: Incoming, upload: Upload) -> int:
    """Ask how much is safe."""
    return incoming.upload(upload.id, owner=OWNER, now=NOON).offset


def content_of(incoming: Incoming, upload: Upload) -> bytes:
    """Read a whole upload."""
    with incoming.complete(upload.id, owner=OWNER, now=NOON) as (_, path):
        return path.read_bytes()


def test_pieces_make_the_whole(incoming: Incoming) -> None:
    upload = begin(incoming, 9)
    send(incoming, upload, 0, b"abc", b"def")
    assert offset_of(incoming, upload) == 6
    send(incoming, upload, 6, b"ghi")
    assert content_of(incoming, upload) == b"abcdefghi"


def test_an_empty_recording_is_whole_at_once(incoming: Incoming) -> None:
    assert content_of(incoming, begin(incoming, 0)) == b""


def test_a_wrong_offset_changes_nothing(incoming: Incoming) -> None:
    upload = begin(incoming, 9)
    send(incoming, upload, 0, b"abc")
    for offset in (0, 2, 4, 9, -1):
        with pytest.raises(Conflict, match="got to byte 3"):
            send(incoming, upload, offset, b"xxx")
    send(incoming, upload, 3, b"defghi")
    assert content_of(incoming, upload) == b"abcdefghi"


def test_more_than_declared_is_refused_and_what_came_before_is_kept(incoming: Incoming) -> None:
    upload = begin(incoming, 4)
    with pytest.raises(TooLarge, match="4 bytes"):
        send(incoming, upload, 0, b"abc", b"defg")
    assert offset_of(incoming, upload) == 3
    send(incoming, upload, 3, b"d")
    assert content_of(incoming, upload) == b"abcd"


def test_a_recording_over_the_limit_is_refused_before_a_byte_arrives(incoming: Incoming) -> None:
    with pytest.raises(TooLarge, match="at most 100"):
        begin(incoming, 101, limit=100)
    with pytest.raises(Invalid):
        begin(incoming, -1)


def test_a_second_writer_is_turned_away_at_once(incoming: Incoming) -> None:
    upload = begin(incoming, 6)
    with incoming.writing(upload.id, offset=0, owner=OWNER, now=NOON) as writer:
        writer.write(b"abc")
        with pytest.raises(Conflict, match="Another request"):
            send(incoming, upload, 0, b"xyz")
        with pytest.raises(Conflict, match="Another request"):
            incoming.remove(upload.id, owner=OWNER, now=NOON)
    send(incoming, upload, 3, b"def")
    assert content_of(incoming, upload) == b"abcdef"


def test_of_many_writers_at_once_one_wins_and_nothing_is_mixed(incoming: Incoming) -> None:
    upload = begin(incoming, 100_000)
    ready, outcomes = threading.Barrier(8), []

    def race(letter: bytes) -> None:
        ready.wait()
        try:
            send(incoming, upload, 0, letter * 100_000)
            outcomes.append(letter)
        except Conflict:
            pass

    racers = [threading.Thread(target=race, args=(bytes([65 + number]),)) for number in range(8)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert len(outcomes) == 1
    assert content_of(incoming, upload) == outcomes[0] * 100_000


def test_an_error_of_the_sender_keeps_what_was_written(incoming: Incoming) -> None:
    upload = begin(incoming, 6)

    def broken() -> None:
        with incoming.writing(upload.id, offset=0, owner=OWNER, now=NOON) as writer:
            writer.write(b"abc")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    send(incoming, upload, 3, b"def")
    assert content_of(incoming, upload) == b"abcdef"


@pytest.mark.parametrize("point", ["P1", "P2", "nowhere"])
def test_a_kill_in_the_middle_never_mixes_bytes_in(incoming: Incoming, tmp_path: Path, point: str) -> None:
    content = random.Random(3).randbytes(600_000)  # noqa: S311 -- repeatable bytes
    (tmp_path / "content").write_bytes(content)
    upload = begin(incoming, len(content))
    script = (
        "import os, signal, sys; from pathlib import Path; from datetime import datetime\n"
        "from stop_search import faults; from stop_search.footage import incoming\n"
        "incoming.SYNC_EVERY_BYTES = 200_000; faults.arm(sys.argv[4])\n"
        "content = Path(sys.argv[3]).read_bytes(); now = datetime.fromisoformat(sys.argv[5])\n"
        "with incoming.Incoming(Path(sys.argv[1])).writing(sys.argv[2], offset=0, owner='camera', now=now) as writer:\n"
        "    for at in range(0, 450_000, 50_000): writer.write(content[at:at + 50_000])\n"
        "    writer._part.flush(); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    arguments = [str(tmp_path / "incoming"), upload.id, str(tmp_path / "content"), point, NOON.isoformat()]
    killed = subprocess.run([sys.executable, "-c", script, *arguments], cwd=Path(__file__).parents[3], check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    told = offset_of(incoming, upload)
    assert told == (400_000 if point == "nowhere" else 0)
    assert (tmp_path / "incoming" / f"{upload.id}.part").stat().st_size >= told
    send(incoming, upload, told, content[told:])
    assert content_of(incoming, upload) == content


def test_a_full_disk_says_so_and_keeps_what_arrived(incoming: Incoming, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = begin(incoming, 6)
    send(incoming, upload, 0, b"abc")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(StorageFull, match="no room left"):
            send(incoming, upload, 3, b"def")
    assert offset_of(incoming, upload) == 3
    send(incoming, upload, 3, b"def")
    assert content_of(incoming, upload) == b"abcdef"


def test_a_recording_for_which_there_is_no_room_is_not_begun(incoming: Incoming, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    usage: Any = type(shutil.disk_usage(tmp_path))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9 - 10**8, 10**8))
    begin(incoming, 10**6)
    with pytest.raises(StorageFull, match="100000000 are free"):
        begin(incoming, 10**8)


def test_an_upload_of_another_sender_and_one_that_never_was_look_the_same(incoming: Incoming) -> None:
    upload = begin(incoming, 3)
    told = []
    for upload_id, owner in (
        (upload.id, "another"),
        ("0" * 32, OWNER),
        ("../../etc/passwd", OWNER),
        ("", OWNER),
        (upload.id + "\n", OWNER),
    ):
        with pytest.raises(NotFound) as refusal:
            incoming.upload(upload_id, owner=owner, now=NOON)
        told.append(str(refusal.value))
    assert len(set(told)) == 1


def test_an_upload_expires_and_is_swept_away(incoming: Incoming, tmp_path: Path) -> None:
    old, later = begin(incoming, 3), NOON + KEPT
    with pytest.raises(NoLongerOpen):
        incoming.upload(old.id, owner=OWNER, now=later)
    incoming.create(length=3, limit=LIMIT, name="new.mp4", owner=OWNER, now=later)
    assert len(list((tmp_path / "incoming").glob("*.part"))) == 1
    with pytest.raises(NotFound):
        incoming.upload(old.id, owner=OWNER, now=later)


def test_each_piece_puts_the_expiry_off(incoming: Incoming) -> None:
    upload = begin(incoming, 6)
    next_day = NOON + timedelta(days=1)
    with incoming.writing(upload.id, offset=0, owner=OWNER, now=next_day) as writer:
        writer.write(b"abc")
    assert incoming.upload(upload.id, owner=OWNER, now=NOON + KEPT).expires_at == next_day + KEPT


def test_what_is_not_whole_cannot_be_handed_in_and_a_removed_one_is_gone(incoming: Incoming, tmp_path: Path) -> None:
    upload = begin(incoming, 6)
    send(incoming, upload, 0, b"abc")
    with pytest.raises(Conflict, match="3 of 6 bytes"):
        content_of(incoming, upload)
    incoming.remove(upload.id, owner=OWNER, now=NOON)
    assert list((tmp_path / "incoming").iterdir()) == []
    with pytest.raises(NotFound):
        offset_of(incoming, upload)


def test_names_from_outside_never_name_a_file(incoming: Incoming, tmp_path: Path) -> None:
    upload = begin(incoming, 1, name="../../../evil\n.mp4")
    assert upload.name == "evil.mp4"
    assert sorted(path.name for path in (tmp_path / "incoming").iterdir()) == [f"{upload.id}.json", f"{upload.id}.part"]


def test_what_a_kill_left_of_what_was_written_down_goes_with_the_upload_or_at_the_next_sweep(incoming: Incoming, tmp_path: Path) -> None:
    upload, other = begin(incoming, 3), begin(incoming, 3)
    for left in (upload.id, other.id, "0" * 32):
        (tmp_path / "incoming" / f"{left}.new").write_text("half")
    incoming.remove(upload.id, owner=OWNER, now=NOON)
    incoming.sweep(now=NOON)
    assert {path.name for path in (tmp_path / "incoming").iterdir()} == {f"{other.id}.{ending}" for ending in ("part", "json", "new")}
    incoming.sweep(now=NOON + KEPT)
    assert list((tmp_path / "incoming").iterdir()) == []


def test_a_sender_is_told_what_it_has_begun(incoming: Incoming) -> None:
    first = incoming.create(length=3, limit=LIMIT, name="a.mp4", owner=OWNER, now=NOON, mark="m" * 200)
    incoming.create(length=3, limit=LIMIT, name="b.mp4", owner="another", now=NOON)
    second = incoming.create(length=3, limit=LIMIT, name="c.mp4", owner=OWNER, now=NOON + timedelta(hours=1))
    assert incoming.of_owner(OWNER, now=NOON) == [first, second]
    assert len(first.mark) == 100
    assert incoming.of_owner(OWNER, now=NOON + KEPT) == [second]
