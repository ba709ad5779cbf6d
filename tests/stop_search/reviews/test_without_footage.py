"""A search without a recording to play has no score: nothing counts, it stays drawn, and later readings change nothing."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.queries import newest_entries
from stop_search.audit.rules import COMMAND_LINE
from stop_search.draws.records import DrawOutcome, FrameEntry
from stop_search.draws.rules import Cause, FrameOutcome
from stop_search.errors import NoLongerOpen, NotAllowed, NotFound
from stop_search.footage.actions import place_hold
from stop_search.footage.records import FootageAbsence, FootageOfEncounter, ReviewCopy
from stop_search.footage.rules import CopyReason, CopyState, FootageState, HoldReason
from stop_search.learning.queries import what_was_learned
from stop_search.reviews.actions import NothingToScore, submit_review
from stop_search.reviews.answering import dispute_review
from stop_search.reviews.before_review import gone_before_review
from stop_search.reviews.compared import how_far_to_trust
from stop_search.reviews.final_marks import final_marks
from stop_search.reviews.for_cause import ask_for_review
from stop_search.reviews.holds import drawn_holds_closed
from stop_search.reviews.marking import save_themes
from stop_search.reviews.officers_reviews import own_review, own_reviews
from stop_search.reviews.officers_summary import own_summary
from stop_search.reviews.queries import review_shown
from stop_search.reviews.readings import wanted_readings
from stop_search.reviews.records import Mark, Review
from stop_search.reviews.reviewers_queue import handed_in_reviews, progress, review_queue
from stop_search.reviews.rules import Reading, ReviewState
from stop_search.reviews.without_footage import FootageMayCome, confirm_without_footage
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.marking import all_marked, viewer_of

WITHIN = timedelta(days=28)


def a_reading(session: Session, *, entry: FrameEntry | None = None, reading: Reading = Reading.FIRST, **columns: Any) -> Review:
    """Add a reading that was started, of a drawn stop of its own without a recording unless an entry is given."""
    if entry is None:
        stop = a.an_encounter(session, officer=a.an_officer(session, team=a.a_team(session)))
        draw = session.scalar(select(a.Draw)) or a.a_draw(session)
        entry = a.a_frame_entry(session, draw=draw, encounter=stop, is_second=True)
    reader = a.an_account(session)
    return a.a_review(session, frame_entry=entry, reviewer=reader, state=ReviewState.STARTED, reading=reading, **columns)


def reader_of(session: Session, review: Review) -> Viewer:
    """Return who reads it."""
    return viewer_of(session.get_one(Account, review.reviewer_id))


def confirmed(session: Session, review: Review) -> None:
    """Hand it in without footage."""
    confirm_without_footage(session, review_id=review.id, viewer=reader_of(session, review), now=NOON)


def filmed(session: Session, review: Review, state: FootageState = FootageState.EXAMINED) -> a.Footage:
    """Add a recording of the stop that a review is of."""
    facts = {"length_seconds": 60.0} if state is FootageState.EXAMINED else None
    return a.a_recording(session, encounter=session.get_one(a.Encounter, review.encounter_id), state=state, facts=facts)


def test_marks_of_a_search_without_footage_are_refused_and_what_was_saved_counts_nowhere(session: Session) -> None:
    review = a_reading(session)
    viewer = reader_of(session, review)
    all_marked(session, review, viewer)
    save_themes(session, review_id=review.id, theme_keys=frozenset({"good_explanation"}), flags=frozenset(), viewer=viewer, now=NOON)
    with pytest.raises(NothingToScore, match="nothing of it is scored"):
        submit_review(session, review_id=review.id, viewer=viewer, now=NOON)
    confirmed(session, review)
    assert session.scalar(select(func.count()).select_from(Mark)) == 14
    learned = what_was_learned(session, now=NOON)
    assert (learned.progress.drawn, learned.progress.no_footage, learned.progress.reviewed, learned.progress.submitted) == (1, 1, 0, 0)
    assert {one.share.n + one.share.not_observable + one.share.not_applicable for one in learned.criteria} == {0}
    assert sum(theme.count for theme in learned.themes) == 0
    assert sum(grade.count for series in learned.grades for grade in series.grades) == 0
    assert final_marks(session, frame_entry_ids=[review.frame_entry_id]) == {}


def test_what_is_reviewed_has_footage_and_what_has_none_is_not_reviewed(session: Session) -> None:
    """The rule itself: marks that count and the outcome `reviewed` go together, whichever way a first reading was handed in."""
    seen, unseen = a_reading(session), a_reading(session)
    filmed(session, seen)
    all_marked(session, seen, reader_of(session, seen))
    submit_review(session, review_id=seen.id, viewer=reader_of(session, seen), now=NOON)
    confirmed(session, unseen)
    told = select(FrameEntry.outcome, Review.state, Review.grade.is_not(None)).join(Review, Review.frame_entry_id == FrameEntry.id)
    assert sorted(session.execute(told).all()) == [("no_footage", "without_footage", False), ("reviewed", "submitted", True)]


def test_a_recording_that_is_lost_after_the_review_changes_nothing(session: Session) -> None:
    review = a_reading(session)
    footage = filmed(session, review)
    all_marked(session, review, reader_of(session, review))
    submit_review(session, review_id=review.id, viewer=reader_of(session, review), now=NOON)
    before = what_was_learned(session, now=NOON)
    footage.state = FootageState.ERASED
    session.flush()
    assert session.scalars(select(DrawOutcome.outcome)).all() == ["reviewed"]
    assert what_was_learned(session, now=NOON).criteria == before.criteria
    assert before.progress.submitted == 1


def test_a_recording_that_turns_up_afterwards_changes_nothing_either(session: Session) -> None:
    review = a_reading(session)
    confirmed(session, review)
    filmed(session, review)
    confirmed(session, review)
    with pytest.raises(NoLongerOpen, match="handed in"):
        submit_review(session, review_id=review.id, viewer=reader_of(session, review), now=NOON)
    assert session.scalars(select(DrawOutcome.outcome)).all() == ["no_footage"]
    assert [entry.action for entry in newest_entries(session)].count("review_without_footage") == 1


@pytest.mark.parametrize(("state", "said"), [(FootageState.EXAMINED, "can be played now"), (FootageState.RECEIVED, "still being examined")])
def test_what_has_footage_cannot_be_handed_in_without(session: Session, state: FootageState, said: str) -> None:
    review = a_reading(session)
    filmed(session, review, FootageState.FAILED)
    filmed(session, review, state)
    with pytest.raises(FootageMayCome, match=said):
        confirmed(session, review)
    assert review.state == ReviewState.STARTED


@pytest.mark.parametrize(("copy", "said"), [(CopyState.MADE, "can be played now"), (CopyState.ASKED, "or copied"), (CopyState.FAILED, "")])
def test_what_no_browser_plays_is_none_once_no_copy_of_it_can_be_made(session: Session, copy: CopyState, said: str) -> None:
    review = a_reading(session)
    footage = filmed(session, review)
    footage.facts = {"length_seconds": 60.0, "flags": ["not_playable_in_browser"]}
    columns = {"storage_key": "copies/1", "size_bytes": 1} if copy is CopyState.MADE else {}
    session.add(ReviewCopy(footage_id=footage.id, state=copy, reason=CopyReason.UNPLAYABLE, asked_at=NOON, asks=1, **columns))
    session.flush()
    shown = review_shown(session, review_id=review.id, viewer=reader_of(session, review))
    assert (shown.can_be_seen, shown.may_yet_be_seen) == (copy is CopyState.MADE, copy is CopyState.ASKED)
    if copy is CopyState.MADE:
        all_marked(session, review, reader_of(session, review))
    else:
        with pytest.raises(NothingToScore):
            submit_review(session, review_id=review.id, viewer=reader_of(session, review), now=NOON)
    if said:
        with pytest.raises(FootageMayCome, match=said):
            confirmed(session, review)
        return
    confirmed(session, review)
    entry = session.get_one(FrameEntry, review.frame_entry_id)
    assert (entry.outcome, entry.outcome_reason) == ("no_footage", "no browser plays a recording")
    assert session.scalars(select(DrawOutcome.reason)).all() == ["not_playable"]


@pytest.mark.parametrize("state", [FootageState.FAILED, FootageState.ERASED])
def test_a_recording_that_cannot_be_played_is_none(session: Session, state: FootageState) -> None:
    review = a_reading(session)
    filmed(session, review, state)
    confirmed(session, review)
    assert session.get_one(FrameEntry, review.frame_entry_id).outcome == FrameOutcome.NO_FOOTAGE


def test_only_its_reader_hands_it_in_while_it_is_open_and_without_a_conflict(session: Session) -> None:
    review = a_reading(session)
    with pytest.raises(NotFound):
        confirm_without_footage(session, review_id=review.id, viewer=viewer_of(a.an_account(session)), now=NOON)
    with pytest.raises(NotFound):
        confirm_without_footage(session, review_id=uuid.uuid4(), viewer=reader_of(session, review), now=NOON)
    team_id = session.scalars(select(a.Post.team_id)).one()
    a.a_post(session, account=session.get_one(Account, review.reviewer_id), team=session.get_one(a.Team, team_id))
    with pytest.raises(NotAllowed, match="conflict of interest"):
        confirmed(session, review)


def test_a_second_reader_says_the_same_and_it_is_no_agreement_and_wants_no_third(session: Session) -> None:
    first = a_reading(session)
    entry = session.get_one(FrameEntry, first.frame_entry_id)
    second = a_reading(session, entry=entry, reading=Reading.SECOND)
    for review in (first, second):
        all_marked(session, review, reader_of(session, review), C4=0 if review is first else 3)
        confirmed(session, review)
    assert len(session.scalars(select(DrawOutcome)).all()) == 1
    assert how_far_to_trust(session).read_twice == 0
    assert wanted_readings(session, of=FrameEntry.id == entry.id) == []
    assert [[line.grade_label for line in handed_in_reviews(session, viewer=reader_of(session, one))] for one in (first, second)] == [
        [None]
    ] * 2
    assert review_queue(session, viewer=reader_of(session, first)) == []
    assert progress(session).handed_in == 2


def test_a_second_reader_with_nothing_to_play_leaves_the_first_ones_marks(session: Session) -> None:
    first = a_reading(session)
    footage = filmed(session, first)
    all_marked(session, first, reader_of(session, first))
    submit_review(session, review_id=first.id, viewer=reader_of(session, first), now=NOON)
    footage.state = FootageState.ERASED
    second = a_reading(session, entry=session.get_one(FrameEntry, first.frame_entry_id), reading=Reading.SECOND)
    confirmed(session, second)
    assert session.scalars(select(DrawOutcome.outcome)).all() == ["reviewed"]
    assert len(final_marks(session, frame_entry_ids=[first.frame_entry_id])[first.frame_entry_id].marks) == 14


@pytest.mark.parametrize("reading", [Reading.ADJUDICATION, Reading.REREAD])
def test_a_later_reading_with_nothing_to_play_decides_nothing(session: Session, reading: Reading) -> None:
    officer = a.an_officer(session, team=a.a_team(session))
    entry = a.a_frame_entry(session, draw=a.a_draw(session), encounter=a.an_encounter(session, officer=officer))
    first = a.a_review(session, frame_entry=entry, reviewer=a.an_account(session), marks={"C4": 0, "C6": 3})
    viewer = Viewer(id=officer.id, name=officer.name, roles=frozenset({Role.OFFICER}))
    dispute_review(session, review_id=first.id, criteria=["C4"], reason="I did.", within=WITHIN, viewer=viewer, now=NOON)
    confirmed(session, a_reading(session, entry=entry, reading=reading, criteria=["C4"]))
    (mark, _) = session.scalars(select(Mark).order_by(Mark.criterion)).all()
    assert (mark.level, mark.replaced_by, first.grade_replaced_by) == (0, None, None)
    told = own_review(session, review_id=first.id, viewer=viewer, dispute_within=WITHIN, now=NOON)
    assert [one.before_reread for one in told.criteria] == [None, None]
    assert (told.answers[0].answered_at is not None) is (reading is Reading.REREAD)


def test_the_officer_reads_of_no_review_where_there_was_none(session: Session) -> None:
    review = a_reading(session)
    confirmed(session, review)
    officer_id = session.get_one(a.Encounter, review.encounter_id).officer_id
    viewer = Viewer(id=officer_id or uuid.uuid4(), name="An officer", roles=frozenset({Role.OFFICER}))
    assert (own_reviews(session, viewer=viewer), own_summary(session, viewer=viewer).reviews) == ([], 0)


def test_the_outcome_tells_the_reason_that_was_said_last(session: Session) -> None:
    review = a_reading(session)
    session.get_one(a.Encounter, review.encounter_id).footage_absence_reason = "battery_flat"
    for days, reason in ((1, "camera_failed"), (2, "storage_full")):
        said = {"reason": reason, "words": "It was.", "stated_by": review.reviewer_id, "stated_at": NOON - timedelta(days=days)}
        session.add(FootageAbsence(id=uuid.uuid4(), encounter_id=review.encounter_id, **said))
    session.flush()
    shown = review_shown(session, review_id=review.id, viewer=reader_of(session, review))
    confirmed(session, review)
    assert session.scalars(select(DrawOutcome.reason)).all() == [shown.stop.footage_absence_reason] == ["camera_failed"]


def test_asked_for_by_a_person_it_ends_without_footage_in_no_chain(session: Session) -> None:
    a.an_account(session)
    stop = a.an_encounter(session, officer=a.an_officer(session, team=a.a_team(session)))
    ask_for_review(session, reference=stop.reference, cause=Cause.COMPLAINT, within=WITHIN, actor=COMMAND_LINE, now=NOON)
    confirmed(session, session.scalars(select(Review)).one())
    entry = session.scalars(select(FrameEntry)).one()
    assert (entry.outcome, session.scalars(select(DrawOutcome)).all()) == ("no_footage", [])


def test_the_hold_of_the_draw_ends_and_nothing_is_called_gone_that_was_there_until_then(session: Session) -> None:
    review = a_reading(session)
    footage = filmed(session, review, FootageState.FAILED)
    tied = session.scalars(select(FootageOfEncounter)).one()
    hold_id = place_hold(session, encounter_id=tied.encounter_id, reason=HoldReason.DRAWN, cause_id="x", now=NOON)
    second = a_reading(session, entry=session.get_one(FrameEntry, review.frame_entry_id), reading=Reading.SECOND)
    confirmed(session, review)
    assert drawn_holds_closed(session) == {}
    confirmed(session, second)
    assert list(drawn_holds_closed(session)) == [hold_id]
    assert (gone_before_review(session), footage.state) == (0, "failed")
