"""One contract for every storage, run against a folder and against S3 over HTTP; then what only the folder can show."""

import hashlib
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from stop_search.errors import Conflict, Invalid, NotFound, SettingMissing, StorageFull, Unavailable
from stop_search.faults import CrashPoint
from stop_search.storage import CHUNK_BYTES, ONE_PUT_BYTES, Storage, open_storage
from tests.support.s3 import started_s3

BIG = ONE_PUT_BYTES * 2 + 12345


@pytest.fixture(scope="module")
def s3_address() -> Iterator[str]:
    """Start a server for this module and give the address of a bucket."""
    with started_s3() as address:
        yield address


@pytest.fixture(params=["folder", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """Give an empty storage of each kind."""
    if request.param == "folder":
        return open_storage((tmp_path / "a folder with spaces").as_uri())
    address: str = request.getfixturevalue("s3_address")
    return open_storage(address.replace("/kept?", f"/{tmp_path.name}?"))


def test_what_was_put_is_read_back_byte_for_byte(storage: Storage) -> None:
    content = os.urandom(3000)
    storage.put_bytes("footage/ab/poster.jpg", content)
    assert storage.read("footage/ab/poster.jpg") == content
    assert storage.size("footage/ab/poster.jpg") == 3000
    assert storage.exists("footage/ab/poster.jpg")


def test_an_empty_file_is_a_file(storage: Storage) -> None:
    storage.put_bytes("empty", b"")
    assert storage.read("empty") == b""
    assert list(storage.stream("empty")) == []
    assert storage.size("empty") == 0


def test_a_key_is_written_once(storage: Storage, tmp_path: Path) -> None:
    storage.put_bytes("draws/1/manifest.json", b"first")
    other = tmp_path / "other"
    other.write_bytes(b"second")
    with pytest.raises(Conflict):
        storage.put_bytes("draws/1/manifest.json", b"second")
    with pytest.raises(Conflict):
        storage.put_file("draws/1/manifest.json", other)
    assert storage.read("draws/1/manifest.json") == b"first"


def test_of_eight_writers_of_one_key_exactly_one_wins(storage: Storage) -> None:
    def put(n: int) -> bool:
        try:
            storage.put_bytes("contested", b"%d" % n * 1000)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(put, range(8)))
    assert won.count(True) == 1
    assert storage.read("contested") == b"%d" % won.index(True) * 1000


def test_a_large_file_is_put_and_streamed_in_pieces(storage: Storage, tmp_path: Path) -> None:
    source = tmp_path / "recording.mp4"
    with source.open("wb") as writing:
        for _ in range(BIG // 1000 + 1):
            writing.write(os.urandom(1000))
    os.truncate(source, BIG)
    storage.put_file("footage/large", source)
    pieces = list(storage.stream("footage/large"))
    assert max(map(len, pieces)) <= CHUNK_BYTES
    assert hashlib.sha256(b"".join(pieces)).digest() == hashlib.sha256(source.read_bytes()).digest()
    with pytest.raises(Conflict):
        storage.put_file("footage/large", source)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, None, b"0123456789"),
        (3, None, b"3456789"),
        (3, 5, b"34"),
        (0, 1, b"0"),
        (8, 99, b"89"),
        (10, None, b""),
        (99, None, b""),
        (5, 5, b""),
    ],
)
def test_a_range_is_streamed(storage: Storage, start: int, end: int | None, expected: bytes) -> None:
    storage.put_bytes("digits", b"0123456789")
    assert b"".join(storage.stream("digits", start=start, end=end)) == expected


def test_what_is_not_there_is_not_found(storage: Storage) -> None:
    for attempt in (storage.read, storage.size, storage.stream):
        with pytest.raises(NotFound):
            attempt("footage/none")
    with pytest.raises(NotFound), storage.local_copy("footage/none"):
        pass
    assert not storage.exists("footage/none")


def test_keys_are_listed_below_a_prefix_and_sorted(storage: Storage) -> None:
    for key in ("footage/b/1", "footage/a/2", "footage/a/1", "footages/x", "draws/1"):
        storage.put_bytes(key, b"x")
    assert storage.keys("footage") == ["footage/a/1", "footage/a/2", "footage/b/1"]
    assert storage.keys("footage/a/") == ["footage/a/1", "footage/a/2"]
    assert storage.keys("") == ["draws/1", "footage/a/1", "footage/a/2", "footage/b/1", "footages/x"]
    assert storage.keys("nothing") == []


def test_deleting_twice_is_no_error_and_frees_the_key(storage: Storage) -> None:
    storage.put_bytes("footage/a", b"x")
    storage.delete("footage/a")
    storage.delete("footage/a")
    assert not storage.exists("footage/a")
    storage.put_bytes("footage/a", b"y")
    assert storage.read("footage/a") == b"y"


def test_a_local_copy_holds_the_content(storage: Storage) -> None:
    storage.put_bytes("footage/clip.mp4", b"moving pictures")
    with storage.local_copy("footage/clip.mp4") as path:
        assert path.read_bytes() == b"moving pictures"
        assert path.suffix == ".mp4"
        assert path.stat().st_mode & 0o222 == 0


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/etc/passwd",
        "../x",
        "a/../b",
        "a//b",
        "a/",
        ".hidden",
        "a/.unfinished",
        "a b",
        "é",
        "a\x00b",
        "a\nb",
        "a" * 501,
        "a\\b",
        "%2e%2e/x",
    ],
)
def test_an_odd_key_is_refused_everywhere(storage: Storage, key: str, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"x")
    for attempt in (storage.read, storage.size, storage.stream, storage.exists, storage.delete):
        with pytest.raises(Invalid):
            attempt(key)
    with pytest.raises(Invalid):
        storage.put_bytes(key, b"x")
    with pytest.raises(Invalid):
        storage.put_file(key, source)
    assert storage.keys("") == []


def test_a_healthy_storage_passes_its_probe_and_keeps_nothing_of_it(storage: Storage) -> None:
    storage.probe()
    assert storage.keys("") == []


@pytest.mark.parametrize("address", ["", "/srv/x", "ftp://host/x", "file://host/x", "s3:///x", "https://host/bucket"])
def test_an_address_that_is_neither_folder_nor_s3_is_refused_by_name(address: str) -> None:
    with pytest.raises(SettingMissing, match="STOP_SEARCH_STORAGE_URL"):
        open_storage(address)


def test_a_store_that_does_not_answer_is_unavailable(s3_address: str) -> None:
    nobody = open_storage("s3://bucket/kept?endpoint=http://127.0.0.1:9&region=eu-west-2")
    with pytest.raises(Unavailable, match="s3://bucket/kept"):
        nobody.read("a")


def test_a_bucket_that_is_not_there_fails_the_probe(s3_address: str) -> None:
    gone = open_storage(s3_address.replace("s3://bucket-", "s3://no-bucket-"))
    with pytest.raises((Unavailable, NotFound)):
        gone.probe()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(Unavailable, match="file/storage"):
        open_storage((tmp_path / "file" / "storage").as_uri())


FILL = """
import sys
from pathlib import Path
from stop_search.errors import Conflict, StorageFull
from stop_search.storage import open_storage
storage = open_storage(Path(sys.argv[1]).as_uri())
storage.put_bytes("small", b"x")
source = Path(sys.argv[2])
for n in range(2):
    try:
        storage.put_file("large", source)
    except StorageFull as error:
        print("full:", error)
print(storage.keys(""), len(list(Path(sys.argv[1], ".unfinished").iterdir())))
source.write_bytes(b"small enough")
storage.put_file("large", source)
print(storage.read("large"))
"""


@pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap gives the test a small disk")
def test_a_full_disk_is_named_leaves_nothing_behind_and_recovers(tmp_path: Path) -> None:
    source, small_disk = tmp_path / "source", tmp_path / "small"
    source.write_bytes(bytes(4 << 20))
    small_disk.mkdir()
    confined = ["bwrap", "--dev-bind", "/", "/", "--size", str(2 << 20), "--tmpfs", str(small_disk)]
    told = subprocess.run(
        [*confined, sys.executable, "-c", FILL, str(small_disk), str(source)], capture_output=True, text=True, check=False, timeout=60
    )
    assert told.stdout.count(f"no room left in the folder {small_disk}") == 2, told.stderr
    assert "['small'] 0" in told.stdout
    assert "b'small enough'" in told.stdout


def test_a_limit_on_the_size_of_files_counts_as_full(tmp_path: Path) -> None:
    storage, before = open_storage(tmp_path.as_uri()), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, before[1]))
    try:
        with pytest.raises(StorageFull):
            storage.put_bytes("large", bytes(2 << 20))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert storage.keys("") == []


DIE = """
import sys
from pathlib import Path
from stop_search import faults
from stop_search.storage import open_storage
faults.arm(sys.argv[2])
open_storage(Path(sys.argv[1]).as_uri()).put_bytes("output", b"whole")
"""


@pytest.mark.parametrize(("point", "there"), [(CrashPoint.OUTPUT_SYNCED, []), (CrashPoint.OUTPUT_RENAMED, ["output"])])
def test_a_writer_killed_half_way_leaves_no_half_file(tmp_path: Path, point: CrashPoint, there: list[str]) -> None:
    died = subprocess.run([sys.executable, "-c", DIE, str(tmp_path), point.short], check=False, timeout=60)
    assert died.returncode == -9
    storage = open_storage(tmp_path.as_uri())
    assert storage.keys("") == there
    unfinished = list((tmp_path / ".unfinished").iterdir())
    assert len(unfinished) == (0 if there else 1)
    assert storage.sweep(older_than=timedelta(hours=1)) == 0
    for path in unfinished:
        os.utime(path, (time.time() - 7200, time.time() - 7200))
    assert storage.sweep(older_than=timedelta(hours=1)) == len(unfinished)
    assert storage.keys("") == there


def test_every_new_file_and_its_folders_are_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    storage, synced = open_storage(tmp_path.as_uri()), []
    real = os.fsync

    def noting(handle: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{handle}").readlink()))
        real(handle)

    monkeypatch.setattr(os, "fsync", noting)
    storage.put_bytes("a/b/c", b"x")
    assert synced[0].startswith(str(tmp_path / ".unfinished"))
    assert set(synced[1:]) == {str(tmp_path), str(tmp_path / "a"), str(tmp_path / "a" / "b")}
    assert synced[-1] == str(tmp_path / "a" / "b")


MEASURE = """
import sys
from pathlib import Path
from stop_search.storage import open_storage

def peak():
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) // 1024

storage = open_storage(sys.argv[1])
storage.put_bytes("warm-up", b"x")
Path("/proc/self/clear_refs").write_text("5")
before = peak()
storage.put_file("large", Path(sys.argv[2]))
with storage.local_copy("large") as copy:
    assert copy.stat().st_size == sum(len(piece) for piece in storage.stream("large"))
print(peak() - before)
"""


@pytest.mark.parametrize("kind", ["folder", "s3"])
def test_a_large_file_is_never_whole_in_memory(tmp_path: Path, request: pytest.FixtureRequest, kind: str) -> None:
    address: str = (tmp_path / "kept").as_uri() if kind == "folder" else request.getfixturevalue("s3_address").replace("/kept?", "/big?")
    source = tmp_path / "source"
    with source.open("wb") as writing:
        writing.truncate(200 << 20)
    told = subprocess.run([sys.executable, "-c", MEASURE, address, str(source)], capture_output=True, text=True, check=False, timeout=120)
    assert told.returncode == 0, told.stderr
    assert int(told.stdout) < 80, "MiB more than before, for a file of 200 MiB"
