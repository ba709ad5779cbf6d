"""Telling a worker that there is work. Best effort by design: what is not heard is rung again by the reconciler."""

import logging
import uuid
from typing import Protocol

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue as RqQueue
from rq.serializers import JSONSerializer

log = logging.getLogger(__name__)

CARRIED_FUNCTION = "services.worker.jobs.carry"  # the one function that RQ may ever call
PATIENCE_SECONDS = 0.2


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
        self._redis = Redis.from_url(redis_url, socket_timeout=PATIENCE_SECONDS, socket_connect_timeout=PATIENCE_SECONDS)

    def ring(self, queue: str, job_id: uuid.UUID) -> None:
        """Enqueue; a queue server that does not answer is logged and left to the reconciler."""
        try:
            carrier = RqQueue(queue, connection=self._redis, serializer=JSONSerializer)
            carrier.enqueue(CARRIED_FUNCTION, str(job_id), job_timeout=3600, result_ttl=60, failure_ttl=86400)
        except (RedisError, OSError) as error:
            log.warning("doorbell not heard", extra={"queue": queue, "job_id": str(job_id), "why": type(error).__name__})
