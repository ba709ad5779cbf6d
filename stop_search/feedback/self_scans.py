"""Remembering for two days which networks an officer's devices used and from where answers came, as keyed digests; never an address.

The digest's key changes every day, a mark names no answer and no receipt, and it has a day and no time. Only yes or no is ever kept
with an answer.
"""

import hashlib
import hmac
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Date, bindparam, delete, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.database.base import table_of
from stop_search.encounters.records import Encounter
from stop_search.feedback.records import NetworkMark
from stop_search.feedback.self_scan_signs import Signs, is_suspected, plain_address

# Done with every form that is sent, so they are put together once.
_STOPS, _ACCOUNTS, _MARKED = table_of(Encounter), table_of(Account), table_of(NetworkMark)
END_AND_OFFICER = (
    select(_STOPS.c.ended_at, _ACCOUNTS.c.officer_number)
    .select_from(_STOPS.outerjoin(_ACCOUNTS, _ACCOUNTS.c.id == _STOPS.c.officer_id))
    .where(_STOPS.c.id == bindparam("encounter_id"))
)
MARKS = select(_MARKED.c.key, _MARKED.c.encounters).where(_MARKED.c.key.in_(bindparam("keys", expanding=True)))
COUNTING = text(
    "INSERT INTO network_mark (key, day, encounters) VALUES (:key, :day, 1)"
    " ON CONFLICT (key) DO UPDATE SET encounters = network_mark.encounters + 1"
).bindparams(bindparam("day", type_=Date))

NETWORKS_KEY_USE = "networks/v1"  # what the key that hides networks is derived for


@dataclass(frozen=True)
class CameFrom:
    """Where an answer came from, known while it is sent and never stored: the network's digest of the day; whether it is the force's."""

    network_digest: str
    is_police_network: bool


def network_digest(address: str, *, key: bytes, now: datetime) -> str:
    """Return what stands for an address on this day: of no use on another day, or without the key."""
    return hmac.new(key, f"{_day(now)}\0{plain_address(address)}".encode(), hashlib.sha256).hexdigest()


def note_officers_network(session: Session, *, officer_number: str, network_digest: str, now: datetime) -> None:
    """Remember that an officer's device, app or browser used this network today. Before anything is logged in the transaction."""
    mark = {"key": _officers_key(network_digest, officer_number), "day": _day(now), "encounters": 0}
    session.execute(_insert(session).values(mark).on_conflict_do_nothing())


def self_scan_suspected(session: Session, *, encounter_id: uuid.UUID, issued_at: datetime, came_from: CameFrom, now: datetime) -> bool:
    """Return whether a new answer to a receipt of this encounter looks as if the officer gave it, and count it for the next one.

    Call it once for each new answer, not for a form that is sent again, and before anything is logged in the transaction. A record
    without an officer is never suspected.
    """
    ended_at, officer_number = session.execute(END_AND_OFFICER, {"encounter_id": encounter_id}).one()
    if officer_number is None:
        return False
    marks = _marks(session, officer_number, encounter_id, came_from.network_digest, _day(now))
    return is_suspected(
        Signs(
            from_officers_network=marks[0],
            from_police_network=came_from.is_police_network,
            since_issue=now - issued_at,
            before_end=ended_at is not None and now < ended_at,
            encounters_from_here=marks[1],
        )
    )


def forget_old_marks(session: Session, *, now: datetime) -> None:
    """Delete the marks of all days but today and yesterday: none is ever older than 48 hours."""
    session.execute(delete(NetworkMark).where(NetworkMark.day < _day(now) - timedelta(days=1)))


def _marks(session: Session, officer_number: str, encounter_id: uuid.UUID, network: str, day: date) -> tuple[bool, int]:
    """Return whether the officer used this network, and from it answers of how many of his or her encounters came, with this one."""
    officers, answered = _officers_key(network, officer_number), _key(network, "answered", _plain(officer_number))
    this_one = _key(network, "encounter", str(encounter_id))
    found = {row.key: row.encounters for row in session.execute(MARKS, {"keys": [officers, answered, this_one]})}
    before = found.get(answered, 0)
    if this_one in found:
        return officers in found, before
    session.execute(COUNTING, [{"key": key, "day": day} for key in sorted((answered, this_one))])
    return officers in found, before + 1


def _insert(session: Session) -> postgresql.Insert | sqlite.Insert:
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return make(NetworkMark)


def _officers_key(network: str, officer_number: str) -> str:
    return _key(network, "officer", _plain(officer_number))


def _plain(officer_number: str) -> str:
    return officer_number.strip().upper()


def _key(network: str, *parts: str) -> str:
    return hmac.new(network.encode(), "\0".join(parts).encode(), hashlib.sha256).hexdigest()[:32]


def _day(now: datetime) -> date:
    return now.astimezone(UTC).date()
