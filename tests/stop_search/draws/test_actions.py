"""Drawing on a real database: who is in the frame, one draw per period, holds and the job in one transaction, and no redraw."""

import csv
import io
import json
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from stop_search.audit.queries import newest_entries
from stop_search.audit.rules import COMMAND_LINE
from stop_search.draws.actions import DrawnSample, draw_sample
from stop_search.draws.publication import draw_problems
from stop_search.draws.queries import draw_of_period, draw_shown, draws_made, planned_frame, published_draw, unassigned_encounters
from stop_search.draws.records import Draw, FrameEntry
from stop_search.draws.rules import RiskClass, public_token
from stop_search.encounters.rules import EncounterSource
from stop_search.errors import Conflict, Invalid, NotFound
from stop_search.footage.records import FootageHold
from stop_search.footage.rules import HoldReason
from stop_search.jobs.records import Job
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.drawn import DESIGN, RANDOMNESS

OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))
IN_OCTOBER = NOON - timedelta(days=30)


def a_sample(session: Session, *, period: tuple[date, date] = OCTOBER, **changes: object) -> DrawnSample:
    """Draw a period of the whole force."""
    values = {"scope": "force", "design": DESIGN, "seed": RANDOMNESS, "actor": COMMAND_LINE, "now": NOON}
    return draw_sample(session, period_start=period[0], period_end=period[1], **(values | changes))


def classes(session: Session, draw: DrawnSample) -> dict[str, str]:
    """Return the risk class of each encounter in the frame, by its id."""
    rows = session.execute(select(FrameEntry.encounter_id, FrameEntry.risk_class).where(FrameEntry.draw_id == draw.draw_id))
    return {str(encounter_id): risk_class for encounter_id, risk_class in rows}


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
    found = classes(session, a_sample(session))
    assert found == {
        str(first.id): "high",
        str(last.id): "high",
        str(filmed.id): "base",
        str(child.id): "certainty",
        str(late.id): "late",
    }


def test_imported_rows_are_no_part_of_the_frame(session: Session) -> None:
    a.an_encounter(session, started_at=IN_OCTOBER, source=EncounterSource.POLICE_UK)
    assert a_sample(session).frame_size == 0


def test_a_record_that_came_after_its_own_periods_draw_is_in_the_next_frame_for_certain(session: Session) -> None:
    a.an_encounter(session, started_at=IN_OCTOBER)
    first = a_sample(session)
    held_back = a.an_encounter(session, started_at=IN_OCTOBER, recorded_at=NOON + timedelta(hours=1))
    never_drawn_month = a.an_encounter(session, started_at=NOON - timedelta(days=80))
    second = a_sample(session, period=(date(2026, 11, 1), date(2026, 11, 15)), now=NOON + timedelta(days=1))
    assert first.frame_size == 1
    assert classes(session, second) == {str(held_back.id): "late"}
    assert str(never_drawn_month.id) not in classes(session, second)
    assert second.drawn == 1


def test_what_is_drawn_is_held_and_given_to_assign_in_the_same_transaction(session: Session) -> None:
    drawn = [a.an_encounter(session, started_at=IN_OCTOBER, recorded_at=NOON).id for _ in range(3)]
    left = a.an_encounter(session, started_at=IN_OCTOBER)
    a.a_recording(session, encounter=left, started_at=IN_OCTOBER)
    done = a_sample(session, design=DESIGN | {"base": (1, 10**9)})
    held = session.execute(select(FootageHold.encounter_id, FootageHold.reason, FootageHold.cause_id)).all()
    assert {tuple(hold) for hold in held} == {(encounter_id, HoldReason.DRAWN, str(done.draw_id)) for encounter_id in drawn}
    job = session.scalars(select(Job).where(Job.name == "assign_reviews")).one()
    assert (job.arguments, job.queue) == ({"draw_id": str(done.draw_id)}, "upkeep")
    entry = next(line for line in newest_entries(session) if line.action == "sample_drawn")
    assert (entry.object_id, entry.actor) == (str(done.draw_id), "command-line")


def test_a_second_draw_of_a_period_or_of_any_of_its_days_is_refused(session: Session) -> None:
    a.an_encounter(session, started_at=IN_OCTOBER)
    a_sample(session)
    for period in (OCTOBER, (date(2026, 10, 31), date(2026, 11, 7)), (date(2026, 9, 1), date(2026, 10, 1)), (IN_OCTOBER.date(),) * 2):
        with pytest.raises(Conflict, match="no redraw"):
            a_sample(session, period=period)
    assert session.scalar(select(func.count()).select_from(Draw)) == 1


def test_the_database_itself_keeps_an_encounter_in_one_frame(session: Session) -> None:
    encounter = a.an_encounter(session)
    a.a_frame_entry(session, draw=a.a_draw(session), encounter=encounter)
    other = a.a_draw(session, period_start=date(2026, 1, 1), period_end=date(2026, 1, 7))
    with pytest.raises(IntegrityError), session.begin_nested():
        a.a_frame_entry(session, draw=other, encounter=encounter)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"seed": " "}, "seed"),
        ({"seed": "one\ntwo"}, "seed"),
        ({"seed": "1" * 501}, "seed"),
        ({"scope": "my team"}, "scope"),
        ({"design": {"base": (1, 2)}}, "design"),
        ({"design": DESIGN | {"base": (3, 2)}}, "design"),
        ({"design": DESIGN | {"base": (1, 10**9 + 1)}}, "design"),
        ({"period": (date(2026, 10, 2), date(2026, 10, 1))}, "period_end"),
        ({"period": (date(2026, 11, 1), date(2026, 11, 19))}, "period_end"),
    ],
)
def test_what_cannot_be_drawn_is_told_field_by_field(session: Session, changes: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as told:
        a_sample(session, **changes)
    assert set(told.value.fields) == {field}


def test_what_is_published_can_be_drawn_again_and_names_no_encounter(session: Session) -> None:
    encounters = [a.an_encounter(session, started_at=IN_OCTOBER) for _ in range(30)]
    done = a_sample(session)
    files = published_draw(session, draw_id=done.draw_id).files
    whole = b"".join(files.values()).decode()
    assert draw_problems(files, digest_before=done.frame_digest) == []
    for secret in [str(e.id) for e in encounters] + [e.reference for e in encounters] + [e.id.hex for e in encounters]:
        assert secret not in whole
    assert session.get_one(Draw, done.draw_id).period_key not in whole
    rows = list(csv.DictReader(io.StringIO(files["tickets.csv"].decode())))
    drawn = set(session.scalars(select(FrameEntry.token).where(FrameEntry.is_drawn)))
    assert {row["token"] for row in rows if row["drawn"] == "yes"} == drawn == set(json.loads(files["draw.json"])["drawn"])
    assert len(rows) == 30


def test_the_tokens_are_those_of_the_periods_key(session: Session) -> None:
    encounter = a.an_encounter(session, started_at=IN_OCTOBER)
    done = a_sample(session)
    key = bytes.fromhex(session.get_one(Draw, done.draw_id).period_key)
    assert session.scalars(select(FrameEntry.token)).one() == public_token(key, str(encounter.id))


@pytest.mark.parametrize(
    "change",
    [
        update(FrameEntry).values(probability_numerator=1, probability_denominator=2),
        update(FrameEntry).values(is_drawn=True),
        update(FrameEntry).values(is_drawn=False),
        update(Draw).values(randomness="other dice"),
        update(Draw).values(design={"base": [1, 1]}),
        update(Draw).values(period_key="00" * 32),
    ],
)
def test_a_draw_whose_rows_were_changed_is_not_published(session: Session, change: object) -> None:
    for _ in range(30):
        a.an_encounter(session, started_at=IN_OCTOBER)
    done = a_sample(session)
    session.execute(change)
    session.expire_all()
    with pytest.raises(Conflict, match="changed after it was made"):
        published_draw(session, draw_id=done.draw_id)


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


def test_a_plan_counts_the_classes_and_fixes_nothing(session: Session) -> None:
    a.an_encounter(session, started_at=IN_OCTOBER)
    planned = planned_frame(session, period_start=OCTOBER[0], period_end=OCTOBER[1], design=DESIGN)
    assert {line.risk_class: line.size for line in planned} == {name: int(name is RiskClass.HIGH) for name in RiskClass}
    assert session.scalar(select(func.count()).select_from(Draw)) == 0
    with pytest.raises(Invalid):
        planned_frame(session, period_start=OCTOBER[0], period_end=OCTOBER[1], design={})


def test_an_unknown_draw_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        published_draw(session, draw_id=a.an_encounter(session).id)
