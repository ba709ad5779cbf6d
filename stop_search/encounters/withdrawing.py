"""Withdrawing a receipt, by its code or by its person; what its record still misses is then worked out anew."""

import uuid
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Viewer
from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Actor, Operation, Purpose
from stop_search.encounters import receipt_codes
from stop_search.encounters.queries import encounter_shown_to, open_gaps, receipts_of
from stop_search.encounters.records import Encounter, Receipt
from stop_search.encounters.rules import ReceiptState, WithdrawalReason
from stop_search.errors import NoLongerOpen, NotFound


class ReceiptWithdrawn(NoLongerOpen):
    """The receipt was withdrawn before; nothing is left to withdraw."""


def withdraw_receipt(
    session: Session, *, code: str, receipt_key: bytes, reason: WithdrawalReason, actor: Actor, now: datetime
) -> uuid.UUID:
    """Withdraw a receipt and return its id: its code opens nothing from now on.

    Raises:
        Invalid: the code is mistyped.
        NotFound: no receipt has this code.
        ReceiptWithdrawn: it was withdrawn before.

    """
    digest = receipt_codes.code_digest(receipt_key, receipt_codes.normalised(code))
    found = session.execute(select(Receipt.id, Receipt.encounter_id).where(Receipt.code_digest == digest)).one_or_none()
    if found is None:
        message = "No receipt has this code."
        raise NotFound(message)
    receipt_id, encounter_id = found
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
    session.flush()
    _work_out_gaps(session, session.get_one(Encounter, encounter_id), now)
    return receipt_id


def withdraw_receipt_of_person(
    session: Session,
    *,
    reference: str,
    person: int,
    reason: WithdrawalReason,
    viewer: Viewer,
    actor: Actor,
    receipt_key: bytes,
    now: datetime,
) -> None:
    """Withdraw the receipt of one person of a record (counted from 1). Nothing more is asked about one who was recorded in error.

    Raises:
        NotFound: there is no such record or person, or it is not for this viewer.
        ReceiptWithdrawn: it was withdrawn before.

    """
    row = encounter_shown_to(session, reference=reference, viewer=viewer)
    people = receipts_of(session, encounter_id=row.id, receipt_key=receipt_key).people if row else ()
    code = next((each.code for each in people if each.ordinal == person), None)
    if row is None or code is None:
        message = "There is no such person in a record that you may see."
        raise NotFound(message)
    withdraw_receipt(session, code=code, receipt_key=receipt_key, reason=reason, actor=actor, now=now)


def _work_out_gaps(session: Session, row: Encounter, now: datetime) -> None:
    still_open = [gap.path for gap in open_gaps(session, row)]
    finished_at = None if still_open else row.finished_at or now
    session.execute(update(Encounter).where(Encounter.id == row.id).values(gaps=still_open, finished_at=finished_at))
