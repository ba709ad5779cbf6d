"""Limits on trying codes: who tries too much waits, nobody is let through unseen, and a turn is always kept."""

import uuid
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from stop_search.encounters.code_tries import (
    ALL,
    LONGEST_WAIT,
    OF_ALL,
    OF_LOCATOR,
    OF_NETWORK,
    REMEMBERED,
    TURN_LASTS,
    Tries,
    count_tries,
    count_try,
    forget_old_tries,
    take_turn,
    tries,
    turn_is_here,
    waiting_time,
)
from stop_search.encounters.receipt_codes import make_code
from stop_search.encounters.records import CodeTry

KEY = b"t" * 32
NOTHING = timedelta(0)


def a_code(number: int) -> str:
    """Return a well-formed code; other numbers give other locators (nearly always)."""
    return make_code(KEY, uuid.UUID(int=number))


def tried_from(address: str, now: datetime, code: str | None = None) -> Tries:
    """Return what a try counts against."""
    return tries(code or a_code(uuid.uuid4().int), address=address, key=KEY, now=now)


def test_a_network_may_fail_ten_times_and_then_waits_a_minute_for_each(session: Session, now: datetime) -> None:
    for _ in range(OF_NETWORK.burst):
        assert waiting_time(session, tried=tried_from("192.0.2.7", now), now=now) == NOTHING
        count_try(session, tried=tried_from("192.0.2.7", now), now=now)
    assert waiting_time(session, tried=tried_from("192.0.2.7", now), now=now) == OF_NETWORK.interval
    assert waiting_time(session, tried=tried_from("192.0.2.250", now), now=now) == OF_NETWORK.interval
    assert waiting_time(session, tried=tried_from("192.0.3.7", now), now=now) == NOTHING
    assert waiting_time(session, tried=tried_from("192.0.2.7", now), now=now + timedelta(seconds=59)) == timedelta(seconds=1)
    assert waiting_time(session, tried=tried_from("192.0.2.7", now), now=now + timedelta(seconds=60)) == NOTHING


def test_a_locator_may_be_tried_five_times_from_anywhere(session: Session, now: datetime) -> None:
    code = a_code(1)
    for n in range(OF_LOCATOR.burst):
        count_try(session, tried=tried_from(f"10.0.{n}.1", now, code), now=now)
    assert waiting_time(session, tried=tried_from("10.1.0.1", now, code), now=now) == OF_LOCATOR.interval
    assert waiting_time(session, tried=tried_from("10.1.0.1", now, a_code(2)), now=now) == NOTHING


def test_while_all_are_busy_a_network_that_failed_lately_waits_for_all_and_any_other_does_not(session: Session, now: datetime) -> None:
    for n in range(OF_ALL.burst):
        count_try(session, tried=tried_from(f"10.{n}.0.1", now), now=now)
    assert waiting_time(session, tried=tried_from("10.7.0.1", now), now=now) == OF_ALL.interval
    assert waiting_time(session, tried=tried_from("172.16.0.1", now), now=now) == NOTHING
    count_try(session, tried=tried_from("172.16.0.1", now), now=now)
    assert waiting_time(session, tried=tried_from("172.16.0.1", now), now=now) == 2 * OF_ALL.interval
    later = now + timedelta(minutes=1)
    assert waiting_time(session, tried=tried_from("172.16.0.1", later), now=later) == NOTHING
    much_later = now + OF_NETWORK.interval + REMEMBERED
    count_tries(session, all_tried=[{ALL: OF_ALL}] * 2 * OF_ALL.burst, now=much_later)
    assert waiting_time(session, tried=tried_from("172.16.0.1", much_later), now=much_later) == NOTHING


def test_tries_counted_together_count_as_much_as_one_by_one(session: Session, now: datetime) -> None:
    same, other = tried_from("192.0.2.7", now, a_code(1)), tried_from("192.0.3.7", now, a_code(2))
    for tried in (same, same, other):
        count_try(session, tried=tried, now=now)
    one_by_one = {row.key: row.free_at for row in session.scalars(select(CodeTry))}
    session.execute(delete(CodeTry))
    count_tries(session, all_tried=[same, other, same], now=now)
    assert {row.key: row.free_at for row in session.scalars(select(CodeTry))} == one_by_one


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.255", True),
        ("192.0.2.1", "192.0.3.1", False),
        ("2001:db8:1:1::1", "2001:db8:1:ffff::9", True),
        ("2001:db8:1::1", "2001:db8:2::1", False),
        ("::ffff:192.0.2.1", "192.0.2.9", True),
        ("fe80::1%eth0", "fe80::2", True),
        ("", "nonsense", True),
    ],
)
def test_neighbours_count_together(now: datetime, one: str, other: str, *, same: bool) -> None:
    code = a_code(1)
    assert (tried_from(one, now, code) == tried_from(other, now, code)) is same


def test_no_address_and_no_locator_is_stored_and_the_next_day_they_cannot_be_linked(session: Session, now: datetime) -> None:
    code = a_code(1)
    count_try(session, tried=tried_from("192.0.2.7", now, code), now=now)
    stored = " ".join(session.scalars(select(CodeTry.key)))
    assert "192" not in stored.split()
    assert code[:4] not in stored
    tomorrow = tried_from("192.0.2.7", now + timedelta(days=1), code)
    assert set(tomorrow) & set(tried_from("192.0.2.7", now, code)) == {"all"}


def test_turns_lie_one_after_the_other_and_each_is_kept(session: Session, now: datetime) -> None:
    for _ in range(OF_NETWORK.burst):
        count_try(session, tried=tried_from("192.0.2.7", now), now=now)
    codes = [a_code(n) for n in (5, 6, 7)]
    turns = [take_turn(session, code=code, tried=tried_from("192.0.2.7", now, code), key=KEY, now=now) for code in codes]
    for n, (code, turn) in enumerate(zip(codes, turns, strict=True), start=1):
        assert turn is not None
        opens = now + n * OF_NETWORK.interval
        assert not turn_is_here(turn, code=code, key=KEY, now=opens - timedelta(seconds=1))
        assert turn_is_here(turn, code=code, key=KEY, now=opens)
        assert turn_is_here(turn, code=code, key=KEY, now=opens + TURN_LASTS)
        assert not turn_is_here(turn, code=code, key=KEY, now=opens + TURN_LASTS + timedelta(seconds=1))


def test_a_turn_is_for_one_code_and_cannot_be_made(session: Session, now: datetime) -> None:
    turn = take_turn(session, code=a_code(5), tried=tried_from("192.0.2.7", now), key=KEY, now=now)
    assert turn is not None
    assert not turn_is_here(turn, code=a_code(6), key=KEY, now=now)
    assert not turn_is_here(turn, code=a_code(5), key=b"o" * 32, now=now)
    earlier = f"{int(turn[:16], 16) - 60_000:016x}{turn[16:]}"
    for forged in ("", "zz", turn[:-2], turn + "00", "0" * 48, earlier):
        assert not turn_is_here(forged, code=a_code(5), key=KEY, now=now)


def test_whoever_would_wait_too_long_gets_no_turn_and_leaves_no_row(session: Session, now: datetime) -> None:
    given = 0
    while take_turn(session, code=a_code(1), tried={"k": OF_NETWORK}, key=KEY, now=now):
        given += 1
    assert given == OF_NETWORK.burst + LONGEST_WAIT // OF_NETWORK.interval
    before = session.scalar(select(CodeTry.free_at).where(CodeTry.key == "k"))
    assert take_turn(session, code=a_code(1), tried={"k": OF_NETWORK}, key=KEY, now=now) is None
    assert session.scalar(select(CodeTry.free_at).where(CodeTry.key == "k")) == before


def test_counts_that_make_nobody_wait_are_forgotten(session: Session, now: datetime) -> None:
    count_try(session, tried=tried_from("192.0.2.7", now), now=now)
    forget_old_tries(session, now=now + REMEMBERED + timedelta(seconds=59))
    assert session.scalar(select(func.count()).select_from(CodeTry)) == 2  # network and locator; that of all is free at once
    forget_old_tries(session, now=now + timedelta(hours=2))
    assert session.scalar(select(func.count()).select_from(CodeTry)) == 0
