"""Which answers are kept, and as what."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stop_search.errors import Invalid
from stop_search.feedback.forms import newest_form
from stop_search.feedback.rules import Standing, checked_answers, checked_text, cleaned_text, refuse_wrong_submission_id, standing_of
from tests.support.naughty import naughty_strings

FORM = newest_form()


def test_answers_are_kept_in_the_order_of_the_form_without_who() -> None:
    checked = checked_answers(FORM, answers={"overall": "well", "listened": "fully", "who": "saw_it"}, comment=" Fine. ", answering_as=None)
    assert list(checked.given.items()) == [("listened", "fully"), ("overall", "well")]
    assert checked.answering_as == "saw_it"
    assert checked.comment == "Fine."


@pytest.mark.parametrize(
    ("answers", "field"),
    [({"listened": "loudly"}, "listened"), ({"colour": "blue"}, "colour"), ({"text": "fully"}, "text"), ({"listened": ""}, "listened")],
)
def test_an_answer_that_the_form_does_not_offer_is_refused_by_name(answers: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_answers(FORM, answers={"overall": "well", **answers}, comment=None, answering_as=None)
    assert list(refused.value.fields) == [field]


def test_a_wrong_answering_as_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        checked_answers(FORM, answers={"overall": "well"}, comment=None, answering_as="the chief")
    assert list(refused.value.fields) == ["who"]


def test_a_form_without_any_answer_is_refused() -> None:
    with pytest.raises(Invalid, match="not answered any question"):
        checked_answers(FORM, answers={}, comment=" \n\x00", answering_as="searched")


def test_a_text_alone_is_an_answer() -> None:
    assert checked_answers(FORM, answers={}, comment="They were kind.", answering_as=None).comment == "They were kind."


def test_a_text_of_2000_characters_is_kept_and_one_more_is_told_by_how_much() -> None:
    assert checked_text(FORM, "é" * 2000) == "é" * 2000
    assert checked_text(FORM, "a\r\n" * 1000) == ("a\n" * 1000).strip()
    with pytest.raises(Invalid, match="Take away this many: 1"):
        checked_text(FORM, "a" * 2001)
    with pytest.raises(Invalid, match=r"You can write 2000 letters and spaces\. Take away this many: 1000"):
        checked_text(FORM, "a" * 3000)


def test_what_a_database_cannot_hold_is_cleaned_and_the_rest_is_kept() -> None:
    assert cleaned_text("a\x00b\x07\x7f") == "ab"
    assert cleaned_text("half \ud800 character") == "half \N{REPLACEMENT CHARACTER} character"
    assert cleaned_text("line\r\nline\rline\ttab") == "line\nline\nline\ttab"
    assert cleaned_text("😀 שלום &lt;b&gt; <b>") == "😀 שלום &lt;b&gt; <b>"


@given(st.text(st.characters(), max_size=200))
def test_cleaning_is_safe_to_store_and_changes_nothing_the_second_time(typed: str) -> None:
    once = cleaned_text(typed)
    assert once.encode("utf-8").decode("utf-8") == once
    assert all(c in "\n\t" or unicodedata.category(c) != "Cc" for c in once)
    assert cleaned_text(once) == once


def test_every_naughty_string_can_be_kept() -> None:
    for naughty in naughty_strings():
        cleaned_text(naughty).encode("utf-8")


@pytest.mark.parametrize(
    ("answering_as", "has_primary", "standing"),
    [
        (None, False, Standing.PRIMARY),
        ("searched", False, Standing.PRIMARY),
        ("searched", True, Standing.CONTESTED),
        (None, True, Standing.CONTESTED),
        ("parent_or_carer", False, Standing.SECONDARY),
        ("saw_it", False, Standing.SECONDARY),
    ],
)
def test_a_second_person_who_was_stopped_is_contested(answering_as: str | None, *, has_primary: bool, standing: Standing) -> None:
    assert standing_of(answering_as, has_primary=has_primary) == standing


@pytest.mark.parametrize("wrong", ["", "0" * 31, "0" * 33, "G" * 32, "0" * 32 + "\n", "'; --"])
def test_an_id_that_no_page_made_is_refused(wrong: str) -> None:
    with pytest.raises(Invalid):
        refuse_wrong_submission_id(wrong)
    refuse_wrong_submission_id("0123456789abcdef" * 2)
