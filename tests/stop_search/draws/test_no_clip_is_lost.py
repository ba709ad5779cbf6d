"""A quarter with footage kept for 31 days and erased night after night: nothing that chance drew was erased before it was drawn."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.audit.rules import COMMAND_LINE, WORKER
from stop_search.codes.design import Coverage, Design
from stop_search.draws.chance import NamedDice
from stop_search.draws.covering import commit_coverage
from stop_search.draws.periods import Month
from stop_search.draws.records import FrameEntry
from stop_search.draws.rules import Stream
from stop_search.footage.records import Footage, FootageErasure, FootageHold, FootageOfEncounter
from stop_search.footage.retention import erase_all_past_their_time
from stop_search.footage.rules import HoldReason
from tests.support import builders as a
from tests.support.sampled import CLASSES, a_commit, thrown

KEPT = timedelta(days=31)
FIRST, WEEKS, STOPS, OFFICERS = date(2026, 10, 5), 12, 96, 12
DESIGN = Design(classes=dict.fromkeys(CLASSES, (1, 8)), coverage=Coverage.MONTHLY)


def a_quarter_of_stops(session: Session) -> None:
    """Add a quarter's stops by a dozen officers, each filmed, a twelfth recorded some days late."""
    chance = random.Random(11)  # noqa: S311 -- a simulation
    officers = [a.an_officer(session) for _ in range(OFFICERS)]
    for n in range(STOPS):
        started = datetime(FIRST.year, FIRST.month, FIRST.day, 10, tzinfo=UTC) + timedelta(days=n * WEEKS * 7 / STOPS)
        recorded = started + (timedelta(days=chance.randrange(3, 13)) if n % 12 == 5 else timedelta(minutes=9))
        stop = a.an_encounter(session, started_at=started, recorded_at=recorded, officer=officers[min(chance.randrange(18), OFFICERS - 1)])
        a.a_recording(session, encounter=stop, started_at=started, erase_after=(started + KEPT).date())


def night(session: Session, at: datetime) -> None:
    """Erase what is past its time."""

    @contextmanager
    def opened() -> Iterator[Session]:
        yield session

    erase_all_past_their_time(opened, opened, now=at, by=at, actor=WORKER)


@pytest.mark.parametrize("waits", [timedelta(days=1), timedelta(days=20)])
def test_with_31_days_of_footage_nothing_drawn_was_erased_before_it_was_drawn(session: Session, waits: timedelta) -> None:
    """Each week is committed two days after it ends and run `waits` later; each month's coverage when its last week is run."""
    a_quarter_of_stops(session)
    due: list[tuple[datetime, str, object]] = []
    for week in range(WEEKS):
        start = FIRST + timedelta(weeks=week)
        committed = datetime(start.year, start.month, start.day, 9, tzinfo=UTC) + timedelta(days=8)
        due.append((committed, "commit", (start, start + timedelta(days=6))))
    for month, day in ((10, date(2026, 11, 1)), (11, date(2026, 12, 1)), (12, date(2027, 1, 5))):
        due.append((datetime(day.year, day.month, day.day, 12, tzinfo=UTC) + waits + timedelta(days=3), "cover", Month(2026, month)))
    at, end = datetime(2026, 10, 5, 3, tzinfo=UTC), datetime(2027, 3, 4, tzinfo=UTC)
    while at < end:
        for step in sorted((one for one in due if one[0] <= at), key=lambda one: (one[0], one[1])):
            due.remove(step)
            _take(session, step, at, waits, due)
        night(session, at)
        at += timedelta(days=3)
    drawn = select(FootageOfEncounter.footage_id).join(FrameEntry, FrameEntry.encounter_id == FootageOfEncounter.encounter_id)
    lost = select(func.count()).select_from(FootageErasure).where(FootageErasure.footage_id.in_(drawn.where(FrameEntry.is_drawn)))
    assert session.scalar(lost) == 0
    assert session.scalar(select(func.count()).where(FrameEntry.is_drawn)) >= OFFICERS  # coverage sees each; chance draws more
    assert session.scalar(select(func.count()).where(FrameEntry.is_cover)) > 0
    assert session.scalar(select(func.count()).select_from(FootageErasure)) > STOPS / 2  # the rest does go
    pending = select(func.count()).select_from(FootageHold).where(FootageHold.released_at.is_(None), FootageHold.reason != HoldReason.DRAWN)
    assert session.scalar(pending) == 0
    assert session.scalar(select(func.count()).select_from(Footage)) == STOPS


def _take(
    session: Session, step: tuple[datetime, str, object], at: datetime, waits: timedelta, due: list[tuple[datetime, str, object]]
) -> None:
    _, kind, what = step
    if kind == "commit":
        fixed = a_commit(session, period=what, design=DESIGN, now=at)  # type: ignore[arg-type]
        due.append((at + waits, "run", fixed))
    elif kind == "cover":
        named = {"scope": "force", "design": DESIGN, "chance": NamedDice(), "actor": COMMAND_LINE}
        fixed = commit_coverage(session, month=what, now=at, **named)  # type: ignore[arg-type]
        assert fixed.manifest["stream"] == Stream.COVER
        due.append((at + waits, "run", fixed))
    else:
        thrown(session, what, design=DESIGN, now=at)  # type: ignore[arg-type]
