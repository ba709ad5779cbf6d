"""The forms of a receipt and of a notice: what draws each, and what kind of file comes of it. The one list that every door looks at."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from receipts import layout_1
from receipts.content import Content, ReceiptContent
from receipts.plain_text import plain_text
from receipts.signed import carrying, signed_receipt
from receipts.text_message import text_message
from receipts.thermal import DOTS_58_MM, DOTS_80_MM, thermal_escpos, thermal_png
from receipts.typesetting import pdf, pictures, template_inputs
from receipts.web import html
from stop_search.errors import Invalid

Said_contra = TypeVar("Said_contra", bound=Content, contravariant=True)


@dataclass(frozen=True)
class Form(Generic[Said_contra]):
    """One form. `draw` gives equal bytes for equal content; `media_type` and `ending` are the file's; `about` is for people who choose."""

    draw: Callable[[Said_contra], bytes]
    media_type: str
    ending: str
    about: str


def receipt_file(content: ReceiptContent, form: str, *, seed: bytes) -> bytes:
    """Return the receipt in one of `FORMS`, in the layout in which it was issued. `seed`: the 32 bytes of the signing key.

    Raises:
        Invalid: there is no such form, or the receipt's layout did not have it yet; the message names those there are.

    """
    drawn = _chosen(RECEIPT_FORMS.get(content.layout_version, FORMS), form).draw(content)
    if content.layout_version == layout_1.VERSION or form not in SIGNED_FORMS:
        return drawn
    signed = signed_receipt(content, seed=seed)
    return (carrying(drawn.decode(), signed) if form == "html" else signed).encode()


def notice_file(content: Content, form: str) -> bytes:
    """Return the notice in one of `NOTICE_FORMS`. Raises Invalid: there is no such form; the message names those there are."""
    return _chosen(NOTICE_FORMS, form).draw(content)


def page_pictures(content: Content, form: str, ppi: float = 203) -> list[bytes]:
    """Return the pages of a6, card or large as PNG, to show before printing: from the same template by the same renderer.

    Raises:
        Invalid: the form has no pages.

    """
    if form not in PAGED:
        message = f"There is no picture of the form “{form}”. There is: {', '.join(PAGED)}."
        raise Invalid(message)
    if content.layout_version == layout_1.VERSION and isinstance(content, ReceiptContent):
        return layout_1.a6_pictures(content, ppi)
    return pictures(f"v2/{form}", template_inputs(content), ppi)


def _chosen(forms: dict[str, Form[Said_contra]], name: str) -> Form[Said_contra]:
    if name not in forms:
        message = f"This has no form “{name}”. It has: {', '.join(forms)}."
        raise Invalid(message, {"form": message})
    return forms[name]


def _page(form: str, content: Content) -> bytes:
    return pdf(f"v2/{form}", template_inputs(content))


def _written(write: Callable[[Said_contra], str]) -> Callable[[Said_contra], bytes]:
    return lambda content: write(content).encode()


PDF, PNG, PRINTER = "application/pdf", "image/png", "application/octet-stream"
TEXT, HTML, JSON = "text/plain; charset=utf-8", "text/html; charset=utf-8", "application/json"
PAGED = ("a6", "card", "large")

NOTICE_FORMS: dict[str, Form[Content]] = {
    "a6": Form(partial(_page, "a6"), PDF, "pdf", "a page of A6 to print"),
    "large": Form(partial(_page, "large"), PDF, "pdf", "large print, A4"),
    "thermal80": Form(partial(thermal_png, dots=DOTS_80_MM), PNG, "png", "a picture for a receipt printer with paper 80 mm wide"),
    "thermal58": Form(partial(thermal_png, dots=DOTS_58_MM), PNG, "png", "the same, 58 mm wide"),
    "thermal80-escpos": Form(
        partial(thermal_escpos, dots=DOTS_80_MM), PRINTER, "escpos", "bytes to send to such a printer, 80 mm (ESC/POS)"
    ),
    "thermal58-escpos": Form(partial(thermal_escpos, dots=DOTS_58_MM), PRINTER, "escpos", "the same, 58 mm"),
    "text": Form(_written(plain_text), TEXT, "txt", "text"),
    "html": Form(_written(html), HTML, "html", "one document to show or send"),
}
FORMS: dict[str, Form[ReceiptContent]] = {
    "a6": NOTICE_FORMS["a6"],
    "card": Form(partial(_page, "card"), PDF, "pdf", "a bank card, front and back"),
    **NOTICE_FORMS,
    "sms": Form(_written(text_message), TEXT, "txt", "one text message"),
    "signed": Form(_written(plain_text), JSON, "json", "a signed file, to check offline that nobody changed it"),
}
SIGNED_FORMS = frozenset({"html", "signed"})  # the page carries the signed file inside
FIRST_FORMS: dict[str, Form[ReceiptContent]] = {
    "a6": Form(layout_1.a6_pdf, PDF, "pdf", "a page of A6 to print"),
    "text": Form(_written(layout_1.plain_text), TEXT, "txt", "text"),
    "html": Form(_written(layout_1.html), HTML, "html", "one document to show or send"),
}
RECEIPT_FORMS = {layout_1.VERSION: FIRST_FORMS}
