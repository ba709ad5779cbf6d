"""One run of retention, in order: look at the clock, release the holds that are over, erase what is past its time, note what came of it."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from stop_search.audit.rules import Actor
from stop_search.codes.retention import RetentionClasses
from stop_search.database.session import database_now
from stop_search.footage.clock_rules import IN_DOUBT, Seen, Witness
from stop_search.footage.clock_watch import look_at_clock
from stop_search.footage.retention import RetentionRun, erase_all_past_their_time, note_run
from stop_search.reviews.before_review import drawn_without_hold
from stop_search.reviews.holds import release_holds_over

log = logging.getLogger(__name__)
Opened = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True)
class Night:
    """What a run came to. `at_risk`: drawn recordings, not reviewed and held by nobody, whose last day is near."""

    seen: Seen
    released: int
    run: RetentionRun
    at_risk: int


def run_retention(
    reading: Opened, writing: Opened, *, classes: RetentionClasses, witness: Witness, actor: Actor, shown: datetime | None = None
) -> Night:
    """Do one run. `shown` is the database's clock, which is asked if it is not given.

    Nothing is erased that is not past its time by what is proven of the clock; if the clock may be ahead, the log says by how much.
    """
    with writing() as session:
        seen = look_at_clock(session, shown=shown or database_now(session), witness=witness)
    if seen.doubt >= IN_DOUBT:
        log.warning("the database's clock may be ahead by %s: confirm it with stop-search retention confirm-clock", seen.doubt)
    by, now = seen.erasing_moment, seen.shown
    released = release_holds_over(reading, writing, classes=classes, by=by, now=now, actor=actor)
    run = erase_all_past_their_time(reading, writing, now=now, by=by, actor=actor)
    with writing() as session:
        note_run(session, run=run, released=released, seen=seen)
        at_risk = len(drawn_without_hold(session, now=by))
    if at_risk:
        log.warning("%d drawn recordings that nobody has reviewed expire within 7 days, held by nothing: see /admin/retention", at_risk)
    return Night(seen, released, run, at_risk)
