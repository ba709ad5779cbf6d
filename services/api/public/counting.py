"""Counting tries in batches: those that fail while one batch is being written are the next. None is missed."""

from datetime import datetime
from functools import partial

from anyio import CapacityLimiter, Lock, to_thread

from stop_search.encounters.code_tries import Tries, count_tries
from stop_search.installation import Installation


class TryCounter:
    """One for each process. Whoever comes first writes for all who wait."""

    def __init__(self, installation: Installation, write_turns: CapacityLimiter) -> None:
        self._installation, self._write_turns = installation, write_turns
        self._waiting: list[Tries] = []
        self._one_writes = Lock()

    async def count(self, tried: Tries, *, at: datetime) -> None:
        """Count one try that failed at this moment; when this returns it is stored."""
        mine = dict(tried)
        self._waiting.append(mine)
        async with self._one_writes:
            if not any(each is mine for each in self._waiting):
                return
            batch, self._waiting = self._waiting, []
            try:
                await to_thread.run_sync(partial(self._write, batch, at), limiter=self._write_turns)
            except BaseException:
                self._waiting = [*batch, *self._waiting]
                raise

    def _write(self, batch: list[Tries], at: datetime) -> None:
        with self._installation.writing() as session:
            count_tries(session, all_tried=batch, now=at)
