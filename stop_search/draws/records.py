"""Tables of draws and of the frame that each was drawn from."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from stop_search.database.base import Base, Identified, one_of
from stop_search.draws.rules import FrameOutcome, RiskClass


class Draw(Identified, Base):
    """One draw per scope and period, and no redraw.

    `randomness` is what was given in public (dice, a beacon's value), `seed` is worked out from it and from `frame_digest`,
    so that anyone can draw again. `design` maps risk class to [num, den]. `period_key` (hex) makes the public tokens and
    is never published; only its digest is.
    """

    __tablename__ = "draw"
    __table_args__ = (UniqueConstraint("scope", "period_start", "period_end", name="uq_draw_scope_period"),)

    scope: Mapped[str]
    period_start: Mapped[date]
    period_end: Mapped[date]
    design: Mapped[dict[str, Any]]
    period_key: Mapped[str]
    randomness: Mapped[str]
    seed: Mapped[str]
    frame_digest: Mapped[str]
    frame_size: Mapped[int]
    drawn_at: Mapped[datetime]


class FrameEntry(Identified, Base):
    """One encounter in a draw's frame: its public token, its class, its inclusion probability num/den, its ticket.

    An encounter is in one frame only, so that it cannot be drawn again under another period. `unassigned_reason` says why a
    drawn encounter has no reviewer yet.
    """

    __tablename__ = "frame_entry"
    __table_args__ = (
        UniqueConstraint("encounter_id", name="uq_frame_entry_encounter_id"),
        one_of("risk_class", RiskClass),
        one_of("outcome", FrameOutcome),
        Index("ix_frame_entry_draw_id_is_drawn", "draw_id", "is_drawn"),
    )

    draw_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("draw.id"))
    encounter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("encounter.id"))
    token: Mapped[str] = mapped_column(unique=True)
    risk_class: Mapped[str]
    probability_numerator: Mapped[int]
    probability_denominator: Mapped[int]
    ticket: Mapped[str]
    is_drawn: Mapped[bool]
    is_second: Mapped[bool]
    outcome: Mapped[str | None]
    outcome_reason: Mapped[str | None] = mapped_column(Text)
    unassigned_reason: Mapped[str | None] = mapped_column(Text)
