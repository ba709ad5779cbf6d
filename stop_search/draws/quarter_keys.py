"""The secret key of each quarter, made with its first draw: one for all tokens and groups of the quarter."""

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from stop_search.audit.actions import record_act, wait_for_log
from stop_search.audit.rules import Act, Actor, Operation, Purpose
from stop_search.draws.protocol import key_digest
from stop_search.draws.records import QuarterKey

KEY_BYTES = 32


def quarter_key(session: Session, *, quarter: str, actor: Actor, now: datetime) -> bytes:
    """Return a quarter's key; the first time it is made, and its digest goes into the audit log."""
    wait_for_log(session)  # two first draws of a quarter come one after the other
    known = session.get(QuarterKey, quarter, populate_existing=True)
    if known is not None:
        return bytes.fromhex(known.key)
    key = secrets.token_bytes(KEY_BYTES)
    digest = key_digest(key)
    session.add(QuarterKey(quarter=quarter, key=key.hex(), digest=digest, made_at=now))
    session.flush()
    act = Act(Operation.COLLECTION, "quarter_key_made", "quarter_key", quarter, Purpose.SUPERVISOR_REVIEW, reason=f"digest {digest}")
    record_act(session, actor=actor, act=act, now=now)
    return key
