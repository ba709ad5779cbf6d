"""Officers' phones and tablets on which stops are recorded, also without a signal: registering one, and losing one."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.accounts.rules import Viewer, checked_line
from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Actor, Operation, Purpose
from stop_search.encounters.allocation import HolderNotInForce, void_codes
from stop_search.encounters.records import AllocatedCode, Handset
from stop_search.encounters.rules import AllocationState
from stop_search.errors import Conflict, NotFound

NOT_IN_USE = "This phone or tablet was reported lost, or was never registered for you. Nothing is taken from it; what it holds stays on it."


@dataclass(frozen=True)
class HandsetLine:
    """One handset in a list: whose it is (officer number), and how many unused codes it holds. `lost_at` None: in use."""

    handset_id: uuid.UUID
    label: str
    officer_number: str | None
    registered_at: datetime
    lost_at: datetime | None
    unused_codes: int


def register_handset(session: Session, *, account_id: uuid.UUID, label: str, actor: Actor, now: datetime) -> uuid.UUID:
    """Note an officer's phone or tablet and return its id. Raises Invalid: the label is empty or too long."""
    handset = Handset(id=uuid.uuid4(), account_id=account_id, label=checked_line(label, field="label"), registered_at=now)
    session.add(handset)
    session.flush()
    _note(session, actor, "handset_registered", handset.id, now)
    return handset.id


def report_handset_lost(
    session: Session, *, handset_id: uuid.UUID, actor: Actor, now: datetime, account_id: uuid.UUID | None = None
) -> int:
    """Note that a handset is lost: nothing is taken from it any more and its unused codes are void. Return how many were.

    `account_id`: only if it is this officer's.

    Raises:
        NotFound: there is no such handset, or it is not this officer's.
        Conflict: it was reported before.

    """
    handset = session.get(Handset, handset_id, with_for_update=True)
    if handset is None or account_id not in {None, handset.account_id}:
        message = "There is no such phone or tablet."
        raise NotFound(message)
    if handset.lost_at is not None:
        message = "This phone or tablet was reported lost before."
        raise Conflict(message)
    handset.lost_at = now
    voided = void_codes(session, holder_id=handset_id, now=now)
    _note(session, actor, "handset_lost", handset_id, now)
    return voided


def handset_in_use(session: Session, *, handset_id: uuid.UUID, account_id: uuid.UUID) -> bool:
    """Return whether this is the officer's own handset and not a lost one."""
    return session.scalar(_in_use(handset_id, account_id)) is not None


def hold_handset(session: Session, *, handset_id: uuid.UUID, account_id: uuid.UUID) -> None:
    """Make sure that a handset is the officer's own and in use, and that nobody reports it lost before this transaction ends.

    Raises:
        HolderNotInForce: it was lost, is another officer's, or is not known.

    """
    if session.scalar(_in_use(handset_id, account_id).with_for_update(read=True)) is None:
        raise HolderNotInForce(NOT_IN_USE)


def own_handset(session: Session, *, handset_id: uuid.UUID, viewer: Viewer) -> HandsetLine:
    """Return one of the officer's own handsets. Raises NotFound."""
    found = next((line for line in handsets_of(session, viewer=viewer) if line.handset_id == handset_id), None)
    if found is None:
        message = "There is no such phone or tablet."
        raise NotFound(message)
    return found


def handsets_of(session: Session, *, viewer: Viewer) -> list[HandsetLine]:
    """Return the officer's own handsets, those in use first, the newest first."""
    return _listed(session, account_id=viewer.id)


def all_handsets(session: Session) -> list[HandsetLine]:
    """Return every handset, those in use first, the newest first."""
    return _listed(session, account_id=None)


def _in_use(handset_id: uuid.UUID, account_id: uuid.UUID) -> Select[uuid.UUID]:
    return select(Handset.id).where(Handset.id == handset_id, Handset.account_id == account_id, Handset.lost_at.is_(None))


def _listed(session: Session, *, account_id: uuid.UUID | None) -> list[HandsetLine]:
    unused = (AllocatedCode.holder_id == Handset.id) & (AllocatedCode.state == AllocationState.ALLOCATED)
    rows = session.execute(
        select(Handset, Account.officer_number, func.count(AllocatedCode.receipt_id))
        .join(Account, Account.id == Handset.account_id)
        .outerjoin(AllocatedCode, unused)
        .where(Handset.account_id == account_id if account_id else Handset.id.is_not(None))
        .group_by(Handset.id, Account.officer_number)
        .order_by(Handset.lost_at.is_not(None), Handset.registered_at.desc(), Handset.id)
    )
    return [HandsetLine(row.id, row.label, number, row.registered_at, row.lost_at, unused) for row, number, unused in rows]


def _note(session: Session, actor: Actor, action: str, handset_id: uuid.UUID, now: datetime) -> None:
    act = Act(Operation.SECURITY, action, "handset", str(handset_id), Purpose.ADMINISTRATION)
    record_act(session, actor=actor, act=act, now=now)
