"""Walking through the form, without any page."""

import pytest

from services.api.public.steps import Draft, first_step, next_step, number_of, read_draft
from stop_search.feedback.forms import newest_form

FORM = newest_form()
IDS = [question.id for question in FORM.questions]


def posted(at: str, **fields: str) -> dict[str, str]:
    """Return what the page of a question posts."""
    return {"submission_id": "1" * 32, "at": at, "go": "continue"} | fields


def test_a_new_form_opens_at_its_first_question() -> None:
    step = first_step(FORM, "1" * 32)
    assert (step.question, step.draft) == (FORM.questions[0], Draft("1" * 32, {}))


def test_every_question_leads_to_the_next_and_the_last_to_the_check_page() -> None:
    for here, there in zip(IDS, [*IDS[1:], None], strict=True):
        step = next_step(FORM, posted(here, go="skip"))
        assert (step.question.id if step.question else None) == there
        assert step.error == ""


def test_an_answer_is_carried_on_and_a_skipped_one_is_dropped() -> None:
    answered = next_step(FORM, posted("listened", listened="fully", who="searched"))
    assert answered.draft.answers == {"who": "searched", "listened": "fully"}
    assert next_step(FORM, posted("listened", go="skip", listened="fully", who="searched")).draft.answers == {"who": "searched"}
    assert next_step(FORM, posted("text", go="skip", text="typed")).draft.text == ""


def test_continue_without_an_answer_says_what_to_do_and_stays() -> None:
    for wrong in ({}, {"listened": "loudly"}, {"listened": ""}):
        step = next_step(FORM, posted("listened", **wrong))
        assert (step.question, step.error) == (FORM.question("listened"), "Choose an answer, or skip this question.")


def test_an_empty_text_may_be_continued_and_a_long_one_stays_whole_with_an_error() -> None:
    assert next_step(FORM, posted("text", text="")).error == ""
    step = next_step(FORM, posted("text", text="a" * 2005))
    assert "5 characters too long" in step.error
    assert step.draft.text == "a" * 2005


def test_back_leads_to_the_question_before_and_keeps_what_is_chosen() -> None:
    step = next_step(FORM, posted("listened", go="back", listened="fully"))
    assert step.question == FORM.question("understood")
    assert step.draft.answers == {"listened": "fully"}
    assert next_step(FORM, posted("text", go="back", text="a" * 3000)).draft.text == "a" * 3000
    assert next_step(FORM, posted("who", go="back")).question == FORM.questions[0]


def test_a_change_from_the_check_page_comes_back_to_the_check_page() -> None:
    step = next_step(FORM, posted("", go="change:calm", listened="fully"))
    assert (step.question, step.draft.changing) == (FORM.question("calm"), True)
    assert ("changing", "yes") in step.draft.hidden(step.question)
    for go in ("continue", "skip", "back"):
        after = next_step(FORM, posted("calm", go=go, calm="calm", listened="fully", changing="yes"))
        assert after.question is None
        assert after.draft.changing is False
        assert ("calm" in after.draft.answers) == (go != "skip")


@pytest.mark.parametrize("fields", [{}, {"at": "nowhere"}, {"at": "check", "go": "fly"}, {"go": "change:nothing"}])
def test_what_no_page_of_ours_posts_leads_to_the_first_question(fields: dict[str, str]) -> None:
    step = next_step(FORM, fields)
    assert step.question == FORM.questions[0]


def test_answers_that_the_form_does_not_offer_are_not_carried() -> None:
    draft = read_draft(FORM, {"listened": "loudly", "colour": "blue", "text": "a\x00b\r\nc", "calm": "calm", "submission_id": "x"})
    assert (draft.answers, draft.text, draft.submission_id) == ({"calm": "calm"}, "ab\nc", "x")


def test_the_hidden_fields_carry_everything_but_the_question_that_is_shown() -> None:
    draft = Draft("1" * 32, {"who": "searched", "listened": "fully"}, text="typed")
    listened, text = FORM.question("listened"), FORM.question("text")
    assert dict(draft.hidden(listened)) == {"submission_id": "1" * 32, "who": "searched", "text": "typed"}
    assert dict(draft.hidden(text)) == {"submission_id": "1" * 32, "who": "searched", "listened": "fully"}
    assert dict(draft.hidden(None)) == {"submission_id": "1" * 32, "who": "searched", "listened": "fully", "text": "typed"}
    assert number_of(FORM, FORM.questions[2]) == 3
