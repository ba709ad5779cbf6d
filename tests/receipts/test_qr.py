"""The square: its size by the length of the address, its path, and what other programs read in it."""

import subprocess
import sys

import numpy as np
import pytest
import zxingcpp
from qrcode import QRCode
from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData

from receipts.forms import FORMS
from receipts.qr import (
    LARGEST,
    LEVELS,
    MASK,
    QUIET_ZONE,
    QrUnreadable,
    qr_matrix,
    qr_size,
    qr_text,
    smallest_version,
    svg,
    svg_path,
    svg_side,
)
from receipts.qr_reading import read_square
from stop_search.errors import Invalid
from tests.support.receipt_facts import CODE, receipt_file, some_content

URL = "HTTPS://STOPS.FORCE.EXAMPLE/R/7K3M9QX2TD4F"
DOTS_ON_58_MM, DOTS_FOR_A_MODULE = 384, 3  # at 203 to the inch
WRITTEN = {"text", "sms", "signed"}  # the forms without a square
LONGEST = {"A": 1853, "a": 1273}  # characters that version 25 holds at level L, capitals and small letters (ISO/IEC 18004, table 7)


def photographed(text: str) -> zxingcpp.Barcode:
    """Draw the square with its quiet zone and read it with another program."""
    picture = np.where(np.pad(np.array(qr_matrix(text)), QUIET_ZONE), 0, 255).astype(np.uint8)
    (found,) = zxingcpp.read_barcodes(np.kron(picture, np.ones((4, 4), np.uint8)))
    return found


def turned_over(matrix: tuple[tuple[bool, ...], ...], rows: range, columns: range) -> tuple[tuple[bool, ...], ...]:
    """Return the square with some modules black that were white and white that were black."""
    return tuple(tuple(black ^ (y in rows and x in columns) for x, black in enumerate(row)) for y, row in enumerate(matrix))


@pytest.mark.parametrize(
    "text",
    [
        URL,
        "HTTP://127.0.0.1:8000/R/7K3M9QX2TD4F",
        "https://stops_1.example/r/7K3M9QX2TD4F",
        "https://höfe.example/r/7K3M9QX2TD4F",
        "A" * 1853,
    ],
)
def test_an_independent_reader_reads_the_address_back(text: str) -> None:
    assert photographed(text).bytes == text.encode()


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(("letter", "mode"), [("A", MODE_ALPHA_NUM), ("a", MODE_8BIT_BYTE)])
def test_each_length_gets_the_version_that_the_library_says_is_the_smallest(level: str, letter: str, mode: int) -> None:
    def by_library(length: int) -> int:
        code = QRCode(error_correction=LEVELS[level])
        code.add_data(QRData(letter * length, mode=mode))
        return code.best_fit()

    versions = [smallest_version(letter * length, level) or LARGEST + 1 for length in range(1, LONGEST[letter] + 2)]
    assert versions == sorted(versions)
    for version in range(1, LARGEST + 1):
        longest = sum(found <= version for found in versions)
        assert (by_library(longest), by_library(longest + 1)) == (version, version + 1)


@pytest.mark.parametrize(
    ("longest", "version", "level"), [(29, 2, "Q"), (35, 3, "H"), (47, 3, "Q"), (50, 4, "H"), (67, 4, "Q"), (87, 5, "Q"), (108, 6, "Q")]
)
def test_addresses_come_to_the_sizes_that_were_chosen(longest: int, version: int, level: str) -> None:
    size = qr_size("A" * longest)
    assert (size.version, size.level) == (version, level)
    assert qr_size("A" * (longest + 1)) != size


def test_capitals_pay_for_more_error_correction_without_smaller_modules() -> None:
    longest_at_q = max(length for length in range(1, LONGEST["A"]) if smallest_version("A" * length, "Q"))
    for length in range(1, longest_at_q + 1):
        size, usual = qr_size("A" * length), smallest_version("a" * length, "M")
        assert size.level in {"Q", "H"}
        assert usual is None or size.version <= usual


def test_small_letters_get_no_smaller_modules_than_usual() -> None:
    for length in range(1, LONGEST["a"] + 1):
        usual = smallest_version("a" * length, "M")
        assert usual is None or qr_size("a" * length).version == usual


def test_no_level_is_given_away_that_the_same_version_still_holds() -> None:
    for length in range(1, LONGEST["A"] + 1):
        size = qr_size("A" * length)
        stronger = list(LEVELS)[list(LEVELS).index(size.level) + 1 :]
        assert all((smallest_version("A" * length, level) or LARGEST + 1) > size.version for level in stronger)


def test_equal_lengths_give_equal_squares_and_capitals_smaller_ones() -> None:
    assert qr_size(URL) == qr_size(URL[:-1] + "A")
    assert qr_size(URL).modules == len(qr_matrix(URL)) == 29
    assert qr_size(URL).level == "Q"
    longer = URL.replace("STOPS", "STOPS1")
    assert qr_size(longer).version < qr_size(longer.lower()).version
    assert (smallest_version(URL, "Q"), smallest_version(URL.lower(), "Q")) == (3, 4)


@pytest.mark.parametrize(("letter", "longest"), LONGEST.items())
def test_only_what_the_narrowest_printer_has_no_three_dots_for_is_refused(letter: str, longest: int) -> None:
    assert DOTS_FOR_A_MODULE * svg_side(qr_matrix(letter * longest)) <= DOTS_ON_58_MM
    with pytest.raises(Invalid, match="STOP_SEARCH_PUBLIC_URL"):
        qr_matrix(letter * (longest + 1))
    larger = 17 + 4 * (LARGEST + 1) + 2 * QUIET_ZONE
    assert DOTS_FOR_A_MODULE * larger > DOTS_ON_58_MM


@pytest.mark.parametrize("text", [URL, URL.lower(), "A" * 60, "A" * 200])
def test_version_level_and_mask_are_those_that_were_chosen(text: str) -> None:
    told, size = photographed(text).extra, qr_size(text)
    assert told["Version"] == str(size.version)
    assert told["ECLevel"] == size.level
    assert told["DataMask"] == MASK


def test_capitals_are_used_only_where_they_mean_the_same() -> None:
    assert qr_text("https://a.example/r/X") == "HTTPS://A.EXAMPLE/R/X"
    for url in ("https://a_b.example/r/X", "https://straße.example/r/X"):
        assert qr_text(url) == url


def test_a_square_is_read_as_it_was_written() -> None:
    read = read_square(qr_matrix(URL))
    assert read
    assert (read.content, read.level, read.flawless) == (URL.encode(), "Q", True)


def test_one_wrong_module_is_noticed_though_a_phone_would_correct_it() -> None:
    square = qr_matrix(URL)
    for y, x in ((14, 14), (28, 28), (10, 20), (20, 10)):
        read = read_square(turned_over(square, range(y, y + 1), range(x, x + 1)))
        assert read
        assert (read.content, read.flawless) == (URL.encode(), False)
    largest = read_square(turned_over(qr_matrix("A" * LONGEST["A"]), range(64, 65), range(64, 65)))
    assert largest
    assert not largest.flawless


def test_a_square_beyond_correction_reads_as_nothing() -> None:
    assert read_square(turned_over(qr_matrix(URL), range(9, 20), range(9, 29))) is None


@pytest.mark.parametrize("form", sorted(FORMS.keys() - WRITTEN))
@pytest.mark.parametrize("wrong", [range(9, 20), range(14, 15)])
def test_nothing_leaves_when_the_square_was_made_wrong(wrong: range, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = QRCode.get_matrix
    monkeypatch.setattr(QRCode, "get_matrix", lambda code: turned_over(made(code), wrong, wrong))
    content = some_content(public_url=f"https://never-before-{wrong.stop}-{form}.example")
    with pytest.raises(QrUnreadable) as told:
        receipt_file(content, form)
    assert CODE not in str(told.value)


def test_nothing_leaves_when_the_square_says_something_else(monkeypatch: pytest.MonkeyPatch) -> None:
    other = qr_matrix(URL[:-1] + "A")
    monkeypatch.setattr(QRCode, "get_matrix", lambda _code: other)
    with pytest.raises(QrUnreadable):
        qr_matrix(URL[:-1] + "B")


def test_reading_back_needs_no_numpy() -> None:
    program = f"import sys; sys.modules.update(numpy=None, cv2=None); from receipts.qr import svg; print(len(svg({URL!r})))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert int(done.stdout) == len(svg(URL))


def test_the_path_paints_exactly_the_black_modules() -> None:
    matrix = qr_matrix(URL)
    painted = np.zeros((svg_side(matrix), svg_side(matrix)), bool)
    for run in svg_path(matrix).split("M")[1:]:
        start, _, rest = run.partition("h")
        x, y = (int(part) for part in start.split())
        painted[y, x : x + int(rest.partition("v")[0])] = True
    assert np.array_equal(painted, np.pad(np.array(matrix), QUIET_ZONE))
    assert svg(URL).count("<path") == 2
