"""Races of somebody who holds against somebody who erases, each with a database opened for itself, as two processes have it."""

import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.rules import COMMAND_LINE, WORKER
from stop_search.database.session import Database, open_database
from stop_search.encounters.queries import encounter_shown_to
from stop_search.feedback.actions import leave_feedback
from stop_search.footage.actions import place_hold, release_hold
from stop_search.footage.erasing import erase_footage
from stop_search.footage.records import Footage, FootageHold, FootageOfEncounter
from stop_search.footage.rules import FootageState, HoldReason
from stop_search.unit_of_work import unit_of_work
from tests.support.builders import a_person, a_receipt, a_recording, an_encounter
from tests.support.doorbells import RememberingDoorbell

TOGETHER = 3  # encounters, with a recording each, in one race of a whole draw


@dataclass(frozen=True)
class Prepared:
    """What one race is about: encounters with a recording each, and the receipt of the first."""

    encounters: list[uuid.UUID]
    references: list[str]
    footage: list[uuid.UUID]
    receipt: uuid.UUID


@dataclass
class Told:
    """What came of the races. `held_and_erased` and `troubles` are what must not be."""

    hold_first: int = 0
    erased_first: int = 0
    held_and_erased: int = 0
    neither: int = 0
    troubles: list[str] = field(default_factory=list)
    by_way: Counter[str] = field(default_factory=Counter)


def run_races(database: Database, *, races: int, seed: int) -> Told:
    """Run so many races, the ways in turn."""
    address = database.engine.url.render_as_string(hide_password=False)
    holder, eraser, third = (open_database(address) for _ in range(3))
    chance, told = random.Random(seed), Told()  # noqa: S311 -- a schedule of delays
    try:
        for number in range(races):
            way = list(WAYS)[number % len(WAYS)]
            one = _prepared(database, TOGETHER if way == "draw" else 1)
            _race(one, WAYS[way], (holder, eraser, third), chance, told)
            _judge(database, one, way, told)
    finally:
        for opened in (holder, eraser, third):
            opened.engine.dispose()
    return told


def _prepared(database: Database, number: int) -> Prepared:
    now = datetime.now(UTC)
    with database.writing() as session:
        encounters = [an_encounter(session, people=0, started_at=now - timedelta(days=40)) for _ in range(number)]
        last_day = (now - timedelta(days=2)).date()
        footage = [a_recording(session, encounter=e, started_at=e.started_at, erase_after=last_day).id for e in encounters]
        receipt = a_receipt(session, person=a_person(session, encounter=encounters[0])).id
        made = Prepared([e.id for e in encounters], [e.reference for e in encounters], footage, receipt)
        session.commit()
    return made


def _race(one: Prepared, way: "Way", databases: tuple[Database, Database, Database], chance: random.Random, told: Told) -> None:
    holder, eraser, third = databases
    runners: list[Callable[[], None]] = [lambda: way(holder, one)]
    runners.append(lambda: _erase(eraser, one))
    if len(one.encounters) > 1:
        runners.append(lambda: _amend(third, one))
    start = threading.Barrier(len(runners))
    delays = [chance.choice((0.0, 0.0, 0.001, 0.003, 0.006)) for _ in runners]

    def run(runner: Callable[[], None], delay: float) -> None:
        start.wait()
        time.sleep(delay)
        try:
            runner()
        except Exception as error:  # noqa: BLE001 -- every trouble is told
            told.troubles.append(f"{type(error).__name__}: {error}")

    threads = [threading.Thread(target=run, args=pair) for pair in zip(runners, delays, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        if thread.is_alive():
            told.troubles.append("still waiting after a minute")


def _erase(database: Database, one: Prepared) -> None:
    for footage_id in one.footage:
        with unit_of_work(database, RememberingDoorbell()) as session:
            erase_footage(session, footage_id=footage_id, now=datetime.now(UTC), actor=WORKER)


def _leave_feedback(database: Database, one: Prepared) -> None:
    with unit_of_work(database, RememberingDoorbell()) as session:
        leave_feedback(
            session,
            receipt_id=one.receipt,
            submission_id=uuid.uuid4().hex,
            form="adult",
            form_version=1,
            answers={"listened": "not_at_all"},
            comment=None,
            answering_as="searched",
            language="en",
            reply_key=b"r" * 32,
            text_key=b"t" * 32,
            now=datetime.now(UTC),
        )


def _place_hold(database: Database, one: Prepared) -> None:
    with unit_of_work(database, RememberingDoorbell()) as session:
        _hold(session, one.encounters[0], HoldReason.COMPLAINT)


def _release_and_hold_again(database: Database, one: Prepared) -> None:
    for again in (False, True):
        with unit_of_work(database, RememberingDoorbell()) as session:
            hold_id = _hold(session, one.encounters[0], HoldReason.PANEL)
            if not again:
                release_hold(session, hold_id=hold_id, because="placed again at once", actor=COMMAND_LINE, now=datetime.now(UTC))


def _hold_a_draw(database: Database, one: Prepared) -> None:
    """Hold several in one transaction, as a draw does, in no order."""
    with unit_of_work(database, RememberingDoorbell()) as session:
        for encounter_id in random.sample(one.encounters, len(one.encounters)):
            _hold(session, encounter_id, HoldReason.DRAWN)


def _amend(database: Database, one: Prepared) -> None:
    """Lock each record as an amendment does, then append to the log."""
    viewer = Viewer(id=uuid.uuid4(), name="", roles=frozenset({Role.DEVICE}))
    for encounter_id, reference in zip(one.encounters, one.references, strict=True):
        with unit_of_work(database, RememberingDoorbell()) as session:
            assert encounter_shown_to(session, reference=reference, viewer=viewer)
            hold_id = _hold(session, encounter_id, HoldReason.RECORD_REQUEST)
            release_hold(session, hold_id=hold_id, because="at once", actor=COMMAND_LINE, now=datetime.now(UTC))


def _hold(session: Session, encounter_id: uuid.UUID, reason: HoldReason) -> uuid.UUID:
    return place_hold(session, encounter_id=encounter_id, reason=reason, cause_id="race", now=datetime.now(UTC))


Way = Callable[[Database, Prepared], None]
WAYS: dict[str, Way] = {"feedback": _leave_feedback, "hold": _place_hold, "again": _release_and_hold_again, "draw": _hold_a_draw}


def _judge(database: Database, one: Prepared, way: str, told: Told) -> None:
    """Look at every recording: kept by a hold in force, or erased with every hold in force saying that it came too late."""
    with database.reading() as session:
        for footage_id in one.footage:
            state = session.get_one(Footage, footage_id).state
            holds = session.scalars(
                select(FootageHold.erased_before)
                .join(FootageOfEncounter, FootageOfEncounter.encounter_id == FootageHold.encounter_id)
                .where(FootageOfEncounter.footage_id == footage_id, FootageHold.released_at.is_(None))
            ).all()
            if state == FootageState.ERASED and any(late == 0 for late in holds):
                told.held_and_erased += 1
            elif state == FootageState.ERASED and holds:
                told.erased_first += 1
                told.by_way[f"{way}: erased first"] += 1
            elif holds:
                told.hold_first += 1
                told.by_way[f"{way}: hold first"] += 1
            else:
                told.neither += 1
