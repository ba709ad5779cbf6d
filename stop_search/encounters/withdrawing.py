"""Withdrawing the receipt of one person of a record, by somebody who may see the record; what is missing is then worked out anew."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Viewer
from stop_search.audit.rules import Actor
from stop_search.encounters.actions import withdraw_receipt
from stop_search.encounters.queries import encounter_shown_to, open_gaps, receipts_of
from stop_search.encounters.records import Encounter
from stop_search.encounters.rules import WithdrawalReason
from stop_search.errors import NotFound


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
    session.flush()
    _work_out_gaps(session, row, now)


def _work_out_gaps(session: Session, row: Encounter, now: datetime) -> None:
    still_open = [gap.path for gap in open_gaps(session, row)]
    finished_at = None if still_open else row.finished_at or now
    session.execute(update(Encounter).where(Encounter.id == row.id).values(gaps=still_open, finished_at=finished_at))
