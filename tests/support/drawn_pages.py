"""Looking at drawn pages with programs that know nothing of ours."""

import io
from collections import Counter

import numpy as np
import page
import pypdfium2
from PIL import Image

MM = 72 / 25.4  # points


def texts_of(pdf: bytes) -> list[str]:
    """Return each page's text."""
    document = pypdfium2.PdfDocument(pdf)
    return [document[number].get_textpage().get_text_bounded() for number in range(len(document))]


def letters_of(pdf: bytes) -> str:
    """Return every letter of all pages, without spaces, breaks and marks that only steer."""
    return bare("".join(texts_of(pdf)))


def bare(text: str) -> str:
    """Return a text's letters without spaces and marks that only steer."""
    return "".join(text.split()).translate(dict.fromkeys(map(ord, "\u200b\ufffe\u2066\u2069\u200f\u00ad")))


def latin_letters(text: str) -> Counter[str]:
    """Return how often each Latin letter and digit stands in a text: readers of PDF put what stands among Arabic words in another order."""
    return Counter(c for c in text if c.isascii() and c.isalnum())


def pictures_of(pdf: bytes, *, ppi: int = 200) -> list[np.ndarray]:
    """Return each page as grey pixels."""
    return [drawn.render(scale=ppi / 72, grayscale=True).to_numpy() for drawn in pypdfium2.PdfDocument(pdf)]


def size_of(pdf: bytes) -> list[float]:
    """Return the first page's width and height in millimetres."""
    return [round(side / MM, 1) for side in pypdfium2.PdfDocument(pdf)[0].get_size()]


def letter_sizes(pdf: bytes) -> set[float]:
    """Return the sizes of all letters, in points."""
    sizes: set[float] = set()
    for drawn in pypdfium2.PdfDocument(pdf):
        for found in drawn.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT]):
            size = pypdfium2.raw.c_float()
            pypdfium2.raw.FPDFTextObj_GetFontSize(found.raw, size)
            sizes.add(round(size.value * abs(found.get_matrix().d), 2))
    return sizes


def is_accessible(pdf: bytes) -> bool:
    """Check PDF/UA-1 by an independent validator."""
    return page.validate_pdf_bytes(pdf, profile=page.ValidationProfile.PDF_UA_1).is_compliant


def dots_of(png: bytes) -> np.ndarray:
    """Return a picture as black (True) and white dots; anything grey fails."""
    grey = np.asarray(Image.open(io.BytesIO(png)).convert("L"))
    assert set(np.unique(grey)) <= {0, 255}
    return grey == 0


def keeps_margins(picture: np.ndarray, *, ppi: int, margin: float) -> bool:
    """Return whether nothing is printed nearer than `margin` millimetres to the left, right and lower edge."""
    rim = int(margin / 25.4 * ppi)
    return bool((picture[:, :rim] == 255).all() and (picture[:, -rim:] == 255).all() and (picture[-rim:] == 255).all())
