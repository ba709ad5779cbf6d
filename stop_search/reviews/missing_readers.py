"""Looking again, every day, for readers of what has none: nobody may have been free when it was last tried."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true
from sqlalchemy.orm import Session

from stop_search.draws.records import Draw, FrameEntry
from stop_search.draws.rules import FrameOutcome
from stop_search.jobs.actions import request_job
from stop_search.jobs.rules import Queue
from stop_search.reviews.disputes import wanted_rereads
from stop_search.reviews.records import Review
from stop_search.reviews.rules import Reading, ReviewState
from stop_search.wording import london

THIRDS_FOR = timedelta(days=120)  # so long after a draw a third reader is looked for, of what two are far apart on

_DRAW_OF = case((FrameEntry.is_cover, FrameEntry.cover_draw_id), else_=FrameEntry.draw_id)  # which draw drew it; none what was asked for


def ask_for_missing_readers(session: Session, *, now: datetime) -> int:
    """Ask that readers be found for each draw, and each stop for cause, of which a reading has none; return for how many. Once a day."""
    lacking = set(session.scalars(select(_DRAW_OF).where(FrameEntry.is_drawn, _lacks_a_reader()).distinct()))
    lacking |= set(session.scalars(select(Draw.id).where(Draw.drawn_at >= now - THIRDS_FOR, _has_pairs())))
    for_cause = set(session.scalars(select(FrameEntry.id).where(FrameEntry.cause.is_not(None), _lacks_a_reader())))
    disputed = [one.entry for one in wanted_rereads(session, of=true())]
    lacking |= {entry.cover_draw_id if entry.is_cover else entry.draw_id for entry in disputed}
    for_cause |= {entry.id for entry in disputed if entry.cause is not None}
    asked = [("draw_id", draw_id) for draw_id in lacking if draw_id is not None] + [("entry_id", entry_id) for entry_id in for_cause]
    for what, found in sorted(asked):
        _ask(session, what, found, now)
    return len(asked)


def _lacks_a_reader() -> ColumnElement[bool]:
    """Say that a first reading, or the second of a stop that is to have one, is nobody's."""
    first = ~_taken(Reading.FIRST)
    second = and_(FrameEntry.is_second, ~_taken(Reading.SECOND))
    return and_(FrameEntry.outcome.is_distinct_from(FrameOutcome.REFUSED), or_(first, second))


def _taken(reading: Reading) -> ColumnElement[bool]:
    taken = select(Review.frame_entry_id).where(Review.reading == reading, Review.state != ReviewState.RECUSED)
    return FrameEntry.id.in_(taken)


def _has_pairs() -> ColumnElement[bool]:
    """Say of a draw that some stop of it was read twice, so that a third reading may be wanted."""
    both = (Review.reading.in_((Reading.FIRST, Reading.SECOND)), Review.state == ReviewState.SUBMITTED)
    pairs = select(Review.frame_entry_id).where(*both).group_by(Review.frame_entry_id).having(func.count() == len(both))
    return Draw.id.in_(select(_DRAW_OF).where(FrameEntry.id.in_(pairs)))


def _ask(session: Session, what: str, found: uuid.UUID, now: datetime) -> None:
    day = london(now).date()
    key = f"assign_reviews:{found}:on:{day}"
    request_job(session, name="assign_reviews", arguments={what: str(found)}, dedupe_key=key, queue=Queue.UPKEEP)
