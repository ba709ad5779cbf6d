"""A worker that knows jobs which do everything to take it with them. Run as `python -m tests.faults.poison`."""

import ctypes
import os
import signal
from datetime import timedelta

from services.logs import configure_logging
from services.worker.bodies import Body, Effect, Work
from services.worker.run import QueueWorker
from stop_search.installation import Installation
from stop_search.jobs.rules import Claim, Pace, Queue
from stop_search.settings import read_settings
from tests.support.work import NAME, leave_mark

PACE = Pace(
    lease=timedelta(seconds=1.5),
    beat=timedelta(seconds=0.3),
    poll=timedelta(seconds=0.1),
    reconcile=timedelta(seconds=0.3),
    ring_again_after=timedelta(seconds=0.5),
    wall_limit=timedelta(seconds=1),
    first_pause=timedelta(seconds=0.02),
)


def crash(_installation: Installation, _claim: Claim) -> Effect:
    """Read where nothing is."""
    ctypes.string_at(0)
    raise AssertionError


def spin(_installation: Installation, _claim: Claim) -> Effect:
    """Never come back, and hear no polite request."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        pass


def hang(_installation: Installation, _claim: Claim) -> Effect:
    """Never come back and let nothing else of this process run: the interpreter's lock is kept."""
    ctypes.PyDLL(None).sleep(3600)
    raise AssertionError


def leave(_installation: Installation, _claim: Claim) -> Effect:
    """End the process as if all were well."""
    os._exit(0)


def swell(_installation: Installation, _claim: Claim) -> Effect:
    """Take more memory than there is room for."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
    raise AssertionError([bytearray(64 << 20) for _ in range(1000)])


def fail(_installation: Installation, _claim: Claim) -> Effect:
    """Raise what no handler should swallow."""
    raise KeyboardInterrupt


POISONS: dict[str, Body] = {"crash": crash, "spin": spin, "hang": hang, "leave": leave, "swell": swell, "fail": fail}
WORK = Work({NAME: leave_mark, **POISONS}, {})


def main() -> None:
    """Serve the queue."""
    configure_logging("ERROR")
    QueueWorker(read_settings(), Queue.UPKEEP, work=WORK, pace=PACE).serve()


if __name__ == "__main__":
    main()
