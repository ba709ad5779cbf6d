"""Second readings that look like first ones, thirds where two are far apart, and reviews taken from those who cannot do them."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.actions import close_account, end_role
from stop_search.accounts.nearness import note_absence, put_above
from stop_search.accounts.records import Account, Post, Team
from stop_search.accounts.rules import PostKind, Role
from stop_search.audit.rules import COMMAND_LINE, WORKER
from stop_search.draws.queries import drawn_by
from stop_search.draws.records import Draw, FrameEntry
from stop_search.draws.rules import FrameOutcome
from stop_search.errors import Invalid, NotFound
from stop_search.jobs.records import Job
from stop_search.reviews.actions import start_review, submit_review
from stop_search.reviews.assigning import Assigned, assign_reviews, hand_over_reviews
from stop_search.reviews.queries import review_shown
from stop_search.reviews.readings import far_apart, wanted_readings
from stop_search.reviews.records import Review
from stop_search.reviews.reviewers_queue import review_queue
from stop_search.reviews.rules import MarkGiven, MarkKind, Reading, ReviewState
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.marking import all_marked, all_watched, viewer_of

FORTNIGHT = timedelta(days=14)


def assign(session: Session, draw: Draw) -> Assigned:
    """Give the readings of a draw to whoever may do them."""
    return assign_reviews(session, draw_id=draw.id, within=FORTNIGHT, actor=WORKER, now=NOON)


def a_drawn(session: Session, draw: Draw, *, is_second: bool = False) -> FrameEntry:
    """Add a drawn encounter of an officer of a team of its own."""
    encounter = a.an_encounter(session, officer=a.an_officer(session, team=a.a_team(session)))
    a.a_recording(session, encounter=encounter, facts={"length_seconds": 720.0})
    return a.a_frame_entry(session, draw=draw, encounter=encounter, is_second=is_second)


def readings(session: Session, entry: FrameEntry) -> dict[Reading, Review]:
    """Return the readings of an encounter that were not given back."""
    rows = session.scalars(select(Review).where(Review.frame_entry_id == entry.id, Review.state != ReviewState.RECUSED))
    return {Reading(row.reading): row for row in rows}


def read_twice(session: Session, *, first: dict[str, int | MarkKind], second: dict[str, int | MarkKind]) -> tuple[Draw, FrameEntry]:
    """Add an encounter that two people have read."""
    draw = a.a_draw(session)
    entry = a_drawn(session, draw, is_second=True)
    for reading, marks in ((Reading.FIRST, first), (Reading.SECOND, second)):
        a.a_review(session, frame_entry=entry, reviewer=a.an_account(session), reading=reading, marks=marks)
    return draw, entry


def test_a_second_reading_goes_to_somebody_else_at_the_same_moment_with_the_same_day(session: Session) -> None:
    draw = a.a_draw(session)
    entry, plain = a_drawn(session, draw, is_second=True), a_drawn(session, draw)
    for _ in range(3):
        a.an_account(session)
    assert assign(session, draw) == Assigned(3, 0)
    both = readings(session, entry)
    assert set(both) == {Reading.FIRST, Reading.SECOND}
    assert set(readings(session, plain)) == {Reading.FIRST}
    one, other = both.values()
    assert one.reviewer_id != other.reviewer_id
    assert (one.assigned_at, one.due_on, one.rubric_version, one.criteria) == (other.assigned_at, other.due_on, other.rubric_version, None)


def test_a_second_reader_comes_from_another_unit_than_the_officer(session: Session) -> None:
    draw = a.a_draw(session)
    entry = a_drawn(session, draw, is_second=True)  # of the unit Central
    for unit in ("Central", "Central", "Central", "North"):
        a.a_post(session, account=a.an_account(session), team=a.a_team(session, unit=unit))
    assign(session, draw)
    first, second = (readings(session, entry)[reading].reviewer_id for reading in (Reading.FIRST, Reading.SECOND))
    units = dict(session.execute(select(Post.account_id, Team.unit).join(Team, Team.id == Post.team_id)).all())
    assert "North" in {units[first], units[second]}, "the second reader, unless the lot gave that one the first reading"
    assert first != second


def test_a_second_reader_sees_what_a_first_reader_sees(session: Session) -> None:
    draw = a.a_draw(session)
    entry = a_drawn(session, draw, is_second=True)
    people = [a.an_account(session), a.an_account(session)]
    assign(session, draw)
    shown, queues = [], []
    for person in people:
        viewer = viewer_of(person)
        review = next(one for one in readings(session, entry).values() if one.reviewer_id == person.id)
        shown.append(_without_ids(vars(review_shown(session, review_id=review.id, viewer=viewer))))
        queues.append([_without_ids(vars(line)) for line in review_queue(session, viewer=viewer)])
    assert shown[0] == shown[1]
    assert queues[0] == queues[1]


def test_a_second_reading_without_a_reader_does_not_count_as_an_encounter_without_one(session: Session) -> None:
    draw = a.a_draw(session)
    entry = a_drawn(session, draw, is_second=True)
    a.an_account(session)
    assert assign(session, draw) == Assigned(1, 0)
    assert entry.unassigned_reason is None
    a.an_account(session)
    assert assign(session, draw) == Assigned(1, 0)


def test_what_somebody_refused_is_not_given_out(session: Session) -> None:
    draw = a.a_draw(session)
    a_drawn(session, draw).outcome = FrameOutcome.REFUSED
    a.an_account(session)
    assert assign(session, draw) == Assigned(0, 0)


def test_two_readers_two_levels_apart_are_judged_by_a_third_who_is_neither(session: Session) -> None:
    draw, entry = read_twice(session, first={"C1": 2, "C6": 3, "C9": 1}, second={"C1": 2, "C6": 1, "C9": 3})
    third = a.an_account(session)
    assert assign(session, draw) == Assigned(1, 0)
    found = readings(session, entry)[Reading.ADJUDICATION]
    assert (found.reviewer_id, found.criteria) == (third.id, ["C6", "C9"])
    assert assign(session, draw) == Assigned(0, 0)


def test_one_level_apart_or_not_told_by_one_needs_no_third(session: Session) -> None:
    draw, _ = read_twice(session, first={"C1": 2, "C6": 3}, second={"C1": 1, "C6": MarkKind.NOT_OBSERVABLE})
    a.an_account(session)
    assert wanted_readings(session, of=drawn_by(draw.id)) == []


def test_a_gap_is_counted_between_levels_only() -> None:
    scored, other = MarkGiven(MarkKind.SCORED, level=3), MarkGiven(MarkKind.SCORED, level=1)
    unseen = MarkGiven(MarkKind.NOT_OBSERVABLE, reason="other")
    assert far_apart({"C10": scored, "C2": scored, "C3": scored}, {"C10": other, "C2": other, "C3": unseen}) == ("C2", "C10")


def test_what_is_open_is_taken_from_who_left_and_goes_to_somebody_else(session: Session) -> None:
    draw, people = a.a_draw(session), [a.an_account(session) for _ in range(3)]
    entries = [a_drawn(session, draw) for _ in range(3)]
    assign(session, draw)
    end_role(session, account_id=people[0].id, role=Role.SUPERVISOR, actor=COMMAND_LINE, now=NOON - timedelta(minutes=1))
    close_account(session, account_id=people[1].id, actor=COMMAND_LINE, now=NOON)
    session.flush()
    assert hand_over_reviews(session, actor=WORKER, now=NOON) == 2
    assert hand_over_reviews(session, actor=WORKER, now=NOON) == 0
    assert session.scalar(select(Job.name).where(Job.name == "assign_reviews")) == "assign_reviews"
    assert assign(session, draw) == Assigned(2, 0)
    assert {review.reviewer_id for entry in entries for review in readings(session, entry).values()} == {people[2].id}


def test_who_is_away_until_after_it_is_due_is_relieved_and_who_is_back_before_is_not(session: Session) -> None:
    draw = a.a_draw(session)
    away, back = a.an_account(session), a.an_account(session)
    entries = [a_drawn(session, draw) for _ in range(2)]
    assign(session, draw)
    _absent(session, away, days=15)
    _absent(session, back, days=5)
    assert hand_over_reviews(session, actor=WORKER, now=NOON) == 1
    assert assign(session, draw) == Assigned(0, 1)  # the other one is away these days, too
    fresh = a.an_account(session)
    assert assign(session, draw) == Assigned(1, 0)
    assert {review.reviewer_id for entry in entries for review in readings(session, entry).values()} == {back.id, fresh.id}


def test_a_leader_of_the_line_of_command_is_never_given_a_reading(session: Session) -> None:
    draw, team, unit = a.a_draw(session), a.a_team(session), a.a_team(session)
    put_above(session, team_id=team.id, above_id=unit.id, actor=COMMAND_LINE, now=NOON)
    encounter = a.an_encounter(session, officer=a.an_officer(session, team=team))
    entry = a.a_frame_entry(session, draw=draw, encounter=encounter)
    a.a_post(session, account=a.an_account(session), team=unit, kind=PostKind.LEAD)
    assert assign(session, draw) == Assigned(0, 1)
    assert entry.unassigned_reason == "No supervisor may review it: 1 was in the officer's line of command on that day."


def _absent(session: Session, person: Account, *, days: int) -> None:
    last = NOON.date() + timedelta(days=days)
    note_absence(session, account_id=person.id, starts_on=NOON.date(), ends_on=last, actor=COMMAND_LINE, now=NOON)
    session.flush()


def _without_ids(fields: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if name != "review_id"}


def test_a_third_reader_marks_only_what_is_apart_and_the_grade_is_that_of_the_whole(session: Session) -> None:
    draw, entry = read_twice(session, first={"C1": 2, "C6": 3, "C9": 0}, second={"C1": 2, "C6": 3, "C9": 2})
    third = a.an_account(session)
    assign(session, draw)
    review, viewer = readings(session, entry)[Reading.ADJUDICATION], viewer_of(third)
    start_review(session, review_id=review.id, viewer=viewer, now=NOON)
    assert review_shown(session, review_id=review.id, viewer=viewer).criteria == ("C9",)
    assert [(line.marked, line.asked) for line in review_queue(session, viewer=viewer)] == [(0, 1)]
    with pytest.raises(NotFound):
        all_marked(session, review, viewer, only=["C1"])
    with pytest.raises(Invalid) as caught:
        submit_review(session, review_id=review.id, viewer=viewer, now=NOON)
    assert set(caught.value.fields) == {"C9"}
    all_marked(session, review, viewer, only=["C9"])
    all_watched(session, review.id)
    assert submit_review(session, review_id=review.id, viewer=viewer, now=NOON) == "adequate"


def test_once_both_are_handed_in_a_third_is_looked_for(session: Session) -> None:
    draw, people = a.a_draw(session), [a.an_account(session), a.an_account(session)]
    entry = a_drawn(session, draw, is_second=True)
    assign(session, draw)
    for number, review in enumerate(readings(session, entry).values(), start=1):
        viewer = viewer_of(next(person for person in people if person.id == review.reviewer_id))
        start_review(session, review_id=review.id, viewer=viewer, now=NOON)
        all_marked(session, review, viewer)
        submit_review(session, review_id=review.id, viewer=viewer, now=NOON)
        asked = session.scalars(select(Job.dedupe_key).where(Job.dedupe_key.contains(f"after:{review.id}"))).all()
        assert len(asked) == number - 1
