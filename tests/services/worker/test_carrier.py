"""RQ's worker carries one kind of message; whatever else somebody writes into Redis is refused and nothing of it is imported."""

import os
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis
from rq import Queue as RqQueue
from rq import Retry
from rq.job import Job as RqJob
from rq.job import JobStatus
from rq.serializers import JSONSerializer

from services.worker.carrier import CarryingWorker
from stop_search.jobs.doorbell import CARRIED_FUNCTION, RqDoorbell
from stop_search.jobs.embedded_queue import ensure_embedded_queue, stop_embedded_queue
from stop_search.jobs.rules import PACE, Pace, Queue

TRAP = "trap_that_must_not_be_imported"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a queue server."""
    folder = tmp_path_factory.mktemp("queue")
    yield ensure_embedded_queue(folder)
    stop_embedded_queue(folder)


@pytest.fixture
def redis(server: str) -> Iterator[Redis]:
    """Give a client of an empty server."""
    client = Redis.from_url(server)
    client.flushall()
    yield client
    client.close()


def _worked(server: str, notes: Path, *, pace: Pace = PACE, and_then: Callable[[], object] = lambda: None) -> list[tuple[int, int]]:
    """Let a worker do all there is; whatever it carries is noted in a file. Return how its horses ended."""
    ended: list[tuple[int, int]] = []

    def carrier(job_id: str) -> None:
        with notes.open("a") as writing:
            writing.write(f"{job_id}\n")
        and_then()

    worker = CarryingWorker(
        Queue.UPKEEP,
        redis_url=server,
        carrier=carrier,
        when_horse_ended=lambda horse, status: ended.append((horse, status)),
        stop=threading.Event(),
        pace=pace,
    )
    worker.work(burst=True, logging_level="ERROR")
    worker.connection.close()
    return ended


def _put(redis: Redis, function: str, *arguments: object, **options: object) -> RqJob:
    return RqQueue("upkeep", connection=redis, serializer=JSONSerializer).enqueue(function, *arguments, **options)


def test_what_the_doorbell_rings_is_carried_in_a_horse(redis: Redis, server: str, tmp_path: Path) -> None:
    job_id = uuid.uuid4()
    RqDoorbell(server).ring("upkeep", job_id)
    ended = _worked(server, tmp_path / "notes")
    assert (tmp_path / "notes").read_text() == f"{job_id}\n"
    assert [status for _, status in ended] == [0]
    assert ended[0][0] != os.getpid()


def test_of_what_went_well_nothing_is_left_in_redis(redis: Redis, server: str, tmp_path: Path) -> None:
    for _ in range(3):
        RqDoorbell(server).ring("upkeep", uuid.uuid4())
    ended = _worked(server, tmp_path / "notes")
    assert [status for _, status in ended] == [0, 0, 0]
    queue = RqQueue("upkeep", connection=redis, serializer=JSONSerializer)
    assert (len(queue), len(queue.started_job_registry), len(queue.finished_job_registry), len(queue.failed_job_registry)) == (0, 0, 0, 0)
    assert redis.llen(queue.intermediate_queue_key) == 0
    assert redis.keys("rq:job:*") == redis.keys("rq:execution*") == []


def test_a_queue_server_that_forgets_everything_while_a_job_is_done_stops_nobody(redis: Redis, server: str, tmp_path: Path) -> None:
    RqDoorbell(server).ring("upkeep", uuid.uuid4())
    ended = _worked(server, tmp_path / "notes", and_then=Redis.from_url(server).flushall)
    assert [status for _, status in ended] == [0]
    assert redis.keys("rq:job:*") == []


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (f"{TRAP}.spring", ["x"]),
        ("os.system", ["touch sprung"]),
        ("services.worker.jobs.carry_out", ["x"]),
        (CARRIED_FUNCTION, []),
        (CARRIED_FUNCTION, ["x", "y"]),
        (CARRIED_FUNCTION, [7]),
        (CARRIED_FUNCTION, [["x"]]),
    ],
)
def test_any_other_message_is_refused_unimported(
    redis: Redis, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, function: str, arguments: list[object]
) -> None:
    _set_trap(tmp_path, monkeypatch)
    job = _put(redis, function, *arguments)
    _worked(server, tmp_path / "notes")
    assert not (tmp_path / "notes").exists()
    assert not (tmp_path / "sprung").exists()
    assert job.get_status() is JobStatus.FAILED
    result = job.latest_result()
    assert result
    assert "RefusedJob" in (result.exc_string or "")


def test_keyword_arguments_are_refused(redis: Redis, server: str, tmp_path: Path) -> None:
    job = _put(redis, CARRIED_FUNCTION, "x", settings="mine")
    _worked(server, tmp_path / "notes")
    assert job.get_status() is JobStatus.FAILED
    assert not (tmp_path / "notes").exists()


def test_callbacks_and_retries_that_a_message_names_are_ignored(
    redis: Redis, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set_trap(tmp_path, monkeypatch)
    good = _put(redis, CARRIED_FUNCTION, "x", retry=Retry(max=3))
    bad = _put(redis, "os.getcwd", retry=Retry(max=3))
    for job in (good, bad):
        for kind in ("success", "failure", "stopped"):
            redis.hset(job.key, f"{kind}_callback_name", f"{TRAP}.spring")
    _worked(server, tmp_path / "notes")
    assert (tmp_path / "notes").read_text() == "x\n"
    assert (good.get_status(), bad.get_status()) == (JobStatus.FINISHED, JobStatus.FAILED)
    assert not (tmp_path / "sprung").exists()
    assert TRAP not in sys.modules


def test_a_horse_that_runs_too_long_is_killed_and_the_next_message_is_carried(redis: Redis, server: str, tmp_path: Path) -> None:
    ended: list[tuple[int, int]] = []

    def carrier(job_id: str) -> None:
        if job_id == "endless":
            while True:
                time.sleep(0.01)
        (tmp_path / "notes").write_text(job_id)

    for job_id in ("endless", "next"):
        _put(redis, CARRIED_FUNCTION, job_id, job_timeout=-1)
    worker = CarryingWorker(
        Queue.UPKEEP,
        redis_url=server,
        carrier=carrier,
        when_horse_ended=lambda horse, status: ended.append((horse, status)),
        stop=threading.Event(),
        pace=Pace(wall_limit=PACE.poll / 4),
    )
    worker.work(burst=True, logging_level="CRITICAL")
    worker.connection.close()
    assert [status for _, status in ended] == [9, 0]
    assert (tmp_path / "notes").read_text() == "next"


def _set_trap(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / f"{TRAP}.py").write_text(f"open({str(folder / 'sprung')!r}, 'w').close()\ndef spring(*_): pass\n")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.chdir(folder)
