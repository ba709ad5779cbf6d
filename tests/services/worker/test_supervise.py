"""The real command: workers are started again, end with their supervisor, and work on while Redis is away."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError

from services.worker.schedule import PERIODIC
from stop_search.installation import Installation, open_installation
from stop_search.jobs.embedded_queue import embedded_queue_url, ensure_embedded_queue, stop_embedded_queue
from stop_search.jobs.queries import job_counts
from stop_search.settings import Settings, with_environment
from tests.support.work import asked_for, line_of

WITHIN = 60.0


@contextmanager
def _running(settings: Settings, **more: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run `stop-search worker --queue upkeep` on this installation; whatever is left of it at the end is killed."""
    surroundings = with_environment(
        data_folder=str(settings.data_folder),
        public_url="https://stop-search.example",
        secret_key=settings.secret_key.get_secret_value(),
        log_level="WARNING",
        **more,
    )
    command = [sys.executable, "-m", "services.cli", "worker", "--queue", "upkeep"]
    with subprocess.Popen(command, env=surroundings, start_new_session=True) as supervisor:
        try:
            yield supervisor
        finally:
            supervisor.kill()
            stop_embedded_queue(settings.data_folder)


def _until(found: Callable[[], object], within: float = WITHIN) -> None:
    deadline = time.monotonic() + within
    while not found():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _worker_of(supervisor: "subprocess.Popen[bytes]") -> int:
    listed = Path(f"/proc/{supervisor.pid}/task/{supervisor.pid}/children")
    return next((int(child) for child in listed.read_text().split() if _is_alive(int(child))), 0)


def _is_alive(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text().rsplit(") ", 1)[1][0]
        return state != "Z" and b"services.worker.run" in Path(f"/proc/{number}/cmdline").read_bytes()
    except OSError:
        return False


def _states(installation: Installation) -> dict[str, int]:
    with installation.reading() as session:
        return {state: number for state, number in job_counts(session).items() if number}


def _all_done(installation: Installation, at_least: int) -> bool:
    states = _states(installation)
    return set(states) == {"done"} and states["done"] >= at_least


@pytest.mark.slow
def test_a_killed_worker_is_started_again_and_none_outlives_its_supervisor(installation: Installation) -> None:
    wanted = [periodic for periodic in PERIODIC if periodic.is_wanted(installation.settings)]
    with _running(installation.settings) as supervisor:
        _until(lambda: _all_done(installation, len(wanted)) or supervisor.poll() is not None)  # the periodic work of today
        assert supervisor.poll() is None
        first = _worker_of(supervisor)
        os.kill(first, signal.SIGKILL)
        ringing = open_installation(installation.settings)
        job_id = asked_for(ringing, name="check_audit_log")
        _until(lambda: line_of(ringing, job_id).state == "done")
        second = _worker_of(supervisor)
        assert second not in {0, first}
        supervisor.kill()
        _until(lambda: not _is_alive(second), within=1)
        ringing.database.engine.dispose()


@pytest.mark.slow
def test_work_goes_on_without_redis_and_by_redis_when_it_comes(installation: Installation, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    url = embedded_queue_url(elsewhere)
    settings = installation.settings.model_copy(update={"redis_url": url})
    ringing = open_installation(settings)
    try:
        with _running(settings, redis_url=url) as supervisor:
            unheard = asked_for(ringing, name="check_audit_log")
            _until(lambda: line_of(ringing, unheard).state == "done")
            ensure_embedded_queue(elsewhere)
            _until(lambda: _listens(url))
            heard = asked_for(open_installation(settings), name="check_audit_log")  # a doorbell that did not fail just now
            _until(lambda: line_of(ringing, heard).state == "done", within=10)
            stop_embedded_queue(elsewhere)
            unheard = asked_for(ringing, name="check_audit_log")
            _until(lambda: line_of(ringing, unheard).state == "done")
            worker = _worker_of(supervisor)
            supervisor.terminate()
            assert supervisor.wait(timeout=20) == 0
            assert not _is_alive(worker)
    finally:
        stop_embedded_queue(elsewhere)
        ringing.database.engine.dispose()


def _listens(url: str) -> bool:
    redis = Redis.from_url(url)
    try:
        return bool(redis.smembers("rq:workers:upkeep"))
    except RedisError:
        return False
    finally:
        redis.close()
