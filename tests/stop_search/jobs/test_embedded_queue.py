"""The embedded server: started once, found again, mended when it was killed, and stopped."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from redis import Redis

from stop_search.jobs import embedded_queue
from stop_search.jobs.doorbell import answers
from stop_search.jobs.embedded_queue import (
    QueuePlaceTaken,
    QueueServerFailed,
    QueueServerMissing,
    embedded_queue_url,
    ensure_embedded_queue,
    socket_path,
    stop_embedded_queue,
)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Give a data folder with a space in its name; whatever server it gets is stopped."""
    place = tmp_path / "data of a force"
    yield place
    stop_embedded_queue(place)


def _number(folder: Path) -> int:
    return int((folder / "queue" / "server.pid").read_text())


def test_a_server_is_started_once_and_then_found(folder: Path) -> None:
    url = ensure_embedded_queue(folder)
    first = _number(folder)
    assert answers(url)
    assert ensure_embedded_queue(folder) == url
    assert _number(folder) == first


def test_of_eight_that_start_it_at_once_one_does(folder: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ensure_embedded_queue, [folder] * 8))) == 1
    redis = Redis.from_url(embedded_queue_url(folder))
    assert redis.info("server")["process_id"] == _number(folder)
    redis.close()


def test_only_its_owner_can_reach_it_and_only_by_the_socket(folder: Path) -> None:
    ensure_embedded_queue(folder)
    place = socket_path(folder)
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    redis = Redis.from_url(embedded_queue_url(folder))
    assert redis.config_get("port") == {"port": "0"}
    assert redis.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    assert redis.config_get("append*") | {"appendonly": "yes", "appendfsync": "everysec"} == redis.config_get("append*")
    redis.close()


def test_the_socket_path_is_short_however_deep_the_folder_is(tmp_path: Path) -> None:
    assert len(str(socket_path(tmp_path / ("deep/" * 60)))) < 108


def test_a_killed_server_is_started_again_with_what_it_held(folder: Path) -> None:
    redis = Redis.from_url(ensure_embedded_queue(folder))
    redis.set("kept", "1")
    killed = _number(folder)
    os.kill(killed, signal.SIGKILL)
    ensure_embedded_queue(folder)
    assert _number(folder) != killed
    assert redis.get("kept") == b"1"
    redis.close()


def test_a_server_that_hangs_is_replaced_and_not_doubled(folder: Path) -> None:
    ensure_embedded_queue(folder)
    hung = _number(folder)
    os.kill(hung, signal.SIGSTOP)
    assert answers(ensure_embedded_queue(folder))
    assert _number(folder) != hung
    with pytest.raises(ProcessLookupError):
        os.kill(hung, 0)


def test_a_server_whose_data_folder_was_removed_is_replaced(folder: Path) -> None:
    ensure_embedded_queue(folder)
    old = _number(folder)
    shutil.rmtree(folder)
    assert answers(ensure_embedded_queue(folder))
    assert _number(folder) != old
    with pytest.raises(FileNotFoundError):
        Path(f"/proc/{old}/exe").readlink()


def test_a_stopped_server_is_gone_and_stopping_twice_is_no_error(folder: Path) -> None:
    stop_embedded_queue(folder)
    ensure_embedded_queue(folder)
    number = _number(folder)
    stop_embedded_queue(folder)
    stop_embedded_queue(folder)
    assert not answers(embedded_queue_url(folder))
    assert not socket_path(folder).parent.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def test_the_server_outlives_whoever_started_it(folder: Path) -> None:
    start = "import sys; from pathlib import Path; from stop_search.jobs.embedded_queue import *; ensure_embedded_queue(Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", start, str(folder)], check=True, timeout=60)
    time.sleep(0.1)
    assert answers(embedded_queue_url(folder))


def test_a_process_number_that_is_somebody_elses_now_is_left_alone(folder: Path) -> None:
    (folder / "queue").mkdir(parents=True)
    with subprocess.Popen(["sleep", "60"]) as stranger:
        (folder / "queue" / "server.pid").write_text(str(stranger.pid))
        ensure_embedded_queue(folder)
        assert stranger.poll() is None
        assert _number(folder) != stranger.pid
        stranger.kill()


def test_a_server_that_cannot_start_is_named_with_the_end_of_its_log(folder: Path) -> None:
    (folder / "queue").mkdir(parents=True)
    (folder / "queue" / "appendonlydir").write_text("a file where the server wants a folder")
    with pytest.raises(QueueServerFailed, match=r"(?s)ended with code 1.*server\.log:\n.*appendonlydir"):
        ensure_embedded_queue(folder)


def test_a_missing_program_is_named_with_what_to_set(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded_queue, "_binary", lambda: str(folder / "no such program"))
    with pytest.raises(QueueServerMissing, match="STOP_SEARCH_REDIS_URL"):
        ensure_embedded_queue(folder)


def test_a_socket_folder_of_another_user_is_not_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = socket_path(folder).parent
    place.mkdir()
    monkeypatch.setattr(os, "getuid", lambda: os.stat(place).st_uid + 1)  # noqa: PTH116 -- as if we were somebody else
    with pytest.raises(QueuePlaceTaken, match="another user"):
        ensure_embedded_queue(folder)
    monkeypatch.undo()
    place.rmdir()


def test_a_link_in_place_of_the_socket_folder_is_not_followed(folder: Path, tmp_path: Path) -> None:
    place = socket_path(folder).parent
    place.symlink_to(tmp_path)
    try:
        with pytest.raises(QueuePlaceTaken):
            ensure_embedded_queue(folder)
    finally:
        place.unlink()
