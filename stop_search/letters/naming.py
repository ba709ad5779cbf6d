"""Whom a complaint is about, as its reader notes it: they review nothing of that stop. The names in the letter itself stay sealed."""

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.queries import officer_by_number
from stop_search.accounts.records import Account
from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Operation, Purpose
from stop_search.errors import Conflict, Invalid, NotFound
from stop_search.letters.queries import letter_by_reference
from stop_search.letters.records import Letter, NamedInLetter
from stop_search.letters.rules import LetterKind
from stop_search.wording import london


def name_in_complaint(session: Session, *, reference: str, officer_number: str, viewer: Viewer, now: datetime) -> None:
    """Note that a complaint is about this officer, by collar or warrant number; noted again, it stays as it is.

    Raises:
        NotFound: there is no such letter, or it is not for this viewer.
        Conflict: the letter is no complaint.
        Invalid: there is nobody with this number.

    """
    letter = letter_by_reference(session, reference=reference, viewer=viewer, lock=True)
    if letter.kind != LetterKind.COMPLAINT:
        message = "Only a complaint is about somebody."
        raise Conflict(message)
    try:
        officer = officer_by_number(session, officer_number=officer_number)
    except NotFound as error:
        raise Invalid(str(error), {"number": str(error)}) from error
    if session.get(NamedInLetter, (letter.id, officer.account_id)) is not None:
        return
    session.add(NamedInLetter(letter_id=letter.id, account_id=officer.account_id, named_by=viewer.id, named_on=london(now).date()))
    act = Act(Operation.COMBINATION, "officer_named_in_complaint", "letter", str(letter.id), Purpose.COMPLAINT)
    record_act(session, actor=viewer.acting_as(Role.COMPLAINTS_HANDLER), act=act, now=now)


def named_numbers(session: Session, *, reference: str, viewer: Viewer) -> list[str]:
    """Return the collar or warrant numbers of those whom a complaint names. Raises NotFound as `letter_shown`."""
    letter = letter_by_reference(session, reference=reference, viewer=viewer)
    numbers = session.scalars(
        select(Account.officer_number)
        .join(NamedInLetter, NamedInLetter.account_id == Account.id)
        .where(NamedInLetter.letter_id == letter.id, Account.officer_number.is_not(None))
        .order_by(Account.officer_number)
    )
    return [number for number in numbers if number]


def named_in_complaints(session: Session, *, encounter_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Return the accounts that complaints on an encounter name."""
    return frozenset(
        session.scalars(
            select(NamedInLetter.account_id).join(Letter, Letter.id == NamedInLetter.letter_id).where(Letter.encounter_id == encounter_id)
        )
    )
