"""What an encounter is, what a receipt prints, and what recording gives back. Pure."""

import enum
import uuid
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


class EncounterKind(enum.StrEnum):
    """What was stopped or searched (PACE Code A 4.5, 4.12; Road Traffic Act 1988 s.163)."""

    PERSON = "person"
    VEHICLE = "vehicle"
    PERSON_AND_VEHICLE = "person_and_vehicle"
    UNATTENDED_VEHICLE = "unattended_vehicle"
    STOP_AND_ACCOUNT = "stop_and_account"
    TRAFFIC_STOP = "traffic_stop"


SEARCHES = frozenset({EncounterKind.PERSON, EncounterKind.VEHICLE, EncounterKind.PERSON_AND_VEHICLE, EncounterKind.UNATTENDED_VEHICLE})


CHILDREN = frozenset({"under_10", "10_17"})
STRIP_SEARCH = "intimate_parts"
THOROUGH = frozenset({"more_than_outer", STRIP_SEARCH})
NOT_STATED = "NS"
NO_FORCE = "none"


class EncounterSource(enum.StrEnum):
    """How the record came to us."""

    DEVICE = "device"
    OFFICER_PAGE = "officer_page"
    POLICE_UK = "police_uk"


class PersonPart(enum.StrEnum):
    """A person's part in the encounter."""

    SEARCHED = "searched"
    IN_CHARGE_OF_VEHICLE = "in_charge_of_vehicle"
    DRIVER = "driver"
    PASSENGER = "passenger"


class ReceiptState(enum.StrEnum):
    """A receipt once issued is only ever withdrawn, never deleted, and its code never means anything else."""

    ISSUED = "issued"
    WITHDRAWN = "withdrawn"


class AllocationState(enum.StrEnum):
    """A code that was set aside is used by one record or void: its device was lost, or it was given back."""

    ALLOCATED = "allocated"
    USED = "used"
    VOID = "void"


class WithdrawalReason(enum.StrEnum):
    """Why a receipt's code is no longer to be answered to."""

    NOT_HANDED_OVER = "not_handed_over"
    RECORDED_IN_ERROR = "recorded_in_error"
    SEEN_BY_OTHERS = "seen_by_others"


class NameWithheldReason(enum.StrEnum):
    """Why the officer's name is not recorded (PACE Code A 3.8(a), 4.4): number and station stand in its place."""

    TERRORISM_ENQUIRY = "terrorism_enquiry"
    REASONABLE_BELIEF_OF_DANGER = "reasonable_belief_of_danger"


@dataclass(frozen=True)
class NewPerson:
    """One person of a new encounter. Every code is a key of a list in `stop_search/codes`. None: not recorded."""

    part: PersonPart = PersonPart.SEARCHED
    self_defined_ethnicity: str | None = None
    self_description: str | None = None
    ethnicity_not_stated_reason: str | None = None
    officer_perceived_ethnicity: str | None = None
    gender: str | None = None
    age_band: str | None = None
    clothing_level: str | None = None
    force_used: tuple[str, ...] = ()
    outcome: str | None = None
    outcome_linked: bool | None = None
    safeguarding_considered: bool | None = None
    referral_made: bool | None = None
    record_in_custody: bool = False
    receipt_not_offered_reason: str | None = None
    receipt_handed: str | None = None
    search_not_carried_out_reason: str | None = None
    vulnerable: bool | None = None
    search_place: str | None = None
    searched_by_same_sex: bool | None = None
    appropriate_adult_present: bool | None = None
    authorised_by: str | None = None
    language: str = "en"
    receipt_code: str | None = None

    @property
    def was_searched(self) -> bool:
        """Whether a search was carried out, where there was to be one."""
        return not self.search_not_carried_out_reason

    @property
    def needs_safeguarding(self) -> bool:
        """Whether safeguarding must be thought of: a child, somebody vulnerable, or clothes off beyond coat, jacket and gloves."""
        return self.age_band in CHILDREN or bool(self.vulnerable) or (self.clothing_level in THOROUGH)


@dataclass(frozen=True)
class NewEncounter:
    """A stop as a device or an officer tells it. `officer_number` and `officers_present` are collar or warrant numbers.

    `occupants`: how many people were in the vehicle of a traffic stop, each of whom is recorded. `follows`: the reference of the
    stop that led to this search. `finish_later`: keep the record although it does not yet state all that it must.
    `clock_corrected_by_seconds`: by how much the times were put right because the device's clock was wrong (None: not at all).
    """

    kind: EncounterKind
    source: EncounterSource
    started_at: datetime
    officer_number: str
    place: str | None = None
    power: str | None = None
    object_of_search: str | None = None
    grounds: str | None = None
    people: tuple[NewPerson, ...] = ()
    ended_at: datetime | None = None
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    authorisation_reference: str | None = None
    officers_present: tuple[str, ...] = ()
    officer_name_withheld_reason: NameWithheldReason | None = None
    camera_serial: str | None = None
    is_operation: bool | None = None
    operation_name: str | None = None
    vehicle_outcome: str | None = None
    vehicle_outcome_linked: bool | None = None
    footage_absence_reason: str | None = None
    vehicle_registration: str | None = None
    notice_left: bool | None = None
    traffic_stop_reason: str | None = None
    traffic_outcome: str | None = None
    ethnicity_known_before: str | None = None
    occupants: int | None = None
    follows: str | None = None
    clock_corrected_by_seconds: int | None = None
    finish_later: bool = False

    @property
    def is_search(self) -> bool:
        """Whether anything or anybody was searched, or was to be."""
        return self.kind in SEARCHES


class Needed(enum.StrEnum):
    """When a record must state something: when it is sent, or before it counts as finished."""

    AT_ONCE = "at_once"
    BEFORE_FINISHED = "before_finished"


@dataclass(frozen=True)
class Gap:
    """Something that a record does not state yet: the field's path, what to do, which rule says so."""

    path: str
    needed: Needed
    message: str
    source: str


@dataclass(frozen=True)
class RecordedPerson:
    """What came of one person: `code` is the receipt's 12 symbols without hyphens."""

    ordinal: int
    person_id: uuid.UUID
    receipt_id: uuid.UUID
    code: str
    check_words: str


@dataclass(frozen=True)
class RecordedEncounter:
    """What recording gives back; an unattended vehicle has no people and so no receipt. `gaps`: what is still to be said."""

    encounter_id: uuid.UUID
    reference: str
    people: tuple[RecordedPerson, ...]
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True)
class ReceiptFacts:
    """Everything that a receipt prints. Codes are keys of code lists; `started_at` is aware; None where there is nothing to say.

    `officer_name` is None where it is withheld (PACE Code A 3.8(a), 4.4). `search_carried_out` is False where a person was kept
    for a search that was not carried out (Code A 4.7). `record_in_custody`: the record is in the custody record (PACE s.3(2)).
    """

    reference: str
    kind: EncounterKind
    part: PersonPart
    started_at: datetime
    place: str | None
    power: str | None
    object_of_search: str | None
    officer_name: str | None
    officer_number: str | None
    officer_station: str | None
    entitlement_ends_on: date
    check_words: str
    language: str
    layout_version: int
    record_in_custody: bool = False
    search_carried_out: bool = True
    traffic_stop_reason: str | None = None


@dataclass(frozen=True)
class NoticeFacts:
    """What the notice left in an unattended vehicle prints (PACE 1984 s.2(6), (7)). There is no person, so no code."""

    reference: str
    started_at: datetime
    place: str | None
    vehicle_registration: str | None
    power: str | None
    object_of_search: str | None
    officer_name: str | None
    officer_number: str | None
    officer_station: str | None
    entitlement_ends_on: date
    language: str
    layout_version: int


@dataclass(frozen=True)
class HeldReceipt:
    """A receipt found by its code, which must be in force. `code` is normalised: 12 symbols, upper case."""

    receipt_id: uuid.UUID
    encounter_id: uuid.UUID
    person_id: uuid.UUID
    code: str
    issued_at: datetime
    facts: ReceiptFacts
