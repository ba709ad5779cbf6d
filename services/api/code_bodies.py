"""Codes set aside, as a device or the officers' app asks for them and gets them: enough to show or print a receipt without a signal."""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, Field

from receipts.qr import qr_matrix, qr_text, svg_path, svg_side
from stop_search.encounters.allocation import MOST_HELD, SetAside
from stop_search.encounters.receipt_codes import pretty, receipt_url


class HoldBody(BaseModel):
    """How many unused codes to hold."""

    model_config = ConfigDict(extra="forbid")

    hold: int = Field(ge=0, le=MOST_HELD, description="A level: asking again gives the same codes again until they are used")


class QrDrawn(BaseModel):
    """The QR of a receipt's address, quiet zone included: black is `path`, an SVG path in a square of `side` units."""

    side: int
    path: str


class CodeShown(BaseModel):
    """One code set aside, as people read it, with the address for the QR and the check words."""

    code: str
    url: str
    check_words: str
    qr: QrDrawn


class CodesAnswer(BaseModel):
    """Every unused code that the device or phone holds, the oldest first."""

    codes: list[CodeShown]


def codes_answer(held: Iterable[SetAside], *, public_url: str) -> CodesAnswer:
    """Return the codes as they are shown. Drawing takes some milliseconds for each: not while the database waits."""
    return CodesAnswer(codes=[_shown(one, receipt_url(public_url, one.code)) for one in held])


def qr_drawn(url: str) -> QrDrawn:
    """Return the QR of a receipt's address."""
    matrix = qr_matrix(qr_text(url))
    return QrDrawn(side=svg_side(matrix), path=svg_path(matrix))


def _shown(one: SetAside, url: str) -> CodeShown:
    return CodeShown(code=pretty(one.code), url=url, check_words=one.check_words, qr=qr_drawn(url))
