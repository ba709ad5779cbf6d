"""Letters without a receipt: a burst passes, then each waits for its turn, and at its turn it is sent."""

from datetime import UTC, datetime, timedelta

import pytest
from starlette.requests import Request

from services.api.public.letter_limits import wait_for
from stop_search.encounters.code_tries import LETTERS_OF_NETWORK
from stop_search.installation import Installation

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)


def request_from(address: str) -> Request:
    """Return a request that came from an address."""
    return Request({"type": "http", "client": (address, 1), "headers": []})


@pytest.mark.parametrize("neighbour", ["10.1.2.3", "10.1.2.99"])
def test_after_a_burst_a_letter_waits_for_its_turn_and_then_is_let_pass(installation_on_each: Installation, neighbour: str) -> None:
    installation = installation_on_each

    def knock(number: int, *, turn: str = "", address: str = "10.1.2.3", now: datetime = NOON) -> object:
        with installation.writing() as session:
            return wait_for(request_from(address), installation, session, submission_id=f"{number:032x}", turn=turn, now=now)

    assert [knock(number) for number in range(LETTERS_OF_NETWORK.burst)] == [None] * LETTERS_OF_NETWORK.burst
    wait = knock(99, address=neighbour)
    assert wait is not None
    assert NOON < wait.until <= NOON + timedelta(minutes=3)
    assert knock(99, turn=wait.turn, address=neighbour) is not None, "its turn has not come yet"
    assert knock(98, turn=wait.turn, address=neighbour, now=wait.until) is not None, "a turn is for one letter"
    assert knock(99, turn=wait.turn, address=neighbour, now=wait.until) is None
    assert knock(97, address="192.0.2.1") is None, "another network waits for nobody"


def test_when_too_many_wait_there_is_no_turn_and_nothing_more_is_written(installation: Installation) -> None:
    found = []
    for number in range(LETTERS_OF_NETWORK.burst + 12):
        with installation.writing() as session:
            found.append(wait_for(request_from("10.1.2.3"), installation, session, submission_id=f"{number:032x}", turn="", now=NOON))
    assert found[-1] is not None
    assert found[-1].turn == ""
