"""Calibration before the first review, hidden clips later, and what each may see of them, on both databases."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from stop_search.accounts.nearness import note_absence
from stop_search.accounts.rules import PostKind, Role
from stop_search.audit.rules import COMMAND_LINE, WORKER
from stop_search.draws.rules import Stream
from stop_search.errors import NotFound
from stop_search.jobs.records import Job
from stop_search.learning.queries import review_progress
from stop_search.reviews.actions import recuse_review, start_review, submit_review
from stop_search.reviews.assigning import assign_reviews, hand_over_reviews
from stop_search.reviews.assignment import Conflict
from stop_search.reviews.calibrating import give_gold_clips, give_letter
from stop_search.reviews.calibration import calibration_differences, calibration_of, is_calibrated
from stop_search.reviews.calibration_rules import GoldState, is_due
from stop_search.reviews.records import CalibrationReading, GoldClip, Review
from stop_search.reviews.reviewers_queue import handed_in_reviews, progress, review_queue
from stop_search.reviews.rules import Reading, ReviewState
from tests.support import builders as a
from tests.support.builders import NOON
from tests.support.double_reading import a_gold_clip, read_by
from tests.support.marking import all_marked, viewer_of

FORTNIGHT = timedelta(days=14)


@pytest.fixture
def supervisor(session: Session) -> a.Account:
    return a.an_account(session)


def some_gold(session: Session, number: int, *, draw: a.Draw | None = None, **columns: Any) -> list[GoldClip]:
    draw, experts = draw or a.a_draw(session), [a.an_account(session, role=Role.LEARNING_TEAM) for _ in range(3)]
    made = []
    for _ in range(number):
        officer = a.an_officer(session, team=a.a_team(session))
        entry = a.a_frame_entry(session, draw=draw, encounter=a.an_encounter(session, officer=officer, people=1))
        read_by(session, entry=entry, reader=experts[0], marks={"C1": 2})
        made.append(a_gold_clip(session, entry=entry, proposed_by=experts[1], agreed_by=experts[2], **columns))
    return made


def given(session: Session, *, wanted: int = 3, every: int = 25) -> int:
    return give_gold_clips(session, wanted=wanted, every=every, within=FORTNIGHT, actor=WORKER, now=NOON)


def readings_of(session: Session, account: a.Account) -> list[Review]:
    found = select(Review).where(Review.reviewer_id == account.id, Review.reading == Reading.CALIBRATION)
    return list(session.scalars(found.order_by(Review.id)))


def hand_in(session: Session, review: Review, account: a.Account, **levels: int) -> None:
    viewer = viewer_of(account)
    start_review(session, review_id=review.id, viewer=viewer, now=NOON)
    all_marked(session, review, viewer, **levels)
    submit_review(session, review_id=review.id, viewer=viewer, now=NOON)


def test_three_clips_come_before_the_first_review_and_then_reviews_may_come(session: Session, supervisor: a.Account) -> None:
    some_gold(session, 5)
    assert not is_calibrated(session, supervisor.id)
    assert given(session) == 3
    assert given(session) == 0, "asked again, nothing more is given"
    for n, review in enumerate(readings_of(session, supervisor)):
        assert is_calibrated(session, supervisor.id) is (n >= 3)
        hand_in(session, review, supervisor)
    assert is_calibrated(session, supervisor.id)


def test_a_force_without_gold_clips_can_begin_and_one_with_two_asks_for_two(session: Session, supervisor: a.Account) -> None:
    assert is_calibrated(session, supervisor.id)
    some_gold(session, 2)
    assert (is_calibrated(session, supervisor.id), given(session)) == (False, 2)
    for review in readings_of(session, supervisor):
        hand_in(session, review, supervisor)
    assert is_calibrated(session, supervisor.id)
    assert not is_calibrated(session, a.an_account(session).id)


def test_a_proposed_or_retired_clip_and_one_without_footage_is_given_to_nobody(session: Session, supervisor: a.Account) -> None:
    draw = a.a_draw(session)
    some_gold(session, 1, draw=draw, state=GoldState.PROPOSED)
    some_gold(session, 1, draw=draw, state=GoldState.RETIRED)
    some_gold(session, 1, draw=draw, footage=False)
    assert (given(session), is_calibrated(session, supervisor.id)) == (0, True)


def test_nobody_is_given_a_clip_of_a_near_officer_nor_one_already_read(session: Session, supervisor: a.Account) -> None:
    near, read, free = some_gold(session, 3)
    officer = session.get_one(a.Encounter, near.encounter_id).officer_id
    team_id = session.scalars(select(a.Post.team_id).where(a.Post.account_id == officer)).one()
    a.a_post(session, account=supervisor, team=session.get_one(a.Team, team_id), kind=PostKind.LEAD)
    entry = session.get_one(a.FrameEntry, read.frame_entry_id)
    read_by(session, entry=entry, reader=supervisor, marks={"C1": 2}, reading=Reading.SECOND)
    assert given(session) == 1
    assert [review.frame_entry_id for review in readings_of(session, supervisor)] == [free.frame_entry_id]


def test_giving_a_clip_back_is_not_reading_it(session: Session, supervisor: a.Account) -> None:
    some_gold(session, 1)
    given(session)
    (review,) = readings_of(session, supervisor)
    recuse_review(session, review_id=review.id, because="I know the place.", viewer=viewer_of(supervisor), now=NOON)
    assert not is_calibrated(session, supervisor.id)
    assert given(session) == 0, "the same clip is not given twice"


def test_the_next_clip_is_given_for_one_that_was_given_back_and_nobody_is_kept_waiting_for_one_that_is_not_there(
    session: Session, supervisor: a.Account
) -> None:
    some_gold(session, 3)
    given(session)
    one, *others = readings_of(session, supervisor)
    recuse_review(session, review_id=one.id, because="I trained with the officer.", viewer=viewer_of(supervisor), now=NOON)
    assert given(session) == 0  # there is no other
    for review in others:
        assert not is_calibrated(session, supervisor.id)
        hand_in(session, review, supervisor)
    assert is_calibrated(session, supervisor.id)
    assert calibration_of(session, viewer=viewer_of(supervisor)).is_done


def test_a_clip_for_calibration_waits_for_its_reader_and_a_hidden_one_is_taken_like_any_review(
    session: Session, supervisor: a.Account
) -> None:
    some_gold(session, 2)
    given(session, wanted=2)
    known, hidden = readings_of(session, supervisor)
    session.get_one(CalibrationReading, hidden.id).is_hidden = True
    session.flush()
    assert hand_over_reviews(session, actor=WORKER, now=NOON + timedelta(days=60)) == 1
    assert (known.state, hidden.state) == (ReviewState.ASSIGNED, ReviewState.RECUSED)


def test_nobody_is_given_a_clip_whose_marks_they_set_or_while_away(session: Session, supervisor: a.Account) -> None:
    own, other = some_gold(session, 2)
    own.proposed_by, other.state = supervisor.id, GoldState.RETIRED
    other.retired_at = NOON
    session.flush()
    assert given(session) == 0
    assert is_calibrated(session, supervisor.id)
    other.state, other.retired_at = GoldState.AGREED, None
    session.flush()
    note_absence(session, account_id=supervisor.id, starts_on=NOON.date(), ends_on=NOON.date(), actor=COMMAND_LINE, now=NOON)
    assert given(session) == 0
    assert not is_calibrated(session, supervisor.id)


def test_who_is_not_calibrated_gets_no_review_and_the_list_says_so(session: Session, supervisor: a.Account) -> None:
    some_gold(session, 1)
    draw = a.a_draw(session, period_start=NOON.date() - timedelta(days=40), period_end=NOON.date() - timedelta(days=30))
    entry = a.a_frame_entry(session, draw=draw, encounter=a.an_encounter(session, officer=a.an_officer(session), people=1))
    done = assign_reviews(session, draw_id=draw.id, within=FORTNIGHT, actor=WORKER, now=NOON)
    assert (done.assigned, done.unassigned) == (0, 1)
    assert Conflict.IS_NOT_CALIBRATED in (entry.unassigned_reason or "")
    given(session)
    hand_in(session, readings_of(session, supervisor)[0], supervisor)
    wanted = session.scalars(select(Job.dedupe_key).where(Job.name == "assign_reviews")).all()
    assert any(str(draw.id) in str(key) for key in wanted), "handing in the last clip asks for the reviews that waited"
    assert assign_reviews(session, draw_id=draw.id, within=FORTNIGHT, actor=WORKER, now=NOON).assigned == 1


def test_a_calibrated_reader_gets_what_waited_of_every_draw_and_what_was_asked_for(session: Session, supervisor: a.Account) -> None:
    some_gold(session, 1)
    draw, cover = a.a_draw(session, scope="a"), a.a_draw(session, scope="b", stream=Stream.COVER)
    waiting = {"unassigned_reason": "Nobody is calibrated."}
    for drawn_by in ({}, {}, {"cover_draw_id": cover.id, "is_cover": True}):
        a.a_frame_entry(session, draw=draw, encounter=a.an_encounter(session), **waiting, **drawn_by)
    asked = a.an_entry_for_cause(session, encounter=a.an_encounter(session))
    asked.unassigned_reason = waiting["unassigned_reason"]
    given(session)
    hand_in(session, readings_of(session, supervisor)[0], supervisor)
    jobs = session.scalars(select(Job.arguments).where(Job.name == "assign_reviews")).all()
    wanted = [{"draw_id": str(draw.id)}, {"draw_id": str(cover.id)}, {"entry_id": str(asked.id)}]
    assert sorted(jobs, key=str) == sorted(wanted, key=str)


def test_a_force_may_ask_for_no_calibration(session: Session, supervisor: a.Account) -> None:
    some_gold(session, 3)
    assert is_calibrated(session, supervisor.id, wanted=0)


def test_many_read_one_clip_for_calibration_and_each_once(session: Session, supervisor: a.Account) -> None:
    (clip,) = some_gold(session, 1)
    others = [a.an_account(session) for _ in range(3)]
    assert given(session) == 4
    entry = session.get_one(a.FrameEntry, clip.frame_entry_id)
    with pytest.raises(IntegrityError), session.begin_nested():
        read_by(session, entry=entry, reader=others[0], marks={}, reading=Reading.CALIBRATION)
    with pytest.raises(IntegrityError), session.begin_nested():
        read_by(session, entry=entry, reader=others[0], marks={}, reading=Reading.FIRST)


def test_before_going_live_the_differences_are_shown_with_their_reasons_once_handed_in(session: Session, supervisor: a.Account) -> None:
    some_gold(session, 1, C1=0)
    given(session)
    (review,) = readings_of(session, supervisor)
    viewer = viewer_of(supervisor)
    with pytest.raises(NotFound):
        calibration_differences(session, review_id=review.id, viewer=viewer)
    hand_in(session, review, supervisor, C1=3)
    found = {one.criterion: one for one in calibration_differences(session, review_id=review.id, viewer=viewer)}
    assert (found["C1"].apart, found["C1"].is_same, found["C1"].agreed.rationale) == (3, False, "Why C1 is that.")
    assert (found["C2"].apart, found["C2"].is_same) == (0, True)
    with pytest.raises(NotFound):
        calibration_differences(session, review_id=review.id, viewer=viewer_of(a.an_account(session)))
    own = calibration_of(session, viewer=viewer)
    assert (own.handed_in, own.needed, own.is_done, own.lines[0].same, own.lines[0].answers) == (1, 1, True, len(found) - 1, len(found))


def test_a_hidden_clip_comes_among_the_others_and_tells_nothing(session: Session, supervisor: a.Account) -> None:
    some_gold(session, 2)
    reader, draw = supervisor, a.a_draw(session, period_start=NOON.date() - timedelta(days=40), period_end=NOON.date() - timedelta(days=30))
    given(session, wanted=1)
    hand_in(session, readings_of(session, reader)[0], reader)
    assert given(session, wanted=1, every=4) == 0, "not before some reviews are handed in"
    for n in range(6):
        entry = a.a_frame_entry(session, draw=draw, encounter=a.an_encounter(session, people=0))
        read_by(session, entry=entry, reader=reader, marks={"C1": 2}, submitted_at=NOON + timedelta(minutes=n + 1))
    assert given(session, wanted=1, every=4) == 1
    (hidden,) = [review for review in readings_of(session, reader) if review.state == ReviewState.ASSIGNED]
    assert session.get_one(CalibrationReading, hidden.id).is_hidden
    viewer = viewer_of(reader)
    line = next(line for line in review_queue(session, viewer=viewer) if line.review_id == hidden.id)
    assert (line.due_on, line.state) == (hidden.due_on, ReviewState.ASSIGNED)
    assert hidden.due_on == (NOON + FORTNIGHT).date()
    hand_in(session, hidden, reader)
    assert hidden.id in {line.review_id for line in handed_in_reviews(session, viewer=viewer)}
    assert hidden.id not in {line.review_id for line in calibration_of(session, viewer=viewer, wanted=1).lines}
    with pytest.raises(NotFound):
        calibration_differences(session, review_id=hidden.id, viewer=viewer)


def test_the_next_hidden_clip_is_due_by_lot_and_not_exactly_every_so_many(session: Session) -> None:
    accounts = [a.an_account(session).id for _ in range(12)]
    first = [next(n for n in range(100) if is_due(account_id=one, had=1, reviews_since=n, every=20)) for one in accounts]
    assert min(first) >= 10
    assert max(first) <= 30
    assert len(set(first)) > 3
    assert not is_due(account_id=accounts[0], had=1, reviews_since=1000, every=0)


def test_calibration_counts_in_no_result_and_moves_what_its_reader_sees_like_any_review(session: Session, supervisor: a.Account) -> None:
    some_gold(session, 1)
    before, handed_in = review_progress(session), progress(session).handed_in
    given(session)
    hand_in(session, readings_of(session, supervisor)[0], supervisor)
    assert review_progress(session) == before
    assert progress(session).handed_in == handed_in + 1  # else a hidden one would tell by the number that stands still


def test_a_reader_keeps_a_letter_given_by_lot(session: Session) -> None:
    accounts = [a.an_account(session).id for _ in range(30)]
    letters = [give_letter(session, account_id=one, seed=str(one)) for one in accounts]
    assert len(set(letters)) == 30
    assert sorted(len(letter) for letter in letters) == [1] * 26 + [2] * 4
    assert letters[:26] != sorted(letters[:26])
    assert give_letter(session, account_id=accounts[7], seed="another") == letters[7]
