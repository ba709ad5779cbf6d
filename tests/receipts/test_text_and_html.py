"""Text and HTML: the same words as on paper, in lines of sixty and in a document that loads nothing."""

import unicodedata

import pytest
from bs4 import BeautifulSoup

from receipts.content import Content
from receipts.forms import notice_file
from receipts.signed import read_signed
from receipts.words import languages
from tests.support.receipt_facts import CODE, NEWEST, receipt_file, some_content, some_notice

STEERING = dict.fromkeys(map(ord, "\u2066\u2069\u200f"))


def flat(text: str) -> str:
    """Return a text as one line without marks that only steer."""
    return " ".join(text.translate(STEERING).split())


def everything_said(content: Content) -> list[str]:
    """Return every word of the content that must stand in both."""
    said = [content.force_name, content.title, content.when, content.place, content.reference, content.note]
    said += [part for detail in content.details for part in detail]
    said += [text for section in content.sections for text in (section.heading, *section.texts)]
    for name in ("question", "invitation", "code", "check_words", "check_words_why"):
        said.append(getattr(content, name, ""))
    return [flat(words) for words in said]


@pytest.mark.parametrize("language", languages(NEWEST))
@pytest.mark.parametrize("made", [some_content, some_notice])
def test_text_and_html_say_everything_in_every_language(made: type, language: str) -> None:
    content = made(spoken=language)
    file = receipt_file if made is some_content else notice_file
    text = flat(file(content, "text").decode())
    page = flat(BeautifulSoup(file(content, "html"), "html.parser").get_text(" "))
    for words in everything_said(content):
        assert words in text, words
        assert words.replace(" ", "") in page.replace(" ", ""), words


@pytest.mark.parametrize("language", languages(NEWEST))
def test_text_keeps_to_lines_of_sixty_and_the_address_stands_alone(language: str) -> None:
    content = some_content(spoken=language)
    lines = receipt_file(content, "text").decode().splitlines()
    assert content.url in lines
    shown = [sum(not unicodedata.combining(c) for c in line.translate(STEERING)) for line in lines]
    assert max(shown) <= 60


def test_in_text_every_isolate_ends_in_its_own_line() -> None:
    for language in languages(NEWEST):
        for line in (
            receipt_file(some_content(spoken=language, officer_station="Central police station " * 4), "text").decode().splitlines()
        ):
            assert line.count("\u2066") == line.count("\u2069")


def test_the_html_escapes_what_was_typed_and_loads_nothing() -> None:
    content = some_content(place='<script>alert("x")</script> & co')
    soup = BeautifulSoup(receipt_file(content, "html"), "html.parser")
    assert content.place in soup.get_text()
    (carried,) = soup.find_all("script")
    assert carried["type"] == "application/json"  # the signed file, which no browser runs
    assert read_signed(receipt_file(content, "html").decode()).is_intact
    assert soup.find(["img", "link", "iframe", "form"]) is None
    assert "url(" not in str(soup.style)
    assert soup.find("h1").get_text() == "You were searched"
    assert soup.find("svg")["aria-label"] == f"QR code that opens {content.url}"
    assert [a["href"] for a in soup.find_all("a")] == [content.url]


@pytest.mark.parametrize("language", languages(NEWEST))
def test_the_html_says_its_language_and_direction_and_keeps_codes_from_left_to_right(language: str) -> None:
    content = some_content(spoken=language)
    soup = BeautifulSoup(receipt_file(content, "html"), "html.parser")
    assert (soup.html["lang"], soup.html["dir"]) == (language, content.direction)
    assert {content.code, content.address, content.check_words} <= {bdi.get_text() for bdi in soup.find_all("bdi", dir="ltr")}


def test_a_notice_in_html_has_no_square_and_no_code() -> None:
    soup = BeautifulSoup(notice_file(some_notice(), "html"), "html.parser")
    assert soup.find("svg") is None
    assert soup.find("a") is None
    assert CODE[:4] not in soup.get_text()
