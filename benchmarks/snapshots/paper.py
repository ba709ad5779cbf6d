"""Receipts on paper, for photographs of them: the A6 page as it is printed, or the same page with another square in the place of ours."""

from datetime import UTC, date, datetime

import cv2
import numpy as np
import numpy.typing as npt
import pypdfium2
import zxingcpp

from receipts.content import receipt_content
from receipts.forms import FORMS
from stop_search.encounters.rules import EncounterKind, PersonPart, ReceiptFacts

Paper = npt.NDArray[np.float32]  # 0 black to 1 white
Matrix = tuple[tuple[bool, ...], ...]

PER_MM = 12  # pixels of paper, 305 to the inch: finer than any phone's picture of it
SQUARE = 30  # mm, without the quiet zone
WINDOW = 60  # mm of paper and table that a picture shows, the square in its middle
TABLE = 0.4  # as light as the table beside the paper
INK = 128  # what is darker, of 255, is printed

FACTS = ReceiptFacts(
    reference="WX-26-7K3M9Q",
    kind=EncounterKind.PERSON,
    part=PersonPart.SEARCHED,
    started_at=datetime(2026, 11, 18, 14, 5, tzinfo=UTC),
    place="Harbour Park, north gate",
    power="mda_s23",
    object_of_search="drugs",
    officer_name="Ellie Marsh",
    officer_number="2011",
    officer_station="Harbour Road",
    entitlement_ends_on=date(2027, 2, 17),
    check_words="amber otter",
    language="en",
    layout_version=2,
)


def receipt_paper(public_url: str, code: str) -> Paper:
    """Return what surrounds the square of a receipt as it is printed: WINDOW mm of its A6 page and of the table."""
    content = receipt_content(FACTS, code=code, force_name="Wessex Demonstration Police", public_url=public_url)
    page = pypdfium2.PdfDocument(FORMS["a6"].draw(content))[0].render(scale=PER_MM * 25.4 / 72, grayscale=True).to_numpy()
    left, top = _square(page.reshape(page.shape[:2]))
    margin = (WINDOW - SQUARE) * PER_MM // 2
    around = np.pad(page.reshape(page.shape[:2]), margin, constant_values=round(TABLE * 255))
    shown = around[top : top + WINDOW * PER_MM, left : left + WINDOW * PER_MM]
    return shown.astype(np.float32) / 255


def with_square(paper: Paper, matrix: Matrix) -> Paper:
    """Return the same paper with another square in the place of the one that is there, equally wide."""
    width, begin = SQUARE * PER_MM, (WINDOW - SQUARE) * PER_MM // 2
    modules = np.kron(~np.array(matrix), np.ones((PER_MM, PER_MM))).astype(np.float32)
    changed = paper.copy()
    changed[begin - 2 : begin + width + 2, begin - 2 : begin + width + 2] = 1
    changed[begin : begin + width, begin : begin + width] = cv2.resize(modules, (width, width), interpolation=cv2.INTER_AREA)
    return changed


def _square(page: npt.NDArray[np.uint8]) -> tuple[int, int]:
    """Return where the square's left upper corner is: its outermost black pixels, for its quiet zone is empty."""
    (found,) = zxingcpp.read_barcodes(page, zxingcpp.BarcodeFormat.QRCode)
    reach = PER_MM  # less than the quiet zone
    left, top = found.position.top_left.x - reach, found.position.top_left.y - reach
    right, bottom = found.position.bottom_right.x + reach, found.position.bottom_right.y + reach
    rows, columns = np.nonzero(page[top:bottom, left:right] < INK)
    return left + int(columns.min()), top + int(rows.min())
