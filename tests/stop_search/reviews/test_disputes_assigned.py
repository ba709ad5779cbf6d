"""What an officer disputes goes to somebody who read nothing of it, only those criteria, and the officer sees what came of it."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.rules import WORKER
from stop_search.errors import NotFound
from stop_search.reviews.actions import start_review, submit_review
from stop_search.reviews.answering import dispute_review
from stop_search.reviews.assigning import Assigned, assign_reviews
from stop_search.reviews.concerns import close_concern, raise_concern
from stop_search.reviews.officers_reviews import own_review, own_reviews
from stop_search.reviews.records import Mark, Review
from stop_search.reviews.rules import Reading
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.marking import all_marked, all_watched, viewer_of

WITHIN = timedelta(days=28)


def an_officer_of(account: Account) -> Viewer:
    """Return the officer as one who is signed in."""
    return Viewer(id=account.id, name=account.name, roles=frozenset({Role.OFFICER}))


def test_a_disputed_criterion_is_read_again_by_a_third_person_and_counts_from_then_on(session: Session) -> None:
    officer = a.an_officer(session, team=a.a_team(session))
    encounter = a.an_encounter(session, officer=officer)
    a.a_recording(session, encounter=encounter, facts={"length_seconds": 720.0})
    draw = a.a_draw(session)
    entry = a.a_frame_entry(session, draw=draw, encounter=encounter)
    marks = {f"C{number}": 2 for number in range(1, 15)} | {"C6": 0}
    first = a.a_review(session, frame_entry=entry, reviewer=a.an_account(session), marks=marks, grade="concern_further_review")
    viewer = an_officer_of(officer)
    dispute_review(session, review_id=first.id, criteria=["C6"], reason="I said sorry at 3:12.", within=WITHIN, viewer=viewer, now=NOON)
    third = a.an_account(session)
    assert assign_reviews(session, draw_id=draw.id, within=WITHIN, actor=WORKER, now=NOON, calibration_clips=0) == Assigned(1, 0)
    again = session.scalars(select(Review).where(Review.reading == Reading.REREAD)).one()
    assert (again.reviewer_id, again.criteria) == (third.id, ["C6"])
    start_review(session, review_id=again.id, viewer=viewer_of(third), now=NOON)
    with pytest.raises(NotFound):
        all_marked(session, again, viewer_of(third), only=["C5"])
    all_marked(session, again, viewer_of(third), only=["C6"])
    all_watched(session, again.id)
    assert submit_review(session, review_id=again.id, viewer=viewer_of(third), now=NOON) == "adequate"
    replaced = session.execute(select(Mark.review_id, Mark.criterion, Mark.replaced_by).where(Mark.replaced_by.is_not(None))).all()
    assert (replaced, first.grade_replaced_by, again.grade_replaced_by) == ([(first.id, "C6", again.id)], again.id, None)
    told = own_review(session, review_id=first.id, viewer=viewer, dispute_within=WITHIN, now=NOON)
    found = next(one for one in told.criteria if one.criterion.id == "C6")
    assert (found.mark.level, found.before_reread and found.before_reread.level) == (2, 0)
    assert told.answers[-1].answered_at is not None


def test_nothing_is_told_to_the_officer_while_a_serious_concern_is_open(session: Session) -> None:
    officer, reader = a.an_officer(session, team=a.a_team(session)), a.an_account(session)
    entry = a.a_frame_entry(session, draw=a.a_draw(session), encounter=a.an_encounter(session, officer=officer))
    review = a.a_review(session, frame_entry=entry, reviewer=reader, marks={"C6": 0})
    viewer = an_officer_of(officer)
    assert len(own_reviews(session, viewer=viewer)) == 1
    site = "https://stops.example"
    concern = raise_concern(
        session, review_id=review.id, what="A blow.", at_seconds=None, public_url=site, viewer=viewer_of(reader), now=NOON
    )
    assert own_reviews(session, viewer=viewer) == []
    standards = a.an_account(session, role=Role.COMPLAINTS_HANDLER)
    closer = Viewer(id=standards.id, name=standards.name, roles=frozenset({Role.COMPLAINTS_HANDLER}))
    later = NOON + timedelta(days=40)
    close_concern(session, concern_id=concern, decision="Nothing in it.", viewer=closer, now=later)
    session.flush()
    assert len(own_reviews(session, viewer=viewer)) == 1
    dispute_review(
        session, review_id=review.id, criteria=["C6"], reason="Not so.", within=WITHIN, viewer=viewer, now=later + timedelta(days=20)
    )
