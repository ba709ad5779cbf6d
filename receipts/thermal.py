"""A receipt or notice on thermal paper: black and white dots, 203 to the inch, as PNG or as ESC/POS bytes that any such printer takes."""

import io

from PIL import Image

from receipts.content import Content
from receipts.typesetting import pictures, template_inputs

DOTS_PER_INCH = 203  # 8 to the millimetre
DOTS_80_MM = 576  # what a printer for paper 80 mm wide can reach: 72 mm
DOTS_58_MM = 384  # 48 mm
BLACK_BELOW = 150  # of 255: a little more than half, since the print head's dots are round and thin strokes break
ROWS_AT_ONCE = 256  # printers have little memory for one picture

RESET = b"\x1b@"
FEED_AND_CUT = b"\x1bd\x04\x1dVB\x00"  # ESC d 4, GS V 66 0: four lines on, then to the knife where there is one


def thermal_png(content: Content, dots: int) -> bytes:
    """Return the strip as PNG of one bit a dot, `dots` wide. Equal content gives equal bytes."""
    file = io.BytesIO()
    _strip(content, dots).save(file, format="PNG", dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
    return file.getvalue()


def thermal_escpos(content: Content, dots: int) -> bytes:
    """Return the strip as ESC/POS: reset, raster pictures (GS v 0) of at most 256 rows, feed, cut. Nothing that one maker alone knows."""
    strip = _strip(content, dots)
    bands = (strip.crop((0, top, dots, min(top + ROWS_AT_ONCE, strip.height))) for top in range(0, strip.height, ROWS_AT_ONCE))
    return RESET + b"".join(_raster(band) for band in bands) + FEED_AND_CUT


def _strip(content: Content, dots: int) -> Image.Image:
    (drawn,) = pictures("v2/thermal", template_inputs(content, dots=dots), DOTS_PER_INCH)
    grey = Image.open(io.BytesIO(drawn)).convert("L")
    return grey.point([0] * BLACK_BELOW + [255] * (256 - BLACK_BELOW)).convert("1", dither=Image.Dither.NONE)


def _raster(band: Image.Image) -> bytes:
    """Return one picture: GS v 0, mode 0, bytes in a row, rows, both low byte first; then the dots, a set bit is black."""
    white = band.tobytes()
    size = (band.width // 8).to_bytes(2, "little") + band.height.to_bytes(2, "little")
    return b"\x1dv0\x00" + size + bytes(byte ^ 0xFF for byte in white)
