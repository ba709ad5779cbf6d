"""How a draft travels: one short field, from which the same draft is read again, whatever else is posted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.api.public.drafts import FIELD, SETS, Draft, new_draft, read_draft, sets_offered
from stop_search.feedback.forms import Form, forms, newest_form
from stop_search.feedback.rules import cleaned_text

FORM = newest_form()
ID = "0123456789abcdef" * 2
CHOICES = {question.id: [answer.key for answer in question.answers] for question in FORM.questions if not question.is_text}
ANSWERS = st.fixed_dictionaries({}, optional={name: st.sampled_from(keys) for name, keys in CHOICES.items()})


@given(answers=ANSWERS, text=st.text(), changing=st.booleans())
def test_what_the_hidden_fields_carry_is_read_again(answers: dict[str, str], text: str, *, changing: bool) -> None:
    draft = Draft(ID, FORM, answers, cleaned_text(text), changing)
    read = read_draft(dict(draft.hidden("check")), "en")
    assert (read.submission_id, read.form, read.answers, read.text, read.changing) == (ID, FORM, answers, cleaned_text(text), changing)


def test_every_answer_fits_in_less_than_a_hundred_characters() -> None:
    draft = Draft(ID, FORM, {name: keys[-1] for name, keys in CHOICES.items()})
    ((name, packed),) = draft.hidden("check")
    assert (name, len(packed) < 100) == (FIELD, True)


def test_the_question_that_is_shown_is_not_carried_beside_itself() -> None:
    draft = Draft(ID, FORM, {"who": "searched", "listened": "fully"}, text="typed")
    assert read_draft(dict(draft.hidden("listened")), "en").answers == {"who": "searched"}
    assert read_draft(dict(draft.hidden("listened")) | {"listened": "mostly"}, "en").answers == {"who": "searched", "listened": "mostly"}
    assert dict(draft.hidden("text")).keys() == {FIELD}


def test_only_answers_that_the_form_offers_are_read() -> None:
    draft = read_draft({"listened": "loudly", "colour": "blue", "text": "a\x00b\r\nc", "calm": "calm", "submission_id": "x"}, "en")
    assert (draft.answers, draft.text, draft.submission_id) == ({"calm": "calm"}, "ab\nc", "x")


@given(st.text())
def test_anything_at_all_is_read_as_some_draft(packed: str) -> None:
    assert read_draft({FIELD: packed}, "en").form.name in SETS


@pytest.mark.parametrize("packed", ["adult.999..x.01", f"adult.{'9' * 5000}..x", "../../x.1", "young.", "adult.c", "." * 500])
def test_a_draft_of_a_form_that_there_is_not_is_one_of_the_newest(packed: str) -> None:
    assert read_draft({FIELD: packed}, "en").form == FORM


@pytest.mark.parametrize("form", [form for form in forms() if form.name in SETS], ids=lambda form: f"{form.name}_v{form.version}")
def test_a_draft_stays_on_the_version_on_which_it_was_begun(form: Form) -> None:
    read = read_draft({FIELD: f"{form.name}.{form.version}.c"}, "en")
    assert (read.form, read.answers, read.changing) == (form, {}, True)


def test_another_set_of_questions_keeps_what_both_offer() -> None:
    draft = new_draft(ID, "en")
    assert draft.form.name == sets_offered()[0] == "adult"
    for name in sets_offered():
        other = read_draft({"listened": "fully", FIELD: f"adult.1..{ID}."}, "en").in_set(name)
        assert (other.form.name, other.answers, other.submission_id) == (name, {"listened": "fully"}, ID)
