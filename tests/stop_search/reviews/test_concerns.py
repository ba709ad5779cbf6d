"""A serious concern leaves the line at once with a hold, stays in the sample, and is closed by a person who has no interest in the stop."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.accounts.rules import PostKind, Role, Viewer
from stop_search.audit.queries import newest_entries
from stop_search.codes.retention import retention_classes
from stop_search.errors import Invalid, NoLongerOpen, NotFound
from stop_search.footage.hold_rules import is_over
from stop_search.footage.records import FootageHold
from stop_search.footage.rules import HoldReason
from stop_search.mail.records import Mail
from stop_search.reviews.actions import submit_review
from stop_search.reviews.concerns import (
    close_concern,
    concern_holds_closed,
    concerns,
    consult_concern,
    has_concern,
    raise_concern,
    take_concern,
    under_concern,
)
from stop_search.reviews.records import Concern, Review
from stop_search.reviews.rules import ReviewState
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.marking import all_marked, viewer_of

SITE = "https://stops.example"


def a_reading(session: Session, *, state: ReviewState = ReviewState.STARTED) -> tuple[Review, Viewer]:
    """Add a review and its reader."""
    encounter = a.an_encounter(session, officer=a.an_officer(session, number="4711", team=a.a_team(session)))
    a.a_recording(session, encounter=encounter, facts={"length_seconds": 720.0})
    reader = a.an_account(session)
    entry = a.a_frame_entry(session, draw=a.a_draw(session), encounter=encounter)
    return a.a_review(session, frame_entry=entry, reviewer=reader, state=state), viewer_of(reader)


def raised(session: Session, review: Review, viewer: Viewer, *, what: str = "A blow to the head."):  # noqa: ANN201 -- an id
    """Raise a concern."""
    return raise_concern(session, review_id=review.id, what=what, at_seconds=72.5, public_url=SITE, viewer=viewer, now=NOON)


def a_standards_officer(session: Session) -> tuple[Account, Viewer]:
    """Add somebody of professional standards."""
    account = a.an_account(session, role=Role.COMPLAINTS_HANDLER)
    return account, Viewer(id=account.id, name=account.name, roles=frozenset({Role.COMPLAINTS_HANDLER}))


def test_raising_holds_the_footage_tells_professional_standards_and_leaves_the_review_to_be_finished(session: Session) -> None:
    standards, _ = a_standards_officer(session)
    review, viewer = a_reading(session)
    concern_id = raised(session, review, viewer)
    assert raised(session, review, viewer, what="Again.") == concern_id
    hold = session.scalars(select(FootageHold)).one()
    assert (hold.reason, hold.cause_id, hold.released_at) == (HoldReason.CONCERN, str(concern_id), None)
    mail = session.scalars(select(Mail)).one()
    assert (mail.account_id, mail.subject) == (standards.id, "A serious concern was raised")
    assert "blow" not in mail.text
    assert has_concern(session, review_id=review.id, viewer=viewer)
    all_marked(session, review, viewer, C9=0)
    assert submit_review(session, review_id=review.id, viewer=viewer, now=NOON) == "concern_further_review"
    assert under_concern(session, encounter_id=review.encounter_id)


def test_an_empty_concern_and_one_on_anothers_or_a_returned_review_are_refused(session: Session) -> None:
    review, viewer = a_reading(session)
    with pytest.raises(Invalid) as caught:
        raised(session, review, viewer, what="  ")
    assert set(caught.value.fields) == {"what"}
    with pytest.raises(NotFound):
        raised(session, review, viewer_of(a.an_account(session)))
    review.state, review.recused_reason = ReviewState.RECUSED, "Knows the officer."
    with pytest.raises(NoLongerOpen):
        raised(session, review, viewer)
    assert session.scalars(select(Concern)).all() == []


def test_professional_standards_read_take_and_close_it_and_each_step_is_noted(session: Session) -> None:
    account, standards = a_standards_officer(session)
    review, viewer = a_reading(session)
    concern_id = raised(session, review, viewer)
    line = consult_concern(session, concern_id=concern_id, viewer=standards, now=NOON)
    assert (line.officer_number, line.what, line.at_seconds, line.taken_by) == ("4711", "A blow to the head.", 72.5, None)
    take_concern(session, concern_id=concern_id, viewer=standards, now=NOON)
    with pytest.raises(Invalid):
        close_concern(session, concern_id=concern_id, decision="", viewer=standards, now=NOON)
    close_concern(session, concern_id=concern_id, decision="Referred to the IOPC.", viewer=standards, now=NOON)
    with pytest.raises(NoLongerOpen):
        take_concern(session, concern_id=concern_id, viewer=standards, now=NOON)
    assert concerns(session, viewer=standards) == []
    (closed,) = concerns(session, viewer=standards, closed=True)
    assert (closed.decision, closed.taken_by) == ("Referred to the IOPC.", account.name)
    assert not under_concern(session, encounter_id=review.encounter_id)
    actions = [entry.action for entry in newest_entries(session)]
    assert {"concern_raised", "concern_read", "concern_taken", "concern_closed"} <= set(actions)


def test_whoever_has_an_interest_in_the_stop_sees_nothing_of_its_concern(session: Session) -> None:
    review, viewer = a_reading(session)
    concern_id = raised(session, review, viewer)
    team = a.a_team(session)
    account, near = a_standards_officer(session)
    a.a_post(session, account=account, team=team, kind=PostKind.LEAD)
    officer = session.get_one(Account, session.scalars(select(Account.id).where(Account.officer_number == "4711")).one())
    a.a_post(session, account=officer, team=team, ends_on=NOON.date() - timedelta(days=200))
    assert concerns(session, viewer=near) == []
    for step in (lambda: consult_concern(session, concern_id=concern_id, viewer=near, now=NOON), lambda: _taken(session, concern_id, near)):
        with pytest.raises(NotFound):
            step()


def _taken(session: Session, concern_id, viewer: Viewer) -> None:  # noqa: ANN001 -- an id
    take_concern(session, concern_id=concern_id, viewer=viewer, now=NOON)


def test_the_hold_lasts_as_that_of_a_complaint_after_the_concern_is_closed(session: Session) -> None:
    _, standards = a_standards_officer(session)
    review, viewer = a_reading(session)
    concern_id = raised(session, review, viewer)
    assert concern_holds_closed(session) == {}
    close_concern(session, concern_id=concern_id, decision="Nothing in it.", viewer=standards, now=NOON)
    session.flush()
    hold = session.scalars(select(FootageHold)).one()
    assert concern_holds_closed(session) == {hold.id: NOON.date()} == concern_holds_closed(session, hold_id=hold.id)
    clocks = retention_classes().on(NOON.date())
    assert not is_over(HoldReason.CONCERN, NOON.date(), clocks, NOON.date() + timedelta(days=60))
    assert is_over(HoldReason.CONCERN, NOON.date(), clocks, NOON.date() + timedelta(days=100))
