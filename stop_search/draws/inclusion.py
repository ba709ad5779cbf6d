"""Whether a stop is on a list from which chance chooses, and the path that proves it. Says nothing about whether it was drawn."""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.draws.records import Draw, FrameEntry
from stop_search.draws.tickets import main_row, merkle_path

STOP_FORMAT = "stop-search/draw-stop/v1"


@dataclass(frozen=True)
class InclusionProof:
    """One row of a main frame: `row` as it stands in frame.csv, its place `index` of `size` (from 0), the hashes up to `root` (hex)."""

    draw_id: uuid.UUID
    row: str
    index: int
    size: int
    path: tuple[str, ...]
    root: str

    def document(self) -> dict[str, Any]:
        """Return it as stop.json, which `verify/draw.py` reads. The root is not in it: whoever asks compares with the published one."""
        path = list(self.path)
        return {"format": STOP_FORMAT, "draw": str(self.draw_id), "index": self.index, "size": self.size, "row": self.row, "path": path}


@dataclass(frozen=True)
class Listing:
    """Whether a stop is on a list. `proof` is None where it is on none yet, or on one of the first protocol (`is_older`)."""

    proof: InclusionProof | None
    is_older: bool = False


def listing_of(session: Session, *, encounter_id: uuid.UUID) -> Listing:
    """Return whether a stop is on a list; the caller has checked that whoever asks has its receipt."""
    found = session.execute(
        select(FrameEntry.draw_id, FrameEntry.token, Draw.manifest)
        .join(Draw, Draw.id == FrameEntry.draw_id)
        .where(FrameEntry.encounter_id == encounter_id, FrameEntry.cause.is_(None))
    ).one_or_none()
    if found is None or found.draw_id is None:
        return Listing(None)
    if found.manifest is None:
        return Listing(None, is_older=True)
    columns = (FrameEntry.token, FrameEntry.probability_numerator, FrameEntry.probability_denominator, FrameEntry.evidence)
    frame = session.execute(select(*columns).where(FrameEntry.draw_id == found.draw_id).order_by(FrameEntry.token)).all()
    index = next(n for n, row in enumerate(frame) if row[0] == found.token)
    rows = [main_row(token, (numerator, denominator), evidence or "") for token, numerator, denominator, evidence in frame]
    path = merkle_path(rows, index)
    return Listing(InclusionProof(found.draw_id, rows[index], index, len(rows), path, str(found.manifest["root"])))
