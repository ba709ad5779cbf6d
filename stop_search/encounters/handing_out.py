"""Handing a receipt out again: finding it for whoever draws it, and noting in the audit log that it was handed out."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Actor, Operation, Purpose
from stop_search.encounters.queries import receipt_by_code, receipt_facts, receipts_of
from stop_search.encounters.receipt_codes import code_digest
from stop_search.encounters.records import Encounter, Receipt
from stop_search.encounters.rules import HeldReceipt, ReceiptState
from stop_search.errors import Conflict, NotFound


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


def _note(session: Session, held: HeldReceipt, form: str, actor: Actor, now: datetime) -> None:
    act = Act(Operation.DISCLOSURE, "receipt_handed_out", "receipt", str(held.receipt_id), Purpose.RECORDING, reason=form)
    record_act(session, actor=actor, act=act, now=now)
