"""From rows back to a stop as it was told: what an amendment starts from and what a version keeps."""

import uuid
from dataclasses import fields
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.encounters.records import Encounter, OfficerPresent, PersonSearched, Receipt
from stop_search.encounters.rules import (
    EncounterKind,
    EncounterSource,
    NameWithheldReason,
    NewEncounter,
    NewPerson,
    PersonPart,
    WithdrawalReason,
)

# The fields of a record and of a person that a row holds under the same name.
ENCOUNTER_FIELDS = tuple(
    field.name for field in fields(NewEncounter) if field.name not in {"officer_number", "officers_present", "people", "finish_later"}
)
PERSON_FIELDS = tuple(field.name for field in fields(NewPerson) if field.name not in {"language", "receipt_code"})


def told_encounter(session: Session, encounter: Encounter) -> NewEncounter:
    """Return what a record says, in the words in which it was told."""
    searched_by, present = _numbers(session, encounter)
    withheld = encounter.officer_name_withheld_reason
    told: dict[str, Any] = {name: getattr(encounter, name) for name in ENCOUNTER_FIELDS} | {
        "kind": EncounterKind(encounter.kind),
        "source": EncounterSource(encounter.source),
        "officer_name_withheld_reason": NameWithheldReason(withheld) if withheld else None,
        "officer_number": searched_by,
        "officers_present": present,
        "people": tuple(_person(person, receipt) for person, receipt in people_with_receipts(session, encounter.id)),
    }
    return NewEncounter(**told)


def people_with_receipts(session: Session, encounter_id: uuid.UUID) -> list[tuple[PersonSearched, Receipt]]:
    """Return the people of a record with their receipts, in order."""
    rows = session.execute(
        select(PersonSearched, Receipt)
        .join(Receipt, Receipt.person_id == PersonSearched.id)
        .where(PersonSearched.encounter_id == encounter_id)
        .order_by(PersonSearched.ordinal)
    )
    return [(person, receipt) for person, receipt in rows]


def recorded_in_error(session: Session, encounter_id: uuid.UUID) -> frozenset[int]:
    """Return who of a record was recorded in error, counted from 0: nobody is taken out, but their receipt was withdrawn for that."""
    withdrawn = (
        select(PersonSearched.ordinal)
        .join(Receipt, Receipt.person_id == PersonSearched.id)
        .where(PersonSearched.encounter_id == encounter_id, Receipt.withdrawn_reason == WithdrawalReason.RECORDED_IN_ERROR)
    )
    return frozenset(ordinal - 1 for ordinal in session.scalars(withdrawn))


def _person(person: PersonSearched, receipt: Receipt) -> NewPerson:
    told: dict[str, Any] = {name: getattr(person, name) for name in PERSON_FIELDS} | {
        "part": PersonPart(person.part),
        "force_used": tuple(person.force_used),
        "language": receipt.language,
    }
    return NewPerson(**told)


def _numbers(session: Session, encounter: Encounter) -> tuple[str, tuple[str, ...]]:
    """Return the number of the officer who searched, and those of the others who were there."""
    present = select(OfficerPresent.account_id).where(OfficerPresent.encounter_id == encounter.id)
    rows = session.execute(
        select(Account.id, Account.officer_number)
        .where(or_(Account.id == encounter.officer_id, Account.id.in_(present)))
        .order_by(Account.officer_number, Account.id)
    ).all()
    searched_by = next((number or "" for account_id, number in rows if account_id == encounter.officer_id), "")
    return searched_by, tuple(number or "" for account_id, number in rows if account_id != encounter.officer_id)
