"""The square: its size by the length of the address, its path, and an independent reader."""

import numpy as np
import pytest
import zxingcpp
from qrcode import QRCode
from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData

from receipts.qr import CAPACITY, LEVELS, QUIET_ZONE, qr_matrix, qr_size, qr_text, svg, svg_path, svg_side
from stop_search.errors import Invalid

URL = "HTTPS://STOPS.FORCE.EXAMPLE/R/7K3M9QX2TD4F"


def read_back(text: str) -> str:
    """Draw the square with its quiet zone and read it with another program."""
    picture = np.where(np.pad(np.array(qr_matrix(text)), QUIET_ZONE), 0, 255).astype(np.uint8)
    (found,) = zxingcpp.read_barcodes(np.kron(picture, np.ones((4, 4), np.uint8)))
    return found.text


@pytest.mark.parametrize(
    "text", [URL, "HTTP://127.0.0.1:8000/R/7K3M9QX2TD4F", "https://stops_1.example/r/7K3M9QX2TD4F", "HTTPS://" + "A" * 200]
)
def test_an_independent_reader_reads_the_address_back(text: str) -> None:
    assert read_back(text) == text


@pytest.mark.parametrize(("key", "sizes"), CAPACITY.items())
def test_the_capacities_are_those_of_the_standard(key: tuple[str, bool], sizes: tuple[int, ...]) -> None:
    level, alphanumeric = key
    mode = MODE_ALPHA_NUM if alphanumeric else MODE_8BIT_BYTE
    for version, capacity in enumerate(sizes, start=1):
        for length, fits in ((capacity, version), (capacity + 1, version + 1)):
            code = QRCode(error_correction=LEVELS[level])
            code.add_data(QRData("A" * length, mode=mode))
            assert code.best_fit() == fits


def test_equal_lengths_give_equal_squares_and_capitals_smaller_ones() -> None:
    assert qr_size(URL) == qr_size(URL[:-1] + "A")
    assert qr_size(URL).modules == len(qr_matrix(URL)) == 29
    assert qr_size(URL).level == "Q"
    assert qr_size(URL).version < qr_size(URL.lower()).version


def test_a_long_address_gives_up_error_correction_before_its_modules_shrink() -> None:
    assert qr_size("A" * 108).level == "Q"
    assert (qr_size("A" * 109).level, qr_size("A" * 109).version) == ("M", 5)


def test_an_address_that_no_phone_could_read_is_refused() -> None:
    with pytest.raises(Invalid, match="STOP_SEARCH_PUBLIC_URL"):
        qr_matrix("A" * 312)


def test_capitals_are_used_only_where_they_mean_the_same() -> None:
    assert qr_text("https://a.example/r/X") == "HTTPS://A.EXAMPLE/R/X"
    assert qr_text("https://a_b.example/r/X") == "https://a_b.example/r/X"


def test_the_path_paints_exactly_the_black_modules() -> None:
    matrix = qr_matrix(URL)
    painted = np.zeros((svg_side(matrix), svg_side(matrix)), bool)
    for run in svg_path(matrix).split("M")[1:]:
        start, _, rest = run.partition("h")
        x, y = (int(part) for part in start.split())
        painted[y, x : x + int(rest.partition("v")[0])] = True
    assert np.array_equal(painted, np.pad(np.array(matrix), QUIET_ZONE))
    assert svg(URL).count("<path") == 2
