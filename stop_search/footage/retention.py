"""Going through every recording whose last day is over: erased, or held and by what. One recording is one transaction.

What was done is kept as a run, so that a plan can say what is new since the last one.
"""

import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.audit.rules import Actor
from stop_search.footage import records
from stop_search.footage.clock_rules import Seen
from stop_search.footage.erasing import Erased, Held, erase_footage, footage_past_its_time, held_by_what_they_are_tied_to, would_become_of
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


@dataclass(frozen=True)
class RunLine:
    """A run of before: the moment by which it erased, what the clock showed, and how many holds and recordings it dealt with."""

    at: datetime
    shown: datetime
    released: int
    erased: int
    held: int


def erase_all_past_their_time(reading: Opened, writing: Opened, *, now: datetime, actor: Actor, by: datetime | None = None) -> RetentionRun:
    """Erase everything that is due and that nothing holds. `writing` opens one unit of work for each, so that a long run locks nobody out.

    `now` is what is written down, `by` the moment at which their days must be over (`clock_watch`); `now` unless it is given.
    Killed half-way it leaves some erased and some not; the next run goes on. What is tied to a held stop as it begins stays for this run.
    """
    with reading() as session:
        run, others = _all_but_tied_to_held(session, by or now)
    for footage_id in others:
        with writing() as session:
            run.count(erase_footage(session, footage_id=footage_id, now=now, actor=actor, by=by))
    return run


def retention_forecast(session: Session, *, now: datetime) -> RetentionRun:
    """Return what a run would do at this moment; nothing is written."""
    run, others = _all_but_tied_to_held(session, now)
    for footage_id in others:
        run.count(would_become_of(session, footage_id=footage_id))
    return run


def _all_but_tied_to_held(session: Session, now: datetime) -> tuple[RetentionRun, list[uuid.UUID]]:
    """Return a run that has counted what is tied to a stop that is held, nearly all, and the others, which are looked at one by one."""
    run, tied = RetentionRun(), held_by_what_they_are_tied_to(session, now=now)
    for footage_id, reasons in tied.items():
        run.count(Held(footage_id, reasons))
    return run, [footage_id for footage_id in footage_past_its_time(session, now=now) if footage_id not in tied]


def note_run(session: Session, *, run: RetentionRun, released: int, seen: Seen) -> None:
    """Keep what a run came to, and by which moment it erased."""
    counted = {"released": released, "erased": run.erased, "held": run.held}
    session.add(records.RetentionRun(id=uuid.uuid4(), at=seen.erasing_moment, shown=seen.shown, **counted))
    session.flush()


def newest_runs(session: Session, *, limit: int = 14) -> list[RunLine]:
    """Return the last runs, the newest first."""
    rows = session.scalars(select(records.RetentionRun).order_by(records.RetentionRun.at.desc(), records.RetentionRun.id).limit(limit))
    return [RunLine(row.at, row.shown, row.released, row.erased, row.held) for row in rows]
