"""Guessing codes on the site: counted, slowed down, and nothing typed is lost."""

import os
import re
import statistics
import time
import uuid
from datetime import timedelta
from typing import Any

from bs4 import BeautifulSoup
from fastapi import FastAPI
from starlette.testclient import TestClient

from stop_search.encounters.rules import ReceiptState
from stop_search.feedback.posting import ANSWERS_TO_CODE
from stop_search.installation import Installation
from tests.support.tried_codes import Clock, a_code_in_force, fails, wrong_code

TRIED = int(os.environ.get("STOP_SEARCH_TEST_TRIES", "40"))  # of each kind of code


def test_after_ten_failed_tries_even_the_right_code_waits_for_its_turn_and_then_opens(client: TestClient, clock: Clock, code: str) -> None:
    fails(client, 10)
    waits = client.get(f"/r/{code}")
    assert waits.status_code == 429
    assert waits.headers["retry-after"] == "61"
    assert "http-equiv" not in waits.text, "the page goes on when the person says so"
    found = BeautifulSoup(waits.text, "html.parser").select_one("main a.govuk-button")
    assert found
    address = str(found["href"])
    assert client.get(address).status_code == 429
    clock.at += timedelta(seconds=61)
    opened = client.get(address)
    assert opened.status_code == 200
    assert "Are these the words" in opened.text
    onwards = re.search(rf'href="(/r/{code}/choose\?turn=[0-9a-f]+)"', opened.text)
    assert onwards
    assert client.get(onwards[1].replace("choose", "feedback")).status_code == 200


def test_the_right_code_costs_nothing_however_often_it_is_opened(client: TestClient, code: str) -> None:
    for _ in range(30):
        assert client.get(f"/r/{code}").status_code == 200
    fails(client, 9)
    assert client.get(f"/r/{code}").status_code == 200


def test_a_typing_slip_costs_nothing(client: TestClient, code: str) -> None:
    slip = code[:-1] + ("0" if code[-1] != "0" else "1")
    for _ in range(30):
        assert client.get(f"/r/{slip}").status_code == 404
    assert client.get(f"/r/{code}").status_code == 200


def test_what_was_typed_goes_along_while_one_waits(client: TestClient, clock: Clock, code: str) -> None:
    form = BeautifulSoup(client.get(f"/r/{code}/feedback").text, "html.parser").find_all("form")[0]
    fields = {str(field["name"]): str(field.get("value", "")) for field in form.find_all("input", {"type": "hidden"})} | {"set": "adult"}
    fails(client, 10)
    waits = client.post(f"/r/{code}/feedback", data=fields | {"who": "searched", "text": "They were kind & <quick>"})
    assert waits.status_code == 429
    kept = BeautifulSoup(waits.text, "html.parser").find("form")
    assert kept is not None
    typed = {str(field["name"]): str(field["value"]) for field in kept.find_all("input")}
    assert typed == fields | {"who": "searched", "text": "They were kind & <quick>"}
    clock.at += timedelta(seconds=62)
    assert client.post(str(kept["action"]), data=typed).status_code == 200


def test_other_networks_do_not_wait(client: TestClient, installation: Installation, code: str) -> None:
    fails(client, 10)
    assert client.get(f"/r/{code}").status_code == 429
    assert isinstance(client.app, FastAPI)
    with TestClient(client.app, client=("198.51.100.4", 5000)) as elsewhere:
        assert elsewhere.get(f"/r/{code}").status_code == 200


def test_wrong_withdrawn_and_expired_take_the_same_time_and_say_the_same(
    client: TestClient, clock: Clock, installation: Installation
) -> None:
    withdrawn = [a_code_in_force(installation, clock.at, state=ReceiptState.WITHDRAWN) for _ in range(TRIED)]
    expired = [a_code_in_force(installation, clock.at - timedelta(days=400)) for _ in range(TRIED)]
    wrong = [wrong_code() for _ in range(TRIED)]
    took: dict[str, list[float]] = {"withdrawn": [], "expired": [], "wrong": []}
    answers: set[bytes] = set()
    for row in zip(withdrawn, expired, wrong, strict=True):
        for name, one in zip(took, row, strict=True):
            clock.at += timedelta(minutes=2)
            begun = time.perf_counter()
            answer = client.get(f"/r/{one}")
            took[name].append(time.perf_counter() - begun)
            assert answer.status_code == 404
            answers.add(answer.content)
    assert len(answers) == 1
    medians = [statistics.median(times) for times in took.values()]
    assert max(medians) - min(medians) <= 0.005


def test_a_receipt_that_is_answered_again_and_again_waits_for_a_turn_that_stores_one_answer(
    client: TestClient, clock: Clock, code: str
) -> None:
    def sent(address: str = f"/r/{code}/feedback/send", submission_id: str = "") -> Any:
        fields = {"submission_id": submission_id or uuid.uuid4().hex, "form_version": "1", "listened": "fully", "text": "They were kind"}
        return client.post(address, data=fields)

    assert [sent().status_code for _ in range(ANSWERS_TO_CODE.burst)] == [200] * ANSWERS_TO_CODE.burst
    waits = sent(submission_id="a" * 32)
    assert waits.status_code == 429
    kept = BeautifulSoup(waits.text, "html.parser").find("form")
    assert kept is not None
    assert {str(field["name"]): str(field["value"]) for field in kept.find_all("input")}["text"] == "They were kind"
    address = str(kept["action"])
    clock.at += ANSWERS_TO_CODE.interval + timedelta(seconds=1)
    assert [sent(address, "a" * 32).status_code for _ in range(2)] == [200, 200]
    assert sent(address, "b" * 32).status_code == 429
