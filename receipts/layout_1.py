"""The first layout, as it was issued: A6, text, HTML. It never changes; its golden files lie in tests/receipts/golden/v1."""

import json
from typing import Any

from receipts.content import ReceiptContent
from receipts.glyphs import LATIN, drawable, printable
from receipts.plain_text import wrapped
from receipts.qr import svg_path, svg_side
from receipts.typesetting import pdf, pictures
from receipts.web import page

VERSION = 1


def a6_pdf(content: ReceiptContent) -> bytes:
    """Return the A6 receipt as PDF/UA-1."""
    return pdf("v1/a6", _inputs(content))


def a6_pictures(content: ReceiptContent, ppi: float) -> list[bytes]:
    """Return the pages of the A6 receipt as PNG."""
    return pictures("v1/a6", _inputs(content), ppi)


def plain_text(content: ReceiptContent) -> str:
    """Return the receipt in lines of 60 characters at most."""
    told = _told(content)
    blocks = [
        [content.force_name, content.title.upper(), content.when, content.place],
        [f"{name}: {value}" for name, value in content.details],
        [f"{content.invitation} {content.address}", f"Your code: {content.code}", f"Check words: {content.check_words}", content.url],
        ["YOUR RIGHTS", *(f"- {line}" for line in told["rights"])],
        ["".join(content.section("copy").texts)],
        [told["complaint"], told["support"]],
    ]
    return "\n\n".join("\n".join(wrapped(line) for line in block) for block in blocks) + "\n"


def html(content: ReceiptContent) -> str:
    """Return the receipt as one HTML document that loads nothing."""
    return page("v1/receipt.html", c=_told(content), path=svg_path(content.matrix), side=svg_side(content.matrix))


def _told(content: ReceiptContent) -> dict[str, Any]:
    """Return what this layout's templates know, by the names they know it by."""
    ((before, _), (day, _), (after, _)) = content.section("copy").lines[0]
    complaint, support = content.section("help").texts
    return {name: value for name, value in vars(content).items() if name not in {"sections", "matrix"}} | {
        "rights": content.section("rights").texts,
        "copy_before": before,
        "copy_day": day,
        "copy_after": after,
        "complaint": complaint,
        "support": support,
    }


def _inputs(content: ReceiptContent) -> dict[str, str]:
    side = svg_side(content.matrix)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path fill="#000" d="{svg_path(content.matrix)}"/></svg>'
    )
    told = _told(content) | {"qr_svg": svg, "qr_modules": len(content.matrix), "qr_side": side}
    return {"content": printable(json.dumps(told, ensure_ascii=False), drawable((LATIN,)))}
