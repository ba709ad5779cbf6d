"""Other answers are counted beside the primary ones."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role
from stop_search.feedback.beside import BesidePrimary, beside_primary
from stop_search.feedback.records import Feedback
from tests.support.leaving import left, receipt_of


def test_nothing_is_counted_where_there_is_nothing(session: Session) -> None:
    assert beside_primary(session) == BesidePrimary(0, 0, 0, 0, 0)


def test_each_is_counted_where_it_belongs_and_assisted_ones_stay_primary(session: Session) -> None:
    receipt = receipt_of(session)
    left(session, receipt, "1" * 32, typed_by=Role.COMPLAINTS_HANDLER)
    session.execute(update(Feedback).values(self_scan_suspected=True))
    left(session, receipt, "2" * 32)
    left(session, receipt, "3" * 32, answering_as="saw_it", typed_by=Role.COMPLAINTS_HANDLER)
    assert beside_primary(session) == BesidePrimary(primary=1, secondary=1, contested=1, assisted=1, suspected=1)
