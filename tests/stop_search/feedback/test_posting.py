"""Limits on sending answers: slow for who sends many, untouched for all others."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from stop_search.feedback.posting import ANSWERS_FROM_NETWORK, ANSWERS_TO_CODE, TooManyAnswers, count_posting, postings, refuse_too_many
from tests.support.builders import NOON

KEY = b"p" * 32


def post(session: Session, code: str, address: str, now: datetime = NOON) -> timedelta:
    """Send one form; return how long it has to wait, rolled back as a refused request is."""
    counted = session.begin_nested()
    try:
        count_posting(session, posted=postings(code, address=address, key=KEY, now=now), now=now)
    except TooManyAnswers as error:
        counted.rollback()
        return error.wait
    return timedelta(0)


def test_one_receipt_takes_so_many_answers_at_once_and_then_one_in_a_while(session: Session) -> None:
    sent = [post(session, "CODE", f"10.0.{n}.1") for n in range(ANSWERS_TO_CODE.burst + 5)]
    assert sent == [timedelta(0)] * ANSWERS_TO_CODE.burst + [ANSWERS_TO_CODE.interval] * 5
    assert post(session, "OTHER", "10.0.1.1") == timedelta(0)
    assert post(session, "CODE", "10.9.0.1", NOON + ANSWERS_TO_CODE.interval) == timedelta(0)


def test_one_network_sends_so_many_at_once_and_others_are_not_slowed(session: Session) -> None:
    sent = [post(session, f"CODE{n}", "192.0.2.7") for n in range(ANSWERS_FROM_NETWORK.burst + 3)]
    assert sent == [timedelta(0)] * ANSWERS_FROM_NETWORK.burst + [ANSWERS_FROM_NETWORK.interval] * 3
    assert post(session, "CODE", "192.0.3.7") == timedelta(0)


def test_looking_before_counts_nothing_and_says_what_counting_would_say(session: Session) -> None:
    posted = postings("CODE", address="192.0.2.7", key=KEY, now=NOON)
    for _ in range(ANSWERS_TO_CODE.burst):
        refuse_too_many(session, posted=posted, now=NOON)
        assert post(session, "CODE", "192.0.2.7") == timedelta(0)
    for _ in range(2):
        with pytest.raises(TooManyAnswers) as refused:
            refuse_too_many(session, posted=posted, now=NOON)
        assert refused.value.wait == ANSWERS_TO_CODE.interval
    refuse_too_many(session, posted=None, now=NOON)


@pytest.mark.parametrize("hidden", ["192.0.2", "CODE"])
def test_neither_network_nor_code_is_told_by_a_key(hidden: str) -> None:
    assert not [key for key in postings("CODE", address="192.0.2.7", key=KEY, now=NOON) if hidden in key]
