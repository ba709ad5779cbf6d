"""Tables of encounters, the people in them, the officers present, receipts, and rows imported from published files."""

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from stop_search.database.base import Base, Degrees, Identified, one_of
from stop_search.encounters.rules import AllocationState, EncounterKind, EncounterSource, PersonPart, ReceiptState, WithdrawalReason


class Encounter(Identified, Base):
    """One stop as its newest version tells it. Codes are keys of the lists in `stop_search/codes`.

    `gaps`: paths of what it does not state yet; `finished_at`: since when there are none. Earlier versions stand in EncounterVersion.
    """

    __tablename__ = "encounter"
    __table_args__ = (
        UniqueConstraint("reference", name="uq_encounter_reference"),
        one_of("kind", EncounterKind),
        one_of("source", EncounterSource),
        Index("ix_encounter_officer_id_started_at", "officer_id", "started_at"),
        Index("ix_encounter_started_at", "started_at"),
        Index("ix_encounter_ended_at", "ended_at"),
        Index("ix_encounter_team_id_recorded_at", "team_id", "recorded_at"),
        Index(
            "ix_encounter_unfinished",
            "recorded_at",
            sqlite_where=text("finished_at IS NULL AND source <> 'police_uk'"),
            postgresql_where=text("finished_at IS NULL AND source <> 'police_uk'"),
        ),
    )

    reference: Mapped[str]
    kind: Mapped[str]
    source: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    place: Mapped[str | None]
    latitude: Mapped[Decimal | None] = mapped_column(Degrees())
    longitude: Mapped[Decimal | None] = mapped_column(Degrees())
    power: Mapped[str | None]
    object_of_search: Mapped[str | None]
    grounds: Mapped[str | None] = mapped_column(Text)
    authorisation_reference: Mapped[str | None]
    officer_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    team_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("team.id"))
    officer_name_withheld_reason: Mapped[str | None]
    camera_serial: Mapped[str | None]
    is_operation: Mapped[bool | None]
    operation_name: Mapped[str | None]
    vehicle_outcome: Mapped[str | None]
    vehicle_outcome_linked: Mapped[bool | None]
    footage_absence_reason: Mapped[str | None]
    vehicle_registration: Mapped[str | None]
    notice_left: Mapped[bool | None]
    traffic_stop_reason: Mapped[str | None]
    traffic_outcome: Mapped[str | None]
    ethnicity_known_before: Mapped[str | None]
    occupants: Mapped[int | None]
    follows: Mapped[str | None]
    clock_corrected_by_seconds: Mapped[int | None] = mapped_column(BigInteger)
    code_a_version: Mapped[str | None]
    recorded_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(server_default="1")
    gaps: Mapped[list[str] | None]
    finished_at: Mapped[datetime | None]


class OfficerPresent(Base):
    """An officer who was there besides the one who searched; none of them may review it."""

    __tablename__ = "officer_present"

    encounter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("encounter.id"), primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)


class PersonSearched(Identified, Base):
    """One person in an encounter. No name, address or date of birth: the law asks for none (PACE 1984 s.3; Code A 4.3A)."""

    __tablename__ = "person_searched"
    __table_args__ = (UniqueConstraint("encounter_id", "ordinal"), one_of("part", PersonPart))

    encounter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("encounter.id"))
    ordinal: Mapped[int]
    part: Mapped[str]
    self_defined_ethnicity: Mapped[str | None]
    self_description: Mapped[str | None]
    ethnicity_not_stated_reason: Mapped[str | None]
    officer_perceived_ethnicity: Mapped[str | None]
    gender: Mapped[str | None]
    age_band: Mapped[str | None]
    clothing_level: Mapped[str | None]
    more_than_outer_clothing: Mapped[bool | None]
    force_used: Mapped[list[str]]
    outcome: Mapped[str | None]
    outcome_linked: Mapped[bool | None]
    safeguarding_considered: Mapped[bool | None]
    referral_made: Mapped[bool | None]
    record_in_custody: Mapped[bool] = mapped_column(default=False)
    receipt_not_offered_reason: Mapped[str | None]
    receipt_handed: Mapped[str | None]
    search_not_carried_out_reason: Mapped[str | None]
    vulnerable: Mapped[bool | None]
    search_place: Mapped[str | None]
    searched_by_same_sex: Mapped[bool | None]
    appropriate_adult_present: Mapped[bool | None]
    authorised_by: Mapped[str | None]


class EncounterVersion(Identified, Base):
    """What a record said before it was amended, whole: who amended it, when and why. A trigger refuses UPDATE."""

    __tablename__ = "encounter_version"
    __table_args__ = (UniqueConstraint("encounter_id", "number", name="uq_encounter_version_encounter_id_number"),)

    encounter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("encounter.id"))
    number: Mapped[int]
    told: Mapped[dict[str, Any]]
    amended_at: Mapped[datetime]
    amended_by: Mapped[str]
    reason: Mapped[str]


class Handset(Identified, Base):
    """An officer's phone or tablet on which stops are recorded, also without a signal. A lost one is lost for good."""

    __tablename__ = "handset"

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), index=True)
    label: Mapped[str]
    registered_at: Mapped[datetime]
    lost_at: Mapped[datetime | None]


class AllocatedCode(Base):
    """A receipt code set aside for a device or handset before there is a record; `receipt_id` is the id that its receipt will have."""

    __tablename__ = "allocated_code"
    __table_args__ = (one_of("state", AllocationState), Index("ix_allocated_code_holder_state", "holder_id", "state"))

    receipt_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    code_digest: Mapped[str] = mapped_column(unique=True)
    check_words: Mapped[str]
    holder_id: Mapped[uuid.UUID]
    state: Mapped[str]
    allocated_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class CodeTry(Base):
    """How busy somebody is trying codes: `key` is a keyed digest of a network, a locator or everybody; never an address.

    `free_at`, in milliseconds since 1970, is when all that was tried so far would have been allowed one after the other.
    """

    __tablename__ = "code_try"

    key: Mapped[str] = mapped_column(primary_key=True)
    free_at: Mapped[int] = mapped_column(BigInteger, index=True)


class Receipt(Identified, Base):
    """One per person. The code itself is never stored: its keyed digest finds the row, and the secret key re-makes it."""

    __tablename__ = "receipt"
    __table_args__ = (one_of("state", ReceiptState), one_of("withdrawn_reason", WithdrawalReason))

    encounter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("encounter.id"), index=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person_searched.id"), unique=True)
    locator: Mapped[str] = mapped_column(index=True)
    code_digest: Mapped[str] = mapped_column(unique=True)
    check_words: Mapped[str]
    state: Mapped[str]
    language: Mapped[str]
    layout_version: Mapped[int]
    entitlement_ends_on: Mapped[date]
    issued_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str | None]


class PublishedFile(Base):
    """A published file that was imported, by the SHA-256 of its bytes: the same file is not imported twice."""

    __tablename__ = "published_file"

    digest: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    month: Mapped[str] = mapped_column(index=True)
    rows: Mapped[int]
    line_ending: Mapped[str]
    imported_at: Mapped[datetime]


class PublishedRow(Identified, Base):
    """Where an imported encounter came from: which file (by digest), which row (from 1), and what is odd about it.

    `as_published` holds the cells that the encounter's own columns would not give back to the letter; None where there are none.
    """

    __tablename__ = "published_row"
    __table_args__ = (UniqueConstraint("file_digest", "row_number", name="uq_published_row_file_digest_row_number"),)

    file_digest: Mapped[str] = mapped_column(ForeignKey("published_file.digest"))
    month: Mapped[str] = mapped_column(index=True)
    row_number: Mapped[int]
    encounter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("encounter.id"), unique=True)
    flags: Mapped[list[str]]
    as_published: Mapped[dict[str, Any] | None]
