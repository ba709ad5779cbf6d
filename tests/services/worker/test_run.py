"""A worker whose Redis answers but serves it badly neither ends nor spins: it looks at the table and tries again."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis

from services.worker.bodies import Body, Effect
from services.worker.run import QueueWorker
from stop_search.installation import Installation
from stop_search.jobs.embedded_queue import ensure_embedded_queue, stop_embedded_queue
from stop_search.jobs.rules import Claim, Pace, Queue
from tests.support.work import asked_for, leave_mark, marks, work_of

QUICK = Pace(poll=timedelta(seconds=0.2))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """Give the address of a queue server."""
    yield ensure_embedded_queue(tmp_path)
    stop_embedded_queue(tmp_path)


def _served(installation: Installation, address: str, seconds: float, *, body: Body = leave_mark) -> None:
    """Serve the queue for so long in this process, then ask for the end as a service manager would."""
    settings = installation.settings.model_copy(update={"redis_url": address})
    before = {sign: signal.getsignal(sign) for sign in (signal.SIGTERM, signal.SIGINT)}
    later = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGTERM))
    later.start()
    try:
        QueueWorker(settings, Queue.UPKEEP, work=work_of(body), pace=QUICK).serve()
    finally:
        later.cancel()
        for sign, handler in before.items():
            signal.signal(sign, handler)


def test_a_server_without_room_is_as_good_as_none(installation: Installation, server: str) -> None:
    redis = Redis.from_url(server)
    redis.config_set("maxmemory", "1")
    job_id, tried = asked_for(installation), int(redis.info("stats")["total_connections_received"])
    _served(installation, server, 2.5)
    assert marks(installation) == [str(job_id)]
    assert int(redis.info("stats")["total_connections_received"]) - tried < 100
    redis.close()


def test_a_server_that_is_not_there_is_done_without(installation: Installation, tmp_path: Path) -> None:
    job_id, began = asked_for(installation), time.monotonic()
    _served(installation, f"unix://{tmp_path}/nobody.sock?db=0", 1.5)
    assert marks(installation) == [str(job_id)]
    assert time.monotonic() - began < 10


def test_whoever_asks_for_the_end_while_the_table_is_worked_off_is_heard(installation: Installation, server: str) -> None:
    def ask_and_leave_mark(installation: Installation, claim: Claim) -> Effect:
        os.kill(os.getppid(), signal.SIGTERM)
        return leave_mark(installation, claim)

    job_id, began = asked_for(installation), time.monotonic()
    _served(installation, server, 20, body=ask_and_leave_mark)
    assert marks(installation) == [str(job_id)], "the job at hand is finished first"
    assert time.monotonic() - began < 10
