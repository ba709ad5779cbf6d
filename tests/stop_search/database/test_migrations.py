"""The numbered migrations: up, down, with rows, in one line, and equal to the tables that the code knows."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Connection, MetaData, func, inspect, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role
from stop_search.audit.actions import record_act
from stop_search.audit.records import AuditEntry
from stop_search.audit.rules import COMMAND_LINE, Act, Operation, Purpose
from stop_search.codes.retention import RetentionClass
from stop_search.database.migrating import SCRIPTS, migrate, pending_revision, undo_migrations
from stop_search.database.session import Database
from stop_search.database.tables import METADATA
from stop_search.draws.records import Draw, DrawAnchor, DrawOutcome, FrameEntry, QuarterKey
from stop_search.encounters.records import Encounter
from stop_search.feedback.coming_back import correct_answers
from stop_search.feedback.equality import EqualityGiven
from stop_search.feedback.records import Feedback, FeedbackAnswer, NetworkMark
from stop_search.footage.actions import place_hold
from stop_search.footage.arrivals import Arriving, note_refusal
from stop_search.footage.records import (
    ClockLook,
    DeliveredObject,
    Delivery,
    EvidenceLink,
    EvidenceRequest,
    FootageAbsence,
    FootageApart,
    FootageDecision,
    FootageErasure,
    FootageInDoubt,
    RetentionChange,
    RetentionRun,
)
from stop_search.footage.rules import HoldReason, Way
from stop_search.reviews.records import Review
from stop_search.reviews.rules import Reading, ResponseKind
from tests.support import builders as a
from tests.support.leaving import KEY, left
from tests.support.letters import a_letter


def test_there_is_one_newest_migration_and_one_line_to_it() -> None:
    scripts = _scripts()
    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1
    assert not [script.revision for script in scripts.walk_revisions() if script.is_branch_point or script.is_merge_point]


def test_migrations_are_numbered_in_order() -> None:
    numbers = [script.revision for script in _scripts().walk_revisions()][::-1]
    assert numbers == [f"{n:04d}" for n in range(1, len(numbers) + 1)]


def test_the_migrated_tables_are_those_that_the_code_knows(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, METADATA) == []


def test_the_migrated_checks_are_those_that_the_code_knows(database: Database) -> None:
    """Alembic compares no CHECKs, so they are compared here, by table and name."""
    known = {(table.name, str(c.name)) for table in METADATA.tables.values() for c in table.constraints if isinstance(c, CheckConstraint)}
    found = inspect(database.engine)
    stored = {(table, str(check["name"])) for table in found.get_table_names() for check in found.get_check_constraints(table)}
    assert stored == known


def test_a_fresh_database_has_nothing_pending_and_an_empty_one_has(database: Database) -> None:
    assert pending_revision(database) is None
    undo_migrations(database)
    assert pending_revision(database) == _scripts().get_current_head()


def test_migrating_again_changes_nothing(database: Database) -> None:
    before = _shape(database)
    migrate(database)
    assert _shape(database) == before


def test_every_migration_can_be_undone_and_done_again_with_rows_in_the_tables(database: Database) -> None:
    _write_a_story(database)
    _write_draws_of_the_second_protocol(database)
    before = _shape(database)
    for script in _scripts().walk_revisions():
        undo_migrations(database, to=str(script.down_revision or "base"))
    with database.engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    migrate(database)
    assert _shape(database) == before


def test_undoing_and_redoing_the_feedback_store_keeps_every_row(database: Database) -> None:
    """The fifth has sealed texts and older versions of answers on its way up only: they are lost on the way down, and it says so."""
    _write_a_story(database)
    entries = _how_many(database, AuditEntry)
    undo_migrations(database, to="0004")
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT standing, comment FROM feedback ORDER BY standing")).all() == [
            ("primary", None),
            ("secondary", None),
        ]
        answers = connection.execute(text("SELECT question, answer FROM feedback_answer ORDER BY question, answer")).all()
        assert answers == [("force", "not_used"), ("listened", "fully"), ("listened", "mostly")]
    migrate(database)
    assert [_how_many(database, table) for table in (Encounter, Feedback, FeedbackAnswer, AuditEntry)] == [1, 2, 3, entries]
    with database.reading() as session:
        assert set(session.scalars(select(Feedback.version))) == {1}
        assert set(session.scalars(select(Feedback.released_from))) == {"2027-01"}


def test_plain_comments_of_before_are_gone_after_the_migration_and_it_says_how_many(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    _write_a_story(database)
    undo_migrations(database, to="0004")
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE feedback SET comment = 'A canary sings.' WHERE standing = 'primary'"))
    migrate(database)
    assert "Comments in plain text are deleted: 1" in caplog.text
    with database.engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        stored = [str(row) for table in tables for row in connection.execute(text(f"SELECT * FROM {table}"))]  # noqa: S608 -- our own tables
        assert not [row for row in stored if "canary" in row]


def test_tokens_of_evidence_systems_come_with_the_tenth_and_go_without_it(database: Database) -> None:
    with database.writing() as session:
        for role in (Role.EVIDENCE_SYSTEM, Role.CAMERA):
            a.a_machine_token(session, role=role, label=role)
        session.commit()
    undo_migrations(database, to="0007")
    columns = "id, token_digest, role, label, created_at"
    insert = f"INSERT INTO machine_token ({columns}) SELECT '{{}}', 'x', 'evidence_system', 'x', created_at FROM machine_token"  # noqa: S608 -- our own table
    with database.engine.begin() as connection:
        assert connection.execute(text("SELECT label FROM machine_token")).scalars().all() == ["camera"]
    with database.engine.begin() as connection, pytest.raises(IntegrityError, match="role"):
        connection.execute(text(insert.format(uuid.uuid4())))
    migrate(database)
    with database.engine.begin() as connection:
        connection.execute(text(insert.format(uuid.uuid4())))


def test_draws_of_both_protocols_are_kept_on_the_way_down_and_up_as_far_as_can_be(database: Database) -> None:
    """What the first protocol cannot say goes on the way down: what was not run, coverage draws, and reviews for cause."""
    _write_a_story(database)
    _write_draws_of_the_second_protocol(database)
    undo_migrations(database, to="0014")
    with database.engine.connect() as connection:
        drawn = connection.execute(text("SELECT period_end, period_key, seed FROM draw ORDER BY period_end")).all()
        assert [(str(day), key[:2], seed) for day, key, seed in drawn] == [
            ("2026-10-31", "11", "11 22 33 44 55"),
            ("2026-11-15", "00", "11 22 33 44 55"),
        ]
        assert connection.execute(text("SELECT risk_class, is_drawn FROM frame_entry ORDER BY risk_class")).all() == [
            ("base", 1),
            ("late", 1),
        ]
        assert connection.execute(text("SELECT count(*) FROM review")).scalar() == 1
        assert sorted(connection.execute(text("SELECT reason FROM footage_hold")).scalars()) == ["feedback", "panel"]
    migrate(database)
    with database.reading() as session:
        for draw in session.scalars(select(Draw)):
            assert (draw.protocol, draw.state, draw.stream, draw.sequence, draw.committed_at) == (1, "run", "main", None, draw.drawn_at)
        entries = session.scalars(select(FrameEntry)).all()
        assert {entry.inclusion_probability for entry in entries} == {0.06}
        assert all(entry.is_drawn and not (entry.is_second or entry.is_cover) for entry in entries)
        assert session.scalars(select(Review.frame_entry_id)).one() in {entry.id for entry in entries}


def test_everything_in_the_schema_has_a_name_of_its_own(database: Database) -> None:
    found = inspect(database.engine)
    read: dict[str, Callable[[str], list[Any]]] = {
        "primary key": lambda table: [found.get_pk_constraint(table)],
        "foreign key": found.get_foreign_keys,
        "unique": found.get_unique_constraints,
        "check": found.get_check_constraints,
        "index": found.get_indexes,
    }
    for kind, of_table in read.items():
        names = [entry["name"] for table in METADATA.tables for entry in of_table(table)]
        assert names, kind
        assert all(names), kind
        assert len(names) == len(set(names)), kind


def _write_a_story(database: Database) -> None:
    with database.writing() as session:
        officer = a.an_officer(session, team=a.a_team(session))
        encounter = a.an_encounter(session, officer=officer, people=2)
        footage = a.a_recording(session, encounter=encounter)
        place_hold(session, encounter_id=encounter.id, reason=HoldReason.PANEL, cause_id="1", now=a.NOON)
        session.add(FootageErasure(footage_id=footage.id, erased_at=a.NOON, erased_by="worker", removed={"key": None}))
        session.add(EvidenceLink(footage_id=footage.id, evidence_id="E1", told_at=a.NOON, told_by="x"))
        asked = {"number": 1, "wanted": "hold", "asked_at": a.NOON, "next_try_at": a.NOON, "tries": 0}
        session.add(EvidenceRequest(footage_id=footage.id, **asked))
        delivery = Delivery(name="Users", details={}, begun_at=a.NOON)
        session.add(delivery)
        session.flush()
        put = {"details": {}, "size_bytes": 1, "md5": "0", "content": b"x", "footage_id": footage.id, "put_at": a.NOON}
        session.add(DeliveredObject(delivery_id=delivery.id, name="U1", **put))
        session.add(FootageInDoubt(footage_id=footage.id, encounter_id=encounter.id, why="may", noted_at=a.NOON))
        decided = {"encounter_id": encounter.id, "shows": False, "reason": "no", "decided_by": officer.id, "decided_at": a.NOON}
        session.add(FootageDecision(footage_id=footage.id, **decided))
        stated = {"reason": "other", "words": "it fell", "stated_by": officer.id, "stated_at": a.NOON}
        session.add_all([FootageAbsence(encounter_id=encounter.id, **stated), FootageApart(footage_id=footage.id, **stated)])
        session.add(ClockLook(machine_start="1", seconds=1.5, shown=a.NOON, proven=a.NOON))
        session.add(RetentionRun(at=a.NOON, shown=a.NOON, released=0, erased=1, held=2))
        evidence, wish = RetentionClass.EVIDENTIAL, {"because": "told by the case", "proposed_by": officer.id, "proposed_at": a.NOON}
        session.add(RetentionChange(footage_id=footage.id, from_class=footage.retention_class, to_class=evidence, **wish))
        note_refusal(session, arriving=Arriving(Way.FOLDER, "a source", "clip.mp4", 9), reason="It is empty.", now=a.NOON)
        session.add(NetworkMark(key="0" * 32, day=a.NOON.date(), encounters=1))
        entry = a.a_frame_entry(session, draw=a.a_draw(session), encounter=encounter)
        first = a.a_review(session, frame_entry=entry, reviewer=a.an_account(session), marks={"C1": 2}, themes=("early_handcuffs",))
        a.a_review(session, frame_entry=entry, reviewer=a.an_account(session), reading=Reading.REREAD, marks={"C1": 3})
        a.a_response(session, review=first, officer=officer, kind=ResponseKind.DISPUTED, criteria=["C1"], text="There was more.")
        a.a_rubric_version(session, draft=a.a_rubric_draft(session, authors=(officer,), decider=a.an_account(session)))
        a_letter(session, encounter=encounter)
        receipt = a.a_receipt(session, person=a.a_person(session, encounter=encounter, ordinal=3))
        found = left(session, receipt, comment="He was rude.", equality=EqualityGiven(1, consented=True, answers={"age": "18_24"}))
        left(session, receipt, "2" * 32)
        correct_answers(session, typed=found.reply_code, answers={"listened": "mostly"}, reply_key=KEY, now=a.NOON)
        act = Act(Operation.COLLECTION, "record_encounter", "encounter", str(encounter.id), Purpose.RECORDING)
        record_act(session, actor=COMMAND_LINE, act=act, now=a.NOON)
        session.commit()


def _write_draws_of_the_second_protocol(database: Database) -> None:
    with database.writing() as session:
        _second_protocol(session)
        session.commit()


def _second_protocol(session: Session) -> None:
    session.add(QuarterKey(quarter="2026-Q4", key="11" * 32, digest="22" * 32, made_at=a.NOON))
    session.flush()
    newer = {"protocol": 2, "quarter": "2026-Q4", "period_key": None, "period_end": date(2026, 10, 31)}
    main = a.a_draw(session, period_start=date(2026, 10, 1), sequence=1, **newer)
    cover = a.a_draw(session, period_start=date(2026, 10, 1), sequence=2, stream="cover", **newer)
    waiting = a.a_draw(session, period_start=date(2026, 9, 1), sequence=3, **(newer | {"period_end": date(2026, 9, 30)}))
    waiting.state, waiting.seed, waiting.randomness, waiting.drawn_at = "committed", None, None, None
    session.flush()
    kinds = [(main, {"risk_class": "delayed", "cover_draw_id": cover.id, "is_cover": True}), (waiting, {"drawn": False})]
    entries = [a.a_frame_entry(session, draw=draw, encounter=a.an_encounter(session), **columns) for draw, columns in kinds]
    asked = a.an_entry_for_cause(session, encounter=a.an_encounter(session))
    a.a_review(session, frame_entry=asked, reviewer=a.an_account(session), marks={"C1": 1}, themes=("early_handcuffs",))
    told = {"outcome": "refused", "reason": "court_order", "rank": "inspector", "review": "", "at": a.NOON.date(), "hash": "33" * 32}
    session.add(DrawOutcome(draw_id=cover.id, n=1, frame_entry_id=entries[0].id, token=entries[0].token, **told))
    session.add(DrawAnchor(draw_id=main.id, place="x", anchored_at=a.NOON, noted_at=a.NOON, noted_by="x"))
    for reason in (HoldReason.FRAMED, HoldReason.COVERAGE):
        place_hold(session, encounter_id=entries[1].encounter_id, reason=reason, cause_id="1", now=a.NOON)


def _how_many(database: Database, table: Any) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def _shape(database: Database) -> list[str]:
    """Return every table, column, constraint and index as one sorted list of words."""
    with database.engine.connect() as connection:
        read = MetaData()
        read.reflect(connection)
        columns = [f"{t.name}.{c.name} {c.type!r} {c.nullable}" for t in read.tables.values() for c in t.columns]
        constraints = [f"{t.name}: {c.name} {type(c).__name__}" for t in read.tables.values() for c in t.constraints]
        indexes = [f"{t.name}: {i.name} {i.unique}" for t in read.tables.values() for i in t.indexes]
        return sorted(columns + constraints + indexes + _triggers(connection))


def _triggers(connection: Connection) -> list[str]:
    statement = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[connection.dialect.name]
    return [f"trigger {name}" for (name,) in connection.exec_driver_sql(statement)]


def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    return ScriptDirectory.from_config(config)
