"""The list of forms: what each is, what comes of it, and what is not there."""

import pytest

from receipts.forms import FIRST_FORMS, FORMS, NOTICE_FORMS, notice_file
from receipts.words import languages
from stop_search.errors import Invalid
from tests.support.receipt_facts import NEWEST, receipt_file, some_content, some_notice

BEGINS = {"pdf": b"%PDF-1.7", "png": b"\x89PNG\r\n", "escpos": b"\x1b@\x1dv0\x00", "html": b"<!DOCTYPE html>", "txt": b"", "json": b"{"}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", languages(NEWEST))
def test_each_form_is_a_file_of_its_kind_in_every_language(form: str, language: str) -> None:
    assert receipt_file(some_content(spoken=language), form).startswith(BEGINS[FORMS[form].ending])


@pytest.mark.parametrize("form", NOTICE_FORMS)
def test_each_form_of_a_notice_too(form: str) -> None:
    assert notice_file(some_notice(), form).startswith(BEGINS[NOTICE_FORMS[form].ending])


def test_there_are_these_forms_and_each_says_what_it_is_for() -> None:
    assert set(FORMS) == {
        "a6", "card", "large", "thermal80", "thermal58", "thermal80-escpos", "thermal58-escpos", "text", "html", "sms", "signed",
    }  # fmt: skip
    assert set(FORMS) - set(NOTICE_FORMS) == {"card", "sms", "signed"}
    assert all(form.about for form in FORMS.values())


def test_a_form_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(Invalid, match="It has: a6, card, large"):
        receipt_file(some_content(), "papyrus")
    with pytest.raises(Invalid, match="It has: a6, large"):
        notice_file(some_notice(), "sms")


def test_a_receipt_of_the_first_layout_has_the_forms_that_it_was_issued_in() -> None:
    first = some_content(layout_version=1)
    assert [receipt_file(first, form)[:4] for form in FIRST_FORMS] == [b"%PDF", b"Wess", b"<!DO"]
    with pytest.raises(Invalid, match="It has: a6, text, html"):
        receipt_file(first, "card")
