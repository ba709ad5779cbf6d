"""Other squares than ours for the same address: what the library `qrcode` makes by itself, and any version, level and mask."""

from qrcode import QRCode
from qrcode.util import MODE_ALPHA_NUM, QRData

from benchmarks.snapshots.paper import Matrix
from receipts.qr import LEVELS


def by_default(url: str) -> Matrix:
    """Return the square of `qrcode.make(url)`: level M, the smallest version, the mask of least penalty."""
    code = QRCode(border=0)
    code.add_data(url)
    return code.get_matrix()


def versions(text: str) -> dict[str, int]:
    """Return the smallest version that holds a text in capitals at each level."""
    return {level: _code(text, level).best_fit() for level in LEVELS}


def of_choice(text: str, level: str, version: int, mask: int | None = None) -> Matrix:
    """Return the square of a text in capitals; without a mask, the library chooses the one of least penalty."""
    code = _code(text, level, version=version, mask_pattern=mask)
    code.make(fit=False)
    return code.get_matrix()


def _code(text: str, level: str, **how: int | None) -> QRCode:
    code = QRCode(error_correction=LEVELS[level], border=0, **how)
    code.add_data(QRData(text, mode=MODE_ALPHA_NUM))
    return code
