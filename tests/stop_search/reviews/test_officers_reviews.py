"""An officer reads the reviews of own stops: what counts, moments, flags; never who reviewed, how many read it, or others' stops."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from stop_search.errors import NotFound
from stop_search.reviews.officers_reviews import OwnReview, own_review, own_reviews, without_reader
from stop_search.reviews.records import Mark, Review
from stop_search.reviews.rules import MarkKind, Reading, ResponseKind, ReviewState
from tests.support import builders as a
from tests.support.builders import NOON
from tests.support.reviewed_stops import a_reviewed_stop, officer_viewer, read_again

WITHIN = timedelta(days=28)


def told(session: Session, review: Review, officer: object, *, now: object = NOON) -> OwnReview:
    return own_review(session, review_id=review.id, viewer=officer_viewer(officer), dispute_within=WITHIN, now=now)  # pyright: ignore[reportArgumentType]


def level_of(review: OwnReview, criterion: str) -> int | None:
    return next(one.mark.level for one in review.criteria if one.criterion.id == criterion)


def test_an_officer_reads_handed_in_reviews_of_own_stops_the_newest_stop_first(session: Session) -> None:
    officer, other = a.an_officer(session), a.an_officer(session)
    older = a_reviewed_stop(session, officer=officer, days_ago=9)
    newer = a_reviewed_stop(session, officer=officer, days_ago=3)
    a_reviewed_stop(session, officer=other)
    a_reviewed_stop(session, officer=officer, state=ReviewState.STARTED)
    a_reviewed_stop(session, officer=officer, reading=Reading.SECOND)
    assert [line.review_id for line in own_reviews(session, viewer=officer_viewer(officer))] == [newer.id, older.id]


@pytest.mark.parametrize("whose", ["another's", "present only", "second reading", "not handed in", "reviewer's"])
def test_any_other_review_is_as_if_it_were_not_there(session: Session, whose: str) -> None:
    officer, reviewer = a.an_officer(session), a.an_account(session)
    review = a_reviewed_stop(
        session,
        officer=a.an_officer(session) if whose in {"another's", "reviewer's"} else officer,
        reviewer=reviewer,
        state=ReviewState.STARTED if whose == "not handed in" else ReviewState.SUBMITTED,
        reading=Reading.SECOND if whose == "second reading" else Reading.FIRST,
    )
    if whose == "present only":
        review = a_reviewed_stop(session, officer=a.an_officer(session))
        from stop_search.encounters.records import OfficerPresent

        session.add(OfficerPresent(encounter_id=review.encounter_id, account_id=officer.id))
        session.flush()
    with pytest.raises(NotFound):
        told(session, review, reviewer if whose == "reviewer's" else officer)


def test_what_counts_is_told_and_the_grade_follows_from_it(session: Session) -> None:
    officer = a.an_officer(session)
    review = a_reviewed_stop(session, officer=officer, marks={"C1": 0, "C9": MarkKind.NOT_APPLICABLE}, grade="concern_further_review")
    assert (level_of(told(session, review, officer), "C1"), told(session, review, officer).grade.id) == (0, "concern_further_review")
    read_again(session, review, reading=Reading.SECOND, marks={"C1": 3})
    assert level_of(told(session, review, officer), "C1") == 0
    read_again(session, review, reading=Reading.ADJUDICATION, marks={"C1": 2})
    found = told(session, review, officer)
    assert (level_of(found, "C1"), found.grade.id, found.criteria[0].before_reread) == (2, "adequate", None)
    read_again(session, review, marks={"C1": 3})
    found = told(session, review, officer)
    assert level_of(found, "C1") == 3
    assert found.criteria[0].before_reread is not None
    assert found.criteria[0].before_reread.level == 2


def test_flags_are_told_in_words_and_commendations_stand_on_the_list(session: Session) -> None:
    officer = a.an_officer(session)
    review = a_reviewed_stop(session, officer=officer, flags=("de_escalated", "ignored_question"))
    (line,) = own_reviews(session, viewer=officer_viewer(officer))
    found = told(session, review, officer)
    assert [flag.id for flag in line.commendations] == [flag.id for flag in found.line.commendations] == ["de_escalated"]
    assert line.nothing_was_found
    assert [flag.id for flag in found.injustices] == ["ignored_question"]
    assert found.injustices[0].label


@pytest.mark.parametrize(("outcome", "nothing"), [("no_further_action", True), ("arrest", False)])
def test_the_list_says_whether_nothing_was_found(session: Session, outcome: str, *, nothing: bool) -> None:
    officer = a.an_officer(session)
    a_reviewed_stop(session, officer=officer, outcome=outcome)
    assert own_reviews(session, viewer=officer_viewer(officer))[0].nothing_was_found is nothing


def test_the_reviewer_is_named_nowhere_not_even_in_own_notes(session: Session) -> None:
    officer = a.an_officer(session, name="Olu Officer")
    reviewer = a.an_account(session, name="Robin Reader", officer_number="7788")
    review = a_reviewed_stop(session, officer=officer, reviewer=reviewer, summary="ROBIN READER, 7788: well done, Olu Officer.")
    mark = session.get_one(Mark, (review.id, "C4"))
    mark.evidence = "Robin Reader heard it."
    session.flush()
    found = told(session, review, officer)
    assert found.summary == "[the reviewer], [the reviewer]: well done, Olu Officer."
    assert not [word for word in ("Robin", "7788", str(reviewer.id)) if word in repr(found)]


@pytest.mark.parametrize(
    ("text", "left"),
    [(None, None), ("", ""), ("Robinson said so", "Robinson said so"), ("robin, PS 12", "[the reviewer], PS [the reviewer]")],
)
def test_only_whole_names_of_the_reviewer_are_covered(text: str | None, left: str | None) -> None:
    assert without_reader(text, "Robin", "12", None) == left


def test_a_dispute_is_open_for_the_period_from_when_the_review_could_be_read(session: Session) -> None:
    officer = a.an_officer(session)
    review = a_reviewed_stop(session, officer=officer)
    assert told(session, review, officer, now=NOON + WITHIN - timedelta(seconds=1)).dispute_until == NOON + WITHIN
    assert told(session, review, officer, now=NOON + WITHIN).dispute_until is None
    a.a_response(session, review=review, officer=officer, kind=ResponseKind.DISPUTED, criteria=["C1"], text="No.")
    found = told(session, review, officer)
    assert found.dispute_until is None
    assert [(one.kind, one.criteria, one.text) for one in found.answers] == [(ResponseKind.DISPUTED, ("C1",), "No.")]
    assert found.line.awaits_reread
