"""What anybody is told of draws, without an account.

Of a list that is fixed: its days, its number, its digest, and what decides. Of a draw that was published: also all that its files say.
What was run and is not published stays told as it was before. Draws of the first protocol are in neither.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from stop_search.draws.anchoring import anchor_line, anchors_document
from stop_search.draws.beacon import round_time
from stop_search.draws.queries import DrawLine, anchors_of, draw_lines, draws_waiting
from stop_search.draws.records import Draw
from stop_search.draws.rules import DrawState, Stream
from stop_search.errors import NotFound


@dataclass(frozen=True)
class MadeKnown:
    """Where and when a list's digest was made known outside the force, and whether that was before chance was."""

    place: str
    anchored_at: datetime
    is_in_time: bool


@dataclass(frozen=True)
class FilesTold:
    """What stands in the files of a published draw. `root`: of the frame, as a receipt's page shows it; `witnesses`: of dice, else none."""

    size: int
    drawn: int
    root: str
    witnesses: tuple[str, ...]
    anchors: tuple[MadeKnown, ...]
    published_at: datetime


@dataclass(frozen=True)
class DrawTold:
    """One draw. `round` is the beacon's that decides, with its moment; None where dice do. `files` is None until it is published."""

    draw_id: uuid.UUID
    stream: Stream
    sequence: int
    period_start: date
    period_end: date
    digest: str
    committed_at: datetime
    round: int | None
    round_at: datetime | None
    is_run: bool
    files: FilesTold | None


def lists_waiting(session: Session) -> list[DrawTold]:
    """Return the lists that are fixed and from which chance has not chosen yet, the newest first."""
    return _told(session, [line for line in reversed(draws_waiting(session)) if line.sequence is not None])


def lists_drawn(session: Session, *, first: date, last: date) -> list[DrawTold]:
    """Return the draws that were run and whose period ends within these days, the newest first."""
    within = _numbered().where(Draw.state != DrawState.COMMITTED, Draw.period_end >= first, Draw.period_end <= last)
    found = session.scalars(within.order_by(Draw.period_end.desc(), Draw.sequence.desc(), Draw.id)).all()
    return _told(session, draw_lines(session, found))


def days_drawn(session: Session) -> list[date]:
    """Return the last days of the periods that were drawn, the newest first."""
    ends = select(Draw.period_end).where(Draw.sequence.is_not(None), Draw.state != DrawState.COMMITTED)
    return list(session.scalars(ends.distinct().order_by(Draw.period_end.desc())))


def list_told(session: Session, *, draw_id: uuid.UUID) -> DrawTold:
    """Return one list. Raises NotFound, also for a draw of the first protocol."""
    found = session.scalars(_numbered().where(Draw.id == draw_id)).all()
    if not found:
        raise no_such_list()
    return _told(session, draw_lines(session, found))[0]


def published_list(session: Session, *, draw_id: uuid.UUID) -> DrawTold:
    """Return one draw of which the files are out. Raises NotFound where they are not, as if there were none."""
    told = list_told(session, draw_id=draw_id)
    if told.files is None:
        raise no_such_list()
    return told


def anchors_told(session: Session, *, draw_id: uuid.UUID, page: str, now: datetime) -> dict[str, Any]:
    """Return anchors.json of one list: where a published draw was made known; of one that waits, that its digest stands on `page` now.

    Whoever keeps the second has an anchor of their own. Raises NotFound for what was run and is not published.
    """
    told = list_told(session, draw_id=draw_id)
    if told.files is not None:
        return anchors_of(session, draw_ids=[draw_id])
    if told.is_run:
        raise no_such_list()
    return anchors_document([anchor_line(session.get_one(Draw, draw_id).manifest or {}, anchored_at=now, where=page)])


def no_such_list() -> NotFound:
    """Return what is said of a list that there is not, or of files that are not out."""
    message = "There is no such list."
    return NotFound(message).worded("draws.no_such")


def _numbered() -> Select[Draw]:
    return select(Draw).where(Draw.sequence.is_not(None))


def _told(session: Session, lines: Sequence[DrawLine]) -> list[DrawTold]:
    return [_one(line, session.get_one(Draw, line.draw_id)) for line in lines]


def _one(line: DrawLine, draw: Draw) -> DrawTold:
    named = line.named or {}
    number = int(named["round"]) if named.get("kind") == "drand" else None
    return DrawTold(
        draw_id=line.draw_id,
        stream=line.stream,
        sequence=line.sequence or 0,
        period_start=line.period_start,
        period_end=line.period_end,
        digest=line.frame_digest,
        committed_at=line.committed_at,
        round=number,
        round_at=None if number is None else round_time(number),
        is_run=line.state is not DrawState.COMMITTED,
        files=_files(line, draw),
    )


def _files(line: DrawLine, draw: Draw) -> FilesTold | None:
    if line.published_at is None:
        return None
    root, witnesses = str((draw.manifest or {})["root"]), tuple((draw.chance or {}).get("witnesses", ()))
    anchors = tuple(MadeKnown(one.place, one.anchored_at, line.is_in_time(one)) for one in line.anchors)
    return FilesTold(line.frame_size, line.drawn, root, witnesses, anchors, line.published_at)
