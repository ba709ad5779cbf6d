"""A network that must wait longer than any turn lasts is told so before anything else is done, and nobody else is."""

import uuid
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from services.api.public import turns
from services.api.public.come_later import SHORTLY
from stop_search.encounters.code_tries import ALL, LONGEST_WAIT, Allowance, count_tries
from stop_search.encounters.receipt_codes import make_code
from stop_search.installation import Installation
from tests.support.tried_codes import Clock, fails, wrong_code

FLOODED = LONGEST_WAIT + timedelta(minutes=10)
NEVER = Allowance(timedelta(days=1), 1)


@pytest.fixture
def flooded(client: TestClient, installation: Installation, clock: Clock) -> TestClient:
    """Have somebody fail from here, and all turns taken for longer than any turn lasts."""
    fails(client, 1)
    with installation.writing() as session:
        count_tries(session, all_tried=[{ALL: Allowance(FLOODED + timedelta(minutes=1), 1)}], now=clock.at)
    return client


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count how often a code is looked up."""
    times: list[int] = []
    held = turns._held
    monkeypatch.setattr(turns, "_held", lambda *given: (times.append(1), held(*given))[1])
    return times


def test_it_is_asked_once_and_then_told_without_asking(flooded: TestClient, code: str, looked: list[int]) -> None:
    first, second = flooded.get(f"/r/{wrong_code()}"), flooded.get(f"/r/{code}")
    assert (first.status_code, second.status_code, len(looked)) == (429, 429, 1)
    assert first.text == second.text
    told = [
        {name: text for name, text in answer.headers.items() if name not in {"x-request-id", "retry-after"}} for answer in (first, second)
    ]
    assert told[0] == told[1]
    assert abs(int(first.headers["retry-after"]) - int(second.headers["retry-after"])) <= 1


def test_after_a_while_it_is_asked_anew_and_the_right_code_is_found(
    flooded: TestClient, code: str, clock: Clock, looked: list[int]
) -> None:
    flooded.get(f"/r/{code}")
    clock.at += SHORTLY
    assert (flooded.get(f"/r/{code}").status_code, len(looked)) == (429, 2)
    clock.at += FLOODED
    assert flooded.get(f"/r/{code}").status_code == 200


def test_somebody_elsewhere_and_somebody_with_a_turn_are_served(
    flooded: TestClient, installation: Installation, code: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    flooded.get(f"/r/{code}")
    with installation.writing() as session:
        tried = {"turn of this code": NEVER}
        turn = turns.take_turn(session, code=code, tried=tried, key=installation.key_for(turns.TRIES_KEY_USE), now=clock.at)
    assert flooded.get(f"/r/{code}", params={"turn": str(turn)}).status_code == 200
    elsewhere = TestClient(flooded.app, base_url=str(flooded.base_url), client=("198.51.100.7", 1))
    assert elsewhere.get(f"/r/{code}").status_code == 200


def test_each_language_has_its_page_and_a_form_is_never_answered_with_it(flooded: TestClient, code: str, looked: list[int]) -> None:
    english = flooded.get(f"/r/{code}")
    welsh = [flooded.get(f"/r/{code}", headers={"accept-language": "cy"}) for _ in range(2)]
    assert english.text != welsh[0].text == welsh[1].text
    assert len(looked) == 2
    posted = flooded.post(f"/r/{code}/feedback", data={"text": "They were kind."})
    assert posted.status_code == 429
    assert len(looked) == 3


def test_a_code_whose_own_part_was_tried_too_often_tells_nothing_of_others(
    client: TestClient, installation: Installation, code: str, clock: Clock, looked: list[int]
) -> None:
    wrong = make_code(b"w" * 32, uuid.uuid4())
    with installation.writing() as session:
        key = installation.key_for(turns.TRIES_KEY_USE)
        for_locator = dict(turns.tries(wrong, address="203.0.113.1", key=key, now=clock.at))
        for _ in range(200):
            count_tries(session, all_tried=[for_locator], now=clock.at)
    client.get(f"/r/{wrong}")
    assert client.get(f"/r/{code}").status_code == 200
    assert len(looked) == 2
