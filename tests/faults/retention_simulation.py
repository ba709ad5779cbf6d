"""Simulated months of recordings, holds and people on a real database, judged by true time: nothing early, nothing held, nothing late."""

import random
import uuid
from collections import Counter
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.worker.schedule import PERIODIC
from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.rules import COMMAND_LINE, WORKER
from stop_search.codes.retention import RetentionClass, retention_classes
from stop_search.database.session import Database
from stop_search.footage.actions import place_hold, receive_footage, release_hold
from stop_search.footage.changing_class import agree_to_change, change_class
from stop_search.footage.clock_rules import IN_DOUBT, Change
from stop_search.footage.clock_watch import confirm_clock, look_at_clock, newest_look
from stop_search.footage.records import Footage, RetentionChange
from stop_search.footage.rules import FootageState, HoldReason, ReceivedFile, StoredOriginal, possible_start
from stop_search.reviews.retention_night import run_retention
from stop_search.unit_of_work import reading, unit_of_work
from tests.faults.retention_world import BEGUN, HOUR, Schedule, schedule
from tests.support.builders import an_account, an_encounter
from tests.support.doorbells import RememberingDoorbell

CLASSES = retention_classes()
RETENTION = next(one for one in PERIODIC if one.name == "erase_footage_past_its_time")
DAY = timedelta(days=1)


@dataclass
class Clip:
    """A recording as it truly is: `not_before` is the first moment at which it may be erased, apart from holds and its class."""

    encounter_id: uuid.UUID
    not_before: datetime
    holds: dict[uuid.UUID, datetime] = field(default_factory=dict[uuid.UUID, datetime])
    is_evidence: bool = False
    waited: timedelta = timedelta(0)
    may_go_since: datetime | None = None


@dataclass
class Figures:
    """What came of it. `early`, `held` and `late` must stay 0; `longest_wait` leaves out what nobody can work in."""

    clips: int = 0
    erased: int = 0
    early: int = 0
    held: int = 0
    late: int = 0
    runs: int = 0
    confirmed: int = 0
    longest_wait: timedelta = timedelta(0)
    longest_overdue: timedelta = timedelta(0)
    done: Counter[str] = field(default_factory=Counter[str])


class Station:
    """The simulation: `live` goes through the hours one by one."""

    def __init__(self, database: Database, *, days: int, clips_a_day: float, seed: int) -> None:
        self.database, self.days, self.rate = database, days, clips_a_day / 24
        self.chance = random.Random(seed)  # noqa: S311 -- a schedule of faults
        self.faults: Schedule = schedule(self.chance, begun=BEGUN, days=days)
        self.clips: dict[uuid.UUID, Clip] = {}
        self.figures, self.slots = Figures(), dict[datetime, datetime]()
        with self.writing() as session:
            names = [an_account(session, role=Role.ADMINISTRATOR, since=BEGUN - DAY).id for _ in range(2)]
        self.people = [Viewer(id=found, name="", roles=frozenset({Role.ADMINISTRATOR})) for found in names]

    def writing(self) -> AbstractContextManager[Session]:
        """Open a unit of work."""
        return unit_of_work(self.database, RememberingDoorbell())

    def reading(self) -> AbstractContextManager[Session]:
        """Open a session that reads."""
        return reading(self.database)

    def live(self) -> Figures:
        """Live through all of it."""
        for hour in range(self.days * 24):
            true = BEGUN + hour * HOUR
            if self.faults.machine.is_on(true):
                self._people_act(true, self.faults.clock.shows(true))
            if self.faults.works(true):
                self._worker(true, self.faults.clock.shows(true))
            self._wait(true)
        return self.figures

    def _people_act(self, true: datetime, shown: datetime) -> None:
        if self.chance.random() < self.rate:
            self._receive(true, shown)
        if self.clips and self.chance.random() < self.rate / 2:
            self._hold(true, shown)
        if self.chance.random() < self.rate / 2:
            self._release(true, shown)
        if self.clips and self.chance.random() < self.rate / 20:
            self._reclass(true, shown)
        if true.hour == 9 and self.faults.clock.is_right(true):
            self._confirm(true, shown)

    def _receive(self, true: datetime, shown: datetime) -> None:
        recorded = true - timedelta(minutes=self.chance.randint(10, 3 * 24 * 60))
        claimed = recorded + self.chance.choice((timedelta(0),) * 18 + (timedelta(days=-400), timedelta(hours=20)))
        told = claimed if self.chance.random() < 0.9 and possible_start(claimed, shown) else None
        sha256 = uuid.UUID(int=self.chance.getrandbits(128)).hex * 2
        with self.writing() as session:
            encounter = an_encounter(session, people=0, started_at=recorded)
            new = ReceivedFile(
                original=StoredOriginal(sha256, 1, f"footage/{sha256}"),
                name="c.mp4",
                clocks=CLASSES.on(shown.date()),
                started_at=told,
                encounter_reference=encounter.reference,
            )
            footage_id = receive_footage(session, new=new, actor=COMMAND_LINE, now=shown)
        since = true if told is None else min(told, true + DAY)
        last = max((since + 31 * DAY).date(), (true + 7 * DAY).date())
        self.clips[footage_id] = Clip(encounter.id, _after(last))
        self.figures.clips += 1

    def _hold(self, true: datetime, shown: datetime) -> None:
        """Hold some recording, as often as not one that is due about now."""
        near = [one for one in self.clips.values() if abs(one.not_before - true) < DAY]
        clip = self.chance.choice(near or list(self.clips.values()))
        reason = self.chance.choice(list(HoldReason))
        with self.writing() as session:
            hold_id = place_hold(session, encounter_id=clip.encounter_id, reason=reason, cause_id=uuid.uuid4().hex, now=shown)
        clip.holds[hold_id], clip.may_go_since = true + self.chance.uniform(0.1, 80) * DAY, None
        self.figures.done["held"] += 1

    def _release(self, true: datetime, shown: datetime) -> None:
        over = [(clip, hold) for clip in self.clips.values() for hold, until in clip.holds.items() if until <= true]
        for clip, hold_id in over:
            with self.writing() as session:
                release_hold(session, hold_id=hold_id, because="simulated", actor=COMMAND_LINE, now=shown)
            del clip.holds[hold_id]
            self.figures.done["released"] += 1

    def _reclass(self, true: datetime, shown: datetime) -> None:
        """Make one evidence, or, two people together, no evidence any more."""
        footage_id = self.chance.choice(list(self.clips))
        clip, to = self.clips[footage_id], RetentionClass.EVIDENTIAL
        if clip.holds:
            return
        if clip.is_evidence:
            to = RetentionClass.NON_EVIDENTIAL
        asked = {"because": "simulated", "clocks": CLASSES.on(shown.date()), "now": shown}
        with self.writing() as session:
            change = change_class(session, footage_id=footage_id, to=to, viewer=self.people[0], **asked)
        if change is Change.SOONER:
            with self.writing() as session:
                waits = select(RetentionChange.id).where(RetentionChange.took_effect_at.is_(None), RetentionChange.footage_id == footage_id)
                change_id = session.scalars(waits).one()
                agree_to_change(session, change_id=change_id, viewer=self.people[1], clocks=asked["clocks"], now=shown)
            clip.not_before = max(clip.not_before, _after(min(shown, true).date()))
        clip.is_evidence, clip.may_go_since = to is RetentionClass.EVIDENTIAL, None
        self.figures.done["reclassed"] += 1

    def _confirm(self, true: datetime, shown: datetime) -> None:
        with self.reading() as session:
            look = newest_look(session)
        if look is not None and shown - look.proven >= IN_DOUBT + HOUR:
            with self.writing() as session:
                confirm_clock(session, shown=shown, witness=self.faults.machine.witness(true), actor=COMMAND_LINE)
            self.figures.confirmed += 1

    def _worker(self, true: datetime, shown: datetime) -> None:
        slot = RETENTION.slot_at(shown)
        self.slots = {asked: at for asked, at in self.slots.items() if at <= shown}  # as `void_slots_ahead` does
        if slot in self.slots:
            with self.writing() as session:
                look_at_clock(session, shown=shown, witness=self.faults.machine.witness(true))
            return
        self.slots[slot] = shown
        run_retention(self.reading, self.writing, classes=CLASSES, witness=self.faults.machine.witness(true), actor=WORKER, shown=shown)
        self.figures.runs += 1
        self._judge(true)

    def _judge(self, true: datetime) -> None:
        with self.reading() as session:
            gone = session.scalars(select(Footage.id).where(Footage.state == FootageState.ERASED, Footage.id.in_(self.clips))).all()
        for footage_id in gone:
            clip = self.clips.pop(footage_id)
            self.figures.erased += 1
            self.figures.early += true < clip.not_before
            self.figures.held += bool(clip.holds) or clip.is_evidence
            self.figures.longest_wait = max(self.figures.longest_wait, clip.waited)
            self.figures.longest_overdue = max(
                self.figures.longest_overdue, true - max(clip.not_before, clip.may_go_since or clip.not_before)
            )

    def _wait(self, true: datetime) -> None:
        """Count, for what may go, the hours in which a worker worked by a right clock that nobody doubts."""
        with self.reading() as session:
            days = dict(session.execute(select(Footage.id, Footage.erase_after).where(Footage.state != FootageState.ERASED)).all())
            look = newest_look(session)
        doubted = look is None or true - look.proven >= IN_DOUBT + HOUR
        counts = self.faults.works(true) and self.faults.clock.is_right(true) and not doubted
        for footage_id, clip in self.clips.items():
            told = days.get(footage_id)
            if clip.holds or clip.is_evidence or told is None or true < max(clip.not_before, _after(told)):
                clip.waited, clip.may_go_since = timedelta(0), None
                continue
            clip.may_go_since = clip.may_go_since or true
            clip.waited += HOUR if counts else timedelta(0)
            self.figures.late += clip.waited == DAY + HOUR


def _after(day: date) -> datetime:
    """Return the first moment after a day, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=BEGUN.tzinfo) + DAY
