"""Going through every recording whose last day is over: erased, or held and by what. One recording is one transaction."""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from stop_search.audit.rules import Actor
from stop_search.footage.erasing import Erased, Held, erase_footage, footage_past_its_time, would_become_of
from stop_search.footage.rules import HoldReason

Opened = Callable[[], AbstractContextManager[Session]]


@dataclass
class RetentionRun:
    """How many recordings were erased and how many are held, and how often each reason held one."""

    erased: int = 0
    held: int = 0
    reasons: Counter[HoldReason] = field(default_factory=Counter[HoldReason])

    def count(self, outcome: Erased | Held) -> None:
        """Add one recording."""
        if isinstance(outcome, Erased):
            self.erased += 1
            return
        self.held += 1
        self.reasons.update(outcome.reasons)


def erase_all_past_their_time(reading: Opened, writing: Opened, *, now: datetime, actor: Actor) -> RetentionRun:
    """Erase everything that is due and that nothing holds. `writing` opens one unit of work for each, so that a long run locks nobody out.

    Killed half-way it leaves some erased and some not; the next run goes on.
    """
    run = RetentionRun()
    with reading() as session:
        due = footage_past_its_time(session, now=now)
    for footage_id in due:
        with writing() as session:
            run.count(erase_footage(session, footage_id=footage_id, now=now, actor=actor))
    return run


def retention_forecast(session: Session, *, now: datetime) -> RetentionRun:
    """Return what a run would do at this moment; nothing is written."""
    run = RetentionRun()
    for footage_id in footage_past_its_time(session, now=now):
        run.count(would_become_of(session, footage_id=footage_id))
    return run
