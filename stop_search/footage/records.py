"""Tables of recordings, the encounters they show, holds, who played what; what lies in an evidence system; what cameras delivered."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from stop_search.codes.retention import RetentionClass
from stop_search.database.base import Base, Identified, KeyOrNone, one_of
from stop_search.footage.evidence_rules import Answer, GoneAs, Wanted
from stop_search.footage.rules import CopyReason, CopyState, FootageState, HoldReason, MatchedBy, Way


class Footage(Identified, Base):
    """One recording as it was received; the original at `storage_key` is never changed. `facts` are named with their units.

    Without a `storage_key` it is kept in the force's evidence system, and an `EvidenceLink` says under which id. `position` is where the
    camera was when it began: longitude and latitude in degrees, where known also accuracy_metres.
    `erase_after` is the last day by its class and the version of the clocks in force when it arrived; None is kept until a person says.
    """

    __tablename__ = "footage"
    __table_args__ = (
        one_of("state", FootageState),
        one_of("retention_class", RetentionClass),
        Index("ix_footage_officer_id_started_at", "officer_id", "started_at"),
        Index("ix_footage_device_serial_started_at", "device_serial", "started_at"),
        Index("ix_footage_state_received_at", "state", "received_at"),
        Index(
            "ix_footage_erase_after",
            "erase_after",
            sqlite_where=text("state <> 'erased'"),
            postgresql_where=text("state <> 'erased'"),
        ),
    )

    state: Mapped[str]
    sha256: Mapped[str] = mapped_column(unique=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    original_name: Mapped[str]
    storage_key: Mapped[str | None] = mapped_column(KeyOrNone(), nullable=False)
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
    position: Mapped[dict[str, Any] | None]
    retention_class: Mapped[str] = mapped_column(default=RetentionClass.NON_EVIDENTIAL, server_default=RetentionClass.NON_EVIDENTIAL)
    clocks_version: Mapped[int | None]


class FootageOfEncounter(Base):
    """Which recording shows which encounter: several cameras on one encounter, several encounters on one recording.

    `why`: in words; `filmed_until`: when the camera was switched off, by its clock put right, where that was worked out.
    """

    __tablename__ = "footage_of_encounter"
    __table_args__ = (one_of("matched_by", MatchedBy),)

    footage_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("footage.id"), primary_key=True)
    encounter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("encounter.id"), primary_key=True, index=True)
    matched_by: Mapped[str]
    matched_at: Mapped[datetime]
    why: Mapped[str | None] = mapped_column(Text)
    filmed_until: Mapped[datetime | None]


class FootageInDoubt(Base):
    """A recording that may show an encounter: a person decides. The row goes when that is settled either way."""

    __tablename__ = "footage_in_doubt"

    footage_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("footage.id"), primary_key=True)
    encounter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("encounter.id"), primary_key=True, index=True)
    why: Mapped[str] = mapped_column(Text)
    noted_at: Mapped[datetime]


class FootageDecision(Identified, Base):
    """What a person decided: the recording `shows` the encounter or does not, and why. The newest is in force; none is ever changed."""

    __tablename__ = "footage_decision"
    __table_args__ = (Index("ix_footage_decision_pair", "footage_id", "encounter_id", "decided_at"),)

    footage_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("footage.id"))
    encounter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("encounter.id"))
    shows: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime]


class FootageAbsence(Identified, Base):
    """Why there is no recording of an encounter (`codes/footage_absence_reason.yaml`), as said by whom and when. The newest counts.

    Footage that arrives later overtakes it; the row stays.
    """

    __tablename__ = "footage_absence"

    encounter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("encounter.id"), index=True)
    reason: Mapped[str]
    words: Mapped[str] = mapped_column(Text)
    stated_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    stated_at: Mapped[datetime]


class FootageApart(Identified, Base):
    """Why a recording belongs to no encounter (`codes/footage_apart_reason.yaml`), as said by whom and when. The newest counts."""

    __tablename__ = "footage_apart"

    footage_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("footage.id"), index=True)
    reason: Mapped[str]
    words: Mapped[str] = mapped_column(Text)
    stated_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    stated_at: Mapped[datetime]


class ReviewCopy(Base):
    """The copy of one recording that every browser plays; goes with it. What it is made of is None until it is made."""

    __tablename__ = "review_copy"
    __table_args__ = (one_of("state", CopyState), one_of("reason", CopyReason))

    footage_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("footage.id"), primary_key=True)
    state: Mapped[str]
    reason: Mapped[str]
    asked_at: Mapped[datetime]
    asks: Mapped[int] = mapped_column(default=1)
    ended_at: Mapped[datetime | None]
    storage_key: Mapped[str | None]
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None]
    width_pixels: Mapped[int | None]
    height_pixels: Mapped[int | None]
    failure_reason: Mapped[str | None] = mapped_column(Text)
    failure_advice: Mapped[str | None] = mapped_column(Text)


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

    `cause_closed_on` is set where only a person can say that what held it is closed; the others are found every night. `because`: in
    words, where a person placed it or looked at it. `placed_by` and `released_by` are actors' ids as in the audit log; a released hold
    stays, with its reason. `erased_before`: how many recordings of the encounter were gone already when it was placed; above 0, it came
    too late for them.
    """

    __tablename__ = "footage_hold"
    __table_args__ = (
        one_of("reason", HoldReason),
        UniqueConstraint("encounter_id", "reason", "cause_id"),
        # nearly all were released long ago
        Index("ix_footage_hold_in_force", "reason", sqlite_where=text("released_at IS NULL"), postgresql_where=text("released_at IS NULL")),
    )

    encounter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("encounter.id"), index=True)
    reason: Mapped[str]
    cause_id: Mapped[str]
    placed_at: Mapped[datetime]
    placed_by: Mapped[str]
    review_on: Mapped[date | None]
    because: Mapped[str | None] = mapped_column(Text)
    cause_closed_on: Mapped[date | None]
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


class EvidenceLink(Base):
    """Under which id the force's evidence system has a recording, and whether it said that the file is gone.

    `passing_key`: where the bytes lie that were sent to be looked at once; they are removed after that.
    """

    __tablename__ = "evidence_link"
    __table_args__ = (one_of("gone_as", GoneAs),)

    footage_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("footage.id"), primary_key=True)
    evidence_id: Mapped[str] = mapped_column(unique=True)
    told_at: Mapped[datetime]
    told_by: Mapped[str]
    passing_key: Mapped[str | None]
    gone_at: Mapped[datetime | None]
    gone_as: Mapped[str | None]


class EvidenceRequest(Identified, Base):
    """What the evidence system is asked to do with a file, until it has answered. Of one recording the highest `number` counts.

    `asked_at` is as coarse as the hold's own time; `first_tried_at` is when a worker first took it up. No row says why.
    """

    __tablename__ = "evidence_request"
    __table_args__ = (
        one_of("wanted", Wanted),
        one_of("answer", Answer),
        UniqueConstraint("footage_id", "number"),
        Index("ix_evidence_request_answered_at_next_try_at", "answered_at", "next_try_at"),
    )

    footage_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("footage.id"))
    number: Mapped[int]
    wanted: Mapped[str]
    asked_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    first_tried_at: Mapped[datetime | None]
    tries: Mapped[int]
    trouble: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None]
    answer: Mapped[str | None]


class Delivery(Identified, Base):
    """What a camera system calls a container: one recording's clips, bookmarks and track; or its users, devices, system.

    `details` are by their names in small letters.
    """

    __tablename__ = "delivery"

    name: Mapped[str] = mapped_column(unique=True)
    details: Mapped[dict[str, Any]]
    begun_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]


class DeliveredObject(Identified, Base):
    """One object of a delivery. A clip's bytes are a recording (`footage_id`); those of all others are small and stand in `content`."""

    __tablename__ = "delivered_object"
    __table_args__ = (UniqueConstraint("delivery_id", "name"),)

    delivery_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("delivery.id"))
    name: Mapped[str]
    details: Mapped[dict[str, Any]]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    md5: Mapped[str]
    content: Mapped[bytes | None]
    footage_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("footage.id"), index=True)
    put_at: Mapped[datetime]


class RetentionChange(Identified, Base):
    """A person's wish to have a recording in another class. Where it goes sooner by that, it counts once a second person has agreed."""

    __tablename__ = "retention_change"
    __table_args__ = (
        one_of("from_class", RetentionClass),
        one_of("to_class", RetentionClass),
        CheckConstraint("agreed_by IS NULL OR agreed_by <> proposed_by", name="two_people"),
        CheckConstraint("(agreed_by IS NULL) = (agreed_at IS NULL)", name="time_iff_agreed"),
    )

    footage_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("footage.id"), index=True)
    from_class: Mapped[str]
    to_class: Mapped[str]
    because: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[datetime]
    agreed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    agreed_at: Mapped[datetime | None]
    took_effect_at: Mapped[datetime | None]


class ClockLook(Base):
    """The last look at the database's clock by one start of one machine: what its own counter said, what the clock said, what is proven."""

    __tablename__ = "clock_look"

    machine_start: Mapped[str] = mapped_column(primary_key=True)
    seconds: Mapped[float]
    shown: Mapped[datetime]
    proven: Mapped[datetime]


class RetentionRun(Identified, Base):
    """One run through what is past its time: `at` is the moment by which it erased, `shown` what the clock said, and what came of it."""

    __tablename__ = "retention_run"

    at: Mapped[datetime] = mapped_column(index=True)
    shown: Mapped[datetime]
    released: Mapped[int]
    erased: Mapped[int]
    held: Mapped[int]
