"""Limits on sending answers: a receipt that is used a thousand times, a network that sends a thousand forms. Slow, never shut.

They are counted where tries of codes are, by the same rule. Whoever is over the limit gets a turn for this one form, which stores at
most one answer, so that a turn opens no other door.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from stop_search.encounters.code_tries import Allowance, Tries, counted_wait, hidden, network_of, waiting_time
from stop_search.errors import TooBusy

ANSWERS_TO_CODE = Allowance(timedelta(minutes=3), 8)  # everybody who was there may answer, and a page may be loaded again
ANSWERS_FROM_NETWORK = Allowance(timedelta(seconds=2), 60)  # a school, or the customers of a mobile network who share an address
ANSWERS_OF_ALL = Allowance(timedelta(milliseconds=10), 3000)  # a hundred a second: a year's answers of a force in an hour or two


TOO_MANY = "So many answers were sent from where you are, or for this receipt, that each has to wait for its turn."


class TooManyAnswers(TooBusy):
    """So many forms were sent with this code, from this network or by all that this one waits for its turn."""


def postings(code: str, *, address: str, key: bytes, now: datetime) -> Tries:
    """Return what sending a form with this code from this address counts against, networks and codes hidden as for tries."""
    day = now.astimezone(UTC).date().isoformat()
    return {
        hidden(key, "answers to", day, code): ANSWERS_TO_CODE,
        hidden(key, "answers from", day, network_of(address)): ANSWERS_FROM_NETWORK,
        "answers": ANSWERS_OF_ALL,
    }


def refuse_too_many(session: Session, *, posted: Tries | None, now: datetime) -> None:
    """Look whether one more form has to wait, before work is done on it. It locks and counts nothing, so `count_posting` has the last word.

    Raises:
        TooManyAnswers: it has to wait.

    """
    if posted and (wait := waiting_time(session, tried=posted, now=now)):
        raise TooManyAnswers(TOO_MANY, wait)


def count_posting(session: Session, *, posted: Tries | None, now: datetime) -> None:
    """Count one form in the transaction that stores it, before anything is logged in it; None: it was counted when it got its turn.

    Raises:
        TooManyAnswers: it has to wait; the transaction is to be rolled back, and nothing is counted.

    """
    if posted and (wait := counted_wait(session, tried=posted, now=now)):
        raise TooManyAnswers(TOO_MANY, wait)


def one_form(code: str, submission_id: str) -> str:
    """Return what a turn for this one form is made for, in place of the code alone."""
    return f"{code}\0{submission_id}"
