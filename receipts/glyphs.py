"""Which fonts a language is set in and which characters they can draw, read from the fonts themselves; the rest is replaced, visibly.

A PDF/UA-1 receipt may hold no character without a glyph, and a receipt must not fail because of an emoji in a place's name.
"""

import struct
import unicodedata
from functools import cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
LATIN = "Noto Sans"  # Greek and Cyrillic too
SCRIPT_FONTS = {"ar": ("Noto Sans Arabic",), "ur": ("Noto Nastaliq Urdu",), "pa": ("Noto Sans Gurmukhi",), "bn": ("Noto Sans Bengali",)}
REPLACEMENT = "?"
WHITE_SPACE = frozenset(map(ord, "\t\n\r"))
CONTROLS = frozenset((*range(0x20), *range(0x7F, 0xA0))) - WHITE_SPACE  # no PDF and no SVG may hold one
_REPLACED = dict.fromkeys(CONTROLS, REPLACEMENT)
SEGMENTS, GROUPS = 4, 12  # the two formats of the "cmap" table that matter (OpenType 1.9, "cmap")


def font_families(language: str) -> tuple[str, ...]:
    """Return the names of the fonts that a language is set in, the one of its own script first."""
    return (*SCRIPT_FONTS.get(language, ()), LATIN)


def printable(text: str, there: frozenset[int]) -> str:
    """Return the text with each character that is not `there`, and each control character but white space, replaced by a question mark."""
    if text.isascii():
        return text if text.isprintable() else text.translate(_REPLACED)
    return "".join(c if ord(c) in there else REPLACEMENT for c in unicodedata.normalize("NFC", text))


@cache
def drawable(families: tuple[str, ...]) -> frozenset[int]:
    """Return the code points that one of the families has a glyph for, in both its weights; white space needs none, controls may not be."""
    return frozenset[int]().union(*(_in_both_weights(family) for family in families)) - CONTROLS | WHITE_SPACE


@cache
def _in_both_weights(family: str) -> frozenset[int]:
    regular, bold = (FONTS / f"{family.replace(' ', '')}-{weight}.ttf" for weight in ("Regular", "Bold"))
    return frozenset(code_points(regular.read_bytes()) & code_points(bold.read_bytes()))


def code_points(font: bytes) -> set[int]:
    """Return the code points that a TrueType font maps to a glyph.

    Raises:
        ValueError: the font has no character map that we can read.

    """
    table = font_table(font, b"cmap")
    found: set[int] = set()
    for number in range(struct.unpack_from(">H", table, 2)[0]):
        platform, _, offset = struct.unpack_from(">HHI", table, 4 + 8 * number)
        kind = struct.unpack_from(">H", table, offset)[0]
        if platform in {0, 3} and kind == GROUPS:
            found |= _in_groups(table, offset)
        elif platform in {0, 3} and kind == SEGMENTS:
            found |= _in_segments(table, offset)
    if not found:
        message = "the font has no character map of format 4 or 12"
        raise ValueError(message)
    return found


def font_table(font: bytes, name: bytes) -> bytes:
    """Return one table of a TrueType font. Raises ValueError: the font has none of this name."""
    for number in range(struct.unpack_from(">H", font, 4)[0]):
        tag, _, offset, length = struct.unpack_from(">4sIII", font, 12 + 16 * number)
        if tag == name:
            return font[offset : offset + length]
    message = f"the font has no table {name!r}"
    raise ValueError(message)


def _in_groups(table: bytes, start: int) -> set[int]:
    groups = struct.unpack_from(">I", table, start + 12)[0]
    found: set[int] = set()
    for number in range(groups):
        first, last, glyph = struct.unpack_from(">III", table, start + 16 + 12 * number)
        found.update(code for code in range(first, last + 1) if glyph + code - first)
    return found


def _in_segments(table: bytes, start: int) -> set[int]:
    doubled = struct.unpack_from(">H", table, start + 6)[0]
    ends, starts = start + 14, start + 16 + doubled
    deltas, ranges = starts + doubled, starts + 2 * doubled
    found: set[int] = set()
    for at in range(0, doubled, 2):
        last, first = (struct.unpack_from(">H", table, place + at)[0] for place in (ends, starts))
        delta, offset = (struct.unpack_from(">H", table, place + at)[0] for place in (deltas, ranges))
        for code in range(first, last + 1):
            glyph = code
            if offset:
                glyph = struct.unpack_from(">H", table, ranges + at + offset + 2 * (code - first))[0]
            if (glyph + delta) % 65536 and (glyph or not offset):
                found.add(code)
    return found - {0xFFFF}
