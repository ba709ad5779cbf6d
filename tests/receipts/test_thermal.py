"""Strips for thermal printers: pure dots, the square on the dots, ESC/POS that an interpreter of the standard reads back."""

import numpy as np
import pytest
import zxingcpp

from receipts.content import Content
from receipts.forms import notice_file
from receipts.qr import QUIET_ZONE
from receipts.words import languages
from tests.support.drawn_pages import dots_of
from tests.support.receipt_facts import LONG_NAME, NEWEST, receipt_file, some_content, some_notice

WIDTHS = {"thermal80": 576, "thermal58": 384}
LONG_SITE = "https://stops-and-searches.of-a-police-force-with-a-long-name.police.example"


def interpreted(printed: bytes) -> np.ndarray:
    """Do what a printer does with ESC @, GS v 0, ESC d and GS V, and return the paper's dots up to the cut."""
    assert printed.startswith(b"\x1b@")
    at, rows = 2, []
    while printed[at : at + 4] == b"\x1dv0\x00":
        across, down = (int.from_bytes(printed[at + start : at + start + 2], "little") for start in (4, 6))
        assert down <= 256
        picture = np.frombuffer(printed, np.uint8, across * down, at + 8).reshape(down, across)
        rows.append(np.unpackbits(picture, axis=1).astype(bool))
        at += 8 + across * down
    assert printed[at:] == b"\x1bd\x04\x1dVB\x00"
    return np.concatenate(rows)


def square_in(dots: np.ndarray) -> tuple[int, int, int]:
    """Return the row and column of the square's first dot, and its side in dots, as another program finds them."""
    (found,) = zxingcpp.read_barcodes(np.where(dots, 0, 255).astype(np.uint8))
    place = found.position
    rows = [p.y for p in (place.top_left, place.bottom_right)]
    columns = [p.x for p in (place.top_left, place.bottom_right)]
    middle = dots[rows[0] : rows[1], columns[0] - 4 : columns[1] + 6]
    across = np.flatnonzero(middle.any(axis=0)) + columns[0] - 4
    down = np.flatnonzero(dots[rows[0] - 4 : rows[1] + 6, columns[0] : columns[1]].any(axis=1)) + rows[0] - 4
    return int(down[0]), int(across[0]), int(across[-1] - across[0] + 1)


@pytest.mark.parametrize("form", WIDTHS)
@pytest.mark.parametrize("language", languages(NEWEST))
@pytest.mark.parametrize("site", ["https://stops.force.example", LONG_SITE])
def test_each_module_is_a_whole_number_of_dots_three_or_more_and_purely_black_or_white(form: str, language: str, site: str) -> None:
    content = some_content(spoken=language, public_url=site)
    dots = dots_of(receipt_file(content, form))
    assert dots.shape[1] == WIDTHS[form]
    top, left, side = square_in(dots)
    modules = len(content.matrix)
    size, rest = divmod(side, modules)
    assert (size >= 3, rest) == (True, 0)
    expected = np.kron(np.array(content.matrix), np.ones((size, size), bool))
    assert np.array_equal(dots[top : top + side, left : left + side], expected)
    quiet = QUIET_ZONE * size
    around = dots[top - quiet : top + side + quiet, left - quiet : left + side + quiet]
    assert around.shape == (side + 2 * quiet, side + 2 * quiet)
    assert around.sum() == expected.sum()
    assert zxingcpp.read_barcodes(np.where(dots, 0, 255).astype(np.uint8))[0].text == content.qr_text


@pytest.mark.parametrize("form", WIDTHS)
@pytest.mark.parametrize("content", [some_content(), some_content(place=LONG_NAME * 5), some_notice()], ids=["receipt", "long", "notice"])
def test_a_printer_prints_the_same_dots_as_the_picture_shows(form: str, content: Content) -> None:
    draw = notice_file if type(content) is Content else receipt_file
    printed = interpreted(draw(content, f"{form}-escpos"))
    assert np.array_equal(printed, dots_of(draw(content, form)))
    assert draw(content, f"{form}-escpos") == draw(content, f"{form}-escpos")


@pytest.mark.parametrize("form", WIDTHS)
def test_a_long_word_breaks_before_the_edge_and_the_strip_grows(form: str) -> None:
    short, long = (dots_of(receipt_file(some_content(place=place), form)) for place in ("here", LONG_NAME * 5))
    assert long.shape[0] > short.shape[0] + 100
    assert not long[:, :10].any()
    assert not long[:, -6:].any()


@pytest.mark.parametrize("language", languages(NEWEST))
def test_lines_do_not_run_into_each_other_or_off_the_strip(language: str) -> None:
    for form in WIDTHS:
        dots = dots_of(receipt_file(some_content(spoken=language), form))
        assert not dots[:4].any()
        assert not dots[-4:].any()
