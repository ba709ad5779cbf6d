"""Feedback that a person takes for a complaint is closed and becomes a letter in one step; any other decision makes none."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role
from stop_search.errors import Invalid, NoLongerOpen
from stop_search.feedback.records import TriageItem
from stop_search.letters.from_triage import decide_item
from stop_search.letters.records import Letter
from tests.support.builders import NOON
from tests.support.leaving import a_viewer, somewhere


@pytest.fixture
def decide(session: Session) -> Callable[..., Any]:
    """Return what decides on the one item there is."""
    somewhere(session, answers={"respect": "not_at_all"})
    item, viewer = session.scalars(select(TriageItem)).one(), a_viewer(session, Role.COMPLAINTS_HANDLER)

    def one(disposition: str, reason: str = "Read it.") -> Any:
        return decide_item(session, item_id=item.id, disposition=disposition, reason=reason, viewer=viewer, now=NOON)

    return one


def test_a_complaint_goes_on_as_a_letter_that_names_the_feedback(session: Session, decide: Callable[..., Any]) -> None:
    sent = decide("complaint_recorded")
    item, letter = session.scalars(select(TriageItem)).one(), session.scalars(select(Letter)).one()
    assert (letter.reference, letter.came, letter.feedback_id) == (sent.reference, "feedback", item.feedback_id)
    assert item.state == "closed"
    with pytest.raises(NoLongerOpen):
        decide("complaint_recorded")


def test_any_other_decision_makes_no_letter(session: Session, decide: Callable[..., Any]) -> None:
    with pytest.raises(Invalid):
        decide("complaint_recorded", reason="")
    assert session.scalars(select(Letter)).all() == []
    assert decide("not_a_complaint") is None
    assert session.scalars(select(Letter)).all() == []
