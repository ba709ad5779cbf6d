"""Telling a worker that there is work. Best effort by design: what is not heard is rung again by the reconciler."""

import logging
import time
import uuid
from functools import cached_property
from typing import Protocol

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue as RqQueue
from rq.serializers import JSONSerializer

log = logging.getLogger(__name__)

CARRIED_FUNCTION = "services.worker.jobs.carry"  # a label: workers refuse every other, and import nothing that Redis names
PATIENCE_SECONDS = 0.2
SILENCE_SECONDS = 5.0  # after a ring that was not heard, so that a dead server slows one request and not every one
JOB_KEPT_SECONDS = 86_400


class Doorbell(Protocol):
    """Rings after the commit; must never raise and never take long."""

    def ring(self, queue: str, job_id: uuid.UUID) -> None:
        """Say that this job waits."""
        ...


class SilentDoorbell:
    """No queue server: workers look at the table by themselves."""

    def ring(self, queue: str, job_id: uuid.UUID) -> None:
        """Do nothing."""


class RqDoorbell:
    """Puts the job's id, and nothing else, into an RQ queue of the same name."""

    def __init__(self, redis_url: str) -> None:
        self._redis_url, self._silent_until = redis_url, 0.0

    @cached_property
    def _redis(self) -> Redis:
        return connect(self._redis_url, patience=PATIENCE_SECONDS)  # at the first ring: most jobs ask for no other

    def ring(self, queue: str, job_id: uuid.UUID) -> None:
        """Enqueue; a queue server that does not answer is logged and left to the reconciler."""
        if time.monotonic() < self._silent_until:
            return
        try:
            carrier = RqQueue(queue, connection=self._redis, serializer=JSONSerializer)
            carrier.enqueue(CARRIED_FUNCTION, str(job_id), job_timeout=-1, result_ttl=0, failure_ttl=JOB_KEPT_SECONDS)  # pyright: ignore[reportUnknownMemberType] -- RQ's own annotation is open
        except (RedisError, OSError) as error:
            self._silent_until = time.monotonic() + SILENCE_SECONDS
            log.warning("doorbell of queue %s not heard for %s: %s", queue, job_id, type(error).__name__)


def connect(redis_url: str, *, patience: float) -> Redis:
    """Return a client that gives up after `patience` seconds and tries nothing twice (redis-py tries for seconds by default)."""
    return Redis.from_url(  # pyright: ignore[reportUnknownMemberType] -- redis-py takes any keyword
        redis_url, socket_timeout=patience, socket_connect_timeout=patience, retry=Retry(NoBackoff(), 0)
    )


def answers(redis_url: str, *, patience: float = 1.0) -> bool:
    """Return whether a queue server answers at this address."""
    client = connect(redis_url, patience=patience)
    try:
        return bool(client.ping())  # pyright: ignore[reportUnknownMemberType] -- as above
    except (RedisError, OSError):
        return False
    finally:
        client.close()
