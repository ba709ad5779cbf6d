"""What the next run of retention would do, what is new in that since the last run, and what other clocks would change. Writes nothing."""

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.codes.retention import Clocks, RetentionClass, RetentionClasses
from stop_search.encounters.records import Encounter
from stop_search.footage.clock_rules import Change, change_of, last_day
from stop_search.footage.erasing import footage_past_its_time
from stop_search.footage.hold_rules import CHANCE, OWNERS
from stop_search.footage.matching import matching_encounters
from stop_search.footage.records import Footage, FootageHold, FootageOfEncounter, RetentionChange, RetentionRun
from stop_search.footage.rules import FootageState, HoldReason


@dataclass(frozen=True)
class Keeps:
    """One hold that keeps a recording: why, whose it is, through which stop, since when."""

    reason: HoldReason
    owner: str
    reference: str
    placed_at: datetime


@dataclass(frozen=True)
class PlanLine:
    """One recording past its last day. `keeps` is empty where it goes; `is_new`: the last run did not find it so."""

    footage_id: uuid.UUID
    last_day: date
    retention_class: str
    references: tuple[str, ...]
    keeps: tuple[Keeps, ...]
    is_new: bool


@dataclass(frozen=True)
class Plan:
    """What a run at `at` would do; `last_run` is None before the first."""

    at: datetime
    last_run: datetime | None
    going: tuple[PlanLine, ...]
    held: tuple[PlanLine, ...]


@dataclass(frozen=True)
class ChangeWaiting:
    """A change of class by which a recording goes sooner, waiting for a second administrator."""

    change_id: uuid.UUID
    footage_id: uuid.UUID
    from_class: str
    to_class: str
    because: str
    proposed_at: datetime


@dataclass(frozen=True)
class ClocksCompared:
    """What other clocks would do to the recordings that are kept now: how many would go later, sooner or on the same day.

    `would_be_due` would be past their time at once, `no_longer_due` are now and would not be; held ones are counted like the others.
    """

    changes: Counter[Change]
    would_be_due: int
    no_longer_due: int


def retention_plan(session: Session, *, at: datetime) -> Plan:
    """Return what a run at that moment would erase, and what it would leave and why; the longest overdue first.

    Holds whose cause is closed count as they stand: the run releases those first that are over (`reviews.holds`).
    """
    last_run = session.scalar(select(func.max(RetentionRun.at)))
    lines = [_line(session, session.get_one(Footage, found), last_run) for found in footage_past_its_time(session, now=at)]
    going, held = [line for line in lines if not line.keeps], [line for line in lines if line.keeps]
    return Plan(at, last_run, tuple(going), tuple(held))


def compared(session: Session, *, now_in_force: RetentionClasses, others: RetentionClasses, today: date) -> ClocksCompared:
    """Return what would change for the recordings that are there, had they arrived under the version of `others` in force today.

    It is asked before a file is changed: recordings keep the day that they were given, unless a person changes their class.
    """
    clocks, ours = others.on(today), now_in_force.on(today)
    changes: Counter[Change] = Counter(dict.fromkeys(Change, 0))
    would_be_due = no_longer_due = 0
    for footage in session.scalars(select(Footage).where(Footage.state != FootageState.ERASED).order_by(Footage.id)):
        here = footage.erase_after if footage.clocks_version else _day_by(ours, footage)
        there = _day_by(clocks, footage)
        changes[change_of(here, there)] += 1
        due_here, due_there = here is not None and here < today, there is not None and there < today
        would_be_due += due_there and not due_here
        no_longer_due += due_here and not due_there
    return ClocksCompared(changes, would_be_due, no_longer_due)


def changes_waiting(session: Session) -> list[ChangeWaiting]:
    """Return the changes of class that wait for a second administrator, the oldest first."""
    rows = session.scalars(
        select(RetentionChange)
        .join(Footage, Footage.id == RetentionChange.footage_id)
        .where(RetentionChange.took_effect_at.is_(None), Footage.retention_class == RetentionChange.from_class)
        .where(Footage.state != FootageState.ERASED)
        .order_by(RetentionChange.proposed_at, RetentionChange.id)
    )
    return [ChangeWaiting(row.id, row.footage_id, row.from_class, row.to_class, row.because, row.proposed_at) for row in rows]


def _day_by(clocks: Clocks, footage: Footage) -> date | None:
    of_class = RetentionClass(footage.retention_class)
    return last_day(clocks=clocks, of_class=of_class, recorded_at=footage.started_at, received_at=footage.received_at)


def _line(session: Session, footage: Footage, last_run: datetime | None) -> PlanLine:
    shown = set(session.scalars(select(FootageOfEncounter.encounter_id).where(FootageOfEncounter.footage_id == footage.id)))
    shown |= set(matching_encounters(session, footage=footage))
    holds = session.execute(
        select(FootageHold, Encounter.reference)
        .join(Encounter, Encounter.id == FootageHold.encounter_id)
        .where(FootageHold.encounter_id.in_(shown))
        .order_by(FootageHold.placed_at, FootageHold.id)
    ).all()
    references = session.scalars(select(Encounter.reference).where(Encounter.id.in_(shown)).order_by(Encounter.reference))
    keeps = tuple(_keeps(hold, reference) for hold, reference in holds if hold.released_at is None)
    day = footage.erase_after or date.min
    is_new = _is_new(day, [hold for hold, _ in holds], last_run, is_held=bool(keeps))
    return PlanLine(footage.id, day, footage.retention_class, tuple(references), keeps, is_new)


def _is_new(day: date, holds: Iterable[FootageHold], last_run: datetime | None, *, is_held: bool) -> bool:
    """Return whether the last run saw this otherwise: it was not due yet, or was not held, or was held and is not any more."""
    if last_run is None or day >= last_run.astimezone(UTC).date():
        return True
    was_held = any(hold.placed_at <= last_run and (hold.released_at is None or hold.released_at > last_run) for hold in holds)
    return was_held != is_held


def _keeps(hold: FootageHold, reference: str) -> Keeps:
    reason = HoldReason(hold.reason)
    return Keeps(reason, OWNERS.get(reason, CHANCE), reference, hold.placed_at)
