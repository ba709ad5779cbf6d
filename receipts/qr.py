"""The QR on a receipt: from an address to a square of black and white, and to one SVG path. Draws nothing else."""

from dataclasses import dataclass
from functools import lru_cache

import qrcode
from qrcode import constants, util

from stop_search.errors import Invalid

QUIET_ZONE = 4  # modules on every side (ISO/IEC 18004)
ALPHANUMERIC = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
# The most characters that versions 1 to 10 hold (ISO/IEC 18004, table 7), by error correction level and mode.
CAPACITY = {
    ("Q", True): (16, 29, 47, 67, 87, 108, 125, 157, 189, 221),
    ("Q", False): (11, 20, 32, 46, 60, 74, 86, 108, 130, 151),
    ("M", True): (20, 38, 61, 90, 122, 154, 178, 221, 262, 311),
    ("M", False): (14, 26, 42, 62, 84, 106, 122, 152, 180, 213),
}
LEVELS: dict[str, int] = {"M": constants.ERROR_CORRECT_M, "Q": constants.ERROR_CORRECT_Q}
BIGGEST_AT_Q = 6  # 41 modules on 30 mm: 0.7 mm each. A longer address gives up some error correction before the modules shrink more.


@dataclass(frozen=True)
class QrSize:
    """How an address is written: the version (21 modules and 4 more for each further one), the level, the mode."""

    version: int
    level: str
    alphanumeric: bool

    @property
    def modules(self) -> int:
        """Modules on a side, without the quiet zone."""
        return 17 + 4 * self.version


def qr_text(url: str) -> str:
    """Return the address in upper case where that fits the compact alphanumeric mode: our own site answers to both cases."""
    upper = url.upper()
    return upper if set(upper) <= ALPHANUMERIC else url


def qr_size(text: str) -> QrSize:
    """Return the size for a text: equal lengths give equal squares.

    Raises:
        Invalid: the text is too long for a square that a phone reads from paper.

    """
    alphanumeric = set(text) <= ALPHANUMERIC
    length = len(text.encode())
    for level, biggest in (("Q", BIGGEST_AT_Q), ("M", 10)):
        for version, capacity in enumerate(CAPACITY[level, alphanumeric][:biggest], start=1):
            if length <= capacity:
                return QrSize(version, level, alphanumeric)
    message = f"This address is too long for a QR code on a receipt: {length} characters. Shorten STOP_SEARCH_PUBLIC_URL."
    raise Invalid(message)


@lru_cache(maxsize=64)
def qr_matrix(text: str) -> tuple[tuple[bool, ...], ...]:
    """Return the square, rows of modules (True is black), without the quiet zone.

    Raises:
        Invalid: the text is too long.

    """
    size = qr_size(text)
    code = qrcode.QRCode(version=size.version, error_correction=LEVELS[size.level], border=0)
    code.add_data(util.QRData(text), optimize=0)  # picks the alphanumeric mode by the same set of characters
    code.make(fit=False)
    return tuple(tuple(row) for row in code.get_matrix())


def svg_path(matrix: tuple[tuple[bool, ...], ...]) -> str:
    """Return the SVG path of all black modules, one rectangle per run in a row, each module one unit, inside the quiet zone."""
    runs: list[str] = []
    for y, row in enumerate(matrix):
        start: int | None = None
        for x, black in enumerate((*row, False)):
            if black and start is None:
                start = x
            elif not black and start is not None:
                runs.append(f"M{start + QUIET_ZONE} {y + QUIET_ZONE}h{x - start}v1h-{x - start}z")
                start = None
    return "".join(runs)


def svg_side(matrix: tuple[tuple[bool, ...], ...]) -> int:
    """Return the side of the whole picture in modules, quiet zone included."""
    return len(matrix) + 2 * QUIET_ZONE


def svg(text: str) -> str:
    """Return the QR of a text as an SVG document, black on white, quiet zone included."""
    matrix = qr_matrix(text)
    side = svg_side(matrix)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path fill="#000" d="{svg_path(matrix)}"/></svg>'
    )
