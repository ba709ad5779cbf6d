"""What was written goes three months after closing; the line that says that there was a letter stays."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role
from stop_search.audit.records import AuditEntry
from stop_search.letters.erasing import erase_old_letters
from stop_search.letters.queries import letter_shown
from stop_search.letters.records import Letter, LetterPart
from stop_search.letters.rules import KEPT_AFTER_CLOSING
from tests.support import builders as a
from tests.support.letters import a_letter, a_reader


def closed(session: Session, on: date) -> Letter:
    """Add a letter that was closed on a day."""
    closer = a.an_account(session, role=Role.COMPLAINTS_HANDLER)
    columns: dict[str, Any] = {"state": "closed", "disposition": "resolved", "review_told": "told", "closed_by": closer.id, "closed_on": on}
    return a_letter(session, **columns)


def test_only_what_was_closed_long_enough_ago_is_erased_and_once(session: Session) -> None:
    last = a.NOON.date() - KEPT_AFTER_CLOSING
    old, young = closed(session, last - timedelta(days=1)), closed(session, last)
    waiting = a_letter(session, received_on=date(2020, 1, 1), answer_due_on=date(2020, 1, 29))
    assert [erase_old_letters(session, now=a.NOON) for _ in range(2)] == [1, 0]
    assert set(session.scalars(select(LetterPart.letter_id))) == {young.id, waiting.id}
    assert session.scalar(select(func.count()).select_from(Letter)) == 3
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.operation, entry.action, entry.object_id) == ("erasure", "letter_erased", str(old.id))
    assert letter_shown(session, reference=old.reference, viewer=a_reader(session)).keys == ()
