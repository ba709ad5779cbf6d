"""Drawn stops whose footage was gone before anybody reviewed it, which are counted, and those for which that is about to happen."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from stop_search.draws.queries import drawn_by
from stop_search.draws.records import FrameEntry
from stop_search.draws.rules import FrameOutcome
from stop_search.encounters.records import Encounter
from stop_search.footage.erasing import reasons_to_keep
from stop_search.footage.matching import matching_encounters
from stop_search.footage.records import Footage, FootageErasure, FootageOfEncounter
from stop_search.footage.rules import FootageState
from stop_search.reviews.records import Review
from stop_search.reviews.rules import Reading, ReviewState

NEAR = timedelta(days=7)


@dataclass(frozen=True)
class AtRisk:
    """A recording of a drawn stop that nobody has reviewed, that nothing holds, and whose last day is near."""

    footage_id: uuid.UUID
    references: tuple[str, ...]
    last_day: date


def gone_before_review(session: Session, *, draw_id: uuid.UUID | None = None) -> int:
    """Return of how many drawn stops all recordings were erased before the first reading was handed in, in one draw or in all.

    They stay in every denominator: a stop whose footage is gone is an outcome of its own, not a stop that was never drawn.
    """
    gone = select(func.count()).select_from(FrameEntry).where(FrameEntry.is_drawn, _gone())
    return session.scalar(gone if draw_id is None else gone.where(drawn_by(draw_id))) or 0


def gone_by_draw(session: Session, *, draw_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Return the same by draw in whose frame the stop is, of these draws; draws without any are left out."""
    rows = session.execute(
        select(FrameEntry.draw_id, func.count())
        .where(FrameEntry.is_drawn, FrameEntry.draw_id.in_(draw_ids), _gone())
        .group_by(FrameEntry.draw_id)
    )
    return {draw_id: number for draw_id, number in rows if draw_id is not None}


def drawn_without_hold(session: Session, *, now: datetime) -> list[AtRisk]:
    """Return what is about to be gone before review, the nearest day first: a draw holds, but people release holds and links change.

    A recording that shows a drawn stop by officer and time alone counts too.
    """
    last = (now + NEAR).astimezone(UTC).date()
    near = select(Footage).where(Footage.state != FootageState.ERASED, Footage.erase_after <= last)
    waiting = dict(
        session.execute(
            select(FrameEntry.encounter_id, Encounter.reference)
            .join(Encounter, Encounter.id == FrameEntry.encounter_id)
            .where(FrameEntry.is_drawn, FrameEntry.outcome.is_distinct_from(FrameOutcome.REFUSED), ~_first_reading().exists())
        ).all()
    )
    if not waiting:
        return []
    found: list[AtRisk] = []
    for footage in session.scalars(near.order_by(Footage.erase_after, Footage.id)).all():
        shown = {encounter_id for encounter_id in _shown(session, footage) if encounter_id in waiting}
        if shown and not reasons_to_keep(session, footage=footage) and footage.erase_after is not None:
            found.append(AtRisk(footage.id, tuple(sorted(waiting[encounter_id] for encounter_id in shown)), footage.erase_after))
    return found


def _shown(session: Session, footage: Footage) -> set[uuid.UUID]:
    tied = set(session.scalars(select(FootageOfEncounter.encounter_id).where(FootageOfEncounter.footage_id == footage.id)))
    return tied | set(matching_encounters(session, footage=footage))


def _first_reading():  # noqa: ANN202 -- a statement that is part of others
    return select(Review.id).where(
        Review.frame_entry_id == FrameEntry.id, Review.reading == Reading.FIRST, Review.state == ReviewState.SUBMITTED
    )


def _gone() -> ColumnElement[bool]:
    """Say that some recording showed the stop, and that each was erased before the first reading, or with none."""
    read_at = (
        select(func.min(Review.submitted_at, type_=Review.submitted_at.type))
        .where(Review.frame_entry_id == FrameEntry.id, Review.reading == Reading.FIRST, Review.state == ReviewState.SUBMITTED)
        .correlate(FrameEntry)
        .scalar_subquery()
    )
    tied = FootageOfEncounter.encounter_id == FrameEntry.encounter_id
    before = exists().where(
        FootageErasure.footage_id == FootageOfEncounter.footage_id, or_(read_at.is_(None), FootageErasure.erased_at < read_at)
    )
    return and_(
        exists().where(tied).correlate(FrameEntry),
        ~exists().where(tied, ~before.correlate(FootageOfEncounter, FrameEntry)).correlate(FrameEntry),
    )
