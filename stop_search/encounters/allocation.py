"""Receipt codes set aside for devices and handsets, so that a receipt can be handed over where there is no signal.

A code that was set aside is used by one record or void. When its holder is lost or revoked, all that is unused is void in the same
transaction: whoever sets codes aside, voids them or reports a loss first locks the holder's row.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.orm import Session

from stop_search.accounts.actions import revoke_machine_token
from stop_search.accounts.records import MachineToken
from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Actor, Operation, Purpose
from stop_search.encounters import receipt_codes
from stop_search.encounters.records import AllocatedCode, Handset
from stop_search.encounters.rules import AllocationState
from stop_search.errors import Invalid, NotAllowed

MOST_HELD = 200  # unused codes that one device may hold: a long shift without a signal
NOT_SET_ASIDE = "This code was not set aside for this device, or it was used or voided."


class HolderNotInForce(NotAllowed):
    """A phone that was reported lost, or a device whose token was revoked: nothing is given to it or taken from it."""


@dataclass(frozen=True)
class SetAside:
    """One code set aside: `code` is the 12 symbols without hyphens."""

    receipt_id: uuid.UUID
    code: str
    check_words: str


def allocate_codes(session: Session, *, holder_id: uuid.UUID, hold: int, key: bytes, actor: Actor, now: datetime) -> list[SetAside]:
    """Set codes aside until the holder has `hold` unused ones; return all that it holds, oldest first.

    Asking again gives the same codes again: an answer that was lost on the way loses none.

    Raises:
        Invalid: more than MOST_HELD are asked for.
        HolderNotInForce: the holder was lost or revoked, or there is none.

    """
    if not 0 <= hold <= MOST_HELD:
        message = f"A device can hold up to {MOST_HELD} codes."
        raise Invalid(message, {"hold": message})
    _lock_holder(session, holder_id)
    held = session.scalar(select(func.count()).where(AllocatedCode.holder_id == holder_id, _is_unused())) or 0
    if held < hold:
        _set_aside(session, hold - held, holder_id, key, actor, now)
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
            .order_by(AllocatedCode.receipt_id)
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


def revoke_device(session: Session, *, token_id: uuid.UUID, actor: Actor, now: datetime) -> int:
    """Revoke a machine's token and void its unused codes; return how many were. Raises NotFound.

    Codes come before the audit log here as in every act that needs both locks, so that no two of them wait for each other.
    """
    session.get(MachineToken, token_id, with_for_update=True)
    voided = void_codes(session, holder_id=token_id, now=now)
    revoke_machine_token(session, token_id=token_id, actor=actor, now=now)
    return voided


def void_codes(session: Session, *, holder_id: uuid.UUID, now: datetime) -> int:
    """Void what a holder has not used; return how many codes that were. The caller has locked the holder's row."""
    void = (
        update(AllocatedCode)
        .where(AllocatedCode.holder_id == holder_id, _is_unused())
        .values(state=AllocationState.VOID, ended_at=now)
        .returning(AllocatedCode.receipt_id)
    )
    return len(session.scalars(void).all())


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
    session.execute(insert(AllocatedCode), rows)
    act = Act(Operation.COLLECTION, "codes_set_aside", "device", str(holder_id), Purpose.RECORDING, reason=str(count))
    record_act(session, actor=actor, act=act, now=now)


def _lock_holder(session: Session, holder_id: uuid.UUID) -> None:
    handset = session.get(Handset, holder_id, with_for_update=True)
    if handset is not None and handset.lost_at is None:
        return
    token = session.get(MachineToken, holder_id, with_for_update=True)
    if token is None or token.revoked_at is not None:
        message = "This device is not in use any more, so no codes are set aside for it."
        raise HolderNotInForce(message)


def _is_unused() -> ColumnElement[bool]:
    return AllocatedCode.state == AllocationState.ALLOCATED
