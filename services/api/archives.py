"""Files that people take away: a zip of named files, and a table that no spreadsheet runs as a formula."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same files give the same bytes
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # OWASP, CSV injection
BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"  # so that spreadsheets read UTF-8


def zipped(folder: str, files: Mapping[str, bytes], *, onto: bytes = b"") -> bytes:
    """Return the files, below one folder, as a zip: the same bytes every time. `onto`: a zip to which they are added."""
    held = io.BytesIO(onto)
    with zipfile.ZipFile(held, "a") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(f"{folder}/{name}", ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return held.getvalue()


def as_csv(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a table as CSV in UTF-8; None is an empty cell, and no text starts a formula."""
    held = io.StringIO()
    writer = csv.writer(held)
    writer.writerow(heading)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return (BYTE_ORDER_MARK + held.getvalue()).encode()


def _safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(STARTS_A_FORMULA) else cell
