"""Trying reply codes is slowed down by the same counters as trying receipt codes, apart from those."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.encounters.code_tries import LONGEST_WAIT, OF_NETWORK, count_try, take_turn, tries, turn_is_here, waiting_time
from stop_search.encounters.receipt_codes import make_code
from stop_search.encounters.records import CodeTry
from stop_search.feedback.reply_codes import LENGTH, words
from stop_search.feedback.reply_tries import OF_ALL_REPLIES, reply_tries
from tests.support.builders import a_person, a_receipt, an_encounter

KEY = b"t" * 32
NOTHING = timedelta(0)


def test_a_network_may_fail_ten_times_and_then_waits_a_minute_for_each(session: Session, now: datetime) -> None:
    tried = reply_tries(address="192.0.2.7", key=KEY, now=now)
    for _ in range(OF_NETWORK.burst):
        assert waiting_time(session, tried=tried, now=now) == NOTHING
        count_try(session, tried=tried, now=now)
    assert waiting_time(session, tried=tried, now=now) == OF_NETWORK.interval
    assert waiting_time(session, tried=reply_tries(address="192.0.3.7", key=KEY, now=now), now=now) == NOTHING


def test_all_together_may_fail_a_hundred_times_at_once_and_ten_a_minute(session: Session, now: datetime) -> None:
    for n in range(OF_ALL_REPLIES.burst):
        count_try(session, tried=reply_tries(address=f"10.{n}.0.1", key=KEY, now=now), now=now)
    assert waiting_time(session, tried=reply_tries(address="172.16.0.1", key=KEY, now=now), now=now) == timedelta(seconds=6)


def test_whoever_tries_reply_codes_slows_nobody_with_a_receipt(session: Session, now: datetime) -> None:
    for _ in range(OF_ALL_REPLIES.burst):
        count_try(session, tried=reply_tries(address="192.0.2.7", key=KEY, now=now), now=now)
    receipt = a_receipt(session, person=a_person(session, encounter=an_encounter(session, people=0)))
    code = make_code(KEY, receipt.id)
    assert waiting_time(session, tried=tries(code, address="192.0.2.7", key=KEY, now=now), now=now) == NOTHING


def test_a_turn_for_four_words_is_kept(session: Session, now: datetime) -> None:
    tried = reply_tries(address="192.0.2.7", key=KEY, now=now)
    for _ in range(OF_NETWORK.burst):
        count_try(session, tried=tried, now=now)
    turn = take_turn(session, code="able apple amber arm", tried=tried, key=KEY, now=now)
    assert turn is not None
    assert not turn_is_here(turn, code="able apple amber arm", key=KEY, now=now)
    assert turn_is_here(turn, code="able apple amber arm", key=KEY, now=now + OF_NETWORK.interval)
    assert not turn_is_here(turn, code="able apple amber art", key=KEY, now=now + OF_NETWORK.interval)


def test_no_address_and_no_word_is_stored(session: Session, now: datetime) -> None:
    count_try(session, tried=reply_tries(address="192.0.2.7", key=KEY, now=now), now=now)
    assert "192.0.2" not in " ".join(session.scalars(select(CodeTry.key)))


def test_a_hit_by_guessing_takes_years() -> None:
    """100,000 sets of answers, tried without a pause at the pace of all."""
    a_day = timedelta(days=1) / OF_ALL_REPLIES.interval
    hits_a_year = 365 * a_day * 100_000 / len(words()) ** LENGTH
    assert 1 / hits_a_year > 7
    assert LONGEST_WAIT / OF_ALL_REPLIES.interval == 100  # turns that can wait in line while somebody floods
