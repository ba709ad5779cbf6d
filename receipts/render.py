"""Draws a receipt: A6 as PDF/UA-1, the same page as PNG, plain text, HTML. Equal content gives equal bytes. Stores nothing."""

import json
import textwrap
import threading
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import cast

import jinja2
import typst

from receipts.content import ReceiptContent
from receipts.glyphs import printable
from receipts.qr import qr_matrix, svg, svg_path, svg_side

FONTS = Path(__file__).parent / "fonts"
TEMPLATES = Path(__file__).parent / "templates"
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # the file's own date: a clock here would make equal receipts differ
TEXT_WIDTH = 60
_own = threading.local()  # typst's compiler must not be shared between threads ("Already borrowed")


def a6_pdf(content: ReceiptContent) -> bytes:
    """Return the A6 receipt as PDF/UA-1. What does not fit on the first page goes on a second one, never off the paper."""
    made = _compiler().compile(input=_template("a6"), format="pdf", sys_inputs=_inputs(content), pdf_standards=["ua-1"], timestamp=LONG_AGO)
    return cast("bytes", made)


def png(content: ReceiptContent, ppi: float = 203) -> list[bytes]:
    """Return the A6 receipt's pages as PNG; 203 per inch is what receipt printers have."""
    made = _compiler().compile(input=_template("a6"), format="png", ppi=ppi, sys_inputs=_inputs(content), timestamp=LONG_AGO)
    return made if isinstance(made, list) else [cast("bytes", made)]


def plain_text(content: ReceiptContent) -> str:
    """Return the receipt as text: for a message, a screen reader or a printer without pictures. Lines of 60 characters at most."""
    blocks = [
        [content.force_name, content.title.upper(), content.when, content.place],
        [f"{name}: {value}" for name, value in content.details],
        [f"{content.invitation} {content.address}", f"Your code: {content.code}", f"Check words: {content.check_words}", content.url],
        ["YOUR RIGHTS", *(f"- {line}" for line in content.rights)],
        [f"{content.copy_before}{content.copy_day}{content.copy_after}"],
        [content.complaint, content.support],
    ]
    return "\n\n".join("\n".join(_wrapped(line) for line in block) for block in blocks) + "\n"


def html(content: ReceiptContent) -> str:
    """Return the receipt as one HTML document to show, save, send or print: it loads nothing, so opening it tells nobody."""
    matrix = qr_matrix(content.qr_text)
    page = _html_templates().get_template("receipt.html")
    return page.render(c=content, path=svg_path(matrix), side=svg_side(matrix))


def _wrapped(line: str) -> str:
    indent = "  " if line.startswith("- ") else ""
    return textwrap.fill(line, TEXT_WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _inputs(content: ReceiptContent) -> dict[str, str]:
    """Return the one input of the template: JSON, so that typed text stays text and is never read as markup."""
    matrix = qr_matrix(content.qr_text)
    square = {"qr_svg": svg(content.qr_text), "qr_modules": len(matrix), "qr_side": svg_side(matrix)}
    words = asdict(content) | square | {"qr_alt": f"QR code that opens {content.url}"}
    return {"content": printable(json.dumps(words, ensure_ascii=False))}


def _compiler() -> typst.Compiler:
    if not hasattr(_own, "compiler"):
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
        _own.compiler = typst.Compiler(root=str(TEMPLATES), font_paths=fonts)
    return cast("typst.Compiler", _own.compiler)


@cache
def _template(name: str) -> bytes:
    return (TEMPLATES / f"{name}.typ").read_bytes()


@cache
def _html_templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
