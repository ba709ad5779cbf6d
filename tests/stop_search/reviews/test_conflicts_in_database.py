"""The database refuses a reviewer who is too near, whoever writes: tries of every kind, and the view against the rules in random forces."""

import random
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import insert, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from stop_search.accounts.nearness import declare_relation, end_relation, put_above
from stop_search.accounts.queries import supervisors_for_review
from stop_search.accounts.records import Account, Post, Team
from stop_search.accounts.rules import PostKind
from stop_search.audit.rules import COMMAND_LINE
from stop_search.database.base import table_of
from stop_search.database.constraints import REFUSALS, told, violated_constraint
from stop_search.draws.records import FrameEntry
from stop_search.encounters.records import OfficerPresent
from stop_search.letters.records import NamedInLetter
from stop_search.reviews.assignment import Candidate, conflict_of
from stop_search.reviews.circumstances import circumstances_of
from stop_search.reviews.records import Review
from stop_search.reviews.rules import Reading, ReviewState
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.letters import a_letter

FORCES = 40
DAY = NOON - timedelta(days=2)


class Scene:
    """A drawn stop of an officer in a team, and a supervisor who is free of any conflict until a test says otherwise."""

    def __init__(self, session: Session, started_at: datetime = DAY) -> None:
        self.session, self.team = session, a.a_team(session)
        self.officer, self.reviewer = a.an_officer(session, team=self.team), a.an_account(session)
        self.encounter = a.an_encounter(session, officer=self.officer, team=self.team, started_at=started_at)
        self.entry = a.a_frame_entry(session, draw=a.a_draw(session), encounter=self.encounter)

    def assign(self, *, state: ReviewState = ReviewState.ASSIGNED) -> uuid.UUID:
        """Write the review by one plain statement, past every action."""
        review_id = uuid.uuid4()
        self.session.execute(insert(table_of(Review)).values(**_columns(self.entry, self.reviewer, review_id, state)))
        return review_id


def is_the_officer(scene: Scene) -> None:
    scene.reviewer = scene.officer


def was_present(scene: Scene) -> None:
    scene.session.add(OfficerPresent(encounter_id=scene.encounter.id, account_id=scene.reviewer.id))


def leads_the_team(scene: Scene) -> None:
    a.a_post(scene.session, account=scene.reviewer, team=scene.team, kind=PostKind.LEAD)


def leads_two_levels_above(scene: Scene) -> None:
    sector, unit = a.a_team(scene.session), a.a_team(scene.session)
    put_above(scene.session, team_id=scene.team.id, above_id=sector.id, actor=COMMAND_LINE, now=NOON)
    put_above(scene.session, team_id=sector.id, above_id=unit.id, actor=COMMAND_LINE, now=NOON)
    a.a_post(scene.session, account=scene.reviewer, team=unit, kind=PostKind.LEAD)


def led_two_levels_above_on_that_day_and_no_more(scene: Scene) -> None:
    leads_two_levels_above(scene)
    put_above(scene.session, team_id=scene.team.id, above_id=None, actor=COMMAND_LINE, now=NOON, since=DAY.date() + timedelta(days=1))


def is_led_by_the_officer(scene: Scene) -> None:
    other = a.a_team(scene.session)
    a.a_post(scene.session, account=scene.officer, team=other, kind=PostKind.LEAD, ends_on=DAY.date())
    below = a.a_team(scene.session)
    put_above(scene.session, team_id=below.id, above_id=other.id, actor=COMMAND_LINE, now=NOON)
    a.a_post(scene.session, account=scene.reviewer, team=below, starts_on=DAY.date())


def is_in_the_team(scene: Scene) -> None:
    a.a_post(scene.session, account=scene.reviewer, team=scene.team)


def left_the_team_ninety_days_before(scene: Scene) -> None:
    a.a_post(scene.session, account=scene.reviewer, team=scene.team, ends_on=DAY.date() - timedelta(days=90))


def came_to_the_team_ninety_days_after(scene: Scene) -> None:
    a.a_post(scene.session, account=scene.reviewer, team=scene.team, starts_on=DAY.date() + timedelta(days=90))


def declared_a_relation_to_the_officer(scene: Scene) -> None:
    declare_relation(scene.session, account_id=scene.reviewer.id, other_id=scene.officer.id, actor=COMMAND_LINE, now=NOON)


def has_a_relation_to_somebody_present(scene: Scene) -> None:
    beside = a.an_officer(scene.session)
    scene.session.add(OfficerPresent(encounter_id=scene.encounter.id, account_id=beside.id))
    declare_relation(scene.session, account_id=beside.id, other_id=scene.reviewer.id, actor=COMMAND_LINE, now=NOON)


def is_named_in_a_complaint(scene: Scene) -> None:
    letter = a_letter(scene.session, encounter=scene.encounter)
    scene.session.add(NamedInLetter(letter_id=letter.id, account_id=scene.reviewer.id, named_by=scene.reviewer.id, named_on=NOON.date()))


def has_a_relation_to_who_wore_a_camera(scene: Scene) -> None:
    wearer = a.an_officer(scene.session)
    a.a_recording(scene.session, encounter=scene.encounter, officer_id=wearer.id)
    declare_relation(scene.session, account_id=wearer.id, other_id=scene.reviewer.id, actor=COMMAND_LINE, now=NOON)


def the_officers_team_is_not_known(scene: Scene) -> None:
    scene.encounter.team_id = None
    scene.session.execute(update(Post).where(Post.account_id == scene.officer.id).values(ends_on=DAY.date() - timedelta(days=91)))


def the_officer_is_not_known(scene: Scene) -> None:
    scene.encounter.officer_id = None


TRIES: tuple[Callable[[Scene], None], ...] = (
    is_the_officer,
    was_present,
    leads_the_team,
    leads_two_levels_above,
    led_two_levels_above_on_that_day_and_no_more,
    is_led_by_the_officer,
    is_in_the_team,
    left_the_team_ninety_days_before,
    came_to_the_team_ninety_days_after,
    declared_a_relation_to_the_officer,
    has_a_relation_to_somebody_present,
    is_named_in_a_complaint,
    has_a_relation_to_who_wore_a_camera,
    the_officers_team_is_not_known,
    the_officer_is_not_known,
)


def test_whoever_is_free_may_be_written_down(session: Session) -> None:
    Scene(session).assign()


@pytest.mark.parametrize("arrange", TRIES, ids=[arrange.__name__ for arrange in TRIES])
def test_the_database_refuses_a_reviewer_who_is_too_near(session: Session, arrange: Callable[[Scene], None]) -> None:
    scene = Scene(session)
    arrange(scene)
    session.flush()
    refused = _refused(session, scene.assign)
    assert violated_constraint(refused) == "review_conflict"
    assert str(told(refused)) == REFUSALS["review_conflict"]


@pytest.mark.parametrize("arrange", TRIES[1:-1], ids=[arrange.__name__ for arrange in TRIES[1:-1]])
def test_the_database_refuses_the_start_and_the_handing_in_once_a_conflict_is_there(
    session: Session, arrange: Callable[[Scene], None]
) -> None:
    scene = Scene(session)
    review_id = scene.assign()
    arrange(scene)
    session.flush()
    started = {"state": "started"}
    handed_in = {"state": "submitted", "submitted_at": NOON, "grade": "adequate"}
    for columns in (started, handed_in):
        _refused(session, lambda columns=columns: session.execute(update(Review).where(Review.id == review_id).values(**columns)))
    given_back = {"state": "recused", "recused_reason": "Too near."}
    session.execute(update(Review).where(Review.id == review_id).values(**given_back))


def test_a_review_cannot_be_passed_to_somebody_near_or_twice_to_one(session: Session) -> None:
    scene = Scene(session)
    review_id = scene.assign()
    _refused(session, lambda: session.execute(update(Review).where(Review.id == review_id).values(reviewer_id=scene.officer.id)))
    second = _columns(scene.entry, scene.reviewer, uuid.uuid4(), ReviewState.ASSIGNED) | {"reading": Reading.SECOND}
    refused = _refused(session, lambda: session.execute(insert(table_of(Review)).values(**second)))
    assert violated_constraint(refused) == "uq_review_encounter_id_reviewer_id"


def test_a_relation_that_ended_and_a_team_of_long_ago_stand_in_nobodys_way(session: Session) -> None:
    scene = Scene(session)
    relation = declare_relation(session, account_id=scene.officer.id, other_id=scene.reviewer.id, actor=COMMAND_LINE, now=NOON)
    end_relation(session, relation_id=relation, actor=COMMAND_LINE, now=NOON)
    a.a_post(session, account=scene.reviewer, team=scene.team, ends_on=DAY.date() - timedelta(days=91))
    session.flush()
    scene.assign()


def test_a_line_of_command_that_was_not_there_that_day_stands_in_nobodys_way(session: Session) -> None:
    scene, unit = Scene(session), a.a_team(session)
    a.a_post(session, account=scene.reviewer, team=unit, kind=PostKind.LEAD)
    below = {"team_id": scene.team.id, "actor": COMMAND_LINE, "now": NOON}
    put_above(session, above_id=unit.id, since=DAY.date() + timedelta(days=1), **below)
    session.flush()
    scene.assign()


def test_the_view_and_the_rules_say_the_same_in_random_forces(session: Session) -> None:
    compared = conflicts = 0
    for seed in range(FORCES):
        chance = random.Random(seed)  # noqa: S311 -- a repeatable example, no secret
        encounter_ids, asked = _a_random_force(session, chance)
        known = {
            (row.encounter_id, row.account_id)
            for row in session.execute(
                text("SELECT encounter_id, account_id FROM review_conflict").columns(encounter_id=_UUID, account_id=_UUID)
            )
        }
        people = [person for person in supervisors_for_review(session, on=NOON.date()) if person.account_id in asked]
        for encounter_id in encounter_ids:
            about = circumstances_of(session, encounter_id=encounter_id, frame_entry_id=uuid.uuid4(), reading=Reading.FIRST)
            for person in people:
                ruled = conflict_of(Candidate(person.account_id, person.posts), about)
                compared += 1
                conflicts += ruled is not None
                assert (ruled is not None) == ((encounter_id, person.account_id) in known), (seed, ruled)
    assert compared == FORCES * 6
    assert compared * 0.1 < conflicts < compared * 0.9


@pytest.mark.parametrize("kind", ["postgres"], indirect=True)
def test_one_stop_is_looked_up_and_the_others_are_not_read(session: Session) -> None:
    scene = Scene(session)
    asked = "EXPLAIN SELECT 1 FROM review_conflict c WHERE c.encounter_id = :encounter AND c.account_id = :reviewer"
    plan = session.execute(text(asked), {"encounter": scene.encounter.id, "reviewer": scene.reviewer.id}).scalars().all()
    assert any("encounter" in line for line in plan)
    assert [line for line in plan if "CTE Scan on stop" in line or "CTE Scan on of_officer" in line] == []


def test_the_triggers_are_there_after_every_migration(session: Session) -> None:
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'review'"
        if session.get_bind().dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE tgrelid = 'review'::regclass AND NOT tgisinternal AND tgenabled <> 'D'"
    )
    assert {name for name in session.execute(text(query)).scalars() if name.startswith("review_no_conflict")}


_UUID = table_of(Review).c.id.type


def _a_random_force(session: Session, chance: random.Random) -> tuple[list[uuid.UUID], set[uuid.UUID]]:
    """Add teams in lines, people with posts around the edges of a day, relations, and stops around midnight and the clock's change."""
    teams = [a.a_team(session) for _ in range(chance.randint(2, 4))]
    people = [a.an_account(session) for _ in range(3)]
    officers = [a.an_officer(session) for _ in range(2)]
    days = [date(2026, 3, 29), date(2026, 7, 1), date(2026, 10, 25), date(2026, 11, 1)]
    day = chance.choice(days)
    for below, above in pairwise(teams):
        if chance.random() < 0.7:
            since = chance.choice([None, day - timedelta(days=30), day, day + timedelta(days=1)])
            put_above(session, team_id=below.id, above_id=above.id, actor=COMMAND_LINE, now=NOON, since=since)
            if chance.random() < 0.5:
                until = day + timedelta(days=chance.choice([-1, 0, 1, 30]))
                put_above(session, team_id=below.id, above_id=None, actor=COMMAND_LINE, now=NOON, since=until)
    for person in (*people, *officers):
        _some_posts(session, chance, person, teams, day)
    for _ in range(chance.randint(0, 2)):
        declare_relation(session, account_id=people[0].id, other_id=chance.choice([*officers, people[1]]).id, actor=COMMAND_LINE, now=NOON)
    made: list[uuid.UUID] = []
    for officer in officers:
        hour = chance.choice([0, 12, 23])
        at = datetime(day.year, day.month, day.day, hour, 30, tzinfo=UTC)
        present = tuple(chance.sample(people, chance.choice([0, 0, 1])))
        stop = a.an_encounter(session, officer=officer, team=chance.choice([None, *teams]), started_at=at, others_present=present)
        if chance.random() < 0.3:
            a.a_recording(session, encounter=stop, officer_id=chance.choice([*people, *officers]).id)
        made.append(stop.id)
    return made, {person.id for person in people}


def _some_posts(session: Session, chance: random.Random, person: Account, teams: list[Team], day: date) -> None:
    for _ in range(chance.randint(0, 2)):
        start = day + timedelta(days=chance.choice([-400, -120, -91, -90, -1, 0, 1, 89, 90, 91]))
        length = chance.choice([None, 0, 1, 30, 309, 310, 311, 400])
        ends_on = None if length is None else start + timedelta(days=length)
        a.a_post(session, account=person, team=chance.choice(teams), kind=chance.choice(list(PostKind)), starts_on=start, ends_on=ends_on)


def _columns(entry: FrameEntry, reviewer: Account, review_id: uuid.UUID, state: ReviewState) -> dict[str, object]:
    return {
        "id": review_id,
        "frame_entry_id": entry.id,
        "encounter_id": entry.encounter_id,
        "reviewer_id": reviewer.id,
        "reading": Reading.FIRST,
        "state": state,
        "rubric": "stop_search",
        "rubric_version": 1,
        "rubric_digest": "0" * 64,
        "assigned_at": NOON,
        "due_on": NOON.date(),
    }


def _refused(session: Session, write: Callable[[], object]) -> IntegrityError:
    with pytest.raises(IntegrityError) as caught, session.begin_nested():
        write()
    return caught.value
