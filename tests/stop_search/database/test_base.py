"""Column types and the one way to write a CHECK."""

import uuid
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import CheckConstraint, Column, TypeDecorator, insert, select, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from stop_search.database.base import one_of
from stop_search.database.constraints import violated_constraint
from stop_search.database.tables import METADATA
from stop_search.encounters.records import Encounter
from tests.support import builders as a

NEPAL = timezone(timedelta(hours=5, minutes=45))


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 18, 12, 0, 0, 123456, tzinfo=UTC),
        datetime(2026, 6, 1, 0, 30, tzinfo=timezone(timedelta(hours=1))),
        datetime(2026, 3, 29, 1, 30, tzinfo=NEPAL),
    ],
)
def test_a_moment_comes_back_as_it_was_in_utc(session: Session, moment: datetime) -> None:
    encounter = a.an_encounter(session, started_at=moment)
    session.expire_all()
    stored = session.scalars(select(Encounter.started_at).where(Encounter.id == encounter.id)).one()
    assert stored == moment
    assert stored.tzinfo == UTC


def test_moments_compare_in_the_database_whatever_zone_they_were_given_in(session: Session) -> None:
    early = a.an_encounter(session, started_at=datetime(2026, 11, 18, 13, 0, tzinfo=NEPAL))  # 07:15 UTC
    a.an_encounter(session, started_at=datetime(2026, 11, 18, 12, 0, tzinfo=UTC))
    found = session.scalars(select(Encounter.id).where(Encounter.started_at < datetime(2026, 11, 18, 8, 0, tzinfo=UTC))).all()
    assert found == [early.id]


def test_a_moment_without_a_time_zone_is_refused(session: Session) -> None:
    with pytest.raises(StatementError, match="has no time zone"):
        a.an_encounter(session, started_at=datetime(2026, 11, 18, 12, 0))  # noqa: DTZ001 -- the point


def test_a_missing_moment_stays_missing(session: Session) -> None:
    encounter = a.an_encounter(session, ended_at=None)
    session.expire_all()
    assert session.scalars(select(Encounter.ended_at).where(Encounter.id == encounter.id)).one() is None


def test_one_of_lists_the_values_and_is_named_for_its_column() -> None:
    check = one_of("state", ["ready", "done"])
    assert str(check.sqltext) == "state IN ('ready', 'done')"
    assert check.name == "state"


CHECKED = sorted(
    (table.name, column)
    for table in METADATA.tables.values()
    for constraint in table.constraints
    for column in table.columns.keys()  # noqa: SIM118 -- no dict: its iteration gives columns
    if str(constraint.name) == f"ck_{table.name}_{column}" and " IN ('" in str(getattr(constraint, "sqltext", ""))
)


OPEN = {"audit_entry", "kept_month"}  # whose words are many, and not listed in the database


def test_every_state_and_kind_has_a_check() -> None:
    named = {
        (table.name, column.name)
        for table in METADATA.tables.values()
        for column in table.columns
        if column.name in {"state", "kind", "role", "standing", "reading", "part", "queue", "operation"} and table.name not in OPEN
    }
    assert named <= set(CHECKED)


def test_a_value_that_is_not_in_the_list_is_refused_by_every_check(session: Session) -> None:
    """For each CHECK a row that is right but for one value: the refusal names that CHECK, before any foreign key is looked at."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL session_replication_role = replica"))  # foreign keys off: only a CHECK may refuse
    refusals = {(table, column): _refusal_of_nonsense(session, table, column) for table, column in CHECKED}
    assert {place: name for place, name in refusals.items() if name != f"ck_{place[0]}_{place[1]}"} == {}


def _refusal_of_nonsense(session: Session, table: str, column: str) -> str | None:
    target = METADATA.tables[table]
    values = {c.name: _something_right(c) for c in target.columns} | ALSO.get(table, {}) | {column: "nonsense"}
    try:
        with session.begin_nested():
            session.execute(insert(target).values(**values))
    except IntegrityError as error:
        return violated_constraint(error)
    return "nothing refused it"


def _something_right(column: Column[Any]) -> object:
    """Return a value of the column's type that its own CHECK, if any, allows."""
    if column.nullable:
        return None
    for constraint in column.table.constraints:
        if isinstance(constraint, CheckConstraint) and str(constraint.name) == f"ck_{column.table.name}_{column.name}":
            return str(constraint.sqltext).split("IN (")[1].split(",")[0].strip("')")
    kind = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    return EXAMPLES[kind.python_type.__name__]


EXAMPLES = {
    "str": "x",
    "int": 1,
    "bool": True,
    "float": 1.0,
    "Decimal": 1,
    "datetime": datetime(2026, 11, 18, tzinfo=UTC),
    "date": datetime(2026, 11, 18, tzinfo=UTC).date(),
    "UUID": uuid.UUID(int=1),
    "dict": {},
    "object": {},
    "list": [],
    "bytes": b"x",
}
ALSO: dict[str, dict[str, Any]] = {
    "recommendation": {
        "decision": "accepted",
        "answer": "x",
        "answered_by": uuid.UUID(int=1),
        "answered_at": datetime(2026, 11, 18, tzinfo=UTC),
    },
    "draw": {"period_key": "x"},
    "frame_entry": {"draw_id": uuid.UUID(int=1)},
    "mark": {"reason": "other"},
    "footage_arrival": {"refusal": "empty"},
    "rubric_draft": {"asked_at": datetime(2026, 11, 18, tzinfo=UTC), "starts_on": date(2026, 12, 1)},
    "refusal_request": {
        "decided_at": datetime(2026, 11, 18, tzinfo=UTC),
        "decided_by": uuid.UUID(int=2),
        "decision": "refused",
        "rank": "x",
    },
}  # what another CHECK of the same table asks for
