"""Ringing: what is put into the queue, and how little time is lost when nobody hears it."""

import socket
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from rq.job import Job as RqJob
from rq.serializers import JSONSerializer

from stop_search.jobs.doorbell import CARRIED_FUNCTION, RqDoorbell, answers
from stop_search.jobs.embedded_queue import ensure_embedded_queue, stop_embedded_queue


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a queue server."""
    folder = tmp_path_factory.mktemp("queue")
    yield ensure_embedded_queue(folder)
    stop_embedded_queue(folder)


def test_a_ring_puts_the_id_of_the_job_into_the_queue_as_json_and_nothing_else(server: str) -> None:
    job_id, redis = uuid.uuid4(), Redis.from_url(server, decode_responses=True)
    RqDoorbell(server).ring("footage", job_id)
    (carried,) = redis.lrange("rq:queue:footage", 0, -1)
    found = RqJob.fetch(str(carried), connection=Redis.from_url(server), serializer=JSONSerializer)
    assert (found.func_name, found.args, found.kwargs) == (CARRIED_FUNCTION, [str(job_id)], {})
    assert found.retries_left is None
    redis.flushall()
    redis.close()


def test_a_server_that_is_not_there_costs_next_to_nothing_and_raises_nothing(tmp_path: Path) -> None:
    bell, began = RqDoorbell(f"unix://{tmp_path}/nobody.sock?db=0"), time.monotonic()
    for _ in range(100):
        bell.ring("footage", uuid.uuid4())
    assert time.monotonic() - began < 0.5


def test_a_server_that_hangs_slows_one_request_and_not_every_one() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=16) as hung:
        bell, took = RqDoorbell(f"redis://127.0.0.1:{hung.getsockname()[1]}/0"), []
        for _ in range(5):
            began = time.monotonic()
            bell.ring("footage", uuid.uuid4())
            took.append(time.monotonic() - began)
    assert took[0] < 0.5
    assert sum(took[1:]) < 0.05


def test_it_is_known_whether_a_server_answers(server: str, tmp_path: Path) -> None:
    assert answers(server)
    assert not answers(f"unix://{tmp_path}/nobody.sock?db=0")
    with socket.create_server(("127.0.0.1", 0)) as hung:
        assert not answers(f"redis://127.0.0.1:{hung.getsockname()[1]}/0", patience=0.1)
