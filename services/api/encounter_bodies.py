"""What a device or the officers' app sends about a stop: shapes only. What must be there is the domain's to say."""

import hashlib
import json
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from fastapi import Header
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from stop_search.encounters.clocks import ClockReading, RecordingClock, put_right
from stop_search.encounters.receipt_codes import normalised
from stop_search.encounters.rules import (
    EncounterKind,
    EncounterSource,
    NameWithheldReason,
    NewEncounter,
    NewPerson,
    PersonPart,
    WithdrawalReason,
)
from stop_search.encounters.soundness import MOST_OFFICERS, MOST_PEOPLE
from stop_search.errors import Invalid

DeviceTime = Annotated[
    AwareDatetime | None,
    Header(
        alias="X-Device-Time",
        description="What the device's clock shows as it sends. Where it is wrong by more than two minutes, the times in the body, "
        "which are that clock's too, are put right and the record says by how much. Send it afresh with every attempt: it is no part of "
        "the request that an Idempotency-Key remembers.",
    ),
]


def _blank_is_nothing(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _typed_code(value: object) -> object:
    """Read a receipt code however it is written; what is none is told by the domain, with its field."""
    value = _blank_is_nothing(value)
    try:
        return normalised(value) if isinstance(value, str) else value
    except Invalid:
        return value


Text = Annotated[str | None, BeforeValidator(_blank_is_nothing)]
Code = Annotated[Annotated[str, Field(max_length=64)] | None, BeforeValidator(_typed_code)]


class PersonBody(BaseModel):
    """One person. Codes are keys of the published lists; a field that is left out is "not recorded"."""

    model_config = ConfigDict(extra="forbid")

    part: PersonPart = PersonPart.SEARCHED
    self_defined_ethnicity: Text = Field(None, description="18+1 code (W1 … O9) as the person says it, or NS: not stated")
    self_description: Text = None
    ethnicity_not_stated_reason: Text = None
    officer_perceived_ethnicity: Text = None
    gender: Text = None
    age_band: Text = None
    clothing_level: Text = None
    force_used: list[str] = Field(default_factory=list, max_length=20)
    outcome: Text = None
    outcome_linked: bool | None = None
    vulnerable: bool | None = None
    safeguarding_considered: bool | None = None
    referral_made: bool | None = Field(None, description="The decision whether to refer; left out: not decided yet")
    search_not_carried_out_reason: Text = Field(None, description="Why somebody who was kept for a search was not searched")
    search_place: Text = None
    searched_by_same_sex: bool | None = None
    appropriate_adult_present: bool | None = None
    authorised_by: Text = Field(None, description="Number of the inspector who allowed a strip search of a child or vulnerable person")
    record_in_custody: bool = False
    receipt_handed: Text = None
    receipt_not_offered_reason: Text = None
    language: str = Field("en", description="Language of the receipt, as a short code")
    receipt_code: Code = Field(None, description="A code set aside for this device by POST /codes, already handed to the person")

    def told(self) -> NewPerson:
        """Return the same in the domain's words."""
        return NewPerson(**self.model_dump(exclude={"force_used"}), force_used=tuple(self.force_used))


class ClockBody(BaseModel):
    """The clock that made a record: what it showed when the record was begun, and its last reading before that."""

    model_config = ConfigDict(extra="forbid")

    recorded: AwareDatetime = Field(description="What the device's clock showed when the record was begun")
    showed: AwareDatetime = Field(description="What it showed when the device last heard from us before that")
    really: AwareDatetime = Field(description="What time it really was then: the Date header of that answer")

    def told(self) -> RecordingClock:
        """Return the same in the domain's words."""
        return RecordingClock(self.recorded, ClockReading(self.showed, self.really))


class StopBody(BaseModel):
    """A stop without who searched. Times carry their zone."""

    model_config = ConfigDict(extra="forbid")

    kind: EncounterKind
    started_at: AwareDatetime
    ended_at: AwareDatetime | None = None
    officers_present: list[str] = Field(default_factory=list, max_length=MOST_OFFICERS, description="Numbers of the other officers")
    officer_name_withheld_reason: NameWithheldReason | None = None
    place: Text = None
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    power: Text = None
    object_of_search: Text = None
    grounds: Text = None
    authorisation_reference: Text = None
    camera_serial: Text = None
    is_operation: bool | None = None
    operation_name: Text = None
    vehicle_registration: Text = None
    vehicle_outcome: Text = None
    vehicle_outcome_linked: bool | None = None
    notice_left: bool | None = Field(None, description="Unattended vehicles: whether the notice was left with it")
    traffic_stop_reason: Text = None
    traffic_outcome: Text = None
    ethnicity_known_before: Text = Field(None, description="Whether anybody's ethnicity could be seen before the vehicle was stopped")
    occupants: int | None = Field(None, ge=1, le=MOST_PEOPLE, description="How many people were in or on the vehicle")
    follows: Text = Field(None, description="Reference of the stop that led to this search")
    footage_absence_reason: Text = None
    finish_later: bool = Field(default=False, description="Keep the record although it does not yet state all that it must")
    people: list[PersonBody] = Field(default_factory=list, max_length=MOST_PEOPLE)
    times_typed: bool = Field(default=False, description="Somebody typed the times: they are not the device's clock's and are left alone")
    clock: ClockBody | None = Field(None, description="For records that wait while the device's clock may be set")

    def told_by(
        self, *, officer_number: str, source: EncounterSource, device_time: datetime | None = None, now: datetime | None = None
    ) -> NewEncounter:
        """Return the stop in the domain's words; its times are put right where `now` is given and the device's clock was wrong."""
        plain = self.model_dump(exclude={"people", "officers_present", "officer_number", "times_typed", "clock"})
        stop = NewEncounter(
            **plain,
            officer_number=officer_number,
            source=source,
            officers_present=tuple(self.officers_present),
            people=tuple(person.told() for person in self.people),
        )
        if self.times_typed or now is None:
            return stop
        return put_right(stop, carried=self.clock.told() if self.clock else None, sending=device_time, now=now)


class EncounterBody(StopBody):
    """A stop as a device tells it. Times carry their zone."""

    officer_number: str = Field(description="Collar or warrant number of the officer who searched")

    def told(self, *, device_time: datetime | None = None, now: datetime | None = None) -> NewEncounter:
        """Return the same in the domain's words."""
        return self.told_by(officer_number=self.officer_number, source=EncounterSource.DEVICE, device_time=device_time, now=now)


class AmendmentBody(BaseModel):
    """The whole record as it should be, the version that was read, and why it is amended."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=1)
    reason: str
    encounter: EncounterBody


class WithdrawalBody(BaseModel):
    """Why a receipt is withdrawn."""

    model_config = ConfigDict(extra="forbid")

    reason: WithdrawalReason


def digest_of(body: BaseModel, *about: str) -> str:
    """Return the digest by which a repeated request is known: of what was sent, so that a field that we add later changes none."""
    sent = json.dumps(body.model_dump(mode="json", exclude_unset=True), sort_keys=True)
    return hashlib.sha256("\n".join((*about, sent)).encode("utf-8", "surrogatepass")).hexdigest()
