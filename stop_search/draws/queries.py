"""Reading draws: which were made, one of them, and what is published of it. The public parts name no encounter."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.draws.frame import framed_encounters
from stop_search.draws.publication import PublishedDraw, published_files
from stop_search.draws.records import Draw, FrameEntry
from stop_search.draws.rules import (
    FrameOutcome,
    Manifest,
    RiskClass,
    Unit,
    design_problems,
    manifest_digest,
    manifest_document,
    period_key_digest,
)
from stop_search.errors import Conflict, Invalid, NotFound


@dataclass(frozen=True)
class DrawLine:
    """One draw: how many of the frame were drawn, and what became of those (outcome -> number, in the enum's order)."""

    draw_id: uuid.UUID
    scope: str
    period_start: date
    period_end: date
    frame_size: int
    drawn: int
    outcomes: dict[str, int]
    unassigned: int
    frame_digest: str
    randomness: str
    seed: str
    drawn_at: datetime


@dataclass(frozen=True)
class ClassLine:
    """One risk class of a frame: its inclusion probability and how many are in it."""

    risk_class: str
    numerator: int
    denominator: int
    size: int


@dataclass(frozen=True)
class UnassignedLine:
    """A drawn encounter that nobody may review at present, and why."""

    encounter_id: uuid.UUID
    draw_id: uuid.UUID
    reason: str


def draws_made(session: Session, *, limit: int = 200) -> list[DrawLine]:
    """Return the draws, the newest period first."""
    draws = session.scalars(select(Draw).order_by(Draw.period_end.desc(), Draw.id).limit(limit)).all()
    return [_line(session, draw) for draw in draws]


def draw_shown(session: Session, *, draw_id: uuid.UUID) -> DrawLine:
    """Return one draw. Raises NotFound."""
    return _line(session, _draw(session, draw_id))


def draw_of_period(session: Session, *, scope: str, period_start: date, period_end: date) -> uuid.UUID | None:
    """Return the draw of exactly this period, or None."""
    return session.scalar(
        select(Draw.id).where(Draw.scope == scope, Draw.period_start == period_start, Draw.period_end == period_end),
    )


def planned_frame(session: Session, *, period_start: date, period_end: date, design: dict[str, tuple[int, int]]) -> list[ClassLine]:
    """Return what a draw would be made from now, class by class; nothing is fixed by it. Raises Invalid for a broken design."""
    if problems := design_problems(design):
        message = f"The sampling design cannot be used: {'; '.join(problems)}."
        raise Invalid(message, {"design": message})
    classes = [entry.risk_class for entry in framed_encounters(session, period_start=period_start, period_end=period_end)]
    return [ClassLine(name, *design[name], classes.count(name)) for name in RiskClass]


def unassigned_encounters(session: Session) -> list[UnassignedLine]:
    """Return the drawn encounters without a reviewer and the reason, for the administrator; sorted by draw, then by token."""
    rows = session.execute(
        select(FrameEntry.encounter_id, FrameEntry.draw_id, FrameEntry.unassigned_reason)
        .where(FrameEntry.unassigned_reason.is_not(None))
        .order_by(FrameEntry.draw_id, FrameEntry.token),
    )
    return [UnassignedLine(encounter_id, draw_id, reason or "") for encounter_id, draw_id, reason in rows]


def published_draw(session: Session, *, draw_id: uuid.UUID) -> PublishedDraw:
    """Return the files of a draw, made from its rows.

    Raises:
        NotFound: there is no such draw.
        Conflict: the rows do not give the manifest, the seed or the sample that was drawn: they were changed.

    """
    draw = _draw(session, draw_id)
    entries = session.scalars(select(FrameEntry).where(FrameEntry.draw_id == draw.id).order_by(FrameEntry.token)).all()
    manifest = Manifest(
        draw_id=str(draw.id),
        scope=draw.scope,
        period_start=draw.period_start,
        period_end=draw.period_end,
        design={name: (int(p[0]), int(p[1])) for name, p in draw.design.items()},
        period_key_digest=period_key_digest(bytes.fromhex(draw.period_key)),
        units=tuple(Unit(e.token, e.probability_numerator, e.probability_denominator) for e in entries),
    )
    published = published_files(manifest, randomness=draw.randomness)
    if manifest_digest(manifest_document(manifest)) != draw.frame_digest or published.drawn != tuple(
        e.token for e in entries if e.is_drawn
    ):
        message = "What is stored of this draw was changed after it was made. Do not publish it; tell the auditor."
        raise Conflict(message)
    return published


def _draw(session: Session, draw_id: uuid.UUID) -> Draw:
    draw = session.get(Draw, draw_id)
    if draw is None:
        message = "There is no such draw."
        raise NotFound(message)
    return draw


def _line(session: Session, draw: Draw) -> DrawLine:
    counted = dict(
        session.execute(
            select(FrameEntry.outcome, func.count()).where(FrameEntry.draw_id == draw.id, FrameEntry.is_drawn).group_by(FrameEntry.outcome)
        ).all()
    )
    unassigned = session.scalar(
        select(func.count()).where(FrameEntry.draw_id == draw.id, FrameEntry.unassigned_reason.is_not(None)),
    )
    return DrawLine(
        draw_id=draw.id,
        scope=draw.scope,
        period_start=draw.period_start,
        period_end=draw.period_end,
        frame_size=draw.frame_size,
        drawn=sum(counted.values()),
        outcomes={outcome.value: counted.get(outcome, 0) for outcome in FrameOutcome},
        unassigned=unassigned or 0,
        frame_digest=draw.frame_digest,
        randomness=draw.randomness,
        seed=draw.seed,
        drawn_at=draw.drawn_at,
    )
