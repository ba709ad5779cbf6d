"""Keeping a job's lease while its body runs, from a thread beside it."""

import logging
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from sqlalchemy.exc import SQLAlchemyError

from stop_search.installation import Installation
from stop_search.jobs.actions import LeaseLost, extend_lease
from stop_search.jobs.rules import Claim, Pace

log = logging.getLogger(__name__)


class LeaseKeeper:
    """A context: inside it the lease is extended at every beat. When it is lost, `when_lost` is called and leaving raises LeaseLost."""

    def __init__(self, installation: Installation, claim: Claim, pace: Pace, when_lost: Callable[[], object]) -> None:
        self._installation, self._claim, self._pace, self._when_lost = installation, claim, pace, when_lost
        self._over = threading.Event()
        self._lost = False
        self._thread = threading.Thread(target=self._keep, name=f"lease-{claim.job_id}", daemon=True)

    def __enter__(self) -> Self:
        """Begin to extend."""
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop extending; raise LeaseLost if it was lost on the way."""
        self._over.set()
        self._thread.join()
        if self._lost and kind is None:
            message = f"The lease of job {self._claim.job_id} was lost while its body ran."
            raise LeaseLost(message)

    def _keep(self) -> None:
        held_until = time.monotonic() + self._pace.lease.total_seconds()
        while not self._over.wait(self._pace.beat.total_seconds()):
            asked = time.monotonic()
            try:
                with self._installation.writing() as session:
                    extend_lease(session, claim=self._claim, pace=self._pace)
                held_until = asked + self._pace.lease.total_seconds()
            except LeaseLost:
                self._lose("another worker took the job")
                return
            except SQLAlchemyError as error:
                log.warning("lease of %s not extended: %s", self._claim.job_id, type(error).__name__)
                if time.monotonic() >= held_until:
                    self._lose("the database did not answer for a whole lease")
                    return

    def _lose(self, why: str) -> None:
        self._lost = True
        log.warning("lease of %s lost: %s", self._claim.job_id, why)
        self._when_lost()
