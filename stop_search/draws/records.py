"""Tables of draws and of the frame that each was drawn from."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from stop_search.database.base import Base, Identified, one_of
from stop_search.draws.rules import FrameOutcome


class Draw(Identified, Base):
    """One draw per scope and period. `seed` and `frame_digest` let anyone draw again; `design` maps risk class to [num, den]."""

    __tablename__ = "draw"
    __table_args__ = (UniqueConstraint("scope", "period_start", "period_end", name="uq_draw_scope_period"),)

    scope: Mapped[str]
    period_start: Mapped[date]
    period_end: Mapped[date]
    design: Mapped[dict[str, Any]]
    seed: Mapped[str]
    frame_digest: Mapped[str]
    frame_size: Mapped[int]
    drawn_at: Mapped[datetime]


class FrameEntry(Identified, Base):
    """One encounter in a draw's frame: its public token, its class, its inclusion probability num/den, its ticket."""

    __tablename__ = "frame_entry"
    __table_args__ = (
        UniqueConstraint("draw_id", "encounter_id"),
        one_of("outcome", FrameOutcome),
        Index("ix_frame_entry_encounter_id", "encounter_id"),
    )

    draw_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("draw.id"))
    encounter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("encounter.id"))
    token: Mapped[str] = mapped_column(unique=True)
    risk_class: Mapped[str]
    probability_numerator: Mapped[int]
    probability_denominator: Mapped[int]
    ticket: Mapped[str]
    is_drawn: Mapped[bool]
    outcome: Mapped[str | None]
    outcome_reason: Mapped[str | None] = mapped_column(Text)
