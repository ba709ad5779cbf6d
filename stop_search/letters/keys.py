"""The public keys that letters are sealed to: registering one, and which is in force. The private half is never kept here."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Actor, Operation, Purpose
from stop_search.errors import NotFound, Unavailable
from stop_search.letters.records import SealingKey


class NoSealingKey(Unavailable):
    """There is no key to seal a letter to, and nothing that somebody writes is kept in clear."""


@dataclass(frozen=True)
class KeyLine:
    """One public key as a person compares it."""

    key_id: uuid.UUID
    fingerprint: str
    starts_at: datetime
    ends_at: datetime | None


def register_key(session: Session, *, public: bytes, fingerprint: str, actor: Actor, now: datetime) -> uuid.UUID:
    """Seal what arrives from now on to this public key; the one before it ends now and still opens what it sealed."""
    session.execute(update(SealingKey).where(_in_force(now)).values(ends_at=now))
    key = SealingKey(id=uuid.uuid4(), fingerprint=fingerprint, public=public, starts_at=now, ends_at=None)
    session.add(key)
    session.flush()
    _log(session, actor, "sealing_key_registered", key.id, now)
    return key.id


def end_key(session: Session, *, fingerprint: str, actor: Actor, now: datetime) -> None:
    """Seal nothing to this key any more. Without another one no letter can be sent. Raises NotFound where it is not in force."""
    key = session.scalar(select(SealingKey).where(SealingKey.fingerprint == fingerprint, _in_force(now)))
    if key is None:
        message = "There is no key in force with this fingerprint. See: stop-search complaints key list"
        raise NotFound(message)
    key.ends_at = now
    _log(session, actor, "sealing_key_ended", key.id, now)


def sealing_keys(session: Session) -> tuple[KeyLine, ...]:
    """Return every key, the newest first."""
    rows = session.scalars(select(SealingKey).order_by(SealingKey.starts_at.desc(), SealingKey.id))
    return tuple(KeyLine(row.id, row.fingerprint, row.starts_at, row.ends_at) for row in rows)


def takes_letters(session: Session, *, now: datetime) -> bool:
    """Return whether a letter can be sealed just now; if not, a page says by which other ways the force is reached."""
    return session.scalar(select(SealingKey.id).where(_in_force(now)).limit(1)) is not None


def key_in_force(session: Session, *, now: datetime) -> SealingKey:
    """Return the key to seal to. Raises NoSealingKey."""
    newest = select(SealingKey).where(_in_force(now)).order_by(SealingKey.starts_at.desc(), SealingKey.id).limit(1)
    key = session.scalar(newest)
    if key is None:
        message = "We cannot take letters here just now. Nothing that you wrote was kept. Please use one of the other ways to reach us."
        raise NoSealingKey(message)
    return key


def _in_force(now: datetime) -> ColumnElement[bool]:
    return (SealingKey.starts_at <= now) & or_(SealingKey.ends_at.is_(None), SealingKey.ends_at > now)


def _log(session: Session, actor: Actor, action: str, key_id: uuid.UUID, now: datetime) -> None:
    act = Act(Operation.SECURITY, action, "sealing_key", str(key_id), Purpose.ADMINISTRATION)
    record_act(session, actor=actor, act=act, now=now)
