"""Reviews for cause: beside the sample, assigned and held like others, and never counted with what chance chose."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.audit.rules import COMMAND_LINE, WORKER
from stop_search.draws.records import DrawOutcome, FrameEntry
from stop_search.draws.rules import Cause, FrameOutcome
from stop_search.encounters.records import Encounter
from stop_search.errors import Conflict, NotFound
from stop_search.footage.records import FootageHold
from stop_search.learning.asked import asked_now
from stop_search.learning.disparity.criteria import class_sizes_by, tallies_by
from stop_search.learning.disparity.queries import Months, searched_people
from stop_search.learning.queries import review_progress, what_was_learned
from stop_search.reviews.actions import recuse_review, start_review, submit_review
from stop_search.reviews.assigning import Assigned, assign_for_cause
from stop_search.reviews.compared import how_far_to_trust
from stop_search.reviews.for_cause import ask_for_review, census_for_cause
from stop_search.reviews.holds import drawn_holds_closed
from stop_search.reviews.records import Review
from stop_search.reviews.reviewers_queue import progress, review_queue
from stop_search.reviews.rubric import newest_rubric
from stop_search.reviews.rules import Reading
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.marking import all_marked, viewer_of
from tests.support.sampled import a_sample

FORTNIGHT = timedelta(days=14)


SAMPLE = 50  # from so many stops read twice on, the severity of readers is told
LEVELS = tuple(criterion.id for criterion in newest_rubric().criteria)


def a_reviewed_sample(session: Session) -> None:
    """Add a draw of which two readers read every stop, one a little more severe than the other."""
    draw, readers = a.a_draw(session, frame_size=SAMPLE), (a.an_account(session), a.an_account(session))
    rubric = newest_rubric()
    by = {"rubric": rubric.name, "rubric_version": rubric.version, "rubric_digest": rubric.digest}
    for n in range(SAMPLE):
        stop = a.an_encounter(session, officer=a.an_officer(session))
        entry = a.a_frame_entry(session, draw=draw, encounter=stop, outcome=FrameOutcome.REVIEWED)
        for reading, reader, lower in zip((Reading.FIRST, Reading.SECOND), readers, (0, n % 2), strict=True):
            marks = {criterion.id: max((n + place) % 4 - lower, 0) for place, criterion in enumerate(rubric.criteria)}
            a.a_review(session, frame_entry=entry, reviewer=reader, reading=reading, marks=marks, **by)


def figures(session: Session) -> tuple[object, ...]:
    """Return every figure that rests on reviews: of the sample, of groups, units, and of how well readers agree."""
    searched = searched_people(session, months=Months("2026-10", "2026-12"), now=NOON)
    ever: dict[object, set[str | None]] = {stop: {"all"} for stop in session.scalars(select(Encounter.id))}
    trust = how_far_to_trust(session)
    return (
        what_was_learned(session, now=NOON),
        review_progress(session),
        class_sizes_by(session, searched=searched, of_stop=ever),
        tallies_by(session, searched=searched, of_stop=ever, asked=asked_now(session)),
        asked_now(session),
        (trust.read_twice, trust.agreements, trust.severities, sorted(str(drift.chart) for drift in trust.drifts)),
    )


def a_stop(session: Session) -> a.Encounter:
    """Add a stop of an officer of some team, filmed."""
    stop = a.an_encounter(session, officer=a.an_officer(session, team=a.a_team(session)))
    a.a_recording(session, encounter=stop, facts={"length_seconds": 600.0})
    return stop


def ask(session: Session, stop: a.Encounter, cause: Cause = Cause.COMPLAINT) -> Assigned:
    """Ask for a review of a stop."""
    _, done = ask_for_review(session, reference=stop.reference, cause=cause, within=FORTNIGHT, actor=COMMAND_LINE, now=NOON)
    return done


def test_a_stop_that_chance_did_not_choose_is_reviewed_and_stands_in_no_result_of_the_sample(session: Session) -> None:
    a_reviewed_sample(session)
    stop = a_stop(session)
    before = figures(session)
    assert ask(session, stop) == Assigned(1, 0)
    reader = session.scalars(select(Review.reviewer_id).where(Review.encounter_id == stop.id)).one()  # one of those of the sample
    viewer = viewer_of(session.get_one(a.Account, reader))
    (line,) = review_queue(session, viewer=viewer)
    assert (line.cause, line.period_start) == (Cause.COMPLAINT, None)
    start_review(session, review_id=line.review_id, viewer=viewer, now=NOON)
    review = session.get_one(Review, line.review_id)
    all_marked(session, review, viewer, only=None, unseen=None, **dict.fromkeys(LEVELS, 0))
    submit_review(session, review_id=review.id, viewer=viewer, now=NOON)
    assert figures(session) == before
    assert progress(session).handed_in == 2 * SAMPLE + 1
    assert session.scalars(select(DrawOutcome)).all() == []
    (counted,) = census_for_cause(session, period_start=stop.started_at.date(), period_end=stop.started_at.date())
    assert (counted.cause, counted.asked, counted.reviewed, counted.waiting) == (Cause.COMPLAINT, 1, 1, 0)
    hold = session.scalars(select(FootageHold)).one()
    assert drawn_holds_closed(session) == {hold.id: NOON.date()}


def test_a_stop_in_a_frame_can_be_reviewed_for_cause_and_its_own_entry_is_untouched(session: Session) -> None:
    a.an_account(session)
    stop = a_stop(session)
    entry = a.a_frame_entry(session, draw=a.a_draw(session), encounter=stop, drawn=False)
    ask(session, stop)
    asked = session.scalars(select(FrameEntry).where(FrameEntry.cause.is_not(None))).one()
    assert (asked.draw_id, asked.is_drawn, asked.probability_numerator, asked.inclusion_probability) == (None, False, 0, None)
    assert (entry.outcome, entry.is_drawn) == (None, False)


def test_a_stop_that_was_asked_for_before_its_frame_is_in_its_frame_all_the_same(session: Session) -> None:
    stop = a.an_encounter(session, started_at=NOON - timedelta(days=30), officer=a.an_officer(session))
    ask(session, stop)
    assert a_sample(session).frame_size == 1


def test_a_cause_is_asked_for_once_and_another_cause_beside_it(session: Session) -> None:
    stop = a_stop(session)
    ask(session, stop)
    with pytest.raises(Conflict):
        ask(session, stop)
    assert ask(session, stop, Cause.FORCE) == Assigned(0, 1)
    with pytest.raises(NotFound):
        ask_for_review(session, reference="XX-1", cause=Cause.FORCE, within=FORTNIGHT, actor=COMMAND_LINE, now=NOON)


def test_who_gives_it_back_is_followed_by_somebody_else(session: Session) -> None:
    first, stop = a.an_account(session), a_stop(session)
    ask(session, stop)
    (line,) = review_queue(session, viewer=viewer_of(first))
    other = a.an_account(session)
    recuse_review(session, review_id=line.review_id, because="I know them", viewer=viewer_of(first), now=NOON)
    entry = session.scalars(select(FrameEntry)).one()
    from stop_search.jobs.records import Job

    job = session.scalars(select(Job).where(Job.name == "assign_reviews")).one()
    assert job.arguments == {"entry_id": str(entry.id)}
    assert assign_for_cause(session, entry_id=entry.id, within=FORTNIGHT, actor=WORKER, now=NOON) == Assigned(1, 0)
    assert assign_for_cause(session, entry_id=entry.id, within=FORTNIGHT, actor=WORKER, now=NOON) == Assigned(0, 0)
    assert len(review_queue(session, viewer=viewer_of(other))) == 1
    with pytest.raises(NotFound):
        assign_for_cause(session, entry_id=stop.id, within=FORTNIGHT, actor=WORKER, now=NOON)
