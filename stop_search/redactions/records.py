"""Tables of redactions: their boxes and sound ranges, who did what in them, and the copies that were made."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from stop_search.database.base import Base, Identified, one_of
from stop_search.redactions.rules import CoverKind, Origin, Part, RedactionState, SoundCover


class Redaction(Identified, Base):
    """What is covered in one recording. `version` grows with every change; `progress` is in per cent, None where nothing runs.

    `loudness` are numbers from 0 to 100, one for each `loudness_seconds`. `refused_by` is an actor's id as in the audit log.
    """

    __tablename__ = "redaction"
    __table_args__ = (
        one_of("state", RedactionState),
        CheckConstraint("(state = 'refused') = (refusal IS NOT NULL)", name="refusal_iff_refused"),
    )

    footage_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("footage.id"), unique=True)
    state: Mapped[str]
    version: Mapped[int]
    opened_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    opened_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    progress: Mapped[int | None]
    proposed_at: Mapped[datetime | None]
    has_detector: Mapped[bool | None]
    proposal_failure: Mapped[str | None] = mapped_column(Text)
    loudness: Mapped[list[Any] | None] = mapped_column(JSON)
    loudness_seconds: Mapped[float | None]
    refusal: Mapped[str | None] = mapped_column(Text)
    refused_by: Mapped[str | None]
    faces_seen: Mapped[list[Any] | None] = mapped_column(JSON)


class RedactionTrack(Identified, Base):
    """One box over time: `key_frames` are [seconds, left, top, width, height]. `certainty` is the detector's, 0 to 1."""

    __tablename__ = "redaction_track"
    __table_args__ = (one_of("kind", CoverKind), one_of("origin", Origin))

    redaction_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("redaction.id"), index=True)
    kind: Mapped[str]
    origin: Mapped[str]
    certainty: Mapped[float | None]
    key_frames: Mapped[list[Any]] = mapped_column(JSON)


class RedactionSound(Identified, Base):
    """A stretch of sound that is replaced, in seconds from the start."""

    __tablename__ = "redaction_sound"
    __table_args__ = (one_of("cover", SoundCover), CheckConstraint("from_seconds < to_seconds", name="in_order"))

    redaction_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("redaction.id"), index=True)
    from_seconds: Mapped[float]
    to_seconds: Mapped[float]
    cover: Mapped[str]


class RedactionPerson(Base):
    """What somebody did in a redaction. The primary key lets nobody be both: whoever drew a box can never release the copy."""

    __tablename__ = "redaction_person"
    __table_args__ = (one_of("part", Part), UniqueConstraint("redaction_id", "account_id", "part"))

    redaction_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("redaction.id"), primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    part: Mapped[str]


class RedactionCopy(Identified, Base):
    """One copy, made from one version of the manifest, which is kept with it. `findings` are the machine's.

    It is released only when verified, and only by somebody whom `redaction_person` has as a checker: the foreign key over three columns
    says so.
    """

    __tablename__ = "redaction_copy"
    __table_args__ = (
        UniqueConstraint("redaction_id", "version"),
        ForeignKeyConstraint(
            ["redaction_id", "released_by", "released_part"],
            ["redaction_person.redaction_id", "redaction_person.account_id", "redaction_person.part"],
        ),
        CheckConstraint("released_part = 'checker'", name="released_part"),
        CheckConstraint("(released_at IS NULL) = (released_by IS NULL)", name="released_by_somebody"),
        CheckConstraint("(released_at IS NULL) = (released_part IS NULL)", name="released_by_a_checker"),
        CheckConstraint("released_at IS NULL OR verified_at IS NOT NULL", name="verified_before_released"),
    )

    redaction_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("redaction.id"), index=True)
    version: Mapped[int]
    manifest: Mapped[dict[str, Any]]
    manifest_sha256: Mapped[str]
    asked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime]
    storage_key: Mapped[str | None]
    sha256: Mapped[str | None]
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    frames: Mapped[int | None]
    made_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]
    findings: Mapped[dict[str, Any] | None]
    released_at: Mapped[datetime | None]
    released_by: Mapped[uuid.UUID | None]
    released_part: Mapped[str | None]
    removed_at: Mapped[datetime | None]
