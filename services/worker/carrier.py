"""RQ's worker, made fit: it carries ids, imports nothing that Redis names, gives up when Redis is gone, and leaves no horse behind."""

import contextlib
import os
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NoReturn

from redis.exceptions import RedisError
from rq import Queue as RqQueue
from rq import Worker
from rq.exceptions import DequeueTimeout, InvalidJobOperation, StopRequested
from rq.executions import Execution
from rq.job import Job as RqJob
from rq.job import JobStatus
from rq.serializers import JSONSerializer
from rq.worker import WorkerStatus

from services.worker.horse import die_with_parent
from stop_search.errors import NotAllowed
from stop_search.faults import CrashPoint, hit
from stop_search.jobs.doorbell import CARRIED_FUNCTION, connect
from stop_search.jobs.rules import Pace, Queue

WORKER_TTL_SECONDS = 60
MONITORING_SECONDS = 10
CONNECT_SECONDS = 5.0


class RefusedJob(NotAllowed):
    """Somebody put something else than one of our jobs into the queue."""


class CarriedJob(RqJob):
    """A message that may say one thing: carry the job with this id. Callbacks, webhooks and retries that it names are ignored."""

    carrier: Callable[[str], None] | None = None

    def perform(self) -> None:
        """Carry the job.

        Raises:
            RefusedJob: the message names another function or other arguments; nothing was imported.

        """
        named = self.func_name, tuple(self.args), self.kwargs
        if self.carrier is None or named[0] != CARRIED_FUNCTION or named[2] or list(map(type, named[1])) != [str]:
            message = f"A message in the queue names {str(named[0])[:100]!r}: only {CARRIED_FUNCTION} is carried."
            raise RefusedJob(message)
        self.carrier(named[1][0])

    @property
    def success_callback(self) -> None:
        """Nothing is called."""

    @property
    def failure_callback(self) -> None:
        """Nothing is called."""

    @property
    def stopped_callback(self) -> None:
        """Nothing is called."""

    @property
    def should_retry(self) -> bool:
        """Say no: the table of jobs decides on that."""
        return False

    def send_webhooks(self, *_: object, **__: object) -> None:
        """Send nothing."""


class CarryingWorker(Worker):
    """One queue, one horse at a time, until `stop` is set. `when_horse_ended` gets the horse's id and its wait status."""

    def __init__(
        self,
        queue: Queue,
        *,
        redis_url: str,
        carrier: Callable[[str], None],
        when_horse_ended: Callable[[int, int], None],
        stop: threading.Event,
        pace: Pace,
    ) -> None:
        super().__init__(
            [queue.value],
            connection=connect(redis_url, patience=CONNECT_SECONDS),
            serializer=JSONSerializer,
            job_class=CarriedJob,
            worker_ttl=WORKER_TTL_SECONDS,
            job_monitoring_interval=MONITORING_SECONDS,
            log_job_description=False,
        )
        self._carrier, self._when_horse_ended, self._stop, self._pace = carrier, when_horse_ended, stop, pace
        self._ended: tuple[int, int] | None = None
        self._parent = os.getpid()

    def handle_warm_shutdown_request(self) -> None:
        """Tell that it was a person or the machine who asked: `work` returns when Redis is gone, too."""
        self._stop.set()

    def dequeue_job_and_maintain_ttl(self, timeout: int | None, max_idle_time: int | None = None) -> tuple[RqJob, RqQueue] | None:  # noqa: ARG002 -- RQ's signature
        """Wait for a message. Unlike RQ's own, let a lost connection end the work: the table of jobs is looked at meanwhile.

        Raises:
            StopRequested: somebody asked before this worker listened for it.

        """
        self.set_state(WorkerStatus.IDLE)  # from here on the signal's handler raises by itself
        if self._stop.is_set():
            raise StopRequested
        while True:
            self.heartbeat()
            if self.should_run_maintenance_tasks:
                self.run_maintenance_tasks()
            with contextlib.suppress(DequeueTimeout):
                popped = self.queue_class.dequeue_any(
                    self.queues,
                    timeout,
                    connection=self.connection,
                    job_class=self.job_class,
                    serializer=self.serializer,
                    death_penalty_class=self.death_penalty_class,
                )
                hit(CrashPoint.POPPED)
                return popped

    def fork_work_horse(self, job: RqJob, queue: RqQueue) -> None:
        """Note for Redis what RQ has its horse note, and fork: a horse that speaks to Redis has to connect first, and we are connected."""
        hit(CrashPoint.BEFORE_FORK)
        self.prepare_job_execution(job, remove_from_intermediate_queue=True)
        super().fork_work_horse(job, queue)

    def main_work_horse(self, job: RqJob, queue: RqQueue) -> NoReturn:
        """Run in the horse: tie its life to its parent's first of all."""
        die_with_parent(self._parent)
        if isinstance(job, CarriedJob):
            job.carrier = self._carrier
        super().main_work_horse(job, queue)

    def perform_job(self, job: RqJob, queue: RqQueue, execution: Execution) -> bool:
        """Carry the job, in the horse; only what fails is noted here. Nothing that our work depends on: the table of jobs knows all."""
        try:
            job.perform()
        except BaseException:  # noqa: BLE001 -- as RQ does: a horse must never return into its parent's code
            self._finalize_failure(job, queue, execution, sys.exc_info())
            return False
        return True

    def wait_for_horse(self) -> tuple[Any, Any, Any]:
        """Wait, and remember how it ended."""
        ended = super().wait_for_horse()
        if ended[0] is not None and ended[1] is not None:
            self._ended = (ended[0], ended[1])
        return ended

    def teardown(self) -> None:
        """Sign off where somebody listens, and end the thread that listens for commands."""
        with contextlib.suppress(RedisError):
            super().teardown()
        if self.pubsub_thread is not None:
            self.pubsub_thread.stop()

    def monitor_work_horse(self, job: RqJob, queue: RqQueue, execution: Execution) -> None:
        """Watch the horse to its end, also when Redis goes away meanwhile, and kill it at the wall limit."""
        self._ended = None
        killer = threading.Timer(self._pace.wall_limit.total_seconds(), self.kill_horse)
        killer.start()
        try:
            super().monitor_work_horse(job, queue, execution)
            self._note_success(job, queue, execution)
        finally:
            while self._ended is None and self.horse_pid:
                # A signal's handler speaks to Redis and may raise while we wait.
                with contextlib.suppress(RedisError):
                    self.wait_for_horse()
                    self._horse_pid = 0
            killer.cancel()
            self._tell_how_it_ended()

    def _note_success(self, job: RqJob, queue: RqQueue, execution: Execution) -> None:
        with contextlib.suppress(InvalidJobOperation):  # Redis forgot the message meanwhile
            if self._ended is not None and self._ended[1] == os.EX_OK and job.get_status() is JobStatus.STARTED:
                job.ended_at = datetime.now(UTC)
                self.handle_job_success(job, queue, queue.started_job_registry, execution)

    def _tell_how_it_ended(self) -> None:
        if self._ended is not None:
            self._when_horse_ended(*self._ended)
