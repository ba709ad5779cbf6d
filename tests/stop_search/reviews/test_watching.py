"""Reports of what was played, and the share that decides whether a reason is asked, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Viewer
from stop_search.audit.queries import newest_entries
from stop_search.errors import Invalid, NoLongerOpen, NotFound
from stop_search.reviews.actions import submit_review
from stop_search.reviews.queries import review_shown
from stop_search.reviews.records import Review, WatchedFootage
from stop_search.reviews.rules import ReviewState
from stop_search.reviews.watching import note_watched, watched_of_review
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.marking import all_marked, viewer_of

LENGTH = 600.0


def a_watched(session: Session, *, starts: tuple[float, ...] = (0.0,), minutes: int = 10) -> tuple[Review, Viewer, list[a.Footage]]:
    """Add a started review of a stop of some minutes, with recordings of ten that began so many seconds after first contact."""
    encounter = a.an_encounter(session, officer=a.an_officer(session), started_at=NOON, ended_at=NOON + timedelta(minutes=minutes))
    films = [
        a.a_recording(session, encounter=encounter, facts={"length_seconds": LENGTH}, started_at=NOON + timedelta(seconds=start))
        for start in starts
    ]
    reviewer = a.an_account(session)
    entry = a.a_frame_entry(session, draw=a.a_draw(session), encounter=encounter)
    return a.a_review(session, frame_entry=entry, reviewer=reviewer, state=ReviewState.STARTED), viewer_of(reviewer), films


def watch(session: Session, review: Review, viewer: Viewer, film: a.Footage, *spans: tuple[float, float], after: float = 0.0) -> object:
    """Report what was played, so many seconds after noon."""
    return note_watched(session, review_id=review.id, footage_id=film.id, spans=spans, viewer=viewer, now=NOON + timedelta(seconds=after))


def test_reports_are_merged_and_the_log_names_the_first(session: Session) -> None:
    review, viewer, (film,) = a_watched(session)
    assert watch(session, review, viewer, film, (0.0, 5.0)) == ((0.0, 5.0),)
    assert watch(session, review, viewer, film, (4.0, 20.0), (100.0, 103.0), after=5.0) == ((0.0, 20.0), (100.0, 103.0))
    assert session.scalars(select(WatchedFootage.spans)).all() == [[[0.0, 20.0], [100.0, 103.0]]]
    assert [line.action for line in newest_entries(session)].count("footage_watched") == 1


def test_nobody_watches_ten_minutes_in_a_minute(session: Session) -> None:
    review, viewer, (film,) = a_watched(session)
    watch(session, review, viewer, film, (0.0, 1.0))
    watch(session, review, viewer, film, (0.0, LENGTH), after=60.0)
    assert watched_of_review(session, review_id=review.id, viewer=viewer).share == pytest.approx(242 / 600)


def test_a_recording_of_another_stop_and_anothers_review_are_not_there(session: Session) -> None:
    review, viewer, (film,) = a_watched(session)
    with pytest.raises(NotFound, match="recording"):
        watch(session, review, viewer, a.a_recording(session, facts={"length_seconds": 9.0}), (0.0, 5.0))
    with pytest.raises(NotFound, match="review"):
        watch(session, review, viewer_of(a.an_account(session)), film, (0.0, 5.0))
    review.state, review.submitted_at, review.grade = ReviewState.SUBMITTED, NOON, "adequate"
    with pytest.raises(NoLongerOpen):
        watch(session, review, viewer, film, (0.0, 5.0))


def test_only_the_part_that_shows_the_stop_is_asked_for(session: Session) -> None:
    review, viewer, (film,) = a_watched(session, starts=(-60.0,), minutes=4)  # the stop is at 60 to 300 s
    session.add(WatchedFootage(review_id=review.id, footage_id=film.id, spans=[[60.0, 180.0], [400.0, 600.0]], told_at=NOON))
    assert watched_of_review(session, review_id=review.id, viewer=viewer).share == pytest.approx(0.5)


def test_two_cameras_are_watched_on_one_clock(session: Session) -> None:
    review, viewer, (first, second) = a_watched(session, starts=(0.0, 300.0), minutes=15)
    for film, span in ((first, [0.0, 450.0]), (second, [150.0, 600.0])):
        session.add(WatchedFootage(review_id=review.id, footage_id=film.id, spans=[span], told_at=NOON))
    assert watched_of_review(session, review_id=review.id, viewer=viewer).share == pytest.approx(1.0)


def test_where_the_clocks_contradict_each_other_the_whole_recording_is_asked_for(session: Session) -> None:
    review, viewer, (film,) = a_watched(session, starts=(86_400.0,))
    session.add(WatchedFootage(review_id=review.id, footage_id=film.id, spans=[[0.0, 300.0]], told_at=NOON))
    assert watched_of_review(session, review_id=review.id, viewer=viewer).share == pytest.approx(0.5)


def test_who_watched_little_says_why_and_it_is_kept(session: Session) -> None:
    review, viewer, (film,) = a_watched(session)
    all_marked(session, review, viewer)
    session.get_one(WatchedFootage, (review.id, film.id)).spans = [[0.0, 300.0]]
    with pytest.raises(Invalid) as asked:
        submit_review(session, review_id=review.id, viewer=viewer, now=NOON, watched_reason="  ")
    assert set(asked.value.fields) == {"watched_reason"}
    assert "50%" in asked.value.fields["watched_reason"]
    submit_review(session, review_id=review.id, viewer=viewer, now=NOON, watched_reason=" The rest is the drive to the station. ")
    shown = review_shown(session, review_id=review.id, viewer=viewer)
    assert (shown.watched_share, shown.watched_reason) == (pytest.approx(0.5), "The rest is the drive to the station.")


def test_who_watched_enough_for_the_force_is_not_asked(session: Session) -> None:
    review, viewer, (film,) = a_watched(session)
    all_marked(session, review, viewer)
    session.get_one(WatchedFootage, (review.id, film.id)).spans = [[0.0, 300.0]]
    submit_review(session, review_id=review.id, viewer=viewer, now=NOON, watched_reason="not needed", watched_share_wanted=0.5)
    assert (review.watched_share, review.watched_reason) == (pytest.approx(0.5), None)
