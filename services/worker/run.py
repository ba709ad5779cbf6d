"""One worker process for one queue: by RQ while Redis answers, by looking at the table of jobs while it does not."""

import argparse
import functools
import logging
import os
import signal
import threading

from redis.exceptions import RedisError
from rq.exceptions import StopRequested

from services.logs import configure_logging
from services.worker.bodies import Work
from services.worker.carrier import CarryingWorker
from services.worker.horse import die_with_parent, give_back_jobs_of_dead_horse, run_in_horse
from services.worker.jobs import WORK, carry
from services.worker.rehearsal import rehearsed_database
from stop_search import faults
from stop_search.database.session import Database
from stop_search.jobs.doorbell import answers
from stop_search.jobs.embedded_queue import embedded_queue_url
from stop_search.jobs.queries import claimable_jobs
from stop_search.jobs.rules import PACE, Pace, Queue
from stop_search.settings import Settings, read_settings
from stop_search.unit_of_work import reading

log = logging.getLogger(__name__)
SPARE = 15  # how far copies stand back for everything else on the machine, their children too


class QueueWorker:
    """Serves one queue until it is asked to stop; the job at hand is finished first."""

    def __init__(self, settings: Settings, queue: Queue, *, work: Work = WORK, pace: Pace = PACE) -> None:
        self._settings, self._queue, self._work, self._pace = settings, queue, work, pace
        self._redis_url = settings.redis_url or embedded_queue_url(settings.data_folder)
        self._stop = threading.Event()
        self._rehearsed: Database | None = None

    def serve(self) -> None:
        """Work until SIGTERM or SIGINT. Redis may come and go meanwhile."""
        told = False
        while not self._stop.is_set():
            self._heed_signals()
            try:
                self._carry_due_jobs()
                if answers(self._redis_url):
                    told = False
                    self._listen()
                elif not told:
                    told = True
                    log.warning("the queue server does not answer: looking at the table of jobs meanwhile")
                self._stop.wait(self._pace.poll.total_seconds())
            except StopRequested:
                self._stop.set()
            except Exception:  # the database may be away too; a worker that ends helps nobody
                log.exception("queue %s: trying again", self._queue)
                self._stop.wait(self._pace.poll.total_seconds())

    def _heed_signals(self) -> None:
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, lambda *_: self._stop.set())

    def _listen(self) -> None:
        """Let RQ work until it is asked to stop or Redis is gone."""
        try:
            CarryingWorker(
                self._queue,
                redis_url=self._redis_url,
                carrier=self._carry,
                when_horse_ended=self._horse_ended,
                stop=self._stop,
                pace=self._pace,
            ).work(logging_level="WARNING")
        except (RedisError, OSError) as error:
            log.warning("the queue server went away: %s", type(error).__name__)

    def _carry(self, job_id: str) -> None:
        """Carry one job, in a horse."""
        carry(job_id, settings=self._settings, database=self._rehearsed, work=self._work, pace=self._pace)

    def _carry_due_jobs(self) -> None:
        """Do what is due by the table alone, one after the other, each in a horse of its own."""
        if self._rehearsed is None:
            self._rehearsed = rehearsed_database(self._settings, queue=self._queue, work=self._work, pace=self._pace)
        database = self._rehearsed
        try:
            with reading(database) as session:
                due = claimable_jobs(session, queue=self._queue, names=self._work.bodies.keys(), pace=self._pace)
        finally:
            database.engine.dispose()  # nothing of the database may be open when a horse is forked
        for job_id in due:
            if self._stop.is_set():
                return
            self._horse_ended(*run_in_horse(functools.partial(self._carry, str(job_id)), pace=self._pace))

    def _horse_ended(self, horse: int, status: int) -> None:
        give_back_jobs_of_dead_horse(self._settings, horse=horse, status=status, work=self._work, pace=self._pace)


def main() -> None:
    """Run as `python -m services.worker.run --queue QUEUE --parent PID`: started by the supervisor, and gone with it."""
    arguments = argparse.ArgumentParser(description=main.__doc__)
    arguments.add_argument("--queue", type=Queue, choices=list(Queue), required=True)
    arguments.add_argument("--parent", type=int, required=True)
    given = arguments.parse_args()
    die_with_parent(given.parent)
    if given.queue is Queue.COPIES:
        os.nice(SPARE)
    settings = read_settings()
    configure_logging(settings.log_level)
    faults.arm(settings.faults)
    QueueWorker(settings, given.queue).serve()


if __name__ == "__main__":
    main()
