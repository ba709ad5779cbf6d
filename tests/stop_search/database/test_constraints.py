"""From a violated constraint to words: the name is found on both databases, and every word has its constraint."""

import uuid
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Index, PrimaryKeyConstraint, UniqueConstraint, delete, update
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session

from stop_search.audit.actions import record_act
from stop_search.audit.records import AuditEntry
from stop_search.audit.rules import COMMAND_LINE, Act, Operation, Purpose
from stop_search.database.constraints import MESSAGES, told, violated_constraint
from stop_search.database.tables import METADATA
from stop_search.encounters.records import Encounter, Receipt
from stop_search.encounters.rules import ReceiptState
from stop_search.errors import Conflict
from tests.support import builders as a


def test_every_message_belongs_to_a_unique_constraint_or_key_of_the_tables() -> None:
    kinds = (UniqueConstraint, PrimaryKeyConstraint)
    unique = {str(c.name) for table in METADATA.tables.values() for c in table.constraints if isinstance(c, kinds)}
    unique |= {str(index.name) for table in METADATA.tables.values() for index in table.indexes if _is_unique(index)}
    assert set(MESSAGES) <= unique


def test_every_message_is_a_sentence() -> None:
    assert all(message[0].isupper() and message.endswith(".") for message in MESSAGES.values())


def test_a_unique_constraint_is_named(session: Session) -> None:
    a.an_account(session, email="one@force.example")
    violation = _refused(session, lambda: a.an_account(session, email="one@force.example"))
    assert violated_constraint(violation) == "uq_account_email"
    assert str(told(violation)) == MESSAGES["uq_account_email"]
    assert isinstance(told(violation), Conflict)


def test_a_unique_constraint_over_several_columns_is_named(session: Session) -> None:
    a.a_draw(session, period_start=date(2026, 11, 2), period_end=date(2026, 11, 8))
    violation = _refused(session, lambda: a.a_draw(session, period_start=date(2026, 11, 2), period_end=date(2026, 11, 8)))
    assert violated_constraint(violation) == "uq_draw_scope_stream_period"


def test_a_primary_key_is_named(session: Session) -> None:
    entry = a.a_frame_entry(session, draw=a.a_draw(session), encounter=a.an_encounter(session))
    review = a.a_review(session, frame_entry=entry, reviewer=a.an_account(session), marks={"C1": 2})
    session.expunge_all()
    violation = _refused(session, lambda: a.a_mark(session, review=review, criterion="C1", answer=3))
    assert violated_constraint(violation) == "pk_mark"


def test_a_partial_unique_index_is_named(session: Session) -> None:
    receipt = _a_receipt_row(session)
    a.some_feedback(session, receipt=receipt)
    violation = _refused(session, lambda: a.some_feedback(session, receipt=receipt))
    assert violated_constraint(violation) == "uq_feedback_primary_receipt"
    assert str(told(violation)) == MESSAGES["uq_feedback_primary_receipt"]


def test_a_partial_unique_index_lets_the_other_rows_pass(session: Session) -> None:
    receipt = _a_receipt_row(session)
    a.some_feedback(session, receipt=receipt)
    further = [a.some_feedback(session, receipt=receipt, standing=a.Standing.SECONDARY) for _ in range(3)]
    assert len({row.id for row in further}) == 3


def test_a_check_is_named_and_has_no_words_of_its_own(session: Session) -> None:
    """A CHECK that says no is a fault of ours: nobody is told that it was theirs."""
    encounter = a.an_encounter(session)
    entry = a.a_frame_entry(session, draw=a.a_draw(session), encounter=encounter)
    review = a.a_review(session, frame_entry=entry, reviewer=a.an_account(session))
    violation = _refused(session, lambda: a.a_mark(session, review=review, criterion="C1", answer=a.MarkKind.NOT_APPLICABLE, level=2))
    assert violated_constraint(violation) == "ck_mark_level_iff_scored"
    assert told(violation) is None


def test_a_mark_without_level_or_reason_is_refused(session: Session) -> None:
    entry = a.a_frame_entry(session, draw=a.a_draw(session), encounter=a.an_encounter(session))
    review = a.a_review(session, frame_entry=entry, reviewer=a.an_account(session))
    violation = _refused(session, lambda: a.a_mark(session, review=review, criterion="C1", answer=a.MarkKind.NOT_OBSERVABLE, reason=None))
    assert violated_constraint(violation) == "ck_mark_reason_unless_scored"


def test_a_row_that_points_nowhere_is_refused(session: Session) -> None:
    """PostgreSQL names the foreign key, SQLite does not; either way no words are made up."""
    nowhere = Encounter(id=uuid.uuid4())
    violation = _refused(session, lambda: a.a_person(session, encounter=nowhere))
    assert violated_constraint(violation) in {None, "fk_person_searched_encounter_id"}
    assert told(violation) is None


@pytest.mark.parametrize("statement", [update(AuditEntry).values(actor="someone else"), delete(AuditEntry)])
def test_the_database_refuses_to_change_the_audit_log(session: Session, statement: object) -> None:
    _an_audit_entry(session)
    with pytest.raises(DatabaseError, match="the audit log only grows"):
        session.execute(statement)  # pyright: ignore[reportArgumentType, reportCallIssue] -- either kind of statement


def test_the_database_refuses_to_empty_the_audit_log(session: Session) -> None:
    """TRUNCATE passes row triggers by on PostgreSQL; SQLite has its own quick way for a DELETE of everything, which it must not take."""
    _an_audit_entry(session)
    statement = {"sqlite": "DELETE FROM audit_entry", "postgresql": "TRUNCATE audit_entry"}[session.get_bind().dialect.name]
    with pytest.raises(DatabaseError, match="the audit log only grows"):
        session.connection().exec_driver_sql(statement)


def _an_audit_entry(session: Session) -> None:
    act = Act(Operation.CONSULTATION, "read", "thing", "1", Purpose.TECHNICAL_WORK)
    record_act(session, actor=COMMAND_LINE, act=act, now=a.NOON)


def _a_receipt_row(session: Session) -> Receipt:
    encounter = a.an_encounter(session, people=0)
    return a.a_receipt(session, person=a.a_person(session, encounter=encounter), state=ReceiptState.ISSUED)


def _refused(session: Session, act: Callable[[], object]) -> IntegrityError:
    with pytest.raises(IntegrityError) as caught, session.begin_nested():
        act()
    return caught.value


def _is_unique(index: Index) -> bool:
    return bool(index.unique)
