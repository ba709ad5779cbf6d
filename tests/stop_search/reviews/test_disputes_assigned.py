"""What an officer disputes goes to somebody who read nothing of it, only those criteria, and the officer sees what came of it."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.rules import WORKER
from stop_search.draws.records import FrameEntry
from stop_search.draws.rules import Stream
from stop_search.errors import NotFound
from stop_search.footage.records import FootageHold
from stop_search.jobs.records import Job
from stop_search.reviews.actions import start_review, submit_review
from stop_search.reviews.answering import dispute_review
from stop_search.reviews.assigning import Assigned, assign_for_cause, assign_reviews
from stop_search.reviews.concerns import close_concern, raise_concern
from stop_search.reviews.disputes import note_reread
from stop_search.reviews.drawn_holds import drawn_holds_closed
from stop_search.reviews.missing_readers import ask_for_missing_readers
from stop_search.reviews.officers_reviews import own_review, own_reviews
from stop_search.reviews.records import Mark, Review
from stop_search.reviews.rules import Reading, ReviewState
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


def a_review_to_dispute(session: Session, officer: Account, by: str) -> Review:
    """Add a review of the officer's stop that a person asked for, or that coverage or the main stream drew."""
    stop = a.an_encounter(session, officer=officer)
    if by == "cause":
        entry = a.an_entry_for_cause(session, encounter=stop)
    else:
        cover = {"cover_draw_id": a.a_draw(session, stream=Stream.COVER).id, "is_cover": True} if by == "coverage" else {}
        entry = a.a_frame_entry(session, draw=a.a_draw(session), encounter=stop, **cover)
    return a.a_review(session, frame_entry=entry, reviewer=a.an_account(session), marks={"C6": 0})


@pytest.mark.parametrize("asked", ["at once", "in the night"])
@pytest.mark.parametrize("by", ["draw", "coverage", "cause"])
def test_every_dispute_finds_a_reader_and_holds_the_footage_only_until_it_is_answered(session: Session, by: str, asked: str) -> None:
    officer = a.an_officer(session, team=a.a_team(session))
    first = a_review_to_dispute(session, officer, by)
    disputed = {"criteria": ["C6"], "reason": "Listen again.", "within": WITHIN, "viewer": an_officer_of(officer), "now": NOON}
    dispute_review(session, review_id=first.id, **disputed)
    third = a.an_account(session)
    if asked == "in the night":
        session.execute(delete(Job))
        assert ask_for_missing_readers(session, now=NOON) == 1
    (job,) = session.scalars(select(Job).where(Job.name == "assign_reviews"))
    ((what, found),) = job.arguments.items()
    assign = {"draw_id": assign_reviews, "entry_id": assign_for_cause}[what]
    given = {"within": WITHIN, "actor": WORKER, "now": NOON, "calibration_clips": 0}
    assert assign(session, **{what: uuid.UUID(found)}, **given) == Assigned(1, 0)
    again = session.scalars(select(Review).where(Review.reading == Reading.REREAD)).one()
    assert again.reviewer_id == third.id
    assert drawn_holds_closed(session) == {}
    again.state, again.submitted_at, again.grade = ReviewState.SUBMITTED, NOON, "adequate"
    note_reread(session, review=again, now=NOON)
    hold = session.scalars(select(FootageHold)).one()
    assert drawn_holds_closed(session) == {hold.id: NOON.date()}
    assert hold.cause_id == (f"for-cause:{first.frame_entry_id}" if by == "cause" else found)


def test_a_third_reading_of_what_coverage_drew_is_looked_for_in_its_draw(session: Session) -> None:
    first = a_review_to_dispute(session, a.an_officer(session), "coverage")
    entry = session.get_one(FrameEntry, first.frame_entry_id)
    a.a_review(session, frame_entry=entry, reviewer=a.an_account(session), reading=Reading.SECOND, marks={"C6": 3})
    assert ask_for_missing_readers(session, now=NOON) == 1
    assert session.scalars(select(Job.arguments)).all() == [{"draw_id": str(entry.cover_draw_id)}]


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
