"""Walking through the form, without any page."""

import pytest

from services.api.public.drafts import FIELD, Draft, new_draft, read_draft
from services.api.public.steps import CHECK, SET, Step, Walk, first_step, next_step, number_of
from stop_search.feedback.forms import newest_form, published_form

FORM = published_form("adult", 1)
IDS = [question.id for question in FORM.questions]
ID = "1" * 32
PLAIN = Walk(asks_about=False)
WITH_SETS = Walk(sets=("adult", "young"), asks_about=False)


def on(at: str, *, walk: Walk = PLAIN, go: str = "continue", changing: bool = False, **fields: str) -> Step:
    """Return the step after the page `at` was posted with these fields."""
    posted = {FIELD: f"adult.1.{'c' * changing}.{ID}.", "at": at, "go": go} | fields
    return next_step(read_draft(posted, "en"), posted, walk)


def test_a_new_form_opens_at_its_first_question_or_at_the_choice_of_sets() -> None:
    draft = new_draft(ID, "en")
    assert first_step(draft, PLAIN) == Step(draft, IDS[0])
    assert first_step(draft, WITH_SETS) == Step(draft, SET)


def test_every_question_leads_to_the_next_and_the_last_to_the_check_page() -> None:
    for here, there in zip(IDS, [*IDS[1:], CHECK], strict=True):
        step = on(here, go="skip")
        assert (step.place, step.error) == (there, None)


def test_an_answer_is_carried_on_and_a_skipped_one_is_dropped() -> None:
    assert on("listened", listened="fully", who="searched").draft.answers == {"who": "searched", "listened": "fully"}
    assert on("listened", go="skip", listened="fully", who="searched").draft.answers == {"who": "searched"}
    assert on("text", go="skip", text="typed").draft.text == ""


def test_continue_without_an_answer_says_what_to_do_and_stays() -> None:
    for wrong in ({}, {"listened": "loudly"}, {"listened": ""}):
        step = on("listened", **wrong)
        assert (step.place, str(step.error)) == ("listened", "Choose an answer, or skip this question.")


def test_an_empty_text_may_be_continued_and_a_long_one_stays_whole_with_an_error() -> None:
    assert on("text", text="").error is None
    step = on("text", text="a" * 2005)
    assert "Take away this many: 5." in str(step.error)
    assert step.draft.text == "a" * 2005


def test_back_leads_to_the_question_before_and_keeps_what_is_chosen() -> None:
    step = on("listened", go="back", listened="fully")
    assert (step.place, step.draft.answers) == ("understood", {"listened": "fully"})
    assert on("text", go="back", text="a" * 3000).draft.text == "a" * 3000
    assert on("who", go="back").place == "who"
    assert on("who", go="back", walk=WITH_SETS).place == SET


def test_the_same_page_comes_again_in_another_language_with_what_was_chosen() -> None:
    step = on("listened", go="stay", listened="fully")
    assert (step.place, step.draft.answers, step.error) == ("listened", {"listened": "fully"}, None)
    assert on("listened", go="stay").error is None
    assert on(CHECK, go="stay").place == CHECK


def test_a_change_from_the_check_page_comes_back_to_the_check_page() -> None:
    step = on(CHECK, go="change:calm", listened="fully")
    assert (step.place, step.draft.changing) == ("calm", True)
    for go in ("continue", "skip", "back"):
        after = on("calm", go=go, calm="calm", listened="fully", changing=True)
        assert (after.place, after.draft.changing) == (CHECK, False)
        assert ("calm" in after.draft.answers) == (go != "skip")


def test_the_choice_of_sets_leads_to_the_first_open_question_and_can_be_opened_again() -> None:
    assert on(SET, go="skip", walk=WITH_SETS).place == IDS[0]
    assert on(SET, walk=WITH_SETS, set="adult", who="searched").place == IDS[1]
    assert str(on(SET, walk=WITH_SETS).error) == "Choose an answer, or skip this question."
    again = on("calm", go="set", walk=WITH_SETS, calm="calm")
    assert (again.place, again.draft.answers) == (SET, {"calm": "calm"})
    from_check = on(CHECK, go="change:set", walk=WITH_SETS)
    assert (from_check.place, from_check.draft.changing) == (SET, True)
    assert on(SET, walk=WITH_SETS, set="adult", changing=True).place == CHECK


def test_a_correction_leaves_out_what_cannot_be_changed() -> None:
    walk = Walk(asks_about=False, without=("who", "text"))
    assert walk.places(new_draft(ID, "en"))[0] == IDS[1]
    assert on(IDS[IDS.index("text") - 1], walk=walk, go="skip").place == IDS[IDS.index("text") + 1]


@pytest.mark.parametrize("fields", [{}, {"at": "nowhere"}, {"at": "check!", "go": "fly"}, {"go": "change:nothing"}, {"go": "set"}])
def test_what_no_page_of_ours_posts_leads_to_the_first_question(fields: dict[str, str]) -> None:
    assert next_step(read_draft(fields, "en"), fields, PLAIN).place == IDS[0]


def test_questions_are_numbered_from_one() -> None:
    assert number_of(Draft(ID, newest_form()), newest_form().questions[2].id) == 3
