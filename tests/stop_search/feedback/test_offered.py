"""Whether a receipt was offered, as both sides tell it."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from stop_search.feedback.offered import OfferedCompared, offered_compared
from stop_search.feedback.rules import Standing
from tests.support import builders as a

WEEK = "2026-W47"


def both_said(session: Session, answer: str, *, standing: Standing = Standing.PRIMARY, week: str = WEEK, **officer: Any) -> None:
    """Add a receipt with what the officer recorded and what the person answers."""
    person = a.a_person(session, encounter=a.an_encounter(session, people=0), **officer)
    a.some_feedback(session, receipt=a.a_receipt(session, person=person), answers={"receipt": answer}, standing=standing, week=week)


@pytest.mark.parametrize(
    ("answer", "officer", "told"),
    [
        ("offered_explained", {"receipt_handed": "printed"}, OfferedCompared(1, 1, 0, 0, 0)),
        ("offered", {"receipt_handed": "declined"}, OfferedCompared(1, 1, 0, 0, 0)),
        ("had_to_ask", {"receipt_handed": "card"}, OfferedCompared(1, 1, 0, 0, 1)),
        ("not_offered", {"receipt_handed": "printed"}, OfferedCompared(1, 0, 1, 0, 0)),
        ("not_offered", {"receipt_not_offered_reason": "called_away"}, OfferedCompared(1, 1, 0, 0, 0)),
        ("offered", {"receipt_not_offered_reason": "person_left"}, OfferedCompared(1, 0, 1, 0, 0)),
        ("had_to_ask", {"receipt_not_offered_reason": "person_left"}, OfferedCompared(1, 0, 1, 0, 0)),
        ("not_sure", {"receipt_handed": "printed"}, OfferedCompared(1, 0, 0, 1, 0)),
        ("offered", {}, OfferedCompared(0, 0, 0, 0, 0)),
        ("offered", {"receipt_handed": "printed", "receipt_not_offered_reason": "person_left"}, OfferedCompared(0, 0, 0, 0, 0)),
    ],
)
def test_one_receipt_agrees_differs_or_is_not_sure(session: Session, answer: str, officer: dict[str, str], told: OfferedCompared) -> None:
    both_said(session, answer, **officer)
    assert offered_compared(session, first_week=WEEK, last_week=WEEK) == told


def test_only_the_person_s_own_first_answer_in_these_weeks_counts(session: Session) -> None:
    both_said(session, "offered", receipt_handed="printed")
    both_said(session, "not_offered", receipt_handed="printed")
    both_said(session, "not_offered", receipt_handed="printed", standing=Standing.CONTESTED)
    both_said(session, "not_offered", receipt_handed="printed", standing=Standing.SECONDARY)
    both_said(session, "not_offered", receipt_handed="printed", week="2026-W48")
    assert offered_compared(session, first_week="2026-W01", last_week=WEEK) == OfferedCompared(2, 1, 1, 0, 0)
    assert offered_compared(session, first_week="2026-W01", last_week="2026-W53").n == 3
