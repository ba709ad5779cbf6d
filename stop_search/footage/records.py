"""Tables of recordings, the encounters they show, the pictures made from them, holds, and who played what."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from stop_search.database.base import Base, Identified, one_of
from stop_search.footage.rules import FootageState, HoldReason, MatchedBy, Way


class Footage(Identified, Base):
    """One recording as it was received; the original at `storage_key` is never changed. `facts` are named with their units."""

    __tablename__ = "footage"
    __table_args__ = (one_of("state", FootageState), Index("ix_footage_officer_id_started_at", "officer_id", "started_at"))

    state: Mapped[str]
    sha256: Mapped[str] = mapped_column(unique=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    original_name: Mapped[str]
    storage_key: Mapped[str]
    device_serial: Mapped[str | None]
    officer_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    examined_at: Mapped[datetime | None]
    examinations: Mapped[int] = mapped_column(default=0)
    facts: Mapped[dict[str, Any] | None]
    pictures: Mapped[dict[str, Any] | None]
    failure_reason: Mapped[str | None] = mapped_column(Text)
    failure_advice: Mapped[str | None] = mapped_column(Text)
    erase_after: Mapped[date | None]


class FootageOfEncounter(Base):
    """Which recording shows which encounter: several cameras on one encounter, several encounters on one recording."""

    __tablename__ = "footage_of_encounter"
    __table_args__ = (one_of("matched_by", MatchedBy),)

    footage_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("footage.id"), primary_key=True)
    encounter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("encounter.id"), primary_key=True, index=True)
    matched_by: Mapped[str]
    matched_at: Mapped[datetime]


class FootageArrival(Identified, Base):
    """One file that was handed in, by whoever and by which way, and what became of it: a recording, or the reason why it was refused.

    `source_digest` names what arrived once and for ever (an upload, an object in one version), so that it is taken once. The name goes
    when the recording is erased.
    """

    __tablename__ = "footage_arrival"
    __table_args__ = (
        one_of("way", Way),
        UniqueConstraint("source_digest"),
        CheckConstraint("(footage_id IS NULL) <> (refusal IS NULL)", name="recording_or_refusal"),
        Index("ix_footage_arrival_arrived_at", "arrived_at"),
    )

    way: Mapped[str]
    source_digest: Mapped[str]
    name: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    handed_in_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    footage_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("footage.id"), index=True)
    is_repeat: Mapped[bool]
    refusal: Mapped[str | None] = mapped_column(Text)
    arrived_at: Mapped[datetime]


class FootageHold(Identified, Base):
    """A hold on every recording of an encounter, also of those that arrive later: it names the encounter.

    `placed_by` and `released_by` are actors' ids as in the audit log; a released hold stays, with its reason. `erased_before`: how many
    recordings of the encounter were gone already when it was placed; above 0, it came too late for them.
    """

    __tablename__ = "footage_hold"
    __table_args__ = (one_of("reason", HoldReason), UniqueConstraint("encounter_id", "reason", "cause_id"))

    encounter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("encounter.id"), index=True)
    reason: Mapped[str]
    cause_id: Mapped[str]
    placed_at: Mapped[datetime]
    placed_by: Mapped[str]
    review_on: Mapped[date | None]
    erased_before: Mapped[int] = mapped_column(server_default="0")
    released_at: Mapped[datetime | None]
    released_by: Mapped[str | None]
    release_reason: Mapped[str | None] = mapped_column(Text)


class FootageErasure(Base):
    """The certificate of one erasure. `removed` maps each storage key to the hex SHA-256 of what lay there.

    A picture's hash is None until the worker has read it for the last time; `removed_at` is None until nothing is there any more.
    """

    __tablename__ = "footage_erasure"

    footage_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("footage.id"), primary_key=True)
    erased_at: Mapped[datetime]
    erased_by: Mapped[str]
    removed: Mapped[dict[str, Any]]
    removed_at: Mapped[datetime | None]


class FootagePlayback(Base):
    """One viewer played one recording in one sign-in session: what the audit log counts once, however often a player asks for bytes."""

    __tablename__ = "footage_playback"

    footage_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("footage.id"), primary_key=True)
    session_mark: Mapped[str] = mapped_column(primary_key=True)
    viewer_id: Mapped[uuid.UUID]
    started_at: Mapped[datetime]
