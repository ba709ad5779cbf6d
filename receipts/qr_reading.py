"""Reads a square back with a program that did not make it (zxing-cpp), before anybody is handed it. Knows no receipt."""

from dataclasses import dataclass
from typing import cast

import zxingcpp

DOTS = 3  # pixels to the module: what a receipt printer gives it at least
MARGIN = 4 * DOTS


@dataclass(frozen=True)
class QrRead:
    """What was read: the bytes, the level (L, M, Q, H), and whether every module was right, so that nothing had to be corrected."""

    content: bytes
    level: str
    flawless: bool


def read_square(matrix: tuple[tuple[bool, ...], ...]) -> QrRead | None:
    """Return what a decoder reads in a square, drawn with its quiet zone at 3 pixels to the module; None if it reads nothing."""
    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)  # kept longer, zxing-cpp complains when the program ends
    found = zxingcpp.read_barcode(_picture(matrix), formats, try_rotate=False, try_downscale=False, try_invert=False)
    if found is None:
        return None
    unused = cast("dict[str, object]", found.extra).get("UEC")  # which part of the error correction was not used up
    return QrRead(found.bytes, found.ec_level, flawless=unused == 1)


def _picture(matrix: tuple[tuple[bool, ...], ...]) -> memoryview:
    """Return the square as rows of grey pixels. A plain buffer: the site has no numpy."""
    side = len(matrix) * DOTS + 2 * MARGIN
    white, margin = b"\xff" * (side * MARGIN), b"\xff" * MARGIN
    rows = (margin + bytes(row).replace(b"\x00", b"\xff" * DOTS).replace(b"\x01", b"\x00" * DOTS) + margin for row in matrix)
    return memoryview(white + b"".join(row * DOTS for row in rows) + white).cast("B", (side, side))
