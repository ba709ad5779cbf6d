"""Codes set aside for devices and handsets, so that a receipt can be handed over where there is no signal; and handsets, also lost ones.

A code that was set aside is used by one record or void. When a device is lost, its unused codes are void in the same transaction.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.orm import Session

from stop_search.accounts.actions import revoke_machine_token
from stop_search.accounts.rules import checked_line
from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Actor, Operation, Purpose
from stop_search.encounters import receipt_codes
from stop_search.encounters.records import AllocatedCode, Handset
from stop_search.encounters.rules import AllocationState
from stop_search.errors import Conflict, Invalid, NotFound

MOST_HELD = 200  # unused codes that one device may hold: a long shift without a signal
NOT_SET_ASIDE = "This code was not set aside for this device, or it was used or voided."


@dataclass(frozen=True)
class SetAside:
    """One code set aside: `code` is the 12 symbols without hyphens."""

    receipt_id: uuid.UUID
    code: str
    check_words: str


def register_handset(session: Session, *, account_id: uuid.UUID, label: str, actor: Actor, now: datetime) -> uuid.UUID:
    """Note an officer's phone or tablet and return its id. Raises Invalid: the label is empty or too long."""
    handset = Handset(id=uuid.uuid4(), account_id=account_id, label=checked_line(label, field="label"), registered_at=now)
    session.add(handset)
    session.flush()
    _note(session, actor, "handset_registered", handset.id, now)
    return handset.id


def allocate_codes(session: Session, *, holder_id: uuid.UUID, hold: int, key: bytes, actor: Actor, now: datetime) -> list[SetAside]:
    """Set codes aside until the holder has `hold` unused ones; return all that it holds, oldest first.

    Asking again gives the same codes again: an answer that was lost on the way loses none.

    Raises:
        Invalid: more than MOST_HELD are asked for.

    """
    if not 0 <= hold <= MOST_HELD:
        message = f"A device can hold up to {MOST_HELD} codes."
        raise Invalid(message, {"hold": message})
    held = session.scalar(select(func.count()).where(AllocatedCode.holder_id == holder_id, _is_unused())) or 0
    if wanted := hold - held:
        _set_aside(session, max(wanted, 0), holder_id, key, actor, now)
    ids = session.execute(
        select(AllocatedCode.receipt_id, AllocatedCode.check_words)
        .where(AllocatedCode.holder_id == holder_id, _is_unused())
        .order_by(AllocatedCode.allocated_at, AllocatedCode.receipt_id)
    )
    return [SetAside(receipt_id, receipt_codes.make_code(key, receipt_id), words) for receipt_id, words in ids]


def spend_codes(
    session: Session, *, codes: Mapping[int, str], holder_id: uuid.UUID | None, key: bytes, now: datetime
) -> dict[int, tuple[uuid.UUID, str]]:
    """Spend codes that were set aside for the holder: from each person's ordinal to the receipt's id and code.

    Raises:
        Invalid: a code was not set aside for this holder, is named twice, or was used or voided before.

    """
    if not codes:
        return {}
    digests = {ordinal: receipt_codes.code_digest(key, code) for ordinal, code in codes.items()}
    found = {
        digest: receipt_id
        for receipt_id, digest in session.execute(
            select(AllocatedCode.receipt_id, AllocatedCode.code_digest)
            .where(AllocatedCode.code_digest.in_(digests.values()), AllocatedCode.holder_id == holder_id, _is_unused())
            .with_for_update()
        )
    }
    spent: dict[int, tuple[uuid.UUID, str]] = {}
    faults: dict[str, str] = {}
    for ordinal, digest in digests.items():
        if receipt_id := found.pop(digest, None):
            spent[ordinal] = (receipt_id, codes[ordinal])
        else:
            faults[f"people.{ordinal - 1}.receipt_code"] = NOT_SET_ASIDE
    if faults:
        raise Invalid(NOT_SET_ASIDE, faults)
    ids = [receipt_id for receipt_id, _ in spent.values()]
    session.execute(update(AllocatedCode).where(AllocatedCode.receipt_id.in_(ids)).values(state=AllocationState.USED, ended_at=now))
    return spent


def report_handset_lost(
    session: Session, *, handset_id: uuid.UUID, actor: Actor, now: datetime, account_id: uuid.UUID | None = None
) -> int:
    """Note that a handset is lost: nothing is taken from it any more and its unused codes are void. Return how many were.

    `account_id`: only if it is this officer's.

    Raises:
        NotFound: there is no such handset, or it is not this officer's.
        Conflict: it was reported before.

    """
    handset = session.get(Handset, handset_id)
    if handset is None or account_id not in {None, handset.account_id}:
        message = "There is no such phone or tablet."
        raise NotFound(message)
    if handset.lost_at is not None:
        message = "This phone or tablet was reported lost before."
        raise Conflict(message)
    handset.lost_at = now
    voided = _void_codes(session, handset_id, now)
    _note(session, actor, "handset_lost", handset_id, now)
    return voided


def revoke_device(session: Session, *, token_id: uuid.UUID, actor: Actor, now: datetime) -> int:
    """Revoke a machine's token and void its unused codes; return how many were. Raises NotFound."""
    revoke_machine_token(session, token_id=token_id, actor=actor, now=now)
    return _void_codes(session, token_id, now)


def handset_in_use(session: Session, *, handset_id: uuid.UUID, account_id: uuid.UUID) -> bool:
    """Return whether this is the officer's own handset and not a lost one."""
    mine = select(Handset.id).where(Handset.id == handset_id, Handset.account_id == account_id, Handset.lost_at.is_(None))
    return session.scalar(mine) is not None


def fresh_codes(*, count: int, key: bytes) -> list[tuple[uuid.UUID, str]]:
    """Return ids and codes of `count` new receipts.

    Two receipts with one code (once in 10^10 at a million) are the database's to refuse: whoever is refused asks again and gets another.
    """
    ids = [uuid.uuid4() for _ in range(count)]
    return [(receipt_id, receipt_codes.make_code(key, receipt_id)) for receipt_id in ids]


def _set_aside(session: Session, count: int, holder_id: uuid.UUID, key: bytes, actor: Actor, now: datetime) -> None:
    rows = [
        {
            "receipt_id": receipt_id,
            "code_digest": receipt_codes.code_digest(key, code),
            "check_words": receipt_codes.check_words(key, code),
            "holder_id": holder_id,
            "state": AllocationState.ALLOCATED,
            "allocated_at": now,
        }
        for receipt_id, code in fresh_codes(count=count, key=key)
    ]
    if rows:
        session.execute(insert(AllocatedCode), rows)
        act = Act(Operation.COLLECTION, "codes_set_aside", "device", str(holder_id), Purpose.RECORDING, reason=str(len(rows)))
        record_act(session, actor=actor, act=act, now=now)


def _void_codes(session: Session, holder_id: uuid.UUID, now: datetime) -> int:
    void = (
        update(AllocatedCode)
        .where(AllocatedCode.holder_id == holder_id, _is_unused())
        .values(state=AllocationState.VOID, ended_at=now)
        .returning(AllocatedCode.receipt_id)
    )
    return len(session.scalars(void).all())


def _is_unused() -> ColumnElement[bool]:
    return AllocatedCode.state == AllocationState.ALLOCATED


def _note(session: Session, actor: Actor, action: str, handset_id: uuid.UUID, now: datetime) -> None:
    act = Act(Operation.SECURITY, action, "handset", str(handset_id), Purpose.ADMINISTRATION)
    record_act(session, actor=actor, act=act, now=now)
