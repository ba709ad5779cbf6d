"""Tables of draws, the frame that each was drawn from, the quarters' keys, anchors, and the chain of outcomes."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from stop_search.database.base import Base, Identified, one_of
from stop_search.draws.rules import Cause, DrawState, FrameOutcome, RiskClass, Stream


class QuarterKey(Base):
    """The secret key of one quarter ("2026-Q4"), in hex: it makes tokens and groups. Only its digest is ever published."""

    __tablename__ = "quarter_key"

    quarter: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str]
    digest: Mapped[str]
    made_at: Mapped[datetime]


class Draw(Identified, Base):
    """One draw per scope, stream and period, and no redraw: committed first, run later.

    `frame_digest` is the digest of `manifest`. `randomness` is what was given in public, in its givers' words; `chance` is the same as it
    is published; `seed` is worked out from both. `design` maps risk class to [num, den] as this draw used it. `sequence` and `previous`
    chain the draws of a scope. A draw of the first protocol (`protocol` 1) has its own `period_key`, no manifest and no place in the chain.
    """

    __tablename__ = "draw"
    __table_args__ = (
        UniqueConstraint("scope", "stream", "period_start", "period_end", name="uq_draw_scope_stream_period"),
        UniqueConstraint("scope", "sequence", name="uq_draw_scope_sequence"),
        one_of("stream", Stream),
        one_of("state", DrawState),
        CheckConstraint("(state = 'committed') = (drawn_at IS NULL)", name="time_iff_run"),
        CheckConstraint("(drawn_at IS NULL) = (seed IS NULL)", name="seed_iff_run"),
        CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name="time_iff_published"),
        CheckConstraint("(protocol = 1) = (sequence IS NULL)", name="numbered_since_second_protocol"),
        CheckConstraint("(quarter IS NULL) = (period_key IS NOT NULL)", name="one_key"),
    )

    scope: Mapped[str]
    stream: Mapped[str]
    period_start: Mapped[date]
    period_end: Mapped[date]
    protocol: Mapped[int]
    state: Mapped[str]
    sequence: Mapped[int | None]
    previous: Mapped[str | None]
    quarter: Mapped[str | None] = mapped_column(ForeignKey("quarter_key.quarter"))
    period_key: Mapped[str | None]
    design: Mapped[dict[str, Any]]
    manifest: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    frame_digest: Mapped[str]
    frame_size: Mapped[int]
    committed_at: Mapped[datetime]
    randomness: Mapped[str | None]
    chance: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    seed: Mapped[str | None]
    drawn_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]


class FrameEntry(Identified, Base):
    """One encounter in a draw's frame: its public token, its class, its inclusion probability num/den, its ticket.

    An encounter is in one frame of the main stream only, so that it cannot be drawn again under another period. A coverage draw looks at
    the same entry again: `cover_draw_id` and `cover_ticket` are that draw's, and `is_cover` says that it, and not the main stream, drew
    this one. `officer_group` names the officer for the quarter, None where the record names none. `inclusion_probability` is the
    probability of being drawn by either stream, for estimators. `evidence_text` is what `evidence` fixes. `unassigned_reason` says why a
    drawn encounter has no reviewer yet.

    An entry with a `cause` is in no frame: a person asked for a review. Chance had no part in it, so its probability is 0 and it is
    counted nowhere with the sample.
    """

    __tablename__ = "frame_entry"
    __table_args__ = (
        Index(
            "uq_frame_entry_encounter_id",
            "encounter_id",
            unique=True,
            sqlite_where=text("cause IS NULL"),
            postgresql_where=text("cause IS NULL"),
        ),
        UniqueConstraint("encounter_id", "cause", name="uq_frame_entry_encounter_id_cause"),
        one_of("risk_class", RiskClass),
        one_of("outcome", FrameOutcome),
        one_of("cause", Cause),
        CheckConstraint("(draw_id IS NULL) = (cause IS NOT NULL)", name="draw_or_cause"),
        CheckConstraint("(cause IS NULL) = (probability_numerator > 0)", name="no_chance_for_cause"),
        CheckConstraint("cause IS NULL OR NOT is_drawn", name="cause_is_not_drawn"),
        CheckConstraint("inclusion_probability > 0 OR NOT is_drawn", name="drawn_with_a_probability"),
        CheckConstraint("is_drawn OR NOT (is_cover OR is_second OR is_panel)", name="only_what_is_drawn"),
        Index("ix_frame_entry_draw_id_is_drawn", "draw_id", "is_drawn"),
        Index("ix_frame_entry_cover_draw_id", "cover_draw_id"),
        Index(
            "ix_frame_entry_unassigned",
            "draw_id",
            "token",
            sqlite_where=text("unassigned_reason IS NOT NULL"),
            postgresql_where=text("unassigned_reason IS NOT NULL"),
        ),
    )

    draw_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("draw.id"))
    encounter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("encounter.id"))
    cause: Mapped[str | None]
    token: Mapped[str] = mapped_column(unique=True)
    risk_class: Mapped[str]
    probability_numerator: Mapped[int]
    probability_denominator: Mapped[int]
    officer_group: Mapped[str | None]
    evidence: Mapped[str | None]
    evidence_text: Mapped[str | None] = mapped_column(Text)
    ticket: Mapped[str | None]
    is_drawn: Mapped[bool]
    is_second: Mapped[bool] = mapped_column(default=False)
    is_panel: Mapped[bool] = mapped_column(default=False)
    cover_draw_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("draw.id"))
    cover_ticket: Mapped[str | None]
    is_cover: Mapped[bool] = mapped_column(default=False)
    inclusion_probability: Mapped[float | None]
    outcome: Mapped[str | None]
    outcome_reason: Mapped[str | None] = mapped_column(Text)
    unassigned_reason: Mapped[str | None] = mapped_column(Text)


class DrawAnchor(Identified, Base):
    """Where and when a manifest's digest was made known outside, as somebody here says; proof of it lies with whoever was told."""

    __tablename__ = "draw_anchor"

    draw_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("draw.id"), index=True)
    place: Mapped[str] = mapped_column(Text)
    anchored_at: Mapped[datetime]
    noted_at: Mapped[datetime]
    noted_by: Mapped[str]


class DrawOutcome(Base):
    """What became of one drawn encounter: a line that the database never changes or takes out again; each fixes the one before it.

    `reason` and `rank` are codes, `review` the digest of the review that was handed in; each is empty where it does not belong.
    """

    __tablename__ = "draw_outcome"
    __table_args__ = (one_of("outcome", [o for o in FrameOutcome if o is not FrameOutcome.DRAWN]), UniqueConstraint("frame_entry_id"))

    draw_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("draw.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    frame_entry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("frame_entry.id"))
    token: Mapped[str]
    outcome: Mapped[str]
    reason: Mapped[str]
    rank: Mapped[str]
    review: Mapped[str]
    at: Mapped[date]
    hash: Mapped[str]
