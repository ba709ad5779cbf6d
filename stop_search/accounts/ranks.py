"""Who holds which rank: noted by an administrator, and asked of whoever refuses a drawn stop."""

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from stop_search.accounts.actions import record_act_on
from stop_search.accounts.records import Account, HeldRank
from stop_search.accounts.rules import Rank
from stop_search.audit.rules import Actor
from stop_search.errors import NotFound


def note_rank(session: Session, *, account_id: uuid.UUID, rank: Rank | None, actor: Actor, now: datetime) -> None:
    """Note which rank somebody holds from now on, None for none of an inspector or above. Raises NotFound."""
    if session.get(Account, account_id) is None:
        message = "There is no such account."
        raise NotFound(message)
    held = session.get(HeldRank, account_id)
    if held is not None and rank is None:
        session.delete(held)
    elif held is not None and rank is not None:
        held.rank, held.noted_at = rank, now
    elif rank is not None:
        session.add(HeldRank(account_id=account_id, rank=rank, noted_at=now))
    session.flush()
    record_act_on(session, actor, f"rank_noted_{rank}" if rank else "rank_taken_out", "account", account_id, now, fields=("rank",))


def rank_of(session: Session, *, account_id: uuid.UUID) -> Rank | None:
    """Return the rank that somebody holds, None for none of an inspector or above."""
    held = session.get(HeldRank, account_id)
    return Rank(held.rank) if held else None
