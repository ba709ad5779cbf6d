"""An officer acknowledges, replies, and disputes once and in time; what is disputed is read again by somebody who has not read it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.audit.records import AuditEntry
from stop_search.draws.records import FrameEntry
from stop_search.errors import Invalid, NoLongerOpen, NotFound
from stop_search.footage.records import FootageHold
from stop_search.jobs.records import Job
from stop_search.reviews.answering import acknowledge_review, dispute_review, read_own_review, reply_to_review
from stop_search.reviews.assignment import Candidate, Conflict, conflict_of
from stop_search.reviews.circumstances import circumstances_of
from stop_search.reviews.disputes import note_reread, wanted_rereads
from stop_search.reviews.holds import drawn_holds_closed
from stop_search.reviews.officers_reviews import own_review, own_reviews
from stop_search.reviews.records import OfficerResponse, Review
from stop_search.reviews.rules import MarkKind, Reading, ResponseKind, ReviewState
from tests.support import builders as a
from tests.support.builders import NOON
from tests.support.reviewed_stops import a_reviewed_stop, officer_viewer, read_again

WITHIN = timedelta(days=28)


def dispute(
    session: Session, review: Review, officer: Account, *criteria: str, reason: str = "The sound says more.", now: datetime = NOON
) -> None:
    viewer = officer_viewer(officer)
    dispute_review(session, review_id=review.id, criteria=criteria, reason=reason, within=WITHIN, viewer=viewer, now=now)


def answers(session: Session) -> list[tuple[str, str | None]]:
    return [(row.kind, row.text) for row in session.scalars(select(OfficerResponse).order_by(OfficerResponse.kind))]


def entries(session: Session, action: str) -> list[AuditEntry]:
    return list(session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


def test_acknowledging_twice_is_kept_once_and_the_review_is_new_no_more(session: Session) -> None:
    officer = a.an_officer(session)
    review = a_reviewed_stop(session, officer=officer)
    assert own_reviews(session, viewer=officer_viewer(officer))[0].is_new
    for _ in range(2):
        acknowledge_review(session, review_id=review.id, viewer=officer_viewer(officer), now=NOON)
    assert answers(session) == [("acknowledged", None)]
    assert not own_reviews(session, viewer=officer_viewer(officer))[0].is_new
    assert [entry.actor for entry in entries(session, "review_acknowledged")] == [str(officer.id)]


def test_replies_are_kept_beside_the_review_and_the_same_words_once(session: Session) -> None:
    officer = a.an_officer(session)
    review = a_reviewed_stop(session, officer=officer)
    for words in (" It was dark. ", "It was dark.", "And wet."):
        reply_to_review(session, review_id=review.id, text=words, viewer=officer_viewer(officer), now=NOON)
    assert sorted(answers(session)) == [("replied", "And wet."), ("replied", "It was dark.")]
    assert "dark" not in "".join(str(vars(entry)) for entry in entries(session, "review_replied"))


@pytest.mark.parametrize("words", ["", "  \n", "x" * 4001])
def test_a_reply_without_words_or_with_too_many_is_refused(session: Session, words: str) -> None:
    officer = a.an_officer(session)
    review = a_reviewed_stop(session, officer=officer)
    with pytest.raises(Invalid) as refused:
        reply_to_review(session, review_id=review.id, text=words, viewer=officer_viewer(officer), now=NOON)
    assert set(refused.value.fields) == {"reply"}


def test_reading_is_noted_as_a_consultation(session: Session) -> None:
    officer = a.an_officer(session)
    review = a_reviewed_stop(session, officer=officer)
    read_own_review(session, review_id=review.id, viewer=officer_viewer(officer), now=NOON)
    assert [(entry.operation, entry.role) for entry in entries(session, "own_review_read")] == [("consultation", "officer")]


def test_nobody_answers_to_the_review_of_anothers_stop(session: Session) -> None:
    review, other = a_reviewed_stop(session, officer=a.an_officer(session)), a.an_officer(session)
    viewer = officer_viewer(other)
    with pytest.raises(NotFound):
        read_own_review(session, review_id=review.id, viewer=viewer, now=NOON)
    with pytest.raises(NotFound):
        acknowledge_review(session, review_id=review.id, viewer=viewer, now=NOON)
    with pytest.raises(NotFound):
        reply_to_review(session, review_id=review.id, text="Hm.", viewer=viewer, now=NOON)
    with pytest.raises(NotFound):
        dispute(session, review, other, "C1")
    assert answers(session) == []


def test_a_dispute_waits_for_a_reader_who_is_neither_of_the_two(session: Session) -> None:
    officer, first = a.an_officer(session), a.an_account(session)
    review = a_reviewed_stop(session, officer=officer, reviewer=first)
    second = read_again(session, review, reading=Reading.SECOND, marks={"C5": 2})
    dispute(session, review, officer, "C6", "C5")
    (wanted,) = wanted_rereads(session, of=true())
    assert (wanted.entry.id, wanted.criteria) == (review.frame_entry_id, ("C5", "C6"))
    about = circumstances_of(session, encounter_id=review.encounter_id, frame_entry_id=review.frame_entry_id, reading=Reading.REREAD)
    readers = [first.id, second.reviewer_id, a.an_account(session).id]
    assert [conflict_of(Candidate(reader, ()), about) for reader in readers] == [Conflict.HAS_READ_IT, Conflict.HAS_READ_IT, None]
    draw_id = session.get_one(FrameEntry, review.frame_entry_id).draw_id
    assert [job.arguments for job in session.scalars(select(Job).where(Job.name == "assign_reviews"))] == [{"draw_id": str(draw_id)}]
    assert [wanted.entry.id for wanted in wanted_rereads(session, of=FrameEntry.draw_id == draw_id)] == [review.frame_entry_id]
    other = a.a_draw(session, period_start=NOON.date(), period_end=NOON.date())
    assert wanted_rereads(session, of=FrameEntry.draw_id == other.id) == []


@pytest.mark.parametrize("state", [ReviewState.ASSIGNED, ReviewState.STARTED, ReviewState.SUBMITTED, ReviewState.RECUSED])
def test_a_reread_that_somebody_has_is_wanted_no_more_unless_it_was_given_back(session: Session, state: ReviewState) -> None:
    officer = a.an_officer(session)
    review = a_reviewed_stop(session, officer=officer)
    dispute(session, review, officer, "C5")
    read_again(session, review, state=state, marks={})
    assert [one.entry.id for one in wanted_rereads(session, of=true())] == ([review.frame_entry_id] if state is ReviewState.RECUSED else [])


def test_when_the_reread_is_handed_in_the_dispute_is_answered_and_the_officer_sees_both_marks(session: Session) -> None:
    officer = a.an_officer(session)
    review = a_reviewed_stop(session, officer=officer, marks={"C5": 1})
    dispute(session, review, officer, "C5")
    again = read_again(session, review, marks={"C5": 3})
    note_reread(session, review=again, now=NOON + timedelta(days=3))
    viewer = officer_viewer(officer)
    found = own_review(session, review_id=review.id, viewer=viewer, dispute_within=WITHIN, now=NOON + timedelta(days=3))
    (told,) = [one for one in found.criteria if one.criterion.id == "C5"]
    assert told.before_reread is not None
    assert (told.before_reread.level, told.mark.level) == (1, 3)
    assert (found.answers[0].answered_at, found.line.awaits_reread) == (NOON + timedelta(days=3), False)
    assert wanted_rereads(session, of=true()) == []


@pytest.mark.parametrize("reading", [Reading.FIRST, Reading.SECOND, Reading.ADJUDICATION])
def test_no_other_reading_answers_a_dispute(session: Session, reading: Reading) -> None:
    officer = a.an_officer(session)
    review = a_reviewed_stop(session, officer=officer)
    dispute(session, review, officer, "C5")
    note_reread(session, review=review if reading is Reading.FIRST else read_again(session, review, reading=reading, marks={}), now=NOON)
    assert session.scalars(select(OfficerResponse.answered_at)).all() == [None]


def test_a_review_is_disputed_once_and_in_time(session: Session) -> None:
    officer = a.an_officer(session)
    late, twice = a_reviewed_stop(session, officer=officer), a_reviewed_stop(session, officer=officer)
    with pytest.raises(NoLongerOpen, match="28 days"):
        dispute(session, late, officer, "C5", now=NOON + WITHIN)
    dispute(session, twice, officer, "C5", now=NOON + WITHIN - timedelta(seconds=1))
    with pytest.raises(NoLongerOpen, match="already"):
        dispute(session, twice, officer, "C6")
    assert session.scalar(select(func.count()).select_from(OfficerResponse)) == 1


@pytest.mark.parametrize(
    ("criteria", "reason", "wrong"),
    [
        ((), "Why", {"criteria"}),
        (("C99",), "Why", {"criteria"}),
        (("C5", "C99"), "Why", {"criteria"}),
        (("C5",), " ", {"reason"}),
        ((), "", {"criteria", "reason"}),
    ],
)
def test_a_dispute_names_marks_of_the_review_and_a_reason(
    session: Session, criteria: tuple[str, ...], reason: str, wrong: set[str]
) -> None:
    officer = a.an_officer(session)
    review = a_reviewed_stop(session, officer=officer)
    with pytest.raises(Invalid) as refused:
        dispute(session, review, officer, *criteria, reason=reason)
    assert set(refused.value.fields) == wrong
    assert answers(session) == []


def test_what_could_not_be_told_can_be_disputed_too(session: Session) -> None:
    officer = a.an_officer(session)
    review = a_reviewed_stop(session, officer=officer, marks={"C5": MarkKind.NOT_OBSERVABLE})
    dispute(session, review, officer, "C5")
    assert [one.criteria for one in wanted_rereads(session, of=true())] == [("C5",)]


def test_the_footage_is_held_until_the_dispute_is_answered(session: Session) -> None:
    officer = a.an_officer(session)
    review = a_reviewed_stop(session, officer=officer)
    dispute(session, review, officer, "C5")
    (hold,) = session.scalars(select(FootageHold).where(FootageHold.encounter_id == review.encounter_id))
    assert hold.released_at is None
    assert hold.id not in drawn_holds_closed(session)
    later = NOON + timedelta(days=3)
    note_reread(session, review=read_again(session, review, marks={"C5": 2}, submitted_at=later), now=later)
    assert drawn_holds_closed(session)[hold.id] == later.date()


def test_the_database_keeps_one_dispute_and_says_what_it_is_about(session: Session) -> None:
    from sqlalchemy.exc import IntegrityError

    officer = a.an_officer(session)
    review = a_reviewed_stop(session, officer=officer)
    dispute(session, review, officer, "C5")
    wrong = [
        {"kind": ResponseKind.DISPUTED, "criteria": ["C6"], "text": "Again."},
        {"kind": ResponseKind.REPLIED, "criteria": ["C6"], "text": "Again."},
        {"kind": ResponseKind.REPLIED},
        {"kind": ResponseKind.REPLIED, "text": "Hm.", "answered_at": NOON},
        {"kind": "graded", "text": "Hm."},
    ]
    for columns in wrong:
        with pytest.raises(IntegrityError), session.begin_nested():
            a.a_response(session, review=review, officer=officer, **columns)  # pyright: ignore[reportArgumentType] -- what the database refuses
