"""Sheets of a long recording's pictures, one every ten seconds: asked for when the facts are there, made where nothing waits for them."""

import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from stop_search.footage.erasing import remove_again
from stop_search.footage.locking import locked_if_there
from stop_search.footage.records import Footage
from stop_search.footage.rules import FootageState
from stop_search.jobs.actions import request_job
from stop_search.jobs.rules import Queue

MAKE_SHEETS = "make_sheets"
LONG_SECONDS = 600  # sixty pictures lie more than ten seconds apart in anything longer


@dataclass(frozen=True)
class ToSheet:
    """What making sheets needs of a recording; `examination` tells whether its pictures are still those."""

    sha256: str
    size_bytes: int
    storage_key: str
    examination: int


def ask_for_sheets(session: Session, *, footage: Footage) -> None:
    """Have sheets made of a recording that was examined, if it is long and its bytes are here."""
    length = (footage.facts or {}).get("length_seconds", 0)
    if footage.pictures is None or footage.storage_key is None or length <= LONG_SECONDS:
        return
    key = f"{MAKE_SHEETS}:{footage.id}:{footage.examinations}"
    request_job(session, name=MAKE_SHEETS, arguments={"footage_id": str(footage.id)}, dedupe_key=key, queue=Queue.COPIES)


def footage_to_sheet(session: Session, *, footage_id: uuid.UUID) -> ToSheet | None:
    """Return what making sheets needs; None where there is nothing to make them of any more."""
    footage = session.get(Footage, footage_id)
    if footage is None or footage.state == FootageState.ERASED or footage.storage_key is None or footage.pictures is None:
        return None
    return ToSheet(footage.sha256, footage.size_bytes, footage.storage_key, footage.examinations)


def note_sheets(session: Session, *, footage_id: uuid.UUID, examination: int, sheets: list[str], index: str) -> None:
    """Add sheets and their index, by their storage keys, to a recording's pictures; none if it was erased or examined again since."""
    footage = locked_if_there(session, footage_id=footage_id)
    if footage is not None and footage.state == FootageState.ERASED:
        remove_again(session, footage_id=footage_id)
    elif footage is not None and footage.pictures is not None and footage.examinations == examination:
        footage.pictures = footage.pictures | {"sheets": sheets, "sheets_vtt": index}
