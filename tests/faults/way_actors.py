"""The processes that take recordings in while they are killed: the site, and two lookers each into a folder and a bucket; all real.

Run as `python -m tests.faults.way_actors FOLDER PORT`: imports everything once, then forks one process, in a session of its own, for
each line on standard input ("site", "folder" or "bucket") and answers with its number.
"""

import os
import signal
import sys
import time
import traceback
import uuid
from collections.abc import Callable
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from services.api.app import create_app
from services.logs import configure_logging
from services.worker.horse import die_with_parent
from services.worker.watching_jobs import take_from_bucket, take_from_folder
from stop_search import faults
from stop_search.installation import Installation, open_installation
from stop_search.jobs.rules import Claim
from stop_search.settings import read_settings

BETWEEN_LOOKS = 0.02
ORDERS = "orders"
JOBS = {"folder": take_from_folder, "bucket": take_from_bucket}


def serve(app: FastAPI, port: int) -> None:
    """Be the site."""
    uvicorn.run(app, port=port, log_level="critical", lifespan="off", timeout_keep_alive=60)


def look(job: Callable[..., object], installation: Installation) -> None:
    """Look again and again, as two workers of one installation might at the same moment."""
    claim = Claim(uuid.uuid4(), "look", {}, 1, 1)
    while True:
        try:
            job(installation, claim)
        except Exception:  # noqa: BLE001 -- as the worker does
            traceback.print_exc()
        time.sleep(BETWEEN_LOOKS)


def main() -> None:
    """Fork a process per line."""
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    configure_logging("ERROR")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries what is killed
    installation = open_installation(read_settings())  # it connects to nothing before it is used, so it may be opened before a fork
    app = create_app(installation)
    here = os.getpid()
    for line in sys.stdin:
        role = line.strip()
        child = os.fork()
        if child == 0:
            try:
                die_with_parent(here)
                os.setsid()
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                faults.arm(f"{faults.FROM_FOLDER}{folder / ORDERS / role}")
                serve(app, port) if role == "site" else look(JOBS[role], installation)
            except BaseException:  # noqa: BLE001 -- a child of fork must never return into its parent's code
                traceback.print_exc()
            os._exit(os.EX_SOFTWARE)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
