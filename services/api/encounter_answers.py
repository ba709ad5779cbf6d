"""What a device or the officers' app gets back about a stop: its reference, everybody's receipt, what is still to be said."""

from collections.abc import Iterable
from dataclasses import asdict

from pydantic import AwareDatetime, BaseModel, Field

from receipts.forms import FORMS
from services.api.encounter_bodies import EncounterBody
from stop_search.encounters.queries import EncounterRecord, ReceiptLine
from stop_search.encounters.receipt_codes import make_code, pretty, receipt_url
from stop_search.encounters.rules import Gap, Needed, NewEncounter, ReceiptState, RecordedEncounter

FOR_DEVICES = "/api/v1/receipts/{code}"
FOR_OFFICERS = "/officer/stops/{reference}/receipts/{person}"
NOT_OF_THE_RECORD = frozenset({"source", "clock_corrected_by_seconds"})  # ours to say, never a device's


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
    clock_corrected_by_seconds: int | None = Field(None, description="By how much the times were put right: the device's clock was wrong")
    encounter: EncounterBody
    people: list[PersonAnswer]
    unfinished: list[GapShown]
    versions: list[VersionShown]


def recorded_answer(recorded: RecordedEncounter, *, public_url: str, forms_at: str = FOR_DEVICES) -> RecordedAnswer:
    """Return the answer to a recorded encounter; `forms_at` is where whoever asked can have its receipts drawn."""
    people = [
        PersonAnswer(
            person=person.ordinal,
            receipt=ReceiptAnswer(
                code=pretty(person.code),
                url=receipt_url(public_url, person.code),
                check_words=person.check_words,
                forms=_forms(public_url, forms_at.format(code=person.code, reference=recorded.reference, person=person.ordinal)),
            ),
        )
        for person in recorded.people
    ]
    return RecordedAnswer(reference=recorded.reference, people=people, unfinished=_gaps_shown(recorded.gaps))


def encounter_shown(record: EncounterRecord, *, receipt_key: bytes, public_url: str) -> EncounterShown:
    """Return a record as it is shown to a device, receipts included; `encounter` can be sent back as an amendment."""
    people = [
        PersonAnswer(
            person=line.ordinal,
            receipt=_shown_receipt(line, make_code(receipt_key, line.receipt_id), public_url),
        )
        for line in record.receipts
    ]
    return EncounterShown(
        reference=record.reference,
        version=record.version,
        officer=record.officer_line,
        recorded_at=record.recorded_at,
        clock_corrected_by_seconds=record.told.clock_corrected_by_seconds,
        encounter=told_body(record.told),
        people=people,
        unfinished=_gaps_shown(record.gaps),
        versions=[VersionShown(number=v.number, amended_at=v.amended_at, reason=v.reason) for v in record.versions],
    )


def told_body(told: NewEncounter) -> EncounterBody:
    """Return a stop as a device would have told it."""
    return EncounterBody.model_validate({name: value for name, value in asdict(told).items() if name not in NOT_OF_THE_RECORD})


def _gaps_shown(open_gaps: Iterable[Gap]) -> list[GapShown]:
    return [GapShown(path=gap.path, message=gap.message, source=gap.source, needed=gap.needed) for gap in open_gaps]


def _shown_receipt(line: ReceiptLine, code: str, public_url: str) -> ReceiptAnswer:
    forms = _forms(public_url, FOR_DEVICES.format(code=code))
    return ReceiptAnswer(code=pretty(code), url=receipt_url(public_url, code), check_words=line.check_words, forms=forms, state=line.state)


def _forms(public_url: str, path: str) -> dict[str, str]:
    return {form: f"{public_url.rstrip('/')}{path}/{form}" for form in FORMS}
