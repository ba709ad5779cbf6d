"""What stands in a form: kept as it is typed, never overwritten by who did not know of it, and a mark exactly while it is complete."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Viewer
from stop_search.audit.queries import newest_entries
from stop_search.errors import Invalid, NotFound
from stop_search.reviews.actions import submit_review
from stop_search.reviews.drafts import Kept, Picked, Sending, choose_kept, drafts_of, keep_answer, keep_picks
from stop_search.reviews.marking import GroundsLocked, lock_grounds, save_mark, save_themes
from stop_search.reviews.moments import Moment
from stop_search.reviews.queries import review_shown
from stop_search.reviews.records import Mark, MarkMoment, Review
from stop_search.reviews.rules import MarkGiven, MarkKind, ReviewState
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.marking import all_marked, viewer_of

TWO, THREE = MarkGiven(MarkKind.SCORED, 2), MarkGiven(MarkKind.SCORED, 3)


@pytest.fixture
def open_review(session: Session) -> tuple[Review, Viewer]:
    """Give a review that its reviewer has started, of a stop with a recording of ten minutes."""
    encounter = a.an_encounter(session, officer=a.an_officer(session))
    a.a_recording(session, encounter=encounter, facts={"length_seconds": 600.0})
    reviewer = a.an_account(session)
    entry = a.a_frame_entry(session, draw=a.a_draw(session), encounter=encounter)
    return a.a_review(session, frame_entry=entry, reviewer=reviewer, state=ReviewState.STARTED), viewer_of(reviewer)


def keep(
    session: Session,
    to: tuple[Review, Viewer],
    text: str,
    *,
    revision: int | None,
    window: str = "",
    mark: MarkGiven | None = TWO,
    **rest: bool,
) -> Kept:
    """Keep a form of C5 in which `text` stands."""
    review, viewer = to
    sending = Sending({"evidence": text}, revision, window, **rest)
    return keep_answer(session, review_id=review.id, criterion="C5", sending=sending, mark=mark, viewer=viewer, now=NOON)


def test_an_answer_counts_exactly_while_it_is_complete(session: Session, open_review: tuple[Review, Viewer]) -> None:
    review, viewer = open_review
    assert keep(session, open_review, "begun", revision=0, mark=None).draft.revision == 1
    assert session.get(Mark, (review.id, "C5")) is None
    assert keep(session, open_review, "a two", revision=1).problems == {}
    assert session.get_one(Mark, (review.id, "C5")).level == 2
    assert set(keep(session, open_review, "a three", revision=2, mark=THREE).problems) == {"evidence"}
    session.expire_all()
    assert session.get(Mark, (review.id, "C5")) is None
    assert drafts_of(session, review_id=review.id, viewer=viewer)["C5"].content == {"evidence": "a three"}
    assert [line.action for line in newest_entries(session)][:3] == ["draft_saved", "mark_saved", "draft_saved"]


def test_an_answer_that_did_not_know_of_a_newer_one_waits_beside_it(session: Session, open_review: tuple[Review, Viewer]) -> None:
    review, _ = open_review
    keep(session, open_review, "there", revision=0, window="a")
    stale = keep(session, open_review, "here", revision=0, window="b", mark=THREE)
    assert stale.is_conflict
    assert (stale.draft.content, stale.draft.other, stale.draft.revision) == ({"evidence": "there"}, {"evidence": "here"}, 1)
    assert session.get_one(Mark, (review.id, "C5")).level == 2


def test_the_same_answer_from_two_windows_is_no_conflict(session: Session, open_review: tuple[Review, Viewer]) -> None:
    keep(session, open_review, "same", revision=0, window="a")
    assert not keep(session, open_review, "same", revision=0, window="b").is_conflict


def test_a_window_whose_answer_got_lost_on_the_way_may_go_on(session: Session, open_review: tuple[Review, Viewer]) -> None:
    keep(session, open_review, "first", revision=0, window="a")
    assert not keep(session, open_review, "second", revision=0, window="a").is_conflict


def test_either_of_two_answers_can_be_chosen(session: Session, open_review: tuple[Review, Viewer]) -> None:
    review, viewer = open_review
    keep(session, open_review, "there", revision=0, window="a")
    keep(session, open_review, "here", revision=0, window="b")
    choose_kept(session, review_id=review.id, part="C5", viewer=viewer, now=NOON)
    draft = drafts_of(session, review_id=review.id, viewer=viewer)["C5"]
    assert (draft.content, draft.other, draft.other_saved_at) == ({"evidence": "there"}, None, None)
    keep(session, open_review, "here again", revision=0, window="b")
    keep(session, open_review, "here again", revision=1, is_choice=True)
    draft = drafts_of(session, review_id=review.id, viewer=viewer)["C5"]
    assert (draft.content, draft.other) == ({"evidence": "here again"}, None)
    assert keep(session, open_review, "a's next", revision=1, window="a").is_conflict


def test_what_nobody_has_chosen_between_cannot_be_handed_in(session: Session, open_review: tuple[Review, Viewer]) -> None:
    review, viewer = open_review
    all_marked(session, review, viewer)
    keep(session, open_review, "there", revision=0, window="a")
    keep(session, open_review, "here", revision=0, window="b")
    with pytest.raises(Invalid) as refused:
        submit_review(session, review_id=review.id, viewer=viewer, now=NOON)
    assert list(refused.value.fields) == ["C5"]
    assert "two windows" in refused.value.fields["C5"]


def test_more_than_a_form_can_hold_is_refused(session: Session, open_review: tuple[Review, Viewer]) -> None:
    with pytest.raises(Invalid):
        keep(session, open_review, "x" * 60_001, revision=0)


def test_anothers_form_is_not_there(session: Session, open_review: tuple[Review, Viewer]) -> None:
    stranger = viewer_of(a.an_account(session))
    with pytest.raises(NotFound):
        keep(session, (open_review[0], stranger), "x", revision=0)
    with pytest.raises(NotFound):
        drafts_of(session, review_id=open_review[0].id, viewer=stranger)
    with pytest.raises(NotFound):
        choose_kept(session, review_id=open_review[0].id, part="C5", viewer=stranger, now=NOON)


def test_moments_of_a_mark_and_of_its_items_are_kept_in_order(session: Session, open_review: tuple[Review, Viewer]) -> None:
    review, viewer = open_review
    footage_id = review_shown(session, review_id=review.id, viewer=viewer).footage[0].footage_id
    moments = (Moment(30.0, 40.0, footage_id, "hands in pockets"), Moment(10.0), Moment(12.0, item="G"))
    mark = MarkGiven(MarkKind.SCORED, 1, moments=moments)
    for _ in range(2):
        save_mark(session, review_id=review.id, criterion="C5", mark=mark, viewer=viewer, now=NOON)
    assert review_shown(session, review_id=review.id, viewer=viewer).marks["C5"].mark.moments == moments
    assert session.scalar(select(func.count()).select_from(MarkMoment)) == 3
    row = session.get_one(Mark, (review.id, "C5"))
    assert (row.evidence_from_seconds, row.evidence_to_seconds) == (30.0, 40.0)


def test_flags_have_moments_and_lose_them_with_the_flag(session: Session, open_review: tuple[Review, Viewer]) -> None:
    review, viewer = open_review
    picked = Picked(frozenset({"phone_searched"}), frozenset({"apologised"}), {"apologised": (Moment(30.0, 40.0),)})
    keep_picks(session, review_id=review.id, sending=Sending({"flags": ["apologised"]}, 0), picked=picked, viewer=viewer, now=NOON)
    assert review_shown(session, review_id=review.id, viewer=viewer).flag_moments == {"apologised": (Moment(30.0, 40.0),)}
    late = Picked(frozenset(), frozenset({"apologised"}), {"apologised": (Moment(700.0),)})
    kept = keep_picks(session, review_id=review.id, sending=Sending({"flags": ["late"]}, 1), picked=late, viewer=viewer, now=NOON)
    assert set(kept.problems) == {"flag_apologised_from"}
    save_themes(session, review_id=review.id, theme_keys=frozenset(), flags=frozenset(), viewer=viewer, now=NOON)
    assert review_shown(session, review_id=review.id, viewer=viewer).flag_moments == {}
    assert drafts_of(session, review_id=review.id, viewer=viewer) == {}


def test_locked_grounds_stay_as_they_are(session: Session, open_review: tuple[Review, Viewer]) -> None:
    review, viewer = open_review
    with pytest.raises(Invalid, match="Mark the grounds first"):
        lock_grounds(session, review_id=review.id, viewer=viewer, now=NOON)
    save_mark(session, review_id=review.id, criterion="C1", mark=TWO, viewer=viewer, now=NOON)
    assert not review_shown(session, review_id=review.id, viewer=viewer).stop.outcome_is_shown
    for hours in (0, 1):
        lock_grounds(session, review_id=review.id, viewer=viewer, now=NOON + timedelta(hours=hours))
    assert review_shown(session, review_id=review.id, viewer=viewer).stop.outcome_is_shown
    assert session.get_one(Mark, (review.id, "C1")).locked_at == NOON
    for act in (
        lambda: save_mark(session, review_id=review.id, criterion="C1", mark=TWO, viewer=viewer, now=NOON),
        lambda: keep_answer(session, review_id=review.id, criterion="C1", sending=Sending({}), mark=None, viewer=viewer, now=NOON),
    ):
        with pytest.raises(GroundsLocked):
            act()


@pytest.mark.parametrize("change", [update(Mark).values(level=3), update(Mark).values(locked_at=None), delete(Mark)])
def test_the_database_too_refuses_to_change_locked_grounds(session: Session, open_review: tuple[Review, Viewer], change: object) -> None:
    review, viewer = open_review
    save_mark(session, review_id=review.id, criterion="C1", mark=TWO, viewer=viewer, now=NOON)
    lock_grounds(session, review_id=review.id, viewer=viewer, now=NOON)
    with pytest.raises(DatabaseError, match="the grounds are locked"), session.begin_nested():
        session.execute(change.where(Mark.review_id == review.id))


def test_handing_in_locks_the_grounds(session: Session, open_review: tuple[Review, Viewer]) -> None:
    review, viewer = open_review
    all_marked(session, review, viewer)
    submit_review(session, review_id=review.id, viewer=viewer, now=NOON)
    assert session.get_one(Mark, (review.id, "C1")).locked_at == NOON


def test_an_unknown_criterion_is_not_found(session: Session, open_review: tuple[Review, Viewer]) -> None:
    review, viewer = open_review
    with pytest.raises(NotFound):
        keep_answer(session, review_id=review.id, criterion=str(uuid.uuid4()), sending=Sending({}), mark=None, viewer=viewer, now=NOON)
