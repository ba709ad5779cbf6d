"""Leaving feedback in tests: a receipt, a form with a few answers, and the people who read it afterwards."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.encounters.records import Receipt
from stop_search.feedback.actions import LeftFeedback, leave_feedback
from tests.support.builders import NOON, a_person, a_receipt, an_account, an_encounter

KEY, TEXT_KEY = b"r" * 32, b"t" * 32
FIRST = "1" * 32


def receipt_of(session: Session, **columns: Any) -> Receipt:
    """Add an encounter with one person and its receipt."""
    encounter = an_encounter(session, people=0)
    return a_receipt(session, person=a_person(session, encounter=encounter), **columns)


def left(session: Session, receipt: Receipt, submission_id: str = FIRST, now: datetime = NOON, **changes: Any) -> LeftFeedback:
    """Leave feedback with a few answers, none of them bad."""
    given: dict[str, Any] = {
        "form": "adult",
        "form_version": 1,
        "answers": {"listened": "fully", "force": "not_used"},
        "comment": "They were kind.",
        "answering_as": "searched",
        "language": "en",
        "reply_key": KEY,
        "text_key": TEXT_KEY,
    }
    return leave_feedback(session, receipt_id=receipt.id, submission_id=submission_id, now=now, **(given | changes))


def somewhere(session: Session, **changes: Any) -> LeftFeedback:
    """Leave feedback for a receipt of its own."""
    return left(session, receipt_of(session), uuid.uuid4().hex, **changes)


def a_viewer(session: Session, role: Role) -> Viewer:
    """Add an account with one role and return it as the one who looks."""
    account = an_account(session, role=role)
    return Viewer(id=account.id, name=account.name, roles=frozenset({role}))


def how_many(session: Session, table: Any) -> int:
    """Count rows."""
    return session.scalar(select(func.count()).select_from(table)) or 0
