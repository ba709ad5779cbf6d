"""What a device sends about a stop and what it gets back: shapes only. What must be there is the domain's to say."""

from decimal import Decimal
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from stop_search.encounters.completeness import MOST_OFFICERS, MOST_PEOPLE
from stop_search.encounters.queries import EncounterRecord
from stop_search.encounters.receipt_codes import make_code, pretty, receipt_url
from stop_search.encounters.rules import (
    EncounterKind,
    EncounterSource,
    NameWithheldReason,
    NewEncounter,
    NewPerson,
    PersonPart,
    ReceiptState,
    RecordedEncounter,
    WithdrawalReason,
)

FORMS = ("a6", "text", "html")


def _blank_is_nothing(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


Text = Annotated[str | None, BeforeValidator(_blank_is_nothing)]


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
    safeguarding_considered: bool | None = None
    referral_made: bool | None = None
    record_in_custody: bool = False
    receipt_not_offered_reason: Text = None
    language: str = Field("en", description="Language of the receipt, as a short code")

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
    vehicle_outcome: Text = None
    vehicle_outcome_linked: bool | None = None
    footage_absence_reason: Text = None
    people: list[PersonBody] = Field(default_factory=list, max_length=MOST_PEOPLE)

    def told(self) -> NewEncounter:
        """Return the same in the domain's words."""
        plain = self.model_dump(exclude={"people", "officers_present"})
        people = tuple(person.told() for person in self.people)
        return NewEncounter(**plain, source=EncounterSource.DEVICE, officers_present=tuple(self.officers_present), people=people)


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


class RecordedAnswer(BaseModel):
    """What recording gives back."""

    reference: str
    people: list[PersonAnswer]


class PersonShown(PersonAnswer):
    """One person of a record, in codes."""

    part: PersonPart
    self_defined_ethnicity: str | None
    self_description: str | None
    ethnicity_not_stated_reason: str | None
    officer_perceived_ethnicity: str | None
    gender: str | None
    age_band: str | None
    clothing_level: str | None
    force_used: list[str]
    outcome: str | None
    outcome_linked: bool | None
    record_in_custody: bool


class EncounterShown(BaseModel):
    """A whole record."""

    reference: str
    kind: EncounterKind
    started_at: AwareDatetime
    ended_at: AwareDatetime | None
    place: str | None
    power: str | None
    object_of_search: str | None
    grounds: str | None
    authorisation_reference: str | None
    officer: str
    camera_serial: str | None
    recorded_at: AwareDatetime
    people: list[PersonShown]


def recorded_answer(recorded: RecordedEncounter, *, public_url: str) -> RecordedAnswer:
    """Return the answer to a recorded encounter."""
    people = [
        PersonAnswer(person=person.ordinal, receipt=_receipt(person.code, person.check_words, ReceiptState.ISSUED, public_url))
        for person in recorded.people
    ]
    return RecordedAnswer(reference=recorded.reference, people=people)


def encounter_shown(record: EncounterRecord, *, receipt_key: bytes, public_url: str) -> EncounterShown:
    """Return a record as it is shown to a device, receipts included."""
    fields = {name: getattr(record, name) for name in EncounterShown.model_fields if name not in {"officer", "people"}}
    people = [
        PersonShown.model_validate(
            {name: getattr(person, name) for name in PersonShown.model_fields if name not in {"person", "receipt", "force_used"}}
            | {
                "person": person.ordinal,
                "force_used": list(person.force_used),
                "receipt": _receipt(make_code(receipt_key, person.receipt_id), person.check_words, person.receipt_state, public_url),
            }
        )
        for person in record.people
    ]
    return EncounterShown(**fields, officer=record.officer_line, people=people)


def _receipt(code: str, check_words: str, state: ReceiptState, public_url: str) -> ReceiptAnswer:
    site = public_url.rstrip("/")
    return ReceiptAnswer(
        code=pretty(code),
        url=receipt_url(site, code),
        check_words=check_words,
        forms={form: f"{site}/api/v1/receipts/{code}/{form}" for form in FORMS},
        state=state,
    )
