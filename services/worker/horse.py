"""The child process in which one job runs: it dies with its parent, and its parent knows how it died."""

import ctypes
import os
import signal
import threading
from collections.abc import Callable

from services.worker.bodies import Work
from services.worker.jobs import bury, holder
from stop_search.database.session import database_now, open_database
from stop_search.jobs.actions import give_back_jobs_of
from stop_search.jobs.doorbell import SilentDoorbell
from stop_search.jobs.rules import Pace
from stop_search.settings import Settings
from stop_search.unit_of_work import unit_of_work

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent dies; if the parent is gone already, die now."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def run_in_horse(task: Callable[[], None], *, pace: Pace) -> tuple[int, int]:
    """Fork, run `task` in the child, wait for its end at most `pace.wall_limit`; return the child's id and its wait status."""
    parent, child = os.getpid(), os.fork()
    if child == 0:
        try:
            die_with_parent(parent)
            os.setpgrp()
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            task()
        except BaseException:  # noqa: BLE001 -- a child of fork must never return into its parent's code
            os._exit(os.EX_SOFTWARE)
        os._exit(os.EX_OK)
    killer = threading.Timer(pace.wall_limit.total_seconds(), kill_group, (child,))
    killer.start()
    _, status = os.waitpid(child, 0)
    killer.cancel()
    return child, status


def kill_group(leader: int) -> None:
    """Kill a horse and whatever it started in its group; one that is gone is no error."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return


def give_back_jobs_of_dead_horse(settings: Settings, *, horse: int, status: int, work: Work, pace: Pace) -> None:
    """Fail at once what a dead horse held, instead of waiting for the lease. Nothing of the database stays open in this process."""
    if status == 0:
        return
    reason = told(status)
    database = open_database(settings.database_address)
    try:
        with unit_of_work(database, SilentDoorbell()) as session:
            for claim in give_back_jobs_of(session, held_by=holder(horse), reason=reason, pace=pace):
                bury(session, claim=claim, reason=reason, work=work, now=database_now(session))
    finally:
        database.engine.dispose()


def told(status: int) -> str:
    """Return a wait status in words."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        return f"The process that worked on it was ended by signal {number} ({signal.Signals(number).name})."
    return f"The process that worked on it ended with exit code {os.waitstatus_to_exitcode(status)}."
