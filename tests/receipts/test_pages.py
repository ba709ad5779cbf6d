"""The printed pages as they leave: A6, bank card, large print, in every language; checked by programs that know nothing of ours."""

import hashlib
import subprocess
import sys
import threading
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest
import zxingcpp

from receipts.content import ReceiptContent
from receipts.forms import PAGED, notice_file, page_pictures
from receipts.words import languages, words
from stop_search.errors import Invalid
from tests.support.drawn_pages import (
    bare,
    is_accessible,
    keeps_margins,
    latin_letters,
    letter_sizes,
    letters_of,
    pictures_of,
    size_of,
    texts_of,
)
from tests.support.naughty import naughty_strings
from tests.support.receipt_facts import CODE, LONG_NAME, NEWEST, receipt_file, some_content, some_notice

SIZES = {"a6": ([105, 148], 9), "card": ([85.6, 54], 6), "large": ([210, 297], 16)}
SCRIPTS_APART = {"ar", "ur", "bn", "pa"}  # their letters change shape, so that no program reads back what was written
ONE_PAGE = "import hashlib; from tests.support.receipt_facts import receipt_file, some_content; print({})"


def everything_said(content: ReceiptContent, form: str) -> list[str]:
    """Return every word of the content that must stand on a page."""
    said = [content.force_name, content.title, content.when, content.place, content.question, content.invitation, content.address]
    said += [content.code, content.check_words, *(value for _, value in content.details)]
    said += [text for section in content.sections for text in section.texts]
    return [*said, content.check_words_why] if form == "large" else said


@pytest.mark.parametrize("language", languages(NEWEST))
@pytest.mark.parametrize("form", PAGED)
def test_every_page_in_every_language_is_accessible_and_says_its_language_and_nothing_gets_lost(form: str, language: str) -> None:
    content = some_content(spoken=language)
    pdf = receipt_file(content, form)
    assert is_accessible(pdf)
    assert f"/Lang({language})".encode() in pdf
    letters = letters_of(pdf)
    for said in everything_said(content, form):
        assert language in SCRIPTS_APART or bare(said) in letters, said
    assert latin_letters("".join(everything_said(content, form))) <= latin_letters(letters)
    assert zxingcpp.read_barcodes(pictures_of(pdf)[0])[0].text == content.qr_text
    assert all(keeps_margins(picture, ppi=200, margin=2) for picture in pictures_of(pdf))


@pytest.mark.parametrize("form", PAGED)
def test_pages_have_their_size_their_smallest_letter_and_no_colour(form: str) -> None:
    pdf = receipt_file(some_content(), form)
    size, smallest = SIZES[form]
    assert size_of(pdf) == size
    assert min(letter_sizes(pdf)) >= smallest
    colours = pypdfium2.PdfDocument(pdf)[0].render(scale=2).to_numpy()[:, :, :3].astype(int)
    assert np.ptp(colours, axis=2).max() == 0


def test_an_ordinary_receipt_is_one_a6_page_one_card_of_two_sides_and_two_large_pages() -> None:
    assert [len(texts_of(receipt_file(some_content(), form))) for form in PAGED] == [1, 2, 2]


@pytest.mark.parametrize("language", languages(NEWEST))
def test_an_ordinary_receipt_never_takes_more_than_two_a6_pages_and_two_cards(language: str) -> None:
    content = some_content(spoken=language)
    assert len(texts_of(receipt_file(content, "a6"))) <= 2
    assert len(texts_of(receipt_file(content, "card"))) <= 4
    assert len(texts_of(receipt_file(content, "large"))) == 2


@pytest.mark.parametrize("form", ["a6", "large"])
def test_the_square_is_as_wide_as_promised_with_a_quiet_zone_of_four_modules(form: str) -> None:
    picture = pictures_of(receipt_file(some_content(), form), ppi=300)[0]
    (found,) = zxingcpp.read_barcodes(picture)
    position = found.position
    corners = [(p.x, p.y) for p in (position.top_left, position.top_right, position.bottom_right, position.bottom_left)]
    (left, top), (right, bottom) = np.min(corners, axis=0), np.max(corners, axis=0)
    assert (right - left) / 300 * 25.4 >= {"a6": 29.7, "large": 39.7}[form]  # the reader's corners lie within the outer modules' edge
    quiet = int(4 * (right - left) / 29) - 3
    around = picture[int(top) - quiet : int(bottom) + quiet, int(left) - quiet : int(right) + quiet].copy()
    around[quiet - 3 : -quiet + 3, quiet - 3 : -quiet + 3] = 255
    assert (around == 255).all()


@pytest.mark.parametrize("language", languages(NEWEST))
def test_no_language_writes_into_the_quiet_zone(language: str) -> None:
    picture = pictures_of(receipt_file(some_content(spoken=language), "a6"), ppi=300)[0]
    position = zxingcpp.read_barcodes(picture)[0].position
    rows, columns = (slice(min(v), max(v)) for v in zip(*((p.y, p.x) for p in (position.top_left, position.bottom_right)), strict=True))
    quiet = int((columns.stop - columns.start) * 4 / 29) - 4
    assert (picture[rows.start - quiet : rows.start - 4, columns] == 255).all()
    assert (picture[rows.stop + 4 : rows.stop + quiet, columns] == 255).all()


@pytest.mark.parametrize("form", PAGED)
def test_equal_receipts_are_equal_to_the_byte_in_another_process_too(form: str) -> None:
    pdf = receipt_file(some_content(), form)
    assert receipt_file(some_content(), form) == pdf
    assert receipt_file(some_content(place="elsewhere"), form) != pdf
    told = subprocess.run(
        [sys.executable, "-c", ONE_PAGE.format(f"hashlib.sha256(receipt_file(some_content(), {form!r})).hexdigest()")],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert told.stdout.strip() == hashlib.sha256(pdf).hexdigest()


def test_the_pdf_has_a_title_and_no_clock() -> None:
    told = pypdfium2.PdfDocument(receipt_file(some_content(), "a6")).get_metadata_dict()
    assert told["Title"] == "You were searched · IT-2026-4711"
    assert told["Author"] == "Wessex Demonstration Police"
    assert told.get("CreationDate", "") == told.get("ModDate", "") == ""


def test_a_long_address_breaks_inside_its_column() -> None:
    content = some_content(public_url="https://stops-and-searches.long-name-of-a-force.police.example")
    for form in PAGED:
        assert all(keeps_margins(picture, ppi=200, margin=2) for picture in pictures_of(receipt_file(content, form)))


@pytest.mark.parametrize("form", PAGED)
@pytest.mark.parametrize("place", [LONG_NAME * 12, f"the corner of {LONG_NAME} Road, " * 9, "W" * 1500])
def test_a_long_place_goes_on_and_never_off_the_paper(place: str, form: str) -> None:
    content = some_content(place=place, officer_name=LONG_NAME, officer_station=LONG_NAME * 2)
    pdf = receipt_file(content, form)
    assert is_accessible(pdf)
    letters = letters_of(pdf)
    for number in range(1, len(texts_of(pdf)) + 1):
        letters = letters.replace(f"IT-2026-4711Page{number}of{len(texts_of(pdf))}", "")
    assert bare(place) in letters
    assert bare(content.section("help").texts[1]) in letters
    assert all(keeps_margins(picture, ppi=144, margin=2) for picture in pictures_of(pdf, ppi=144))


def test_a_second_page_says_that_it_is_one() -> None:
    pages = texts_of(receipt_file(some_content(place=LONG_NAME * 12), "a6"))
    assert len(pages) >= 2
    for number, text in enumerate(pages, start=1):
        assert f"IT-2026-4711Page{number}of{len(pages)}" in bare(text)


@pytest.mark.parametrize(
    ("place", "printed"),
    [
        ('#read("/etc/passwd") $x$ *b* _i_ @a <b> \\ [x]', '#read("/etc/passwd") $x$ *b* _i_ @a <b> \\ [x]'),
        ("Café 😀 na Náměstí", "Café ? na Náměstí"),
        ("e\u0301t\u00e9", "été"),
        ("شارع", "????"),
        ("x" * 30 + " & Sons' “Bar”", "x" * 30 + " & Sons' “Bar”"),
    ],
)
def test_typed_text_is_printed_as_typed_and_what_no_font_has_becomes_a_question_mark(place: str, printed: str) -> None:
    pdf = receipt_file(some_content(place=place), "a6")
    assert printed in " ".join(texts_of(pdf)[0].replace("\u200b", "").split())
    assert is_accessible(pdf)


def test_every_naughty_string_can_be_a_place() -> None:
    for naughty in naughty_strings():
        content = some_content(place=naughty, officer_name=naughty)
        assert receipt_file(content, "a6").startswith(b"%PDF")
        assert content.code in receipt_file(content, "text").decode()
        assert content.code in receipt_file(content, "html").decode()
        assert content.url in receipt_file(content, "sms").decode()


def test_threads_draw_side_by_side() -> None:
    expected = {place: receipt_file(some_content(place=place), "a6") for place in "abcd"}
    drawn: dict[str, bytes] = {}

    def draw(place: str) -> None:
        for _ in range(5):
            drawn[place] = receipt_file(some_content(place=place), "a6")

    threads = [threading.Thread(target=draw, args=(place,)) for place in expected]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert drawn == expected


@pytest.mark.parametrize("form", PAGED)
def test_what_is_shown_before_printing_is_what_is_printed(form: str) -> None:
    content = some_content()
    shown = page_pictures(content, form, 144)
    printed = pictures_of(receipt_file(content, form), ppi=144)
    assert len(shown) == len(printed)
    for picture, page in zip(shown, printed, strict=True):
        grey = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE)
        assert grey is not None
        assert grey.shape == pytest.approx(page.shape, abs=2)
        height, width = min(grey.shape[0], page.shape[0]), min(grey.shape[1], page.shape[1])
        soft = [cv2.GaussianBlur(each[:height, :width], (0, 0), 2).astype(int) for each in (grey, page)]
        assert np.abs(soft[0] - soft[1]).mean() < 4


def test_only_what_has_pages_can_be_shown_as_pictures() -> None:
    with pytest.raises(Invalid, match="There is: a6, card, large"):
        page_pictures(some_content(), "sms")
    assert len(page_pictures(some_content(layout_version=1), "a6", 60)) == 1


@pytest.mark.parametrize("language", languages(NEWEST))
def test_a_notice_is_one_accessible_page_in_every_language(language: str) -> None:
    content = some_notice(spoken=language)
    pdf = notice_file(content, "a6")
    assert is_accessible(pdf)
    assert len(texts_of(pdf)) == 1
    assert latin_letters("Central police station" * 3) <= latin_letters(letters_of(pdf))
    assert words(language, NEWEST).direction == content.direction
    assert not zxingcpp.read_barcodes(pictures_of(pdf)[0])
    assert CODE not in letters_of(pdf)
