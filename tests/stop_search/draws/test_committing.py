"""Committing on a real database: who is in the frame, what is fixed, one draw per period, and nothing goes before chance decides."""

import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from stop_search.audit.queries import log_head, newest_entries
from stop_search.codes.design import Design
from stop_search.draws.beacon import round_at, round_time
from stop_search.draws.chance import NamedRound
from stop_search.draws.manifest import frame_root
from stop_search.draws.planning import planned_draw
from stop_search.draws.protocol import evidence_mark, evidence_text, key_digest, officer_group, public_token
from stop_search.draws.records import Draw, FrameEntry, QuarterKey
from stop_search.draws.rules import Stream
from stop_search.draws.running import framed
from stop_search.draws.tickets import manifest_digest
from stop_search.encounters.rules import EncounterSource
from stop_search.errors import Conflict, Invalid
from stop_search.footage.actions import release_hold
from stop_search.footage.erasing import Erased, Held, erase_footage
from stop_search.footage.records import FootageHold
from stop_search.footage.rules import HoldReason
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.sampled import CLASSES, DESIGN, OCTOBER, a_commit, a_sample, thrown

IN_OCTOBER = NOON - timedelta(days=30)
NOVEMBER = (date(2026, 11, 1), date(2026, 11, 15))
FORCED = {"force_used": ["baton"]}


def noon(day: int) -> datetime:
    """Return noon of a day of October."""
    return NOON.replace(month=10, day=day)


def classes(session: Session, draw_id: uuid.UUID) -> dict[uuid.UUID, str]:
    """Return the risk class of each encounter in the frame, by its id."""
    rows = session.execute(select(FrameEntry.encounter_id, FrameEntry.risk_class).where(FrameEntry.draw_id == draw_id))
    return dict(rows.all())


def test_the_frame_is_every_encounter_of_the_period_in_local_time_with_its_class(session: Session) -> None:
    summer_evening = NOON.replace(month=9, day=30, hour=23, minute=30)  # 1 October, half past midnight, in London
    first = a.an_encounter(session, started_at=summer_evening)
    last = a.an_encounter(session, started_at=NOON.replace(month=10, day=31, hour=23, minute=59))
    a.an_encounter(session, started_at=summer_evening - timedelta(hours=1))
    a.an_encounter(session, started_at=NOON.replace(month=11, day=1, hour=0, minute=0))
    filmed = a.an_encounter(session, started_at=IN_OCTOBER)
    a.a_recording(session, encounter=filmed, started_at=IN_OCTOBER)
    child = a.an_encounter(session, started_at=IN_OCTOBER, people=0)
    a.a_person(session, encounter=child, age_band="10_17", clothing_level="intimate_parts")
    late = a.an_encounter(session, started_at=IN_OCTOBER, recorded_at=IN_OCTOBER + timedelta(days=15))
    a.an_encounter(session, started_at=IN_OCTOBER, source=EncounterSource.POLICE_UK)
    found = classes(session, a_commit(session).draw_id)
    assert found == {first.id: "high", last.id: "high", filmed.id: "base", child.id: "certainty", late.id: "late"}


def test_a_record_that_came_after_its_own_periods_frame_is_in_the_next_in_a_class_of_its_own(session: Session) -> None:
    a.an_encounter(session, started_at=IN_OCTOBER)
    first = a_commit(session)
    delayed = a.an_encounter(session, started_at=IN_OCTOBER, recorded_at=IN_OCTOBER + timedelta(days=13))
    late = a.an_encounter(session, started_at=IN_OCTOBER, recorded_at=NOON + timedelta(hours=1))
    never_drawn_month = a.an_encounter(session, started_at=NOON - timedelta(days=80))
    second = a_commit(session, period=NOVEMBER, now=NOON + timedelta(days=1))
    assert first.frame_size == 1
    assert classes(session, second.draw_id) == {delayed.id: "delayed", late.id: "late"}
    assert never_drawn_month.id not in classes(session, second.draw_id)


def test_no_date_to_which_a_record_is_amended_or_made_takes_a_stop_out_of_every_frame(session: Session) -> None:
    week, gap, next_week = (date(2026, 10, 1), date(2026, 10, 7)), date(2026, 10, 10), (date(2026, 10, 15), date(2026, 10, 21))
    a.an_encounter(session, started_at=noon(2))
    a_commit(session, period=week, now=noon(9))
    before_all, into_gap, out_of_gap = (a.an_encounter(session, started_at=noon(16)) for _ in range(3))
    thorough = a.an_encounter(session, started_at=noon(16), people=0)
    a.a_person(session, encounter=thorough, clothing_level="intimate_parts")
    before_all.started_at, into_gap.started_at, thorough.started_at = noon(2) - timedelta(days=99), noon(10), noon(10)
    into_drawn = a.an_encounter(session, started_at=noon(3), recorded_at=noon(16))
    came_late = a.an_encounter(session, started_at=noon(2) - timedelta(days=3), recorded_at=noon(10))
    never_due = [a.an_encounter(session, started_at=started) for started in (noon(2) - timedelta(days=3), noon(gap.day))]
    session.flush()
    second = a_commit(session, period=next_week, now=noon(23))
    assert classes(session, second.draw_id) == {
        before_all.id: "late",
        into_gap.id: "late",
        came_late.id: "late",
        thorough.id: "certainty",
        into_drawn.id: "delayed",
        out_of_gap.id: "high",
    }
    third = a_commit(session, period=(gap, gap), now=noon(23))
    assert set(classes(session, third.draw_id)) == {never_due[1].id}


def test_the_first_draw_takes_what_was_recorded_in_its_period_and_nothing_from_before_it(session: Session) -> None:
    moved = a.an_encounter(session, started_at=noon(2))
    moved.started_at = noon(2) - timedelta(days=400)
    for days in (1, 40, 400):
        a.an_encounter(session, started_at=noon(1) - timedelta(days=days))
    session.flush()
    assert classes(session, a_commit(session).draw_id) == {moved.id: "late"}


def test_a_stop_whose_date_was_amended_into_another_period_stays_in_its_frame_and_keeps_that_period_from_nothing(session: Session) -> None:
    moved, other = a.an_encounter(session, started_at=IN_OCTOBER), a.an_encounter(session, started_at=IN_OCTOBER + timedelta(days=20))
    first = a_commit(session)
    moved.started_at = IN_OCTOBER + timedelta(days=18)
    session.flush()
    second = a_commit(session, period=NOVEMBER)
    assert set(classes(session, first.draw_id)) == {moved.id}
    assert set(classes(session, second.draw_id)) == {other.id}
    planned = planned_draw(session, period_start=NOVEMBER[0], period_end=NOVEMBER[1], design=DESIGN)
    assert sum(line.size for line in planned.classes) == 2


def test_the_manifest_fixes_rows_design_register_and_the_place_among_the_draws(session: Session) -> None:
    encounters = [a.an_encounter(session, started_at=IN_OCTOBER) for _ in range(12)]
    head = log_head(session)
    first = a_commit(session)
    second = a_commit(session, period=NOVEMBER)
    draw = session.get_one(Draw, first.draw_id)
    entries, rows = framed(session, draw)
    key = bytes.fromhex(session.get_one(QuarterKey, "2026-Q4").key)
    told = first.manifest
    assert first.digest == manifest_digest(told) == draw.frame_digest
    assert (told["root"], told["size"], told["counts"]) == (frame_root(rows), 12, [[7, 20, 12]])
    assert [row.token for row in rows] == sorted(public_token(key, str(one.id)) for one in encounters)
    assert (told["sequence"], told["previous"], second.manifest["sequence"], second.manifest["previous"]) == (1, None, 2, first.digest)
    assert told["key_digest"] == key_digest(key) == second.manifest["key_digest"]
    assert told["register"]["n"] == head[0] + 1  # the quarter's key was made meanwhile
    assert told["design"] == {"classes": {k: list(v) for k, v in CLASSES.items()}, "second": [1, 4], "panel": [1, 10]}
    assert all(entry.ticket is None and not entry.is_drawn for entry in entries)
    entry = newest_entries(session, limit=20)
    assert [e.object_id for e in entry if e.action == "draw_committed"] == [str(second.draw_id), str(first.draw_id)]


def test_the_evidence_of_each_stop_is_fixed_and_can_be_opened_with_the_key(session: Session) -> None:
    officer = a.an_officer(session)
    encounter = a.an_encounter(session, started_at=IN_OCTOBER, officer=officer)
    recordings = [a.a_recording(session, encounter=encounter, started_at=IN_OCTOBER).sha256 for _ in range(2)]
    a_commit(session)
    key = bytes.fromhex(session.get_one(QuarterKey, "2026-Q4").key)
    entry = session.scalars(select(FrameEntry)).one()
    text = evidence_text(str(encounter.id), encounter.recorded_at, [sha for sha in recordings if sha])
    assert (entry.evidence_text, entry.evidence) == (text, evidence_mark(key, text))
    assert entry.officer_group == officer_group(key, str(officer.id))


def test_nothing_of_a_frame_is_erased_between_commit_and_run(session: Session) -> None:
    encounter = a.an_encounter(session, started_at=IN_OCTOBER)
    footage = a.a_recording(session, encounter=encounter, started_at=IN_OCTOBER, erase_after=(NOON - timedelta(days=1)).date())
    fixed = a_commit(session)
    assert erase_footage(session, footage_id=footage.id, now=NOON, actor=a_sample_actor()) == Held(footage.id, (HoldReason.FRAMED,))
    run = thrown(session, fixed, design=replace(DESIGN, coverage="none"))
    hold = session.scalars(select(FootageHold).where(FootageHold.reason == HoldReason.FRAMED)).one()
    assert hold.released_at == NOON
    for one in session.scalars(select(FootageHold).where(FootageHold.released_at.is_(None))).all():
        release_hold(session, hold_id=one.id, because="the review is over", actor=a_sample_actor(), now=NOON)
    assert run.frame_size == 1
    assert isinstance(erase_footage(session, footage_id=footage.id, now=NOON, actor=a_sample_actor()), Erased)


def a_sample_actor():  # noqa: ANN201 -- as the actions take it
    """Return who acts."""
    from stop_search.audit.rules import COMMAND_LINE

    return COMMAND_LINE


def test_a_second_commitment_of_a_period_or_of_any_of_its_days_is_refused(session: Session) -> None:
    a.an_encounter(session, started_at=IN_OCTOBER)
    a_commit(session)
    for period in (OCTOBER, (date(2026, 10, 31), date(2026, 11, 7)), (date(2026, 9, 1), date(2026, 10, 1)), (IN_OCTOBER.date(),) * 2):
        with pytest.raises(Conflict, match="no redraw"):
            a_commit(session, period=period)
        with pytest.raises(Conflict, match="no redraw"):
            a_sample(session, period=period)
    assert session.scalar(select(func.count()).select_from(Draw)) == 1


def test_the_database_itself_keeps_one_draw_per_period_one_number_and_an_encounter_in_one_frame(session: Session) -> None:
    encounter = a.an_encounter(session)
    first = a.a_draw(session, protocol=2, sequence=1)
    a.a_frame_entry(session, draw=first, encounter=encounter)
    other = a.a_draw(session, period_start=date(2026, 1, 1), period_end=date(2026, 1, 7))
    with pytest.raises(IntegrityError), session.begin_nested():
        a.a_frame_entry(session, draw=other, encounter=encounter)
    with pytest.raises(IntegrityError), session.begin_nested():
        a.a_draw(session)
    with pytest.raises(IntegrityError), session.begin_nested():
        a.a_draw(session, period_start=date(2026, 2, 1), period_end=date(2026, 2, 7), protocol=2, sequence=1)
    a.a_draw(session, stream=Stream.COVER, protocol=2, sequence=2)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"scope": "my team"}, "scope"),
        ({"design": Design(classes={"base": (1, 2)})}, "design"),
        ({"design": replace(DESIGN, second=(3, 2))}, "design"),
        ({"period": (date(2026, 10, 2), date(2026, 10, 1))}, "period_end"),
        ({"period": (date(2026, 11, 1), date(2026, 11, 19))}, "period_end"),
        ({"period": (date(2026, 11, 1), NOON.date())}, "period_end"),
        ({"chance": NamedRound(1000)}, "round"),
        ({"chance": NamedRound(20_000_000_000)}, "round"),
    ],
)
def test_what_cannot_be_drawn_is_told_field_by_field(session: Session, changes: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as told:
        a_commit(session, **changes)
    assert set(told.value.fields) == {field}


def test_a_period_can_be_committed_when_its_last_day_is_over_by_londons_clock(session: Session) -> None:
    half_past_midnight = NOON.replace(month=7, day=31, hour=23, minute=30)  # 1 August in London
    july = (date(2026, 7, 1), date(2026, 7, 31))
    with pytest.raises(Invalid, match="not over"):
        a_commit(session, period=july, now=half_past_midnight - timedelta(hours=1))
    a_commit(session, period=july, now=half_past_midnight)


def test_a_round_that_is_named_stands_in_the_manifest_with_its_time(session: Session) -> None:
    number = round_at(NOON + timedelta(days=1))
    fixed = a_commit(session, chance=NamedRound(number))
    assert fixed.manifest["randomness"]["round"] == number
    assert fixed.manifest["randomness"]["round_at"] == f"{round_time(number):%Y-%m-%dT%H:%M:%SZ}"
