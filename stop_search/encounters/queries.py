"""Reading encounters and receipts. What a viewer may see is part of each query."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.accounts.rules import Role, Viewer
from stop_search.encounters import receipt_codes
from stop_search.encounters.entitlement import code_is_answered_to
from stop_search.encounters.records import Encounter, OfficerPresent, PersonSearched, Receipt
from stop_search.encounters.rules import (
    EncounterKind,
    EncounterSource,
    HeldReceipt,
    PersonPart,
    ReceiptFacts,
    ReceiptState,
    RecordedEncounter,
    RecordedPerson,
)
from stop_search.errors import Invalid, NotFound


class ReceiptNotFound(NotFound):
    """No receipt is to be had for this code: wrong, withdrawn and too old are told alike."""


@dataclass(frozen=True)
class PersonRecord:
    """One person of a record, in codes. The receipt's code is made from its id and the key."""

    ordinal: int
    part: PersonPart
    self_defined_ethnicity: str | None
    self_description: str | None
    ethnicity_not_stated_reason: str | None
    officer_perceived_ethnicity: str | None
    gender: str | None
    age_band: str | None
    clothing_level: str | None
    force_used: tuple[str, ...]
    outcome: str | None
    outcome_linked: bool | None
    record_in_custody: bool
    receipt_id: uuid.UUID
    receipt_state: ReceiptState
    check_words: str


@dataclass(frozen=True)
class EncounterRecord:
    """A whole record, as the officer's device or page shows it. Moments are aware."""

    encounter_id: uuid.UUID
    reference: str
    kind: EncounterKind
    source: EncounterSource
    started_at: datetime
    ended_at: datetime | None
    place: str | None
    power: str | None
    object_of_search: str | None
    grounds: str | None
    authorisation_reference: str | None
    officer_line: str
    camera_serial: str | None
    recorded_at: datetime
    people: tuple[PersonRecord, ...]


@dataclass(frozen=True)
class StopLine:
    """One of an officer's own stops, in a list."""

    reference: str
    kind: EncounterKind
    started_at: datetime
    place: str | None
    power: str | None
    object_of_search: str | None
    people: int


def receipt_by_code(session: Session, *, code: str, key: bytes, now: datetime) -> HeldReceipt:
    """Return the receipt in force that has this code, however it is typed.

    Raises:
        ReceiptNotFound: mistyped, unknown, withdrawn or more than a year old: the same answer for each.

    """
    try:
        wanted = receipt_codes.normalised(code)
    except Invalid:
        wanted = ""
    row = session.execute(
        select(Receipt, Encounter.started_at)
        .join(Encounter, Encounter.id == Receipt.encounter_id)
        .where(
            Receipt.locator == receipt_codes.locator(wanted),
            Receipt.code_digest == receipt_codes.code_digest(key, wanted),
            Receipt.state == ReceiptState.ISSUED,
        )
    ).one_or_none()
    if row is None or not code_is_answered_to(row.started_at, now):
        message = "We cannot find a receipt with this code. Look at your receipt and type the code again."
        raise ReceiptNotFound(message)
    receipt = row.Receipt
    facts = receipt_facts(session, receipt_id=receipt.id)
    return HeldReceipt(receipt.id, receipt.encounter_id, receipt.person_id, wanted, receipt.issued_at, facts)


def receipt_facts(session: Session, *, receipt_id: uuid.UUID) -> ReceiptFacts:
    """Return everything that a receipt prints. Raises NotFound."""
    row = session.execute(
        select(Receipt, PersonSearched, Encounter, Account)
        .join(PersonSearched, PersonSearched.id == Receipt.person_id)
        .join(Encounter, Encounter.id == Receipt.encounter_id)
        .outerjoin(Account, Account.id == Encounter.officer_id)
        .where(Receipt.id == receipt_id)
    ).one_or_none()
    if row is None:
        message = "There is no such receipt."
        raise NotFound(message)
    receipt, person, encounter, officer = row
    return ReceiptFacts(
        reference=encounter.reference,
        kind=EncounterKind(encounter.kind),
        part=PersonPart(person.part),
        started_at=encounter.started_at,
        place=encounter.place,
        power=encounter.power,
        object_of_search=encounter.object_of_search,
        officer_name=officer.name if officer and not encounter.officer_name_withheld_reason else None,
        officer_number=officer.officer_number if officer else None,
        officer_station=officer.station if officer else None,
        entitlement_ends_on=receipt.entitlement_ends_on,
        check_words=receipt.check_words,
        language=receipt.language,
        layout_version=receipt.layout_version,
        record_in_custody=person.record_in_custody,
    )


def receipts_of(session: Session, *, encounter_id: uuid.UUID, receipt_key: bytes) -> RecordedEncounter:
    """Return what recording this encounter gave back, with the same codes: for a request that is sent again. Raises NotFound."""
    encounter = session.get(Encounter, encounter_id)
    if encounter is None:
        message = "There is no such record."
        raise NotFound(message)
    people = tuple(
        RecordedPerson(person.ordinal, person.id, receipt.id, receipt_codes.make_code(receipt_key, receipt.id), receipt.check_words)
        for person, receipt in _people_with_receipts(session, encounter_id)
    )
    return RecordedEncounter(encounter.id, encounter.reference, people)


def recorded_encounter(session: Session, *, reference: str, viewer: Viewer) -> EncounterRecord:
    """Return a record that this viewer may see: a device what devices recorded, an officer where he or she was present.

    Raises:
        NotFound: there is no such record, or it is not for this viewer.

    """
    row = session.execute(
        select(Encounter, Account)
        .outerjoin(Account, Account.id == Encounter.officer_id)
        .where(Encounter.reference == reference.strip().upper(), _shown_to(viewer))
    ).one_or_none()
    if row is None:
        message = "There is no record with this reference among those that you may see."
        raise NotFound(message)
    encounter, officer = row
    return EncounterRecord(
        encounter_id=encounter.id,
        reference=encounter.reference,
        kind=EncounterKind(encounter.kind),
        source=EncounterSource(encounter.source),
        started_at=encounter.started_at,
        ended_at=encounter.ended_at,
        place=encounter.place,
        power=encounter.power,
        object_of_search=encounter.object_of_search,
        grounds=encounter.grounds,
        authorisation_reference=encounter.authorisation_reference,
        officer_line=_officer_line(officer, encounter),
        camera_serial=encounter.camera_serial,
        recorded_at=encounter.recorded_at,
        people=tuple(_person_record(person, receipt) for person, receipt in _people_with_receipts(session, encounter.id)),
    )


def stops_of_officer(session: Session, *, viewer: Viewer, limit: int = 20) -> list[StopLine]:
    """Return the officer's own newest stops, newest first."""
    counted = (
        select(Encounter, func.count(PersonSearched.id))
        .outerjoin(PersonSearched, PersonSearched.encounter_id == Encounter.id)
        .where(Encounter.officer_id == viewer.id)
        .group_by(Encounter.id)
        .order_by(Encounter.started_at.desc(), Encounter.id)
        .limit(limit)
    )
    return [
        StopLine(row.reference, EncounterKind(row.kind), row.started_at, row.place, row.power, row.object_of_search, people)
        for row, people in session.execute(counted)
    ]


def _shown_to(viewer: Viewer) -> ColumnElement[bool]:
    shown: list[ColumnElement[bool]] = []
    if viewer.has(Role.DEVICE):
        shown.append(Encounter.source == EncounterSource.DEVICE)
    if viewer.has(Role.OFFICER):
        was_there = select(OfficerPresent.encounter_id).where(OfficerPresent.account_id == viewer.id)
        shown.append(or_(Encounter.officer_id == viewer.id, Encounter.id.in_(was_there)))
    return or_(false(), *shown)


def _people_with_receipts(session: Session, encounter_id: uuid.UUID) -> list[tuple[PersonSearched, Receipt]]:
    rows = session.execute(
        select(PersonSearched, Receipt)
        .join(Receipt, Receipt.person_id == PersonSearched.id)
        .where(PersonSearched.encounter_id == encounter_id)
        .order_by(PersonSearched.ordinal)
    )
    return [(person, receipt) for person, receipt in rows]


def _officer_line(officer: Account | None, encounter: Encounter) -> str:
    """Name, number and station; without the name where it is withheld (PACE Code A 3.8(a), 4.4)."""
    if officer is None:
        return ""
    number = f"officer number {officer.officer_number}" if officer.officer_number else ""
    name = "" if encounter.officer_name_withheld_reason else officer.name
    return ", ".join(part for part in (name, number, officer.station) if part)


def _person_record(person: PersonSearched, receipt: Receipt) -> PersonRecord:
    return PersonRecord(
        ordinal=person.ordinal,
        part=PersonPart(person.part),
        self_defined_ethnicity=person.self_defined_ethnicity,
        self_description=person.self_description,
        ethnicity_not_stated_reason=person.ethnicity_not_stated_reason,
        officer_perceived_ethnicity=person.officer_perceived_ethnicity,
        gender=person.gender,
        age_band=person.age_band,
        clothing_level=person.clothing_level,
        force_used=tuple(person.force_used),
        outcome=person.outcome,
        outcome_linked=person.outcome_linked,
        record_in_custody=person.record_in_custody,
        receipt_id=receipt.id,
        receipt_state=ReceiptState(receipt.state),
        check_words=receipt.check_words,
    )
