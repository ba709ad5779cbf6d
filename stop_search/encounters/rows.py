"""From a stop as it is told to rows of tables, for recording and for amending: one statement for each table."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from stop_search.accounts.queries import OfficerLine, officers_by_number
from stop_search.audit.rules import Act, Operation, Purpose
from stop_search.codes.lists import code_list
from stop_search.database.base import table_of
from stop_search.encounters import receipt_codes
from stop_search.encounters.allocation import fresh_codes, spend_codes
from stop_search.encounters.entitlement import code_a_version, entitlement_ends_on
from stop_search.encounters.records import Encounter, OfficerPresent, PersonSearched, Receipt
from stop_search.encounters.rules import Gap, NewEncounter, NewPerson, ReceiptState, RecordedPerson
from stop_search.encounters.told import ENCOUNTER_FIELDS, PERSON_FIELDS
from stop_search.errors import Invalid
from stop_search.wording import london

LAYOUT_VERSION = 2
ADD_ENCOUNTER = table_of(Encounter).insert()
ADD_PEOPLE = table_of(PersonSearched).insert()
ADD_RECEIPTS = table_of(Receipt).insert()
ADD_PRESENT = table_of(OfficerPresent).insert()


def named_officers(session: Session, encounter: NewEncounter) -> tuple[OfficerLine, list[uuid.UUID]]:
    """Return who searched (with the team of that day), and the ids of everybody else who was there, each once.

    Raises:
        Invalid: an officer is not known.

    """
    numbers = {"officer_number": encounter.officer_number} | {
        f"officers_present.{n}": number for n, number in enumerate(encounter.officers_present)
    }
    known = officers_by_number(session, officer_numbers=numbers.values(), on=london(encounter.started_at).date())
    faults = {
        path: f"There is no officer with the number {number.strip()}." for path, number in numbers.items() if number.strip() not in known
    }
    if faults:
        message = "An officer is not known."
        raise Invalid(message, faults)
    searched_by = known[encounter.officer_number.strip()]
    return searched_by, sorted({line.account_id for line in known.values()} - {searched_by.account_id})


def encounter_values(encounter: NewEncounter, officer: OfficerLine, open_gaps: Sequence[Gap], now: datetime) -> dict[str, Any]:
    """Return what the encounter's row says of the stop; identity, source and version are the caller's."""
    return {name: _kept(getattr(encounter, name)) for name in ENCOUNTER_FIELDS} | {
        "vehicle_registration": registration(encounter.vehicle_registration),
        "officer_id": officer.account_id,
        "team_id": officer.team_id,
        "code_a_version": code_a_version(encounter.started_at),
        "gaps": [gap.path for gap in open_gaps],
        "finished_at": None if open_gaps else now,
    }


def person_values(person: NewPerson) -> dict[str, Any]:
    """Return what a person's row says of the person."""
    clothing = code_list("clothing_level").entry(person.clothing_level) if person.clothing_level else None
    return {name: _kept(getattr(person, name)) for name in PERSON_FIELDS} | {
        "more_than_outer_clothing": clothing.more_than_outer_clothing if clothing else None,
        "force_used": sorted(set(person.force_used)),
    }


def keep_officers_present(session: Session, encounter_id: uuid.UUID, present: Sequence[uuid.UUID]) -> None:
    """Store who else was there."""
    if present:
        session.execute(ADD_PRESENT, [{"encounter_id": encounter_id, "account_id": account} for account in present])


def add_people(
    session: Session,
    encounter_id: uuid.UUID,
    encounter: NewEncounter,
    *,
    first: int,
    receipt_key: bytes,
    holder_id: uuid.UUID | None,
    now: datetime,
) -> tuple[RecordedPerson, ...]:
    """Store the people from the `first` on (counted from 1), each with a receipt; codes that were set aside are spent.

    Raises:
        Invalid: a code was not set aside for this holder, or was spent or voided.

    """
    people = list(enumerate(encounter.people, start=1))[first - 1 :]
    if not people:
        return ()
    named = {ordinal: person.receipt_code for ordinal, person in people if person.receipt_code}
    receipts = spend_codes(session, codes=named, holder_id=holder_id, key=receipt_key, now=now)
    fresh = iter(fresh_codes(count=len(people) - len(receipts), key=receipt_key))
    recorded = tuple(
        _recorded_person(ordinal, *(receipts[ordinal] if ordinal in receipts else next(fresh)), receipt_key) for ordinal, _ in people
    )
    rows = [
        {"id": done.person_id, "encounter_id": encounter_id, "ordinal": done.ordinal} | person_values(person)
        for done, (_, person) in zip(recorded, people, strict=True)
    ]
    session.execute(ADD_PEOPLE, rows)
    session.execute(
        ADD_RECEIPTS,
        [
            _receipt_values(encounter_id, encounter, person, done, receipt_key, now)
            for done, (_, person) in zip(recorded, people, strict=True)
        ],
    )
    return recorded


def receipt_issued(person: RecordedPerson) -> Act:
    """Return the act of issuing one person's receipt."""
    return Act(Operation.COLLECTION, "receipt_issued", "receipt", str(person.receipt_id), Purpose.RECORDING)


def registration(typed: str | None) -> str | None:
    """Return a vehicle's registration as it is kept and compared: capitals, no spaces; None where there is none."""
    return "".join((typed or "").split()).upper() or None


def _recorded_person(ordinal: int, receipt_id: uuid.UUID, code: str, key: bytes) -> RecordedPerson:
    return RecordedPerson(ordinal, uuid.uuid4(), receipt_id, code, receipt_codes.check_words(key, code))


def _receipt_values(
    encounter_id: uuid.UUID, encounter: NewEncounter, person: NewPerson, done: RecordedPerson, key: bytes, now: datetime
) -> dict[str, Any]:
    return {
        "id": done.receipt_id,
        "encounter_id": encounter_id,
        "person_id": done.person_id,
        "locator": receipt_codes.locator(done.code),
        "code_digest": receipt_codes.code_digest(key, done.code),
        "check_words": done.check_words,
        "state": ReceiptState.ISSUED,
        "language": person.language,
        "layout_version": LAYOUT_VERSION,
        "entitlement_ends_on": entitlement_ends_on(encounter.started_at, encounter.power),
        "issued_at": now,
    }


def _kept(value: Any) -> Any:  # noqa: ANN401 -- any column's value
    return None if value == "" else value
