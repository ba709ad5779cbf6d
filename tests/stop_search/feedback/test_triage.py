"""What may be a complaint is found by answer and by word; the list is wide, but it knows where words end."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from stop_search.feedback.forms import forms, newest_form
from stop_search.feedback.triage import WEIGHED, phrase_groups, signs_of_complaint

FORM = newest_form()


def signs(text: str | None = None, language: str = "en", **answers: str) -> tuple[str, ...]:
    """Return the signs of some answers and a text."""
    return signs_of_complaint(FORM, given=answers, text=text, language=language)


@pytest.mark.parametrize("question", sorted(WEIGHED))
def test_the_worst_answer_about_how_one_was_treated_is_a_sign_and_the_next_one_is_not(question: str) -> None:
    asked = FORM.question(question)
    assert asked is not None
    by_level = {answer.level: answer.key for answer in asked.answers if answer.level is not None}
    assert signs(**{question: by_level[0]}) == (f"answer:{question}",)
    assert [signs(**{question: by_level[level]}) for level in (1, 2, 3)] == [()] * 3
    assert signs(**{question: "not_sure"}) == ()


def test_feeling_worse_and_asking_to_complain_are_signs() -> None:
    assert signs(impact="worse") == ("answer:impact",)
    assert signs(next="complaint") == ("answer:next",)
    assert signs(impact="better", next="copy") == ()


def test_the_worst_answer_about_what_was_told_alone_is_no_sign() -> None:
    assert signs(reason_told="none_or_me", camera="no_camera", receipt="not_offered") == ()


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("He was RUDE to my mum", "words:treatment"),
        ("he swore at me.", "words:treatment"),
        ("It felt racist", "words:fairness"),
        ("I was stopped for no  reason", "words:fairness"),
        ("because I\N{RIGHT SINGLE QUOTATION MARK}m black", "words:fairness"),
        ("my wrist was bruised", "words:force"),
        ("I said I can\N{RIGHT SINGLE QUOTATION MARK}t breathe", "words:force"),
        ("They touched\nme", "words:search"),
        ("I want to complain!", "words:complaint"),
        ("i wanna kill myself", "words:danger"),
        ("he thinks I am in county lines", "words:danger"),
    ],
)
def test_words_are_found_however_they_are_written(text: str, group: str) -> None:
    assert signs(text) == (group,)


@pytest.mark.parametrize(
    "text",
    [
        "They were kind.",
        "It was in the issue of the paper",
        "She was polite and it was over quickly.",
        "crude oil",
        "I pursued it",
        "My name is Sued",
    ],
)
def test_words_inside_of_words_are_not_found(text: str) -> None:
    assert signs(text) == ()


def test_signs_of_several_kinds_are_all_told_in_order() -> None:
    assert signs("rude and racist", respect="not_at_all") == ("answer:respect", "words:fairness", "words:treatment")


def test_a_text_that_the_list_cannot_read_goes_to_a_person() -> None:
    assert signs("Byli mili.", language="pl") == ("language",)
    assert signs(None, language="pl") == ()


@given(some.text(max_size=300))
def test_any_text_is_judged_and_always_alike(text: str) -> None:
    assert signs(text) == signs(text)


def test_the_worst_answers_are_signs_in_every_form_that_asks_these_questions() -> None:
    for form in forms():
        for question in (found for found in form.questions if found.id in WEIGHED):
            worst = [answer.key for answer in question.answers if answer.level == 0]
            assert worst, f"{form.name} {form.version}: {question.id} has no worst answer"
            assert signs_of_complaint(form, given={question.id: worst[0]}, text=None, language="en")


def test_no_phrase_stands_in_the_list_twice_and_each_can_be_found() -> None:
    import yaml

    from stop_search.feedback.triage import PHRASES

    groups = yaml.safe_load(PHRASES.read_text(encoding="utf-8"))["groups"]
    phrases = [phrase for group in groups.values() for phrase in group]
    assert len(phrases) == len(set(phrases))
    assert all(phrase == phrase.casefold().strip() for phrase in phrases)
    for group in phrase_groups():
        for phrase in groups[group.name]:
            assert f"words:{group.name}" in signs(phrase.replace("*", "")), phrase
