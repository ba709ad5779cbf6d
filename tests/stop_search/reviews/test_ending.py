"""How a first reading ends a drawn stop: the code that is published, the digest that fixes the review, and nothing by a second reading."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Viewer
from stop_search.draws.records import DrawOutcome, FrameEntry
from stop_search.encounters.records import Encounter
from stop_search.footage.records import Footage
from stop_search.footage.rules import FootageState
from stop_search.reviews.actions import submit_review
from stop_search.reviews.ending import review_digest
from stop_search.reviews.marking import save_mark
from stop_search.reviews.moments import Moment
from stop_search.reviews.queries import marks_given
from stop_search.reviews.records import Review
from stop_search.reviews.rules import Reading, ReviewState
from stop_search.reviews.without_footage import confirm_without_footage
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.marking import all_marked, viewer_of


def a_reading(
    session: Session, *, minutes: int | None = 12, reading: Reading = Reading.FIRST, **encounter: object
) -> tuple[Review, Viewer]:
    """Add a reading that was started."""
    stop = a.an_encounter(session, officer=a.an_officer(session, team=a.a_team(session)), **encounter)
    if minutes:
        a.a_recording(session, encounter=stop, facts={"length_seconds": minutes * 60.0})
    entry = a.a_frame_entry(session, draw=a.a_draw(session), encounter=stop)
    reviewer = a.an_account(session)
    return a.a_review(session, frame_entry=entry, reviewer=reviewer, state=ReviewState.STARTED, reading=reading), viewer_of(reviewer)


def test_a_review_of_footage_is_fixed_by_its_digest(session: Session) -> None:
    review, viewer = a_reading(session)
    all_marked(session, review, viewer)
    submit_review(session, review_id=review.id, viewer=viewer, now=NOON)
    line = session.scalars(select(DrawOutcome)).one()
    assert (line.outcome, line.reason, line.review) == ("reviewed", "", review_digest(session, review))
    assert line.at == NOON.date()


def test_another_mark_gives_another_digest(session: Session) -> None:
    review, viewer = a_reading(session)
    all_marked(session, review, viewer)
    before = review_digest(session, review)
    mark = marks_given(session, review_id=review.id)["C1"]
    save_mark(
        session,
        review_id=review.id,
        criterion="C1",
        mark=replace(mark, level=(mark.level or 0) ^ 1, evidence="seen"),
        viewer=viewer,
        now=NOON,
    )
    assert review_digest(session, review) != before


def test_a_mark_that_rests_on_a_place_in_a_recording_is_handed_in_and_the_place_is_fixed_too(session: Session) -> None:
    review, viewer = a_reading(session)
    all_marked(session, review, viewer)
    footage_id = session.scalars(select(Footage.id)).one()
    mark = marks_given(session, review_id=review.id)["C5"]
    digests: set[str] = set()
    for moments in (
        (Moment(12.5, 20.0, footage_id, "here"),),
        (Moment(12.5, 20.0, None, "here"),),
        (Moment(13.0, 20.0, footage_id, "here"),),
    ):
        save_mark(session, review_id=review.id, criterion="C5", mark=replace(mark, moments=moments), viewer=viewer, now=NOON)
        digests.add(review_digest(session, review))
    assert len(digests) == 3
    submit_review(session, review_id=review.id, viewer=viewer, now=NOON)
    assert session.scalars(select(DrawOutcome.review)).one() == review_digest(session, review)


@pytest.mark.parametrize(
    ("states", "absence", "code"),
    [
        ([], None, "not_received"),
        ([], "battery_flat", "battery_flat"),
        ([FootageState.FAILED], None, "not_playable"),
        ([FootageState.ERASED, FootageState.ERASED], "battery_flat", "erased"),
        ([FootageState.ERASED, FootageState.FAILED], None, "not_playable"),
    ],
)
def test_without_footage_the_reason_is_published_as_a_code(
    session: Session, states: list[FootageState], absence: str | None, code: str
) -> None:
    review, viewer = a_reading(session, minutes=None, footage_absence_reason=absence)
    for state in states:
        a.a_recording(session, encounter=session.get_one(Encounter, review.encounter_id), state=state)
    confirm_without_footage(session, review_id=review.id, viewer=viewer, now=NOON)
    line = session.scalars(select(DrawOutcome)).one()
    assert (line.outcome, line.reason, line.review, line.rank) == ("no_footage", code, "", "")


def test_a_second_reading_says_nothing_of_the_outcome(session: Session) -> None:
    review, viewer = a_reading(session, reading=Reading.SECOND)
    all_marked(session, review, viewer)
    submit_review(session, review_id=review.id, viewer=viewer, now=NOON)
    assert session.scalars(select(DrawOutcome)).all() == []
    assert session.get_one(FrameEntry, review.frame_entry_id).outcome == "drawn"
