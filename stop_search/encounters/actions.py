"""Recording encounters with their receipts, withdrawing a receipt, and reading a record for a purpose (which is itself an act)."""

import secrets
import uuid
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from stop_search.accounts.queries import OfficerLine, officer_by_number, team_on
from stop_search.accounts.rules import Viewer
from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Actor, Operation, Purpose
from stop_search.codes.lists import code_list
from stop_search.encounters import receipt_codes
from stop_search.encounters.completeness import check_encounter
from stop_search.encounters.entitlement import code_a_version, entitlement_ends_on
from stop_search.encounters.queries import EncounterRecord, recorded_encounter
from stop_search.encounters.records import Encounter, OfficerPresent, PersonSearched, Receipt
from stop_search.encounters.rules import (
    NewEncounter,
    NewPerson,
    ReceiptState,
    RecordedEncounter,
    RecordedPerson,
    WithdrawalReason,
)
from stop_search.errors import Invalid, NoLongerOpen, NotFound
from stop_search.wording import london

LAYOUT_VERSION = 1
REFERENCE_SYMBOLS = 6


class ReceiptWithdrawn(NoLongerOpen):
    """The receipt was withdrawn before; nothing is left to withdraw."""


def record_encounter(
    session: Session, *, encounter: NewEncounter, receipt_key: bytes, reference_prefix: str, actor: Actor, now: datetime
) -> RecordedEncounter:
    """Store a stop, its people and a receipt for each of them.

    Raises:
        Invalid: something is missing or cannot be right; each field's path has a sentence.

    """
    check_encounter(encounter, now=now)
    officer, present = _officers(session, encounter)
    row = _encounter_row(encounter, officer, now)
    row.reference = _fresh_reference(session, reference_prefix, encounter.started_at)
    row.team_id = team_on(session, account_id=officer.account_id, on=london(encounter.started_at).date())
    session.add(row)
    session.flush()
    session.add_all(OfficerPresent(encounter_id=row.id, account_id=account_id) for account_id in present)
    people = tuple(
        _record_person(session, row, ordinal, person, receipt_key, now) for ordinal, person in enumerate(encounter.people, start=1)
    )
    session.flush()
    _record_acts(session, row, people, actor, now)
    return RecordedEncounter(encounter_id=row.id, reference=row.reference, people=people)


def withdraw_receipt(
    session: Session, *, code: str, receipt_key: bytes, reason: WithdrawalReason, actor: Actor, now: datetime
) -> uuid.UUID:
    """Withdraw a receipt: its code opens nothing from now on. Return the receipt's id.

    Raises:
        Invalid: the code is mistyped.
        NotFound: no receipt has this code.
        ReceiptWithdrawn: it was withdrawn before.

    """
    digest = receipt_codes.code_digest(receipt_key, receipt_codes.normalised(code))
    receipt_id = session.scalar(select(Receipt.id).where(Receipt.code_digest == digest))
    if receipt_id is None:
        message = "No receipt has this code."
        raise NotFound(message)
    withdrawn = cast(
        "CursorResult[Any]",
        session.execute(
            update(Receipt)
            .where(Receipt.id == receipt_id, Receipt.state == ReceiptState.ISSUED)
            .values(state=ReceiptState.WITHDRAWN, withdrawn_at=now, withdrawn_reason=reason)
        ),
    )
    if not withdrawn.rowcount:
        message = "This receipt was withdrawn before."
        raise ReceiptWithdrawn(message)
    act = Act(Operation.ALTERATION, "receipt_withdrawn", "receipt", str(receipt_id), Purpose.RECORDING, ("state",), reason)
    record_act(session, actor=actor, act=act, now=now)
    return receipt_id


def consult_encounter(
    session: Session, *, reference: str, viewer: Viewer, actor: Actor, purpose: Purpose, now: datetime
) -> EncounterRecord:
    """Return the record as the viewer may see it, and note that it was read (Data Protection Act 2018 s.62).

    Raises:
        NotFound: there is no such record, or it is not for this viewer.

    """
    record = recorded_encounter(session, reference=reference, viewer=viewer)
    act = Act(Operation.CONSULTATION, "encounter_read", "encounter", str(record.encounter_id), purpose)
    record_act(session, actor=actor, act=act, now=now)
    return record


def _officers(session: Session, encounter: NewEncounter) -> tuple[OfficerLine, list[uuid.UUID]]:
    """Return who searched, and the ids of everybody else who was there, each once."""
    found: dict[str, OfficerLine] = {}
    faults: dict[str, str] = {}
    numbers = {"officer_number": encounter.officer_number} | {
        f"officers_present.{n}": number for n, number in enumerate(encounter.officers_present)
    }
    for path, number in numbers.items():
        try:
            found[path] = officer_by_number(session, officer_number=number)
        except NotFound:
            faults[path] = f"There is no officer with the number {number.strip()}."
    if faults:
        message = "An officer is not known."
        raise Invalid(message, faults)
    searched_by = found.pop("officer_number")
    others = {line.account_id for line in found.values()} - {searched_by.account_id}
    return searched_by, sorted(others)


def _encounter_row(encounter: NewEncounter, officer: OfficerLine, now: datetime) -> Encounter:
    return Encounter(
        id=uuid.uuid4(),
        kind=encounter.kind,
        source=encounter.source,
        started_at=encounter.started_at,
        ended_at=encounter.ended_at,
        place=encounter.place,
        latitude=encounter.latitude,
        longitude=encounter.longitude,
        power=encounter.power or None,
        object_of_search=encounter.object_of_search or None,
        grounds=encounter.grounds,
        authorisation_reference=encounter.authorisation_reference,
        officer_id=officer.account_id,
        officer_name_withheld_reason=encounter.officer_name_withheld_reason,
        camera_serial=encounter.camera_serial,
        is_operation=encounter.is_operation,
        operation_name=encounter.operation_name,
        vehicle_outcome=encounter.vehicle_outcome or None,
        vehicle_outcome_linked=encounter.vehicle_outcome_linked,
        footage_absence_reason=encounter.footage_absence_reason or None,
        code_a_version=code_a_version(encounter.started_at),
        recorded_at=now,
    )


def _record_person(
    session: Session, encounter: Encounter, ordinal: int, person: NewPerson, receipt_key: bytes, now: datetime
) -> RecordedPerson:
    row = _person_row(encounter.id, ordinal, person)
    session.add(row)
    session.flush()
    receipt_id, code = _fresh_code(session, receipt_key)
    words = receipt_codes.check_words(receipt_key, code)
    session.add(
        Receipt(
            id=receipt_id,
            encounter_id=encounter.id,
            person_id=row.id,
            locator=receipt_codes.locator(code),
            code_digest=receipt_codes.code_digest(receipt_key, code),
            check_words=words,
            state=ReceiptState.ISSUED,
            language=person.language,
            layout_version=LAYOUT_VERSION,
            entitlement_ends_on=entitlement_ends_on(encounter.started_at, encounter.power),
            issued_at=now,
        )
    )
    return RecordedPerson(ordinal=ordinal, person_id=row.id, receipt_id=receipt_id, code=code, check_words=words)


def _person_row(encounter_id: uuid.UUID, ordinal: int, person: NewPerson) -> PersonSearched:
    clothing = code_list("clothing_level").entry(person.clothing_level) if person.clothing_level else None
    return PersonSearched(
        id=uuid.uuid4(),
        encounter_id=encounter_id,
        ordinal=ordinal,
        part=person.part,
        self_defined_ethnicity=person.self_defined_ethnicity or None,
        self_description=person.self_description,
        ethnicity_not_stated_reason=person.ethnicity_not_stated_reason or None,
        officer_perceived_ethnicity=person.officer_perceived_ethnicity or None,
        gender=person.gender or None,
        age_band=person.age_band or None,
        clothing_level=person.clothing_level or None,
        more_than_outer_clothing=clothing.more_than_outer_clothing if clothing else None,
        force_used=sorted(set(person.force_used)),
        outcome=person.outcome or None,
        outcome_linked=person.outcome_linked,
        safeguarding_considered=person.safeguarding_considered,
        referral_made=person.referral_made,
        record_in_custody=person.record_in_custody,
        receipt_not_offered_reason=person.receipt_not_offered_reason or None,
    )


def _fresh_code(session: Session, key: bytes) -> tuple[uuid.UUID, str]:
    """Return a new receipt's id and code; one whose code another receipt has already is drawn again (once in 10^9 at a million)."""
    while True:
        receipt_id = uuid.uuid4()
        code = receipt_codes.make_code(key, receipt_id)
        digest = receipt_codes.code_digest(key, code)
        if session.scalar(select(Receipt.id).where(Receipt.code_digest == digest)) is None:
            return receipt_id, code


def _fresh_reference(session: Session, prefix: str, started_at: datetime) -> str:
    """Return a reference that nobody has: prefix, year in London, six random symbols (`WX-26-7K3M9Q`)."""
    while True:
        symbols = "".join(secrets.choice(receipt_codes.ALPHABET) for _ in range(REFERENCE_SYMBOLS))
        reference = f"{prefix}-{london(started_at):%y}-{symbols}"
        if session.scalar(select(Encounter.id).where(Encounter.reference == reference)) is None:
            return reference


def _record_acts(session: Session, encounter: Encounter, people: tuple[RecordedPerson, ...], actor: Actor, now: datetime) -> None:
    recorded = Act(Operation.COLLECTION, "encounter_recorded", "encounter", str(encounter.id), Purpose.RECORDING)
    record_act(session, actor=actor, act=recorded, now=now)
    for person in people:
        issued = Act(Operation.COLLECTION, "receipt_issued", "receipt", str(person.receipt_id), Purpose.RECORDING)
        record_act(session, actor=actor, act=issued, now=now)
