"""The processes that a fault campaign kills: workers, those who ask for work, reconcilers; all real, only less patient.

Run as `python -m tests.faults.actors FOLDER`: imports everything once, then forks one process, in a session of its own, for each
line on standard input ("worker", "requester" or "reconciler") and answers with its number.
"""

import os
import random
import signal
import sys
import time
import traceback
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from services.logs import configure_logging
from services.worker.bodies import Effect, Work
from services.worker.horse import die_with_parent
from services.worker.run import QueueWorker
from services.worker.schedule import reconcile
from stop_search import faults
from stop_search.audit.actions import record_act
from stop_search.audit.rules import WORKER, Act, Operation, Purpose
from stop_search.installation import Installation, open_installation
from stop_search.jobs.actions import request_job
from stop_search.jobs.queries import job_counts
from stop_search.jobs.rules import Claim, Pace, Queue
from stop_search.settings import read_settings

LEAVE_MARK = "leave_mark"
ASK = "ask_for_mark"
QUICK = Pace(
    lease=timedelta(seconds=1.5),
    beat=timedelta(seconds=0.4),
    poll=timedelta(seconds=0.2),
    reconcile=timedelta(seconds=0.4),
    ring_again_after=timedelta(seconds=1),
    wall_limit=timedelta(seconds=20),
    first_pause=timedelta(seconds=0.05),
    leftovers_after=timedelta(seconds=5),
    max_attempts=10_000,  # here it is the campaign that kills, not the job
)
BETWEEN_REQUESTS = 0.12
WAITING_AT_MOST = 25
ORDERS, LATE, SENT, ACKED = "orders", "late", "sent.log", "acked.log"


def leave_mark(installation: Installation, claim: Claim) -> Effect:
    """Store one file under a key of this attempt; the effect is one audit entry that names it. Late kill orders hold from here on."""
    folder = installation.settings.data_folder.parent
    time.sleep(random.uniform(0, 0.05))  # noqa: S311 -- only to vary the moment
    work_id = claim.arguments["work_id"]
    key = f"marks/{work_id}/{claim.token}"
    installation.storage.put_bytes(key, work_id.encode())
    faults.arm(f"{faults.FROM_FOLDER}{folder / ORDERS / LATE}")

    def effect(session: Session, now: datetime) -> None:
        record_act(session, actor=WORKER, act=act_about(LEAVE_MARK, work_id, reason=key), now=now)

    return effect


def act_about(action: str, work_id: str, *, reason: str = "") -> Act:
    """Return what the audit log is told."""
    return Act(Operation.COLLECTION, action, "mark", work_id, Purpose.TECHNICAL_WORK, reason=reason)


WORK = Work({LEAVE_MARK: leave_mark}, {})


def work(folder: Path) -> None:
    """Serve the queue."""
    del folder
    QueueWorker(read_settings(), Queue.UPKEEP, work=WORK, pace=QUICK).serve()


def ask(folder: Path) -> None:
    """Ask for work again and again; what was sent and what was acknowledged is written down outside the system, and synced."""
    installation, go_on = open_installation(read_settings()), [True]
    signal.signal(signal.SIGTERM, lambda *_: go_on.clear())
    while go_on:
        try:
            _ask_once(installation, folder)
            _wait_for_room(installation)
        except SQLAlchemyError:  # the database was cut off: nobody knows whether it was kept, so nothing is acknowledged
            traceback.print_exc()


def _ask_once(installation: Installation, folder: Path) -> None:
    work_id = str(uuid.uuid4())
    _note(folder / SENT, work_id)
    with installation.writing() as session:
        request_job(session, name=LEAVE_MARK, arguments={"work_id": work_id}, dedupe_key=f"{LEAVE_MARK}:{work_id}", queue=Queue.UPKEEP)
        record_act(session, actor=WORKER, act=act_about(ASK, work_id), now=datetime.now().astimezone())
    _note(folder / ACKED, work_id)


def _wait_for_room(installation: Installation) -> None:
    """Ask no faster than the work is done, or a busy machine would never be through with it."""
    while True:
        time.sleep(BETWEEN_REQUESTS)
        with installation.reading() as session:
            if job_counts(session)["ready"] <= WAITING_AT_MOST:
                return


def mend(folder: Path) -> None:
    """Reconcile again and again."""
    del folder
    installation = open_installation(read_settings())
    while True:
        try:
            reconcile(installation, work=WORK, pace=QUICK)
        except Exception:  # noqa: BLE001 -- as the supervisor does
            traceback.print_exc()
        time.sleep(QUICK.reconcile.total_seconds())


ROLES: dict[str, Callable[[Path], None]] = {"worker": work, "requester": ask, "reconciler": mend}


def main() -> None:
    """Fork a process per line."""
    folder = Path(sys.argv[1])
    configure_logging("WARNING")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries what is killed
    here = os.getpid()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                die_with_parent(here)
                _become(line.strip(), folder)
            except BaseException:  # noqa: BLE001 -- a child of fork must never return into its parent's code
                traceback.print_exc()
                os._exit(os.EX_SOFTWARE)
            os._exit(os.EX_OK)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


def _become(role: str, folder: Path) -> None:
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    random.seed()
    faults.arm(f"{faults.FROM_FOLDER}{folder / ORDERS / role}")
    ROLES[role](folder)


def _note(log: Path, line: str) -> None:
    handle = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(handle, f"{line}\n".encode())
    os.fsync(handle)
    os.close(handle)


if __name__ == "__main__":
    main()
