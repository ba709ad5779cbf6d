"""What the next run of retention would do, what is new in that since the last run, and what other clocks would change. Writes nothing."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from stop_search.codes.retention import Clocks, RetentionClass, RetentionClasses
from stop_search.encounters.records import Encounter
from stop_search.footage.clock_rules import Change, change_of, last_day
from stop_search.footage.erasing import past_its_time
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
    """One recording past its last day, with the stops that it is tied to or that keep it.

    `keeps` is empty where it goes; `is_new`: the last run did not find it so.
    """

    footage_id: uuid.UUID
    last_day: date
    retention_class: str
    references: tuple[str, ...]
    keeps: tuple[Keeps, ...]
    is_new: bool


@dataclass(frozen=True)
class Plan:
    """What a run at `at` would do; `last_run` is None before the first. `is_close`: each that goes was compared with what is near it."""

    at: datetime
    last_run: datetime | None
    going: tuple[PlanLine, ...]
    held: tuple[PlanLine, ...]
    is_close: bool


class _Due(NamedTuple):
    footage_id: uuid.UUID
    last_day: date
    retention_class: str


class _Held(NamedTuple):
    reference: str
    reason: str
    placed_at: datetime
    released_at: datetime | None


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


def retention_plan(session: Session, *, at: datetime, closely: int | None = None) -> Plan:
    """Return what a run at that moment would erase, and what it would leave and why; the longest overdue first.

    What is tied to no stop that is held may show one by officer and time, and then stays: each such recording is compared with what is
    near it, as the run does. Where there are more than `closely`, none is: `going` may hold some that stay, and `is_close` says so.
    Holds whose cause is closed count as they stand: the run releases those first that are over (`reviews.holds`).
    """
    last_run = session.scalar(select(func.max(RetentionRun.at)))
    stops, holds = _stops_tied(session, at), _holds_tied(session, at, last_run)
    columns = (Footage.id, Footage.erase_after, Footage.retention_class)
    rows = session.execute(select(*columns).where(past_its_time(at)).order_by(Footage.erase_after, Footage.id))
    due = [_Due(footage_id, day or date.min, of_class) for footage_id, day, of_class in rows]
    loose = [one.footage_id for one in due if all(hold.released_at for hold in holds.get(one.footage_id, ()))]
    is_close = closely is None or len(loose) <= closely
    near = {footage_id: _holds_near(session, footage_id, last_run) for footage_id in loose} if is_close else {}
    for footage_id, found in near.items():
        holds.setdefault(footage_id, []).extend(found)
    lines = [_line(one, stops.get(one.footage_id, ()), holds.get(one.footage_id, ()), last_run) for one in due]
    going, held = [line for line in lines if not line.keeps], [line for line in lines if line.keeps]
    return Plan(at, last_run, tuple(going), tuple(held), is_close)


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


def _stops_tied(session: Session, at: datetime) -> dict[uuid.UUID, list[str]]:
    """Return the references of the stops to which each recording past its time is tied."""
    tied = (
        select(FootageOfEncounter.footage_id, Encounter.reference)
        .join(Footage, Footage.id == FootageOfEncounter.footage_id)
        .join(Encounter, Encounter.id == FootageOfEncounter.encounter_id)
        .where(past_its_time(at))
    )
    found: defaultdict[uuid.UUID, list[str]] = defaultdict(list)
    for footage_id, reference in session.execute(tied):
        found[footage_id].append(reference)
    return found


def _holds_tied(session: Session, at: datetime, since: datetime | None) -> dict[uuid.UUID, list[_Held]]:
    """Return the holds on what each of them is tied to: those in force, and those released after `since`."""
    tied = (
        _holds(since)
        .add_columns(FootageOfEncounter.footage_id)
        .join(FootageOfEncounter, FootageOfEncounter.encounter_id == FootageHold.encounter_id)
        .join(Footage, Footage.id == FootageOfEncounter.footage_id)
        .where(past_its_time(at))
    )
    found: defaultdict[uuid.UUID, list[_Held]] = defaultdict(list)
    for *held, footage_id in session.execute(tied):
        found[footage_id].append(_Held(*held))
    return found


def _holds_near(session: Session, footage_id: uuid.UUID, since: datetime | None) -> list[_Held]:
    """Return the holds on what a recording may show, whether or not it is tied to it."""
    near = matching_encounters(session, footage=session.get_one(Footage, footage_id))
    return [_Held(*held) for held in session.execute(_holds(since).where(FootageHold.encounter_id.in_(near)))]


def _holds(since: datetime | None) -> Select[str, str, datetime, datetime | None]:
    counts = FootageHold.released_at.is_(None)
    return (
        select(Encounter.reference, FootageHold.reason, FootageHold.placed_at, FootageHold.released_at)
        .join(Encounter, Encounter.id == FootageHold.encounter_id)
        .where(counts if since is None else or_(counts, FootageHold.released_at > since))
        .order_by(FootageHold.placed_at, FootageHold.id)
    )


def _line(due: _Due, stops: Iterable[str], holds: Sequence[_Held], last_run: datetime | None) -> PlanLine:
    keeps = tuple(_keeps(hold) for hold in holds if hold.released_at is None)
    references = tuple(sorted({*stops, *(one.reference for one in keeps)}))
    is_new = _is_new(due.last_day, holds, last_run, is_held=bool(keeps))
    return PlanLine(due.footage_id, due.last_day, due.retention_class, references, keeps, is_new)


def _keeps(hold: _Held) -> Keeps:
    reason = HoldReason(hold.reason)
    return Keeps(reason, OWNERS.get(reason, CHANCE), hold.reference, hold.placed_at)


def _is_new(day: date, holds: Iterable[_Held], last_run: datetime | None, *, is_held: bool) -> bool:
    """Return whether the last run saw this otherwise: it was not due yet, or was not held, or was held and is not any more."""
    if last_run is None or day >= last_run.astimezone(UTC).date():
        return True
    was_held = any(hold.placed_at <= last_run and (hold.released_at is None or hold.released_at > last_run) for hold in holds)
    return was_held != is_held
