"""Sentences of the domain that pages for the public show: the words folder says the same in English, so that every language can say it."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from markupsafe import escape

from services.api import errors, middleware, security
from services.api.public import steps, turns
from services.api.public.drafts import new_draft
from services.api.site_words import site_words
from stop_search.encounters.receipt_codes import normalised
from stop_search.errors import Invalid, NoLongerOpen, NotFound, StopSearchError, TooBusy
from stop_search.feedback.equality import EqualityGiven, kept_equality
from stop_search.feedback.forms import newest_form, published_form
from stop_search.feedback.reply_codes import normalised_reply_code
from stop_search.feedback.rules import checked_answers, checked_text, refuse_unknown_answers, refuse_wrong_submission_id
from tests.support.tree import files, read

ENGLISH = site_words("en")
FORM = newest_form()
RAISING: list[Callable[[], object]] = [
    lambda: normalised(""),
    lambda: normalised("7K3M-9QX2-TD4<"),
    lambda: normalised("7K3M-9QX2-TD4\x07"),
    lambda: normalised("7K3M"),
    lambda: normalised("7K3M-9QX2-TD4G"),
    lambda: normalised_reply_code(""),
    lambda: normalised_reply_code("apple river"),
    lambda: normalised_reply_code("apple apple apple aple"),
    lambda: normalised_reply_code("apple apple apple zzzzzzzz"),
    lambda: checked_answers(FORM, answers={}, comment="", answering_as=None),
    lambda: refuse_unknown_answers(FORM, {"colour": "blue"}),
    lambda: checked_text(FORM, "a" * 3000),
    lambda: refuse_wrong_submission_id("x"),
    lambda: published_form("adult", 99),
    lambda: kept_equality(EqualityGiven(99, consented=True, answers={})),
    lambda: kept_equality(EqualityGiven(1, consented=True, answers={"age": "old"})),
]
PLAIN = {
    "errors.database_down": errors.DATABASE_DOWN,
    "errors.unstorable": errors.UNSTORABLE,
    "errors.our_fault": errors.OUR_FAULT,
    "errors.busy": turns.BUSY,
    "errors.foreign_form": security._FOREIGN,
}


@pytest.mark.parametrize("raising", RAISING)
def test_an_error_of_the_domain_says_in_words_what_it_says_by_itself(raising: Callable[[], object]) -> None:
    with pytest.raises((Invalid, NotFound)) as told:
        raising()
    error = told.value
    assert isinstance(error, StopSearchError)
    assert error.words.startswith("errors.")
    assert ENGLISH.said(error) == escape(str(error))


@pytest.mark.parametrize("at", ["listened", "set"])
def test_a_page_that_is_posted_without_an_answer_says_so_in_words(at: str) -> None:
    walk = steps.Walk(sets=("adult", "young"))
    step = steps.next_step(new_draft("1" * 32, "en"), {"at": at, "go": "continue"}, walk)
    assert step.error is not None
    assert ENGLISH.said(step.error) == escape(str(step.error))
    assert ENGLISH.say("equality.tick") == steps.TICK


def test_sentences_that_are_shown_without_an_error_are_the_same() -> None:
    for path, sentence in PLAIN.items():
        assert ENGLISH.say(path) == escape(sentence)
    assert ENGLISH.say("errors.too_large", kilobytes=middleware.BODY_LIMIT_BYTES // 1024) == middleware.TOO_LARGE.format(kilobytes=1024)


def test_the_error_pages_say_what_the_table_says() -> None:
    for status, (heading, advice) in errors.WORDS.items():
        if status != 401:  # only staff sign in
            said = (ENGLISH.say(f"error_page.heading_{status}"), ENGLISH.say(f"error_page.advice_{status}"))
            assert said == (escape(heading), escape(advice)), status


def test_a_day_in_an_error_is_written_as_the_language_writes_it() -> None:
    error = NoLongerOpen("").worded("errors.correct_too_late", day=date(2026, 12, 27))
    assert "27 December 2026" in ENGLISH.said(error)
    assert ENGLISH.said(TooBusy("As it was raised <", timedelta(0))) == "As it was raised &lt;"


def test_every_place_that_an_error_names_is_there() -> None:
    named = {
        found
        for name in files()
        if name.endswith(".py") and name.startswith(("stop_search/", "services/"))
        for found in re.findall(r'worded\("([\w.]+)"|words="([\w.]+)"', read(name))
    }
    places = {place for pair in named for place in pair if place}
    assert len(places) > 15
    assert not [place for place in places if not ENGLISH.has(place)]
