"""Sets a page by typst: PDF/UA-1, and the same page as pictures. Equal content gives equal bytes. Knows templates, and no words."""

import json
import re
import threading
import unicodedata
from datetime import UTC, datetime
from functools import cache
from typing import cast

import typst

from receipts.content import Content, ReceiptContent
from receipts.glyphs import FONTS, drawable, font_families, printable
from receipts.qr import svg_path, svg_side
from receipts.sections import Section
from receipts.words import LAYOUTS

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # the file's own date: a clock here would make equal receipts differ
LONG_WORD = re.compile(r"\S{25,}")  # it may break anywhere, so that nothing runs off the paper
ZERO_WIDTH_SPACE = "\u200b"
AS_IT_IS = frozenset({"url", "qr_alt", "reference"})  # read by machines, not set in lines
_own = threading.local()  # typst's compiler must not be shared between threads ("Already borrowed")


def pdf(template: str, inputs: dict[str, str]) -> bytes:
    """Return the page of a template ("v2/a6") as PDF/UA-1."""
    made = _compiler().compile(input=_source(template), format="pdf", sys_inputs=inputs, pdf_standards=["ua-1"], timestamp=LONG_AGO)
    return cast("bytes", made)


def pictures(template: str, inputs: dict[str, str], ppi: float) -> list[bytes]:
    """Return the pages of a template as PNG, drawn by the same compiler."""
    made = _compiler().compile(input=_source(template), format="png", ppi=ppi, sys_inputs=inputs, timestamp=LONG_AGO)
    return made if isinstance(made, list) else [cast("bytes", made)]


def template_inputs(content: Content, **more: object) -> dict[str, str]:
    """Return the one input of a template: JSON, so that typed text stays text and is never read as markup."""
    there = drawable(font_families(content.language))
    told = {name: value if name in AS_IT_IS else _to_print(value, there) for name, value in vars(content).items() if name != "matrix"}
    told |= {"fonts": font_families(content.language)} | more
    if isinstance(content, ReceiptContent):
        told |= {"qr_modules": len(content.matrix), "qr_side": svg_side(content.matrix), "qr_path": svg_path(content.matrix)}
    return {"content": json.dumps(told, ensure_ascii=False)}


def _to_print(value: object, there: frozenset[int]) -> object:
    """Return words with the characters that `there` are fonts for, however deep they lie."""
    if isinstance(value, str):
        return printable(LONG_WORD.sub(_may_break, value), there)
    if isinstance(value, tuple):
        return [_to_print(inner, there) for inner in cast("tuple[object, ...]", value)]
    if isinstance(value, Section):
        return {name: _to_print(inner, there) for name, inner in vars(value).items()}
    return value


def _may_break(word: re.Match[str]) -> str:
    """Let a long word break before any letter, but never between a letter and its marks."""
    return "".join(c if unicodedata.category(c).startswith("M") else ZERO_WIDTH_SPACE + c for c in word[0]).removeprefix(ZERO_WIDTH_SPACE)


def _compiler() -> typst.Compiler:
    if not hasattr(_own, "compiler"):
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
        _own.compiler = typst.Compiler(root=str(LAYOUTS), font_paths=fonts)
    return cast("typst.Compiler", _own.compiler)


@cache
def _source(template: str) -> bytes:
    return (LAYOUTS / f"{template}.typ").read_bytes()
