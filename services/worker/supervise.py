"""The supervisor: one worker process per queue, started again when it dies, and the reconciler beside them."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from services.worker.bodies import Work
from services.worker.jobs import WORK
from services.worker.schedule import PERIODIC, Periodic, reconcile, request_due_slots
from stop_search.installation import Installation, open_installation
from stop_search.jobs.embedded_queue import ensure_embedded_queue
from stop_search.jobs.rules import PACE, Pace, Queue
from stop_search.settings import Settings

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.1
PAUSE_AFTER_DEATH_SECONDS = 1.0


def worker_command(queue: Queue) -> list[str]:
    """Return the command that runs one worker process as a child of this one."""
    return [sys.executable, "-m", "services.worker.run", "--queue", queue.value, "--parent", str(os.getpid())]


@dataclass
class Supervisor:
    """Runs until SIGTERM or SIGINT, then lets every worker finish its job; a second signal kills them. Its own death kills them too."""

    settings: Settings
    queues: Sequence[Queue]
    work: Work = WORK
    pace: Pace = PACE
    periodic: tuple[Periodic, ...] = PERIODIC
    command: Callable[[Queue], list[str]] = worker_command
    children: dict[Queue, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Serve the queues."""
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, self._asked_to_stop)
        installation = open_installation(self.settings)
        start_again_at = dict.fromkeys(self.queues, 0.0)
        tick_at = 0.0
        while not self._stop.wait(LOOK_SECONDS):
            now = time.monotonic()
            if now >= tick_at:
                self._tick(installation)
                tick_at = now + self.pace.reconcile.total_seconds()
            for queue in self.queues:
                self._look_after(queue, start_again_at, now)
        for child in self.children.values():
            child.terminate()
        for child in self.children.values():
            child.wait()
        installation.database.engine.dispose()

    def _tick(self, installation: Installation) -> None:
        try:
            if self.settings.queue_is_embedded:
                ensure_embedded_queue(self.settings.data_folder)
            request_due_slots(installation, periodic=self.periodic)
            found = reconcile(installation, work=self.work, pace=self.pace)
        except Exception:  # the database or the queue may be away for a while
            log.exception("the reconciler tries again in %s s", self.pace.reconcile.total_seconds())
            return
        if found.buried or found.rung or found.swept:
            log.info("reconciled: %d given up, %d rung for again, %d half-written files removed", found.buried, found.rung, found.swept)

    def _look_after(self, queue: Queue, start_again_at: dict[Queue, float], now: float) -> None:
        child = self.children.get(queue)
        if child is not None and child.poll() is not None:
            log.warning("the worker of queue %s ended with %s", queue, child.returncode)
            del self.children[queue]
            start_again_at[queue] = now + PAUSE_AFTER_DEATH_SECONDS
        if queue not in self.children and now >= start_again_at[queue]:
            # A session of its own: Ctrl-C in a terminal reaches the supervisor only, which passes it on once.
            self.children[queue] = subprocess.Popen(self.command(queue), stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 -- our own program

    def _asked_to_stop(self, *_: object) -> None:
        if self._stop.is_set():
            for child in self.children.values():
                child.kill()
        self._stop.set()
