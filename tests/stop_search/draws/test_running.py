"""Running on a real database: only the chance that was named decides, once; what is drawn is held in the same transaction."""

import csv
import io
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from stop_search.audit.queries import newest_entries
from stop_search.codes.design import Coverage
from stop_search.draws.beacon import round_time
from stop_search.draws.chance import GivenRound, NamedRound
from stop_search.draws.publication import FILES
from stop_search.draws.queries import draw_of_period, draw_shown, draws_made, draws_waiting, published_draw, unassigned_encounters
from stop_search.draws.records import Draw, FrameEntry, QuarterKey
from stop_search.draws.rules import DrawState
from stop_search.draws.verification import draw_problems
from stop_search.errors import Conflict, Invalid, NotFound
from stop_search.footage.records import FootageHold
from stop_search.footage.rules import HoldReason
from stop_search.jobs.records import Job
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.sampled import CLASSES, DESIGN, OCTOBER, THROWN, a_commit, a_sample, thrown

IN_OCTOBER = NOON - timedelta(days=30)
PLAIN = replace(DESIGN, coverage=Coverage.NONE)
OFTEN = CLASSES | {"base": (1, 3)}  # of 60 stops at 3 in 50 none is drawn in one run of 41: tests that need a drawn stop draw more often
ROUND = 1000  # of quicknet; its signature was published by the League of Entropy
SIGNATURE = "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39"
MADE_AT = round_time(ROUND)
AUGUST = (date(2023, 8, 1), date(2023, 8, 22))


def some_stops(session: Session, number: int) -> None:
    """Add stops of October that are filmed."""
    for _ in range(number):
        encounter = a.an_encounter(session, started_at=IN_OCTOBER, officer=a.an_officer(session))
        a.a_recording(session, encounter=encounter, started_at=IN_OCTOBER)


def test_what_is_drawn_is_held_and_given_to_assign_in_the_same_transaction(session: Session) -> None:
    some_stops(session, 60)
    design = replace(PLAIN, classes=OFTEN)
    fixed = a_commit(session, design=design)
    done = thrown(session, fixed, design=design)
    drawn = set(session.scalars(select(FrameEntry.encounter_id).where(FrameEntry.is_drawn)))
    in_force = session.execute(
        select(FootageHold.encounter_id, FootageHold.reason, FootageHold.cause_id).where(FootageHold.released_at.is_(None))
    )
    assert {tuple(hold) for hold in in_force} == {(one, HoldReason.DRAWN, str(done.draw_id)) for one in drawn}
    assert len(drawn) == done.drawn > 0
    job = session.scalars(select(Job).where(Job.name == "assign_reviews")).one()
    assert (job.arguments, job.queue) == ({"draw_id": str(done.draw_id)}, "upkeep")
    entry = next(line for line in newest_entries(session) if line.action == "sample_drawn")
    assert (entry.object_id, entry.actor) == (str(done.draw_id), "command-line")


def test_if_the_run_fails_nothing_is_drawn_held_or_released(session: Session) -> None:
    some_stops(session, 30)
    fixed = a_commit(session, design=PLAIN)
    before = set(session.execute(select(FootageHold.encounter_id, FootageHold.reason, FootageHold.released_at)).all())
    session.commit()
    savepoint = session.begin_nested()
    thrown(session, fixed, design=PLAIN)
    savepoint.rollback()  # as if what comes after in the same transaction had failed
    session.expire_all()
    assert set(session.execute(select(FootageHold.encounter_id, FootageHold.reason, FootageHold.released_at)).all()) == before
    assert session.scalar(select(func.count()).where(FrameEntry.is_drawn)) == 0
    assert session.get_one(Draw, fixed.draw_id, populate_existing=True).state == DrawState.COMMITTED


def test_every_stop_keeps_its_ticket_and_its_probability_of_being_drawn(session: Session) -> None:
    some_stops(session, 40)
    thrown(session, a_commit(session, design=PLAIN), design=PLAIN)
    entries = session.scalars(select(FrameEntry)).all()
    assert {entry.inclusion_probability for entry in entries} == {3 / 50}
    assert all(entry.ticket and len(entry.ticket) > 60 for entry in entries)


def test_a_draw_is_run_once(session: Session) -> None:
    some_stops(session, 12)
    fixed = a_commit(session)
    first = thrown(session, fixed)
    for chance in (THROWN, replace(THROWN, digits="7" * 20)):
        with pytest.raises(Conflict, match="no redraw"):
            thrown(session, fixed, chance=chance)
    assert session.get_one(Draw, fixed.draw_id).seed == first.seed


def test_the_beacons_round_decides_when_it_is_the_named_one_is_made_and_is_signed(session: Session) -> None:
    for _ in range(40):
        a.an_encounter(session, started_at=MADE_AT - timedelta(days=9))
    fixed = a_commit(session, period=AUGUST, chance=NamedRound(ROUND), now=MADE_AT - timedelta(hours=1))
    given = GivenRound(ROUND, SIGNATURE)
    wrong = [
        (THROWN, MADE_AT, "fixed for drand"),
        (given, MADE_AT - timedelta(seconds=1), "does not exist yet"),
        (replace(given, round_number=ROUND + 1), MADE_AT, "fixed for round 1000"),
        (replace(given, signature=SIGNATURE[:-1] + "8"), MADE_AT, "signature"),
        (replace(given, signature=SIGNATURE[:10]), MADE_AT, "signature"),
    ]
    for chance, now, told in wrong:
        with pytest.raises(Invalid, match=told):
            thrown(session, fixed, chance=chance, now=now)
    done = thrown(session, fixed, chance=given, now=MADE_AT)
    files = published_draw(session, draw_id=done.draw_id).files
    assert draw_problems(files) == []
    assert b"fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd" not in files["draw.json"]
    assert session.get_one(Draw, done.draw_id).randomness == (
        "drand:52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971:1000:"
        "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd"
    )


@pytest.mark.parametrize(
    "change",
    [
        update(FrameEntry).values(probability_numerator=1, probability_denominator=2),
        update(FrameEntry).values(evidence="00" * 32),
        update(Draw).values(frame_digest="00" * 32),
    ],
)
def test_a_frame_that_was_changed_after_it_was_fixed_is_not_drawn_from(session: Session, change: object) -> None:
    some_stops(session, 12)
    fixed = a_commit(session)
    session.execute(change)
    session.expire_all()
    with pytest.raises(Conflict, match="changed after it was made"):
        thrown(session, fixed)


def test_what_is_published_can_be_drawn_again_and_names_no_encounter(session: Session) -> None:
    encounters = [a.an_encounter(session, started_at=IN_OCTOBER, officer=a.an_officer(session)) for _ in range(30)]
    done = a_sample(session)
    files = published_draw(session, draw_id=done.draw_id).files
    whole = b"".join(files.values()).decode()
    assert tuple(files) == FILES
    assert draw_problems(files) == []
    officers = [str(encounter.officer_id) for encounter in encounters]
    for secret in [str(e.id) for e in encounters] + [e.reference for e in encounters] + [e.id.hex for e in encounters] + officers:
        assert secret not in whole
    assert session.get_one(QuarterKey, "2026-Q4").key not in whole
    rows = list(csv.DictReader(io.StringIO(files["tickets.csv"].decode())))
    drawn = set(session.scalars(select(FrameEntry.token).where(FrameEntry.is_drawn)))
    assert {row["token"] for row in rows if row["drawn"] == "yes"} == drawn
    flagged = session.execute(select(FrameEntry.token, FrameEntry.is_second, FrameEntry.is_panel))
    told = {row["token"]: (row["second"] == "yes", row["panel"] == "yes") for row in rows}
    assert told == {token: (second, panel) for token, second, panel in flagged}
    assert len(rows) == 30


def test_before_it_is_run_manifest_and_frame_can_be_handed_out(session: Session) -> None:
    some_stops(session, 12)
    fixed = a_commit(session)
    assert sorted(published_draw(session, draw_id=fixed.draw_id).files) == ["frame.csv", "manifest.json"]
    assert [line.draw_id for line in draws_waiting(session)] == [fixed.draw_id]
    thrown(session, fixed)
    assert draws_waiting(session) == []


@pytest.mark.parametrize(
    "change",
    [
        update(FrameEntry).values(probability_numerator=1, probability_denominator=2),
        update(FrameEntry).values(is_drawn=True),
        update(FrameEntry).values(is_drawn=False, is_second=False, is_panel=False),
        update(Draw).values(chance=THROWN.document() | {"digits": "1" * 20}),
        update(Draw).values(seed="00" * 32),
        update(Draw).values(manifest={"root": "00" * 32}),
    ],
)
def test_a_draw_whose_rows_were_changed_is_not_published(session: Session, change: object) -> None:
    some_stops(session, 60)
    done = a_sample(session, design=replace(DESIGN, classes=OFTEN))
    session.execute(change)
    session.expire_all()
    with pytest.raises(Conflict, match="changed after it was made"):
        published_draw(session, draw_id=done.draw_id)


def test_a_draw_of_the_first_protocol_is_shown_and_not_published_anew(session: Session) -> None:
    draw = a.a_draw(session)
    a.a_frame_entry(session, draw=draw, encounter=a.an_encounter(session))
    assert (draws_made(session)[0].drawn, draws_made(session)[0].sequence) == (1, None)
    with pytest.raises(Conflict, match="first protocol"):
        published_draw(session, draw_id=draw.id)


def test_the_draws_made_say_what_became_of_what_was_drawn(session: Session) -> None:
    for _ in range(3):
        a.an_encounter(session, started_at=IN_OCTOBER, recorded_at=NOON)
    done = a_sample(session)
    entries = session.scalars(select(FrameEntry).order_by(FrameEntry.token)).all()
    entries[0].outcome = "reviewed"
    entries[1].unassigned_reason = "There is no supervisor."
    session.flush()
    line = draws_made(session)[0]
    assert line == draw_shown(session, draw_id=done.draw_id)
    assert (line.drawn, line.outcomes, line.unassigned) == (3, {"drawn": 2, "reviewed": 1, "no_footage": 0, "refused": 0}, 1)
    assert [(u.encounter_id, u.reason) for u in unassigned_encounters(session)] == [(entries[1].encounter_id, "There is no supervisor.")]
    assert draw_of_period(session, scope="force", period_start=OCTOBER[0], period_end=OCTOBER[1]) == done.draw_id


def test_the_database_refuses_what_is_second_read_and_not_drawn(session: Session) -> None:
    encounter = a.an_encounter(session)
    with pytest.raises(IntegrityError), session.begin_nested():
        a.a_frame_entry(session, draw=a.a_draw(session), encounter=encounter, drawn=False, is_second=True)


def test_an_unknown_draw_is_not_found(session: Session) -> None:
    fixed = a_commit(session)
    with pytest.raises(NotFound):
        thrown(session, replace(fixed, draw_id=a.an_encounter(session).id))
    with pytest.raises(NotFound):
        published_draw(session, draw_id=a.an_encounter(session).id)
