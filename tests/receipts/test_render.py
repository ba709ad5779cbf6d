"""The forms as they leave: checked by programs that know nothing of ours."""

import json
import threading
from pathlib import Path

import numpy as np
import page
import pypdfium2
import pytest
import zxingcpp
from bs4 import BeautifulSoup

from receipts.content import ReceiptContent
from receipts.render import a6_pdf, html, plain_text, png
from tests.support.receipt_facts import CODE, some_content

MM = 72 / 25.4
LONG_NAME = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
NAUGHTY = Path(__file__).parents[2].parent / "shared" / "corpora" / "blns.json"


def pages_of(pdf: bytes) -> list[str]:
    """Return each page's text."""
    document = pypdfium2.PdfDocument(pdf)
    return [document[number].get_textpage().get_text_bounded() for number in range(len(document))]


def picture_of(pdf: bytes, *, ppi: int = 200) -> np.ndarray:
    """Return the first page as grey pixels."""
    return pypdfium2.PdfDocument(pdf)[0].render(scale=ppi / 72, grayscale=True).to_numpy()


def is_accessible(pdf: bytes) -> bool:
    """Check PDF/UA-1 by an independent validator."""
    return page.validate_pdf_bytes(pdf, profile=page.ValidationProfile.PDF_UA_1).is_compliant


def test_an_independent_reader_reads_the_address_from_the_drawn_page() -> None:
    content = some_content()
    (found,) = zxingcpp.read_barcodes(picture_of(a6_pdf(content)))
    assert found.text == content.qr_text == f"HTTPS://STOPS.FORCE.EXAMPLE/R/{CODE}"


def test_the_square_is_at_least_30_mm_wide_with_a_quiet_zone_of_four_modules() -> None:
    picture = picture_of(a6_pdf(some_content()), ppi=300)
    (found,) = zxingcpp.read_barcodes(picture)
    corners = [
        (p.x, p.y) for p in (found.position.top_left, found.position.top_right, found.position.bottom_right, found.position.bottom_left)
    ]
    (left, top), (right, bottom) = np.min(corners, axis=0), np.max(corners, axis=0)
    width = (right - left) / 300 * 25.4
    assert width >= 29.7  # the reader's corners lie within the outer modules' edge
    quiet = int(4 * (right - left) / 29) - 3
    around = picture[int(top) - quiet : int(bottom) + quiet, int(left) - quiet : int(right) + quiet].copy()
    around[quiet - 3 : -quiet + 3, quiet - 3 : -quiet + 3] = 255
    assert (around == 255).all()


def test_an_ordinary_receipt_is_one_a6_page_with_every_word_on_it_in_black() -> None:
    content = some_content()
    pdf = a6_pdf(content)
    document = pypdfium2.PdfDocument(pdf)
    assert [round(side / MM) for side in document[0].get_size()] == [105, 148]
    (text,) = pages_of(pdf)
    flat = " ".join(text.split())
    said = [
        content.title,
        content.when,
        content.place,
        content.code,
        content.check_words,
        content.copy_day,
        content.complaint,
        content.support,
    ]
    for words in (*said, *content.rights, content.address, content.force_name, *(value for _, value in content.details)):
        assert words in flat, words
    colours = document[0].render(scale=2).to_numpy()[:, :, :3].astype(int)
    assert np.ptp(colours, axis=2).max() == 0


def test_no_letter_is_smaller_than_nine_points() -> None:
    pdf = a6_pdf(some_content(place=LONG_NAME * 9))
    document = pypdfium2.PdfDocument(pdf)
    for number in range(len(document)):
        for found in document[number].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT]):
            size = pypdfium2.raw.c_float()
            pypdfium2.raw.FPDFTextObj_GetFontSize(found.raw, size)
            matrix = found.get_matrix()
            assert size.value * abs(matrix.d) >= 8.99


def test_the_pdf_is_accessible_and_equal_to_the_byte_for_equal_content() -> None:
    pdf = a6_pdf(some_content())
    assert is_accessible(pdf)
    assert a6_pdf(some_content()) == pdf
    assert a6_pdf(some_content(place="elsewhere")) != pdf


def test_the_pdf_has_a_title_and_no_clock() -> None:
    told = pypdfium2.PdfDocument(a6_pdf(some_content())).get_metadata_dict()
    assert told["Title"] == "You were searched · IT-2026-4711"
    assert told["Author"] == "Wessex Demonstration Police"
    assert told.get("CreationDate", "") == told.get("ModDate", "") == ""


def test_a_long_address_breaks_inside_its_column() -> None:
    pdf = a6_pdf(some_content(public_url="https://stops-and-searches.long-name-of-a-force.police.example"))
    assert len(pages_of(pdf)) == 1
    assert (picture_of(pdf)[:, -int(4 * MM * 200 / 72) :] == 255).all()


@pytest.mark.parametrize("place", [LONG_NAME * 12, f"the corner of {LONG_NAME} Road, " * 9, "W" * 1500])
def test_a_long_place_goes_on_a_second_page_and_never_off_the_paper(place: str) -> None:
    content = some_content(place=place)
    pdf = a6_pdf(content)
    pages = pages_of(pdf)
    assert len(pages) >= 2
    assert is_accessible(pdf)
    feet = [f"IT-2026-4711Page{number}of{len(pages)}" for number in range(1, len(pages) + 1)]
    letters = ["".join(text.split()).replace("\u200b", "").replace("\ufffe", "") for text in pages]
    assert all(text.count(foot) == 1 for text, foot in zip(letters, feet, strict=True))
    whole = "".join(text.replace(foot, "") for text, foot in zip(letters, feet, strict=True))
    assert "".join(place.split()) in whole
    assert whole.endswith("Childline,08001111.")
    document = pypdfium2.PdfDocument(pdf)
    for number in range(len(document)):
        picture = document[number].render(scale=2, grayscale=True).to_numpy()
        margin = int(4 * MM * 2)
        assert (picture[:, :margin] == 255).all()
        assert (picture[:, -margin:] == 255).all()
        assert (picture[-margin:] == 255).all()


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
    pdf = a6_pdf(some_content(place=place))
    assert printed in " ".join(pages_of(pdf)[0].replace("\u200b", "").split())
    assert is_accessible(pdf)


def test_every_naughty_string_can_be_a_place() -> None:
    if not NAUGHTY.exists():
        pytest.skip("the corpus of naughty strings is not on this machine")
    for naughty in json.loads(NAUGHTY.read_text(encoding="utf-8")):
        content = some_content(place=naughty)
        assert a6_pdf(content).startswith(b"%PDF")
        assert content.code in plain_text(content)
        assert content.code in html(content)


def test_threads_draw_side_by_side() -> None:
    expected = {place: a6_pdf(some_content(place=place)) for place in "abcd"}
    drawn: dict[str, bytes] = {}

    def draw(place: str) -> None:
        for _ in range(5):
            drawn[place] = a6_pdf(some_content(place=place))

    threads = [threading.Thread(target=draw, args=(place,)) for place in expected]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert drawn == expected


def test_the_picture_for_a_receipt_printer_can_be_scanned_too() -> None:
    import cv2

    (picture,) = png(some_content())
    grey = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert grey is not None
    assert grey.shape == pytest.approx((148 / 25.4 * 203, 105 / 25.4 * 203), abs=2)
    assert zxingcpp.read_barcodes(grey)[0].text == some_content().qr_text
    assert len(png(some_content(place=LONG_NAME * 12), 60)) == 2


def everything_said(content: ReceiptContent) -> list[str]:
    """Return every word of the content that must stand in every form."""
    said = [content.force_name, content.when, content.place, content.code, content.check_words, content.copy_day, content.complaint]
    return [*said, content.support, *content.rights, *(value for _, value in content.details)]


def test_the_text_says_the_same_in_lines_of_sixty() -> None:
    content = some_content()
    text = plain_text(content)
    flat = " ".join(text.split())
    for words in everything_said(content):
        assert words in flat, words
    assert content.url in text
    assert max(len(line) for line in text.splitlines()) <= 60
    assert plain_text(some_content()) == text


def test_the_html_says_the_same_escapes_what_was_typed_and_loads_nothing() -> None:
    content = some_content(place='<script>alert("x")</script> & co')
    soup = BeautifulSoup(html(content), "html.parser")
    flat = " ".join(soup.get_text(" ").split())
    for words in everything_said(content):
        assert " ".join(words.split()) in flat, words
    assert soup.find("script") is None
    assert soup.find(["img", "link", "iframe"]) is None
    assert soup.find("h1").get_text() == "You were searched"
    assert soup.find("svg")["aria-label"] == f"QR code that opens {content.url}"
    assert [a["href"] for a in soup.find_all("a")] == [content.url]
