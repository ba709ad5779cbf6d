"""Handing out a receipt again, or the notice for a vehicle: finding what it prints for whoever draws it, and noting it in the audit log."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.accounts.rules import Viewer
from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Actor, Operation, Purpose
from stop_search.encounters.entitlement import entitlement_ends_on
from stop_search.encounters.queries import receipt_by_code, receipt_facts, receipts_of, shown_to
from stop_search.encounters.receipt_codes import code_digest
from stop_search.encounters.records import Encounter, Receipt
from stop_search.encounters.rows import LAYOUT_VERSION
from stop_search.encounters.rules import EncounterKind, EncounterSource, HeldReceipt, NoticeFacts, ReceiptState
from stop_search.errors import Conflict, NotFound


@dataclass(frozen=True)
class HeldNotice:
    """What the notice in an unattended vehicle prints, and of which record it is."""

    encounter_id: uuid.UUID
    facts: NoticeFacts


def hand_out_receipt(session: Session, *, code: str, form: str, key: bytes, actor: Actor, now: datetime) -> HeldReceipt:
    """Return the receipt in force that has this code, to be drawn in `form` ("a6"). Raises ReceiptNotFound."""
    held = receipt_by_code(session, code=code, key=key, now=now)
    _note(session, held, form, actor, now)
    return held


def hand_out_receipt_of_person(
    session: Session, *, reference: str, person: int, form: str, key: bytes, actor: Actor, now: datetime
) -> HeldReceipt:
    """Return the receipt in force of one person of an encounter (counted from 1), to be drawn in `form`.

    Raises:
        NotFound: there is no such encounter, no such person in it, or the receipt was withdrawn.
        Conflict: the secret key is not the one under which the receipt was issued: what would be printed opens nothing.

    """
    reference = reference.strip().upper()
    encounter_id = session.scalar(select(Encounter.id).where(Encounter.reference == reference))
    if encounter_id is None:
        message = f"There is no encounter with the reference {reference}."
        raise NotFound(message)
    recorded = receipts_of(session, encounter_id=encounter_id, receipt_key=key)
    found = next((each for each in recorded.people if each.ordinal == person), None)
    receipt = session.get(Receipt, found.receipt_id) if found else None
    if found is None or receipt is None:
        message = f"{reference} has {len(recorded.people)} people with a receipt, and no person {person}."
        raise NotFound(message)
    if receipt.state != ReceiptState.ISSUED:
        message = f"The receipt of person {person} of {reference} was withdrawn."
        raise NotFound(message)
    if receipt.code_digest != code_digest(key, found.code):
        message = f"The receipt of {reference} was made with another STOP_SEARCH_SECRET_KEY, so its code cannot be made again."
        raise Conflict(message)
    facts = receipt_facts(session, receipt_id=receipt.id)
    held = HeldReceipt(receipt.id, encounter_id, found.person_id, found.code, receipt.issued_at, facts)
    _note(session, held, form, actor, now)
    return held


def notice_facts(session: Session, *, reference: str, viewer: Viewer | None, language: str = "en") -> HeldNotice:
    """Return everything that the notice left in an unattended vehicle prints (PACE 1984 s.2(6), (7)).

    `viewer`: who may see the record; None for whoever runs the installation. `language`: in which the notice is to be drawn.

    Raises:
        NotFound: there is no such record of an unattended vehicle, or it is not for this viewer.

    """
    shown = [shown_to(viewer)] if viewer else []
    row = session.execute(
        select(Encounter, Account)
        .outerjoin(Account, Account.id == Encounter.officer_id)
        .where(
            Encounter.reference == reference.strip().upper(),
            Encounter.kind == EncounterKind.UNATTENDED_VEHICLE,
            Encounter.source != EncounterSource.POLICE_UK,
            *shown,
        )
    ).one_or_none()
    if row is None:
        message = "There is no record of an unattended vehicle with this reference among those that you may see."
        raise NotFound(message)
    encounter, officer = row
    facts = NoticeFacts(
        reference=encounter.reference,
        started_at=encounter.started_at,
        place=encounter.place,
        vehicle_registration=encounter.vehicle_registration,
        power=encounter.power,
        object_of_search=encounter.object_of_search,
        officer_name=officer.name if officer and not encounter.officer_name_withheld_reason else None,
        officer_number=officer.officer_number if officer else None,
        officer_station=officer.station if officer else None,
        entitlement_ends_on=entitlement_ends_on(encounter.started_at, None),  # PACE 1984 s.3(8), (9), whatever the power
        language=language,
        layout_version=LAYOUT_VERSION,
    )
    return HeldNotice(encounter.id, facts)


def hand_out_notice(
    session: Session, *, reference: str, form: str, viewer: Viewer | None, actor: Actor, now: datetime, language: str = "en"
) -> NoticeFacts:
    """Return what the notice in an unattended vehicle prints, to be drawn in `form` and left there (PACE 1984 s.2(6)).

    `viewer`: who may see the record; None for whoever runs the installation.

    Raises:
        NotFound: there is no such record of an unattended vehicle, or it is not for this viewer.

    """
    held = notice_facts(session, reference=reference, viewer=viewer, language=language)
    act = Act(Operation.DISCLOSURE, "notice_handed_out", "encounter", str(held.encounter_id), Purpose.RECORDING, reason=form)
    record_act(session, actor=actor, act=act, now=now)
    return held.facts


def _note(session: Session, held: HeldReceipt, form: str, actor: Actor, now: datetime) -> None:
    act = Act(Operation.DISCLOSURE, "receipt_handed_out", "receipt", str(held.receipt_id), Purpose.RECORDING, reason=form)
    record_act(session, actor=actor, act=act, now=now)
