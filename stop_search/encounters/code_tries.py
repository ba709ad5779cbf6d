"""Limits on trying receipt codes, kept in the database: who tries too many waits for a turn. They make it slow; they never let all pass.

Only a well-formed code that opens nothing counts (a typing slip fails at the check symbol and costs nothing), so whoever holds a
receipt never meets a limit, unless somebody else is trying codes from the same network or for the same locator. Then there is a
turn to wait for, and at that turn the code is tried, however busy the others are.
"""

import hashlib
import hmac
import ipaddress
import struct
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from sqlalchemy import TextClause, bindparam, delete, select, text
from sqlalchemy.orm import Session

from stop_search.database.base import table_of
from stop_search.encounters.receipt_codes import locator
from stop_search.encounters.records import CodeTry

TRIES_KEY_USE = "code-tries/v1"  # what the key that hides networks is derived for
LONGEST_WAIT = timedelta(minutes=10)  # whoever would wait longer is told to come back later, and nothing is written
TURN_LASTS = timedelta(hours=2)  # for this one code: long enough to answer every question
_TURN = struct.Struct(">Q16s")  # 48 hexadecimal digits


@dataclass(frozen=True)
class Allowance:
    """`burst` tries at once, then one every `interval`."""

    interval: timedelta
    burst: int


# A hit by guessing, at the pace of ALL: 144,000 tries a day against 2^35 secrets for each locator, one in centuries.
OF_NETWORK = Allowance(timedelta(minutes=1), 10)
OF_LOCATOR = Allowance(timedelta(minutes=12), 5)
OF_ALL = Allowance(timedelta(milliseconds=600), 100)
# Letters that name no receipt: a youth centre's whole network can send them, a flood arrives drop by drop.
LETTERS_OF_NETWORK = Allowance(timedelta(minutes=1), 10)
LETTERS_OF_ALL = Allowance(timedelta(seconds=2), 200)
ALL = "all"
REMEMBERED = timedelta(minutes=10)  # how long a network that failed is told from one that did not

Tries = Mapping[str, Allowance]

_TRIES = table_of(CodeTry).c
FREE_AT = select(_TRIES.key, _TRIES.free_at).where(_TRIES.key.in_(bindparam("keys", expanding=True)))


def tries(code: str, *, address: str, key: bytes, now: datetime) -> Tries:
    """Return what trying this code from this address counts against. Networks are hidden behind a key that changes every day."""
    day = now.astimezone(UTC).date().isoformat()
    of_locator = {hidden(key, "locator", day, locator(code)): OF_LOCATOR}
    return tries_from(address, kind="network", key=key, now=now) | of_locator | {ALL: OF_ALL}


def tries_from(address: str, *, kind: str, key: bytes, now: datetime) -> dict[str, Allowance]:
    """Return what trying anything of one kind from this address counts against: its network, hidden, on this day."""
    day = now.astimezone(UTC).date().isoformat()
    return {hidden(key, kind, day, network_of(address)): OF_NETWORK}


def letter_tries(*, address: str, key: bytes, now: datetime) -> Tries:
    """Return what sending a letter without a receipt from this address counts against."""
    day = now.astimezone(UTC).date().isoformat()
    return {hidden(key, "letters", day, network_of(address)): LETTERS_OF_NETWORK, "letters": LETTERS_OF_ALL}


def waiting_time(session: Session, *, tried: Tries, now: datetime) -> timedelta:
    """Return how long to wait before this may be tried; zero: now.

    How busy all are makes only those wait from whose network a try failed lately: a flood from elsewhere keeps nobody from a receipt.
    """
    free_at = _free_at(session, tried)
    failed_lately = any(tried[key] == OF_NETWORK and at > _milliseconds(now - REMEMBERED) for key, at in free_at.items())
    counted = {key: at for key, at in free_at.items() if key != ALL or failed_lately}
    return max((_wait(at, tried[key], now) for key, at in counted.items()), default=timedelta(0))


def count_try(session: Session, *, tried: Tries, now: datetime) -> None:
    """Count one try, that failed or that was given a turn."""
    count_tries(session, all_tried=(tried,), now=now)


def counted_wait(session: Session, *, tried: Tries, now: datetime) -> timedelta:
    """Count one try and return how long it should have waited; whoever refuses it then rolls the counting back with everything else."""
    steps = {key: round(allowance.interval / timedelta(milliseconds=1)) for key, allowance in tried.items()}
    free_at = count_tries(session, all_tried=(tried,), now=now)
    return max(_wait(at - steps[key], tried[key], now) for key, at in free_at.items())


def count_tries(session: Session, *, all_tried: Sequence[Tries], now: datetime) -> dict[str, int]:
    """Count several tries in one statement; return what stands in the rows now, by key.

    In the order of the keys, so that two that count at once never wait for each other.
    """
    moment, steps = _milliseconds(now), Counter[str]()
    for tried in all_tried:
        steps.update({key: round(allowance.interval / timedelta(milliseconds=1)) for key, allowance in tried.items()})
    rows = {f"key_{n}": key for n, key in enumerate(sorted(steps))}
    told = {f"step_{name[4:]}": moment + steps[key] for name, key in rows.items()}
    counted = session.execute(_counting(len(rows)), {**rows, **told, "moment": moment})
    return {row.key: row.free_at for row in counted}


@cache
def _counting(rows: int) -> TextClause:
    """Return the statement for so many rows. Written out, because an insert of several rows is put together anew each time otherwise."""
    listed = ", ".join(f"(:key_{n}, :step_{n})" for n in range(rows))
    busy_until = "CASE WHEN code_try.free_at > :moment THEN code_try.free_at ELSE :moment END"
    return text(
        f"INSERT INTO code_try (key, free_at) VALUES {listed} ON CONFLICT (key) "  # noqa: S608 -- numbers only
        f"DO UPDATE SET free_at = {busy_until} + excluded.free_at - :moment RETURNING key, free_at"
    )


def take_turn(session: Session, *, code: str, tried: Tries, key: bytes, now: datetime) -> str | None:
    """Return a turn for this code, as text for the address; None where the wait would be too long.

    The turn is counted now, so that many turns lie one after the other; used, it is not counted again.
    """
    wait = waiting_time(session, tried=tried, now=now)
    if wait > LONGEST_WAIT:
        return None
    count_try(session, tried=tried, now=now)
    opens_at = _milliseconds(now + wait)
    return _TURN.pack(opens_at, _signed(key, code, opens_at)).hex()


def turn_is_here(turn: str, *, code: str, key: bytes, now: datetime) -> bool:
    """Return whether this is a turn for this code that has come and not gone."""
    try:
        opens_at, signature = _TURN.unpack(bytes.fromhex(turn))
    except (ValueError, struct.error):
        return False
    has_come = 0 <= _milliseconds(now) - opens_at <= TURN_LASTS / timedelta(milliseconds=1)
    return has_come and hmac.compare_digest(signature, _signed(key, code, opens_at))


def forget_old_tries(session: Session, *, now: datetime) -> None:
    """Delete what no longer makes anybody wait."""
    session.execute(delete(CodeTry).where(CodeTry.free_at < _milliseconds(now - REMEMBERED)))


def _free_at(session: Session, tried: Tries) -> dict[str, int]:
    return {row.key: row.free_at for row in session.execute(FREE_AT, {"keys": list(tried)})}


def _wait(free_at: int, allowance: Allowance, now: datetime) -> timedelta:
    """Return the wait by the generic cell rate algorithm (ITU-T I.371): how far `free_at` lies beyond what the burst allows."""
    allowed = _milliseconds(now) + round(allowance.interval / timedelta(milliseconds=1)) * (allowance.burst - 1)
    return timedelta(milliseconds=max(0, free_at - allowed))


def network_of(address: str) -> str:
    """Return the network that an address is counted with: 256 neighbours (IPv4), one site (IPv6, 48 bits)."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    mapped = getattr(parsed, "ipv4_mapped", None) or parsed
    return str(ipaddress.ip_network((mapped, 24 if mapped.version == 4 else 48), strict=False))  # noqa: PLR2004 -- IP versions


def hidden(key: bytes, *parts: str) -> str:
    """Return the key of a row: a keyed digest of what is counted."""
    return hmac.new(key, "\0".join(parts).encode(), hashlib.sha256).hexdigest()[:32]


def _signed(key: bytes, code: str, opens_at: int) -> bytes:
    return hmac.new(key, f"turn\0{code}\0{opens_at}".encode(), hashlib.sha256).digest()[:16]


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
