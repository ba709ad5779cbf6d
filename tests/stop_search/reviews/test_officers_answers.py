"""The learning team reads what officers answered, and cannot read in it who they are."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.errors import NotAllowed
from stop_search.reviews.officers_answers import what_officers_answered
from stop_search.reviews.rules import ResponseKind
from tests.support import builders as a
from tests.support.builders import NOON
from tests.support.reviewed_stops import a_reviewed_stop


def viewer(*roles: Role) -> Viewer:
    return Viewer(id=a.uuid.uuid4(), name="Lee Learning", roles=frozenset(roles))


def test_what_was_written_is_told_by_month_without_who_and_which_stop(session: Session) -> None:
    officer = a.an_officer(session, name="Olu Officer", number="8812")
    review = a_reviewed_stop(session, officer=officer)
    a.a_response(session, review=review, officer=officer, kind=ResponseKind.REPLIED, text="Call me on 07700 900123.", at=NOON)
    a.a_response(session, review=review, officer=officer, kind=ResponseKind.REPLIED, text="As before.", at=NOON - timedelta(days=30))
    a.a_response(session, review=review, officer=officer, kind=ResponseKind.ACKNOWLEDGED)
    disputed = {"criteria": ["C5", "C6"], "text": "I did ask.", "answered_at": NOON}
    a.a_response(session, review=review, officer=officer, kind=ResponseKind.DISPUTED, **disputed)
    found = what_officers_answered(session, viewer=viewer(Role.LEARNING_TEAM))
    assert [(one.month, one.text) for one in found.replies] == [("2026-11", "Call me on [phone number]."), ("2026-10", "As before.")]
    assert [([c.id for c in one.criteria], one.text, one.is_read_again) for one in found.disputes] == [(["C5", "C6"], "I did ask.", True)]
    assert found.acknowledged == 1
    told = repr(found)
    assert not [word for word in ("Olu", "8812", str(officer.id), str(review.id), str(review.encounter_id), "IT-") if word in told]


def test_within_a_month_the_order_does_not_tell_which_came_first(session: Session) -> None:
    officer = a.an_officer(session)
    for n, words in enumerate(("Bright.", "Cold.", "Arid.")):
        review = a_reviewed_stop(session, officer=officer)
        a.a_response(session, review=review, officer=officer, kind=ResponseKind.REPLIED, text=words, at=NOON + timedelta(hours=n))
    found = what_officers_answered(session, viewer=viewer(Role.LEARNING_TEAM))
    assert [one.text for one in found.replies] == ["Arid.", "Bright.", "Cold."]


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.LEARNING_TEAM}))
def test_nobody_else_reads_it(session: Session, role: Role) -> None:
    with pytest.raises(NotAllowed):
        what_officers_answered(session, viewer=viewer(role))
