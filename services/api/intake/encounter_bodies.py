"""What a device sends about a stop and what it gets back: shapes only. What must be there is the domain's to say."""

from collections.abc import Iterable
from dataclasses import asdict
from decimal import Decimal
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from receipts.forms import FORMS
from stop_search.encounters.queries import EncounterRecord
from stop_search.encounters.receipt_codes import make_code, normalised, pretty, receipt_url
from stop_search.encounters.rules import (
    EncounterKind,
    EncounterSource,
    Gap,
    NameWithheldReason,
    Needed,
    NewEncounter,
    NewPerson,
    PersonPart,
    ReceiptState,
    RecordedEncounter,
    WithdrawalReason,
)
from stop_search.encounters.soundness import MOST_OFFICERS, MOST_PEOPLE
from stop_search.errors import Invalid


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


class EncounterBody(BaseModel):
    """A stop as a device tells it. Times carry their zone."""

    model_config = ConfigDict(extra="forbid")

    kind: EncounterKind
    started_at: AwareDatetime
    ended_at: AwareDatetime | None = None
    officer_number: str = Field(description="Collar or warrant number of the officer who searched")
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

    def told(self) -> NewEncounter:
        """Return the same in the domain's words."""
        plain = self.model_dump(exclude={"people", "officers_present"})
        people = tuple(person.told() for person in self.people)
        return NewEncounter(**plain, source=EncounterSource.DEVICE, officers_present=tuple(self.officers_present), people=people)


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


class ReceiptAnswer(BaseModel):
    """What the device shows or prints: the code as people read it, the address for the QR, the check words, and the forms."""

    code: str
    url: str
    check_words: str
    forms: dict[str, str]
    state: ReceiptState = ReceiptState.ISSUED


class PersonAnswer(BaseModel):
    """One person's receipt, by the person's number in the record."""

    person: int
    receipt: ReceiptAnswer


class GapShown(BaseModel):
    """Something that the record does not state yet: the field's path, what to do, which rule says so, and by when."""

    path: str
    message: str
    source: str
    needed: Needed


class RecordedAnswer(BaseModel):
    """What recording gives back; a record with nothing under `unfinished` is finished."""

    reference: str
    people: list[PersonAnswer]
    unfinished: list[GapShown]


class VersionShown(BaseModel):
    """An amendment: which version it ended, when and why."""

    number: int
    amended_at: AwareDatetime
    reason: str


class EncounterShown(BaseModel):
    """A whole record in its newest version."""

    reference: str
    version: int
    officer: str
    recorded_at: AwareDatetime
    encounter: EncounterBody
    people: list[PersonAnswer]
    unfinished: list[GapShown]
    versions: list[VersionShown]


def recorded_answer(recorded: RecordedEncounter, *, public_url: str) -> RecordedAnswer:
    """Return the answer to a recorded encounter."""
    people = [
        PersonAnswer(person=person.ordinal, receipt=_receipt(person.code, person.check_words, ReceiptState.ISSUED, public_url))
        for person in recorded.people
    ]
    return RecordedAnswer(reference=recorded.reference, people=people, unfinished=_gaps_shown(recorded.gaps))


def encounter_shown(record: EncounterRecord, *, receipt_key: bytes, public_url: str) -> EncounterShown:
    """Return a record as it is shown to a device, receipts included; `encounter` can be sent back as an amendment."""
    people = [
        PersonAnswer(
            person=line.ordinal,
            receipt=_receipt(make_code(receipt_key, line.receipt_id), line.check_words, line.state, public_url),
        )
        for line in record.receipts
    ]
    return EncounterShown(
        reference=record.reference,
        version=record.version,
        officer=record.officer_line,
        recorded_at=record.recorded_at,
        encounter=told_body(record.told),
        people=people,
        unfinished=_gaps_shown(record.gaps),
        versions=[VersionShown(number=v.number, amended_at=v.amended_at, reason=v.reason) for v in record.versions],
    )


def told_body(told: NewEncounter) -> EncounterBody:
    """Return a stop as a device would have told it."""
    return EncounterBody.model_validate({name: value for name, value in asdict(told).items() if name != "source"})


def _gaps_shown(open_gaps: Iterable[Gap]) -> list[GapShown]:
    return [GapShown(path=gap.path, message=gap.message, source=gap.source, needed=gap.needed) for gap in open_gaps]


def _receipt(code: str, check_words: str, state: ReceiptState, public_url: str) -> ReceiptAnswer:
    site = public_url.rstrip("/")
    return ReceiptAnswer(
        code=pretty(code),
        url=receipt_url(site, code),
        check_words=check_words,
        forms={form: f"{site}/api/v1/receipts/{code}/{form}" for form in FORMS},
        state=state,
    )
