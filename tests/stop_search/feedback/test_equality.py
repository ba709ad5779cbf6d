"""What people say of themselves: only with consent, apart from everything, and gone alone when they wish."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from stop_search.codes.lists import code_list
from stop_search.errors import Invalid, NotFound
from stop_search.feedback.coming_back import correct_answers, erase_equality_answers
from stop_search.feedback.equality import EqualityCount, EqualityGiven, equality_counts, equality_pages
from stop_search.feedback.queries import own_feedback
from stop_search.feedback.records import EqualityAnswer, Feedback, FeedbackAnswer, FeedbackText
from tests.support.builders import NOON
from tests.support.leaving import KEY, TEXT_KEY, how_many, left, receipt_of, somewhere
from tests.support.tree import TOP, python_files, read

ABOUT_ME = EqualityGiven(1, consented=True, answers={"age": "18_24", "ethnic_group": "B1"})


def test_answers_are_kept_with_the_version_of_the_consent_text(session: Session) -> None:
    found = somewhere(session, equality=ABOUT_ME)
    rows = session.scalars(select(EqualityAnswer).order_by(EqualityAnswer.question)).all()
    assert [(row.feedback_id, row.question, row.answer, row.consent_version) for row in rows] == [
        (found.feedback_id, "age", "18_24", 1),
        (found.feedback_id, "ethnic_group", "B1", 1),
    ]
    assert own_feedback(session, typed=found.reply_code, reply_key=KEY, text_key=TEXT_KEY).said_of_self is True


def test_without_consent_nothing_is_kept_and_the_rest_is(session: Session) -> None:
    found = somewhere(session, equality=EqualityGiven(1, consented=False, answers={"age": "18_24"}))
    assert (how_many(session, EqualityAnswer), how_many(session, Feedback)) == (0, 1)
    assert own_feedback(session, typed=found.reply_code, reply_key=KEY, text_key=TEXT_KEY).said_of_self is False


@pytest.mark.parametrize(
    "wrong",
    [
        EqualityGiven(99, consented=True, answers={"age": "18_24"}),
        EqualityGiven(1, consented=True, answers={"age": "18"}),
        EqualityGiven(1, consented=True, answers={"name": "Sam"}),
    ],
)
def test_what_the_page_does_not_offer_is_refused_and_nothing_is_stored(session: Session, wrong: EqualityGiven) -> None:
    with pytest.raises(Invalid):
        somewhere(session, equality=wrong)
    assert how_many(session, Feedback) == 0


def test_they_can_be_deleted_alone(session: Session) -> None:
    found, other = somewhere(session, equality=ABOUT_ME), somewhere(session, equality=ABOUT_ME)
    erase_equality_answers(session, typed=found.reply_code, reply_key=KEY, now=NOON)
    assert set(session.scalars(select(EqualityAnswer.feedback_id))) == {other.feedback_id}
    assert [how_many(session, table) for table in (Feedback, FeedbackAnswer, FeedbackText)] == [2, 4, 2]


def test_the_same_form_again_changes_nothing_of_them(session: Session) -> None:
    receipt = receipt_of(session)
    left(session, receipt)
    left(session, receipt, equality=ABOUT_ME)
    assert how_many(session, EqualityAnswer) == 0


def test_they_are_told_only_as_sums_of_the_whole_force(session: Session) -> None:
    for age in ("18_24", "18_24", "over_34"):
        somewhere(session, equality=EqualityGiven(1, consented=True, answers={"age": age}))
    assert equality_counts(session) == (EqualityCount("age", "18_24", 2), EqualityCount("age", "over_34", 1))


def test_no_other_file_reads_the_table() -> None:
    """Writing and deleting are in `rows.py`, `coming_back.py` and `erasing.py`; `queries.py` asks only whether there is anything."""
    allowed = {"equality.py", "records.py", "rows.py", "coming_back.py", "queries.py", "erasing.py"}
    naming = {name for name in python_files("stop_search", "services") if "EqualityAnswer" in read(name)}
    assert {Path(name).name for name in naming} == allowed
    assert all(Path(name).parent == Path("stop_search/feedback") for name in naming), TOP
    assert "EqualityAnswer.answer" not in read("stop_search/feedback/queries.py")


def test_the_page_offers_the_ethnic_groups_and_age_bands_of_the_record() -> None:
    (page, *_) = equality_pages()
    assert set(page.questions["ethnic_group"]) == set(code_list("ethnicity").keys)
    assert set(page.questions["age"]) - {"prefer_not_to_say"} == set(code_list("age_band").keys)
    every: list[Any] = [key for keys in page.questions.values() for key in keys]
    assert all(isinstance(key, str) for key in every)  # YAML would read 10_17 as a number and yes as true


def test_the_page_about_oneself_is_never_a_form_of_feedback(session: Session) -> None:
    with pytest.raises(NotFound):
        somewhere(session, form="equality", answers={"age": "18_24"}, comment=None)
    assert (how_many(session, Feedback), how_many(session, FeedbackAnswer)) == (0, 0)


def test_answers_about_oneself_are_not_taken_as_a_correction(session: Session) -> None:
    found = somewhere(session)
    session.execute(update(Feedback).values(form="equality"))
    with pytest.raises(NotFound):
        correct_answers(session, typed=found.reply_code, answers={"age": "18_24"}, reply_key=KEY, now=NOON)
    assert how_many(session, FeedbackAnswer) == 2
