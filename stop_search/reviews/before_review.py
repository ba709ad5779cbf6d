"""Drawn stops whose footage was gone before anybody reviewed it, which are counted, and those for which that is about to happen."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from stop_search.database.session import database_now
from stop_search.draws.queries import drawn_by
from stop_search.draws.records import FrameEntry
from stop_search.draws.rules import FrameOutcome
from stop_search.encounters.records import Encounter
from stop_search.footage.erasing import holds_on
from stop_search.footage.matching import matching_encounters
from stop_search.footage.records import Footage, FootageErasure, FootageHold, FootageOfEncounter
from stop_search.footage.roughly import may_show_any
from stop_search.footage.rules import FootageState
from stop_search.reviews.kept_figures import Figures, believed_figures
from stop_search.reviews.records import Review
from stop_search.reviews.rules import HANDED_IN, Reading

NEAR = timedelta(days=7)
AT_RISK = Figures("at_risk", timedelta(hours=5, minutes=30), timedelta(hours=24))
MANY_NEAR = 100  # recordings that go within a week: each is compared with what is near it


@dataclass(frozen=True)
class AtRisk:
    """A recording of a drawn stop that nobody has reviewed, that nothing holds, and whose last day is near."""

    footage_id: uuid.UUID
    references: tuple[str, ...]
    last_day: date


@dataclass(frozen=True)
class BeforeReview:
    """What is about to be gone, and of how many drawn stops all was gone; `counted_at` is None where it was counted just now."""

    at_risk: tuple[AtRisk, ...]
    gone: int
    counted_at: datetime | None = None


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

    A recording that shows a drawn stop by officer and time alone counts too. One that shows a stop that is held stays, so only those
    are looked at closely that are tied to no such stop and near one that is not held.
    """
    waiting, not_held = _waiting(session)
    if not not_held:
        return []
    found: list[AtRisk] = []
    going = session.scalars(_near(now).where(~_is_tied_to_held()).order_by(Footage.erase_after, Footage.id)).all()
    for footage in may_show_any(session, going, encounter_ids=not_held):
        everything = _shown(session, footage)
        shown = {encounter_id for encounter_id in everything if encounter_id in waiting}
        if shown and not holds_on(session, encounter_ids=everything) and footage.erase_after is not None:
            found.append(AtRisk(footage.id, tuple(sorted(waiting[encounter_id] for encounter_id in shown)), footage.erase_after))
    return found


def before_review_shown(session: Session, *, now: datetime) -> BeforeReview:
    """Return both for a page: counted now, or where many recordings go within a week as a job counted them last."""
    kept = believed_figures(session, AT_RISK, now=now)
    if kept is None:
        return BeforeReview(tuple(drawn_without_hold(session, now=now)), gone_before_review(session))
    lines = (AtRisk(uuid.UUID(id_), tuple(references), date.fromisoformat(day)) for id_, references, day in kept.content["at_risk"])
    return BeforeReview(tuple(lines), kept.content["gone"], kept.counted_at)


def before_review_to_keep(session: Session, *, many: int = MANY_NEAR) -> dict[str, Any] | None:
    """Return both, to be kept; None where fewer recordings than `many` go within a week."""
    now = database_now(session)
    if (session.scalar(select(func.count()).select_from(_near(now).subquery())) or 0) < many:
        return None
    lines = [[str(one.footage_id), list(one.references), one.last_day.isoformat()] for one in drawn_without_hold(session, now=now)]
    return {"at_risk": lines, "gone": gone_before_review(session)}


def _near(now: datetime) -> Select[Footage]:
    last = (now + NEAR).astimezone(UTC).date()
    return select(Footage).where(Footage.state != FootageState.ERASED, Footage.erase_after <= last)


def _is_tied_to_held() -> ColumnElement[bool]:
    held = (FootageHold.encounter_id == FootageOfEncounter.encounter_id, FootageHold.released_at.is_(None))
    return exists().where(FootageOfEncounter.footage_id == Footage.id, *held).correlate(Footage)


def _waiting(session: Session) -> tuple[dict[uuid.UUID, str], set[uuid.UUID]]:
    """Return the references of drawn stops that nobody has reviewed or refused, and which of them nothing holds."""
    is_held = exists().where(FootageHold.encounter_id == FrameEntry.encounter_id, FootageHold.released_at.is_(None)).correlate(FrameEntry)
    rows = session.execute(
        select(FrameEntry.encounter_id, Encounter.reference, is_held)
        .join(Encounter, Encounter.id == FrameEntry.encounter_id)
        .where(FrameEntry.is_drawn, FrameEntry.outcome.is_distinct_from(FrameOutcome.REFUSED), ~_first_reading().exists())
    ).all()
    return {encounter_id: reference for encounter_id, reference, _ in rows}, {encounter_id for encounter_id, _, held in rows if not held}


def _shown(session: Session, footage: Footage) -> set[uuid.UUID]:
    tied = set(session.scalars(select(FootageOfEncounter.encounter_id).where(FootageOfEncounter.footage_id == footage.id)))
    return tied | set(matching_encounters(session, footage=footage))


def _first_reading():  # noqa: ANN202 -- a statement that is part of others
    return select(Review.id).where(Review.frame_entry_id == FrameEntry.id, Review.reading == Reading.FIRST, Review.state.in_(HANDED_IN))


def _gone() -> ColumnElement[bool]:
    """Say that some recording showed the stop, and that each was erased before the first reading, or with none."""
    read_at = (
        select(func.min(Review.submitted_at, type_=Review.submitted_at.type))
        .where(Review.frame_entry_id == FrameEntry.id, Review.reading == Reading.FIRST, Review.state.in_(HANDED_IN))
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
