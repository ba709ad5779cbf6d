"""The files of draws for anybody: a published draw's bundle, and the programs that check it.

Of a bundle all but the outcomes stays as it was when the draw was run. That part is packed once and kept in the storage: for 12,000 stops
it takes longer to make than a page may. The outcomes are added as they stand.
"""

from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Lock

from sqlalchemy.orm import Session

from services.api.archives import zipped
from stop_search.draws.made_public import DrawTold
from stop_search.draws.publication import OUTCOMES, outcome_bytes
from stop_search.draws.queries import outcomes_of, published_draw
from stop_search.errors import Conflict, NotFound, StorageFull
from stop_search.storage import Storage

VERIFY = Path(__file__).parents[3] / "verify"
PAGE = "draw.html"
CHECK = "check-a-draw"
KEPT = "draws/{draw}/{digest}.zip"
BYTES_A_STOP = 160  # packed; a token, a mark and a ticket can be packed to half and no further
_ONE_AT_A_TIME = Lock()


def bundle(session: Session, storage: Storage, told: DrawTold) -> bytes:
    """Return a published draw's files as a zip: the same as the learning team takes. `told`: from `published_list`.

    Raises:
        Conflict: it has to be made, and what is stored of the draw was changed.

    """
    outcomes = {OUTCOMES: outcome_bytes(outcomes_of(session, draw_id=told.draw_id))}
    return zipped(_folder(told), outcomes, onto=_what_stays(session, storage, told))


def rough_kilobytes(size: int) -> int:
    """Return about how much the zip of so many stops is."""
    return 2 + round(size * BYTES_A_STOP / 1000)


@cache
def check_page() -> bytes:
    """Return the page that checks a draw in a browser, opened from a file: it is a program of one file."""
    return (VERIFY / PAGE).read_bytes()


@cache
def check_programs() -> bytes:
    """Return the programs that check a draw with Python's standard library, and the page, as a zip."""
    there = sorted({*VERIFY.glob("draw*.py"), VERIFY / "beacon.py", VERIFY / PAGE})
    return zipped(CHECK, {path.name: path.read_bytes() for path in there})


def _what_stays(session: Session, storage: Storage, told: DrawTold) -> bytes:
    key = KEPT.format(draw=told.draw_id, digest=told.digest[:16])
    with suppress(NotFound):
        return storage.read(key)
    with _ONE_AT_A_TIME:
        with suppress(NotFound):
            return storage.read(key)
        files = published_draw(session, draw_id=told.draw_id).files
        made = zipped(_folder(told), {name: content for name, content in files.items() if name != OUTCOMES})
        with suppress(Conflict, StorageFull):  # another process was quicker; or there is no room, and it is made again next time
            storage.put_bytes(key, made)
        return made


def _folder(told: DrawTold) -> str:
    return f"draw-{told.draw_id}"
