"""An invented force of any size, written by PostgreSQL itself: stops, people, receipts, footage, draws, reviews, marks, feedback.

A force as large as the largest: 1,000,000 encounters in four years, in weekly draws. Everything is random and the same each time. Triggers
and foreign keys are off while it is written, and indexes are made afterwards, since what is measured is reading.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, Engine, text

from benchmarks.large_force.rows import STATEMENTS
from stop_search.feedback.forms import newest_form
from stop_search.panels.rules import criteria_of_panel
from stop_search.reviews.rubric import newest_rubric

SEED = 0.20261126


def write_force(engine: Engine, *, encounters: int) -> None:
    """Fill a migrated, empty PostgreSQL database, and ANALYZE it."""
    rubric = newest_rubric()
    sizes = {
        "n": encounters,
        "officers": max(24, encounters // 500),
        "teams": max(6, encounters // 10_000),
        "units": max(3, min(32, encounters // 20_000)),
        "readers": max(8, encounters // 5_000),
        "rubric": f"'{rubric.name}', {rubric.version}, '{rubric.digest}'",
        "rubric_named": f"'{rubric.name}', {rubric.version}",
        "panel_criteria": _array(criteria_of_panel(rubric)),
        "criteria": _array(criterion.id for criterion in rubric.criteria),
        "questions": _questions(),
    }
    with engine.connect() as connection, connection.begin():
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
        connection.execute(text("SET LOCAL work_mem = '256MB'"))
        connection.execute(text(f"SELECT setseed({SEED})"))
        made_again = [*_without_constraints(connection), *_without_indexes(connection)]
        for statement in (*(one.format(**sizes) for one in STATEMENTS), *made_again):
            connection.exec_driver_sql(statement)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")


def _without_constraints(connection: Connection) -> list[str]:
    """Take away foreign, primary and unique keys, and return how to make them again: foreign keys last, and not checked row by row."""
    rows = connection.execute(
        text(
            "SELECT conrelid::regclass::text, conname, contype::text, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'u', 'f') "
            "ORDER BY array_position(ARRAY['p', 'u', 'f'], contype::text), conname"
        )
    ).all()
    for table, name, *_ in reversed(rows):
        connection.exec_driver_sql(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    return [
        f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}{" NOT VALID" if kind == "f" else ""}'
        for table, name, kind, definition in rows
    ]


def _without_indexes(connection: Connection) -> list[str]:
    """Take away the other indexes, and return how to make them again."""
    rows = connection.execute(text("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname")).all()
    for name, _ in rows:
        connection.exec_driver_sql(f'DROP INDEX "{name}"')
    return [definition for _, definition in rows]


def _array(values: Iterable[str]) -> str:
    return "ARRAY[" + ", ".join(f"'{value}'" for value in values) + "]"


def _questions() -> str:
    """Return (question, criterion, answers) of the newest form as rows of VALUES."""
    asked = [question for question in newest_form().questions if question.answers and question.id != "who"]
    rows = [(one.id, f"'{one.criterion}'" if one.criterion else "NULL", _array(answer.key for answer in one.answers)) for one in asked]
    return ", ".join(f"('{name}', {criterion}, {answers})" for name, criterion, answers in rows)
