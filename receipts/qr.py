"""The QR on a receipt: from an address to a square of black and white that was read back, and to one SVG path. Draws nothing else."""

import re
from dataclasses import dataclass
from functools import lru_cache

from qrcode import QRCode, constants, util

from receipts.qr_reading import QrRead, read_square
from stop_search.errors import Invalid, StopSearchError

QUIET_ZONE = 4  # modules on every side (ISO/IEC 18004)
ALPHANUMERIC = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
LEVELS: dict[str, int] = {  # of error correction, the weakest first
    "L": constants.ERROR_CORRECT_L,
    "M": constants.ERROR_CORRECT_M,
    "Q": constants.ERROR_CORRECT_Q,
    "H": constants.ERROR_CORRECT_H,
}
RUN_OF_BLACK = re.compile(rb"\x01+")  # in a row of modules as bytes
LARGEST = 25  # this version's 117 modules and the quiet zone, 3 dots each, are 375 of the 384 dots that a 58 mm printer has
MASK = 0  # one for all squares: by photographs it is read as often as the mask of least penalty, and is there six times as soon


class QrUnreadable(StopSearchError):
    """A square was made that another program does not read as it should. Our fault: nothing may be handed out."""


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
    return upper if url.isascii() and set(upper) <= ALPHANUMERIC else url


def qr_size(text: str) -> QrSize:
    """Return the size for a text: equal lengths give equal squares.

    Level Q, or M where there are small letters; then the highest level that the same version holds. Capitals pay for Q: the version
    is never larger than that of the same address in small letters at M. On photographs of receipts in trouble this is read more often
    than what `qrcode` makes by itself, in each kind (docs/decisions/0011-the-qr-is-chosen-by-measurement.md). What it comes to:

        characters up to      29   35   47   50   67   87   108
        version and level     2Q   3H   3Q   4H   4Q   5Q   6Q
        modules on a side     25   29   29   33   33   37   41

    Raises:
        Invalid: the text is so long that the narrowest receipt printer has fewer than 3 dots for a module.

    """
    alphanumeric = set(text) <= ALPHANUMERIC
    smallest = {level: version for level in LEVELS if (version := smallest_version(text, level))}
    if not smallest:
        message = f"This address is too long for a QR code on a receipt: {len(text)} characters. Shorten STOP_SEARCH_PUBLIC_URL."
        raise Invalid(message)
    strongest = list(smallest)[-1]  # for the very longest, which have no room for the usual level
    version = smallest.get("Q" if alphanumeric else "M", smallest[strongest])
    level = [level for level in smallest if smallest[level] <= version][-1]
    return QrSize(version, level, alphanumeric)


def smallest_version(text: str, level: str) -> int | None:
    """Return the smallest version that holds a text at a level, None if that is larger than LARGEST."""
    room, written = util.BIT_LIMIT_TABLE[LEVELS[level]], util.QRData(text)  # picks the mode by the same set of characters
    bits = 8 * len(written) if written.mode == util.MODE_8BIT_BYTE else (11 * len(written) + 1) // 2
    for version in range(1, LARGEST + 1):
        if 4 + util.mode_sizes_for_version(version)[written.mode] + bits <= room[version]:
            return version
    return None


@lru_cache(maxsize=64)
def qr_matrix(text: str) -> tuple[tuple[bool, ...], ...]:
    """Return the square, rows of modules (True is black), without the quiet zone. Another program has read it back.

    Raises:
        Invalid: the text is too long.
        QrUnreadable: what was made does not say the text, or not in every module.

    """
    size = qr_size(text)
    code = QRCode(version=size.version, error_correction=LEVELS[size.level], border=0, mask_pattern=MASK)
    code.add_data(util.QRData(text), optimize=0)
    code.make(fit=False)
    matrix = tuple(tuple(row) for row in code.get_matrix())
    if read_square(matrix) != QrRead(text.encode(), size.level, flawless=True):
        message = "A QR code was made that cannot be read as it should. Nothing was handed out."  # the text is secret
        raise QrUnreadable(message)
    return matrix


def svg_path(matrix: tuple[tuple[bool, ...], ...]) -> str:
    """Return the SVG path of all black modules, one rectangle per run in a row, each module one unit, inside the quiet zone."""
    return "".join(
        f"M{run.start() + QUIET_ZONE} {y}h{len(run[0])}v1h-{len(run[0])}z"
        for y, row in enumerate(matrix, start=QUIET_ZONE)
        for run in RUN_OF_BLACK.finditer(bytes(row))
    )


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
