"""Looking at the database's clock and at a counter that nobody can set, so that a clock that leapt ahead erases nothing early.

The database's clock is the only clock; the counter only says how much of its time was seen to pass. Why: docs/decisions/0023.
"""

import time
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from stop_search.audit.actions import record_act, wait_for_log
from stop_search.audit.rules import Act, Actor, Operation, Purpose
from stop_search.footage.clock_rules import Seen, Witness, seen_next
from stop_search.footage.records import ClockLook

START_OF_MACHINE = Path("/proc/sys/kernel/random/boot_id")


def this_machine() -> Witness:
    """Return this machine's counter: seconds since it was started, sleep included, whatever is done to its clock."""
    return Witness(START_OF_MACHINE.read_text(encoding="ascii").strip(), time.clock_gettime(time.CLOCK_BOOTTIME))


def look_at_clock(session: Session, *, shown: datetime, witness: Witness) -> Seen:
    """Write down what the database's clock shows and what is proven by it; return both. `shown`: `database_now`."""
    own = session.get(ClockLook, witness.start, with_for_update=True)
    seen = seen_next(newest_look(session), _seen(own) if own else None, shown=shown, witness=witness)
    if own is None:
        session.add(ClockLook(machine_start=witness.start, seconds=witness.seconds, shown=seen.shown, proven=seen.proven))
    else:
        own.seconds, own.shown, own.proven = witness.seconds, seen.shown, seen.proven
    session.flush()
    return seen


def newest_look(session: Session) -> Seen | None:
    """Return the look that proves most, of any machine; None before the first."""
    newest = session.scalar(select(ClockLook).order_by(ClockLook.proven.desc(), ClockLook.machine_start).limit(1))
    return _seen(newest) if newest else None


def erasing_moment(session: Session, *, shown: datetime) -> datetime:
    """Return the moment by which a run would erase if it came now and the clock showed `shown`; nothing is written."""
    newest = newest_look(session)
    return shown if newest is None else shown - newest.doubt


def confirm_clock(session: Session, *, shown: datetime, witness: Witness, actor: Actor) -> None:
    """Take a person's word that the database's clock is right: from now on it is proven. All looks of before are forgotten."""
    wait_for_log(session)
    session.execute(delete(ClockLook))
    session.add(ClockLook(machine_start=witness.start, seconds=witness.seconds, shown=shown, proven=shown))
    session.flush()
    told = shown.isoformat(timespec="seconds")
    act = Act(Operation.SECURITY, "confirm_clock", "clock", "database", Purpose.RETENTION_ACTION, reason=told)
    record_act(session, actor=actor, act=act, now=shown)


def _seen(look: ClockLook) -> Seen:
    return Seen(look.proven, look.shown, Witness(look.machine_start, look.seconds))
