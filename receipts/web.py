"""A receipt or notice as one HTML document to show, save, send or print: it loads nothing, so opening it tells nobody."""

from functools import cache

import jinja2

from receipts.content import Content, ReceiptContent
from receipts.qr import svg_path, svg_side
from receipts.words import LAYOUTS


def html(content: Content) -> str:
    """Return the document."""
    if isinstance(content, ReceiptContent):
        return page("v2/receipt.html", c=content, scan=True, path=svg_path(content.matrix), side=svg_side(content.matrix))
    return page("v2/receipt.html", c=content, scan=False)


def page(template: str, **given: object) -> str:
    """Return a template of the layouts' folder ("v2/receipt.html"), filled in; everything is escaped."""
    return _templates().get_template(template).render(**given)


@cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(LAYOUTS), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
