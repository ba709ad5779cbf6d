"""Assigning, starting, giving back and handing in, on both databases: conflicts, second tries, what is written down."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.accounts.rules import PostKind, Role, Viewer
from stop_search.audit.queries import newest_entries
from stop_search.audit.rules import WORKER
from stop_search.draws.records import Draw, FrameEntry
from stop_search.errors import Invalid, NoLongerOpen, NotAllowed, NotFound
from stop_search.jobs.records import Job
from stop_search.reviews.actions import open_workbench, recuse_review, start_review, submit_review
from stop_search.reviews.assigning import Assigned, assign_reviews
from stop_search.reviews.marking import lock_grounds, save_mark, save_themes
from stop_search.reviews.queries import review_shown, reviewer_may_play
from stop_search.reviews.records import Review
from stop_search.reviews.reviewers_queue import handed_in_reviews, progress, review_queue
from stop_search.reviews.rules import MarkKind, ReviewState
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.marking import all_marked, viewer_of

FORTNIGHT = timedelta(days=14)


def assign(session: Session, draw: Draw) -> Assigned:
    """Assign the reviews of a draw."""
    return assign_reviews(session, draw_id=draw.id, within=FORTNIGHT, actor=WORKER, now=NOON)


def a_drawn(
    session: Session, *, officer: Account | None = None, draw: Draw | None = None, minutes: int | None = 12, **columns: object
) -> FrameEntry:
    """Add a drawn encounter of an officer of some team, with a recording unless `minutes` is None."""
    encounter = a.an_encounter(session, officer=officer or a.an_officer(session, team=a.a_team(session)), **columns)
    if minutes is not None:
        a.a_recording(session, encounter=encounter, facts={"length_seconds": minutes * 60.0})
    return a.a_frame_entry(session, draw=draw or a.a_draw(session), encounter=encounter)


def a_started(session: Session, **columns: object) -> tuple[Review, Viewer]:
    """Add a review that its reviewer has started."""
    entry = a_drawn(session, **columns)
    reviewer = a.an_account(session)
    review = a.a_review(session, frame_entry=entry, reviewer=reviewer, state=ReviewState.STARTED)
    return review, viewer_of(reviewer)


def test_drawn_encounters_are_shared_out_and_never_to_anybody_near(session: Session) -> None:
    draw, team = a.a_draw(session), a.a_team(session)
    officer = a.an_officer(session, team=team)
    lead = a.an_account(session)
    a.a_post(session, account=lead, team=team, kind=PostKind.LEAD)
    former = a.an_account(session)
    a.a_post(session, account=former, team=team, ends_on=NOON.date() - timedelta(days=30))
    beside = a.an_account(session)
    free = [a.an_account(session) for _ in range(2)]
    for _ in range(6):
        a_drawn(session, officer=officer, draw=draw, others_present=(beside,))
    assert assign(session, draw) == Assigned(6, 0)
    given = session.scalars(select(Review)).all()
    assert sorted(given.count(r) for r in given) == [1] * 6
    assert {r.reviewer_id for r in given} == {person.id for person in free}
    assert [sum(r.reviewer_id == person.id for r in given) for person in free] == [3, 3]
    assert {(r.state, r.due_on, r.rubric, r.rubric_version) for r in given} == {("assigned", date(2026, 12, 2), "stop_search", 1)}


def test_assigning_again_changes_nothing(session: Session) -> None:
    draw = a.a_draw(session)
    a_drawn(session, draw=draw)
    a.an_account(session)
    assert assign(session, draw) == Assigned(1, 0)
    assert assign(session, draw) == Assigned(0, 0)


def test_what_is_not_drawn_is_not_assigned(session: Session) -> None:
    draw = a.a_draw(session)
    a.a_frame_entry(session, draw=draw, encounter=a.an_encounter(session, officer=a.an_officer(session)), drawn=False)
    a.an_account(session)
    assert assign(session, draw) == Assigned(0, 0)


def test_an_encounter_that_nobody_may_review_stays_listed_with_the_reason_until_somebody_may(session: Session) -> None:
    draw, team = a.a_draw(session), a.a_team(session)
    entry = a_drawn(session, officer=a.an_officer(session, team=team), draw=draw)
    a.a_post(session, account=a.an_account(session), team=team)
    assert assign(session, draw) == Assigned(0, 1)
    assert assign(session, draw) == Assigned(0, 1)
    assert entry.unassigned_reason == "No supervisor may review it: 1 was in the officer's team within 90 days."
    assert progress(session).unassigned == 1
    assert [line.action for line in newest_entries(session)].count("review_not_assigned") == 1
    a.an_account(session)
    assert assign(session, draw) == Assigned(1, 0)
    assert entry.unassigned_reason is None


def test_without_an_officer_on_the_record_nobody_is_assigned(session: Session) -> None:
    draw = a.a_draw(session)
    a.a_frame_entry(session, draw=draw, encounter=a.an_encounter(session))
    a.an_account(session)
    assert assign(session, draw) == Assigned(0, 1)


def test_an_unknown_draw_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        assign_reviews(session, draw_id=a.a_team(session).id, within=FORTNIGHT, actor=WORKER, now=NOON)


def test_a_conflict_that_came_to_light_after_assignment_stops_the_start_and_the_handing_in(session: Session) -> None:
    team = a.a_team(session)
    entry, reviewer = a_drawn(session, officer=a.an_officer(session, team=team)), a.an_account(session)
    review = a.a_review(session, frame_entry=entry, reviewer=reviewer, state=ReviewState.ASSIGNED)
    start_review(session, review_id=review.id, viewer=viewer_of(reviewer), now=NOON)
    start_review(session, review_id=review.id, viewer=viewer_of(reviewer), now=NOON)
    all_marked(session, review, viewer_of(reviewer))
    a.a_post(session, account=reviewer, team=team)
    with pytest.raises(NotAllowed, match="conflict of interest"):
        submit_review(session, review_id=review.id, viewer=viewer_of(reviewer), now=NOON)


def test_a_conflict_that_came_to_light_after_assignment_stops_the_start(session: Session) -> None:
    team = a.a_team(session)
    entry, reviewer = a_drawn(session, officer=a.an_officer(session, team=team)), a.an_account(session)
    review = a.a_review(session, frame_entry=entry, reviewer=reviewer, state=ReviewState.ASSIGNED)
    a.a_post(session, account=reviewer, team=team)
    with pytest.raises(NotAllowed, match="conflict of interest"):
        start_review(session, review_id=review.id, viewer=viewer_of(reviewer), now=NOON)


def test_who_is_no_supervisor_any_more_cannot_start(session: Session) -> None:
    entry, reviewer = a_drawn(session), a.an_account(session, role=Role.OFFICER)
    review = a.a_review(session, frame_entry=entry, reviewer=reviewer, state=ReviewState.ASSIGNED)
    with pytest.raises(NotAllowed):
        start_review(session, review_id=review.id, viewer=viewer_of(reviewer), now=NOON)


def test_a_review_given_back_goes_to_somebody_else_and_keeps_its_reason(session: Session) -> None:
    draw = a.a_draw(session)
    a_drawn(session, draw=draw)
    people = {person.id: person for person in (a.an_account(session), a.an_account(session))}
    assign(session, draw)
    first = session.scalars(select(Review)).one()
    with pytest.raises(Invalid):
        recuse_review(session, review_id=first.id, because="  ", viewer=viewer_of(people[first.reviewer_id]), now=NOON)
    recuse_review(session, review_id=first.id, because="I trained with him.", viewer=viewer_of(people[first.reviewer_id]), now=NOON)
    assert session.scalars(select(Job.arguments).where(Job.name == "assign_reviews")).all() == [{"draw_id": str(draw.id)}]
    assert assign(session, draw) == Assigned(1, 0)
    second = session.scalars(select(Review).where(Review.state != ReviewState.RECUSED)).one()
    assert {first.reviewer_id, second.reviewer_id} == set(people)
    recuse_review(session, review_id=second.id, because="I know her.", viewer=viewer_of(people[second.reviewer_id]), now=NOON)
    assert assign(session, draw) == Assigned(0, 1)
    assert first.recused_reason == "I trained with him."


def test_another_ones_review_is_not_there_for_anything(session: Session) -> None:
    review, _ = a_started(session)
    stranger = viewer_of(a.an_account(session))
    mark = a_mark()
    for act in (
        lambda: open_workbench(session, review_id=review.id, viewer=stranger, now=NOON),
        lambda: start_review(session, review_id=review.id, viewer=stranger, now=NOON),
        lambda: save_mark(session, review_id=review.id, criterion="C1", mark=mark, viewer=stranger, now=NOON),
        lambda: save_themes(session, review_id=review.id, theme_keys=frozenset(), flags=frozenset(), viewer=stranger, now=NOON),
        lambda: submit_review(session, review_id=review.id, viewer=stranger, now=NOON),
        lambda: recuse_review(session, review_id=review.id, because="x", viewer=stranger, now=NOON),
        lambda: review_shown(session, review_id=review.id, viewer=stranger),
    ):
        with pytest.raises(NotFound, match=r"^There is no such review\.$"):
            act()


def a_mark() -> object:
    """Return a complete 2."""
    from stop_search.reviews.rules import MarkGiven

    return MarkGiven(MarkKind.SCORED, 2)


def test_handing_in_needs_every_mark_happens_once_and_closes_the_review(session: Session) -> None:
    review, viewer = a_started(session)
    with pytest.raises(Invalid) as missing:
        submit_review(session, review_id=review.id, viewer=viewer, now=NOON)
    assert len(missing.value.fields) == 14
    all_marked(session, review, viewer)
    assert submit_review(session, review_id=review.id, viewer=viewer, now=NOON, summary=" Speak sooner. ") == "adequate"
    assert submit_review(session, review_id=review.id, viewer=viewer, now=NOON + timedelta(hours=1), summary="other") == "adequate"
    assert (review.submitted_at, review.summary) == (NOON, "Speak sooner.")
    assert session.get_one(FrameEntry, review.frame_entry_id).outcome == "reviewed"
    for act in (
        lambda: save_mark(session, review_id=review.id, criterion="C1", mark=a_mark(), viewer=viewer, now=NOON),
        lambda: save_themes(session, review_id=review.id, theme_keys=frozenset(), flags=frozenset(), viewer=viewer, now=NOON),
        lambda: recuse_review(session, review_id=review.id, because="late", viewer=viewer, now=NOON),
        lambda: start_review(session, review_id=review.id, viewer=viewer, now=NOON),
    ):
        with pytest.raises(NoLongerOpen, match="handed in"):
            act()
    assert review_queue(session, viewer=viewer) == []
    assert [line.grade_label for line in handed_in_reviews(session, viewer=viewer)] == ["Adequate"]
    assert [line.action for line in newest_entries(session)].count("review_submitted") == 1


def test_a_recording_may_be_played_while_its_review_is_open_and_by_nobody_else(session: Session) -> None:
    review, viewer = a_started(session)
    footage_id = review_shown(session, review_id=review.id, viewer=viewer).footage[0].footage_id
    assert reviewer_may_play(session, footage_id=footage_id, viewer=viewer)
    assert not reviewer_may_play(session, footage_id=footage_id, viewer=viewer_of(a.an_account(session)))
    assert not reviewer_may_play(session, footage_id=a.a_recording(session).id, viewer=viewer)
    all_marked(session, review, viewer)
    submit_review(session, review_id=review.id, viewer=viewer, now=NOON)
    assert not reviewer_may_play(session, footage_id=footage_id, viewer=viewer)


def test_blind_review_sees_no_officer_and_no_ethnicity_and_the_outcome_only_after_the_grounds(session: Session) -> None:
    officer = a.an_officer(session, name="CANARY NAME", number="CANARYNUMBER", team=a.a_team(session, name="CANARY TEAM"))
    review, viewer = a_started(session, officer=officer, camera_serial="CANARY CAMERA", people=0)
    from stop_search.encounters.records import Encounter

    encounter = session.get_one(Encounter, review.encounter_id)
    a.a_person(
        session, encounter=encounter, self_defined_ethnicity="B1", self_description="CANARY SELF", outcome="arrest", outcome_linked=True
    )
    before = review_shown(session, review_id=review.id, viewer=viewer)
    assert "CANARY" not in repr(before.stop)
    assert "'B1'" not in repr(before.stop)
    assert before.stop.people[0].outcome is before.stop.people[0].outcome_linked is None
    all_marked(session, review, viewer, only=("C1",))
    assert review_shown(session, review_id=review.id, viewer=viewer).stop.people[0].outcome is None
    lock_grounds(session, review_id=review.id, viewer=viewer, now=NOON)
    assert review_shown(session, review_id=review.id, viewer=viewer).stop.people[0].outcome == "arrest"
