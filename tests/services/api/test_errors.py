"""Each error becomes one status: a page for people with what to do, problem+json for machines."""

from dataclasses import replace
from typing import Annotated

import pytest
from bs4 import BeautifulSoup
from fastapi import Query
from starlette.testclient import TestClient

from services.api.app import create_app
from services.api.dependencies import IdempotencyKey, opens_to_all
from services.api.errors import STATUS, WORDS
from stop_search import errors
from stop_search.accounts.rules import Role
from stop_search.database.session import open_database
from stop_search.installation import Installation
from tests.support.visitors import sign_in


class ReceiptGone(errors.NoLongerOpen):
    """An error of a noun: the table knows its parent."""


RAISED = {
    "not-found": (errors.NotFound("There is no such receipt."), 404),
    "not-allowed": (errors.NotAllowed("Not yours."), 403),
    "conflict": (errors.Conflict("Answered already."), 409),
    "no-longer-open": (errors.NoLongerOpen("Withdrawn."), 410),
    "receipt-gone": (ReceiptGone("Withdrawn."), 410),
    "invalid": (errors.Invalid("Put this right.", {"people.0.outcome": "Choose an outcome."}), 422),
    "too-large": (errors.TooLarge("Too long."), 413),
    "unavailable": (errors.Unavailable("The storage does not answer."), 503),
    "storage-full": (errors.StorageFull("There is no room in the storage."), 507),
}


@pytest.fixture
def browser(installation: Installation) -> TestClient:
    """Return a browser on an app with a door to every error, for people and for machines."""
    app = create_app(installation)

    def raise_it(kind: str) -> None:
        raise RAISED[kind][0]

    def count(number: Annotated[int, Query(ge=1)]) -> int:
        return number

    def post_once(key: IdempotencyKey) -> str:
        return key

    for prefix in ("", "/api"):
        app.add_api_route(prefix + "/raise/{kind}", raise_it, dependencies=[opens_to_all()])
        app.add_api_route(prefix + "/count", count, dependencies=[opens_to_all()])
    app.add_api_route("/api/once", post_once, methods=["POST"], dependencies=[opens_to_all()])
    return TestClient(app, follow_redirects=False)


def test_every_error_of_the_domain_has_a_status_of_its_own_or_its_parents() -> None:
    def kinds(parent: type[errors.StopSearchError]) -> set[type[errors.StopSearchError]]:
        return {parent}.union(*(kinds(child) for child in parent.__subclasses__()))

    named = {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.StopSearchError)}
    unmapped = {kind.__name__ for kind in named - set(STATUS)} - {"SettingMissing"}  # stops the start; no request meets it
    assert unmapped == set()
    assert all(any(parent in STATUS for parent in kind.__mro__) for kind in kinds(errors.StopSearchError))
    assert set(STATUS.values()) <= set(WORDS)


@pytest.mark.parametrize("kind", RAISED)
def test_a_person_gets_a_page_that_says_what_happened_and_what_to_do(browser: TestClient, kind: str) -> None:
    error, status = RAISED[kind]
    answer = browser.get(f"/raise/{kind}")
    page = BeautifulSoup(answer.text, "html.parser")
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert page.h1 is not None
    assert page.h1.text == WORDS[status][0]
    assert str(error) in page.main.text  # pyright: ignore[reportOptionalMemberAccess] -- every page has one
    assert WORDS[status][1] in page.main.text  # pyright: ignore[reportOptionalMemberAccess] -- as above
    assert page.html["lang"] == "en"  # pyright: ignore[reportOptionalSubscript] -- as above


@pytest.mark.parametrize("kind", RAISED)
def test_a_machine_gets_problem_json(browser: TestClient, kind: str) -> None:
    error, status = RAISED[kind]
    answer = browser.get(f"/api/raise/{kind}")
    told = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert (told["status"], told["detail"]) == (status, str(error))
    assert told["type"] == f"urn:stop-search:{kind}"
    assert told["title"]


def test_wrong_fields_are_named_with_what_to_do(browser: TestClient) -> None:
    assert browser.get("/api/raise/invalid").json()["errors"] == [{"path": "people.0.outcome", "message": "Choose an outcome."}]
    assert "Choose an outcome." in browser.get("/raise/invalid").text
    told = browser.get("/api/count?number=0").json()
    assert (told["status"], told["errors"][0]["path"]) == (422, "query.number")
    assert browser.get("/count?number=none").status_code == 422


def test_what_a_person_typed_is_escaped_on_the_page_of_errors(browser: TestClient) -> None:
    answer = browser.get("/count?number=<script>alert(1)</script>")
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize("key", [None, "", "x" * 201, "two words", "café"])
def test_a_post_without_a_proper_idempotency_key_is_told_so(browser: TestClient, key: str | None) -> None:
    headers = {} if key is None else {"Idempotency-Key": key.encode()}
    answer = browser.post("/api/once", headers=headers)  # pyright: ignore[reportArgumentType] -- bytes are allowed
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "header.Idempotency-Key")


def test_unknown_places_and_methods_are_told_in_both_ways(browser: TestClient) -> None:
    assert browser.get("/api/v1/nothing").json() == {"type": "about:blank", "title": "Not Found", "status": 404}
    assert "Page not found" in browser.get("/nothing").text
    told = browser.delete("/api/raise/invalid")
    assert (told.status_code, told.json()["title"], told.headers["allow"]) == (405, "Method Not Allowed", "GET")
    assert browser.delete("/sign-in").status_code == 405


def test_a_machine_without_a_token_and_with_a_wrong_one_is_told_how_to_sign_in(client: TestClient) -> None:
    without = client.get("/api/v1/encounters/x")
    wrong = client.get("/api/v1/encounters/x", headers={"authorization": "Bearer wrong"})
    assert (without.status_code, without.headers["www-authenticate"]) == (401, 'Bearer realm="stop-search"')
    assert (wrong.status_code, wrong.headers["www-authenticate"]) == (401, 'Bearer realm="stop-search", error="invalid_token"')


def test_broken_json_is_told_where_it_breaks(client: TestClient) -> None:
    answer = client.post("/api/v1/encounters", content=b'{"a":', headers={"content-type": "application/json"})
    assert answer.status_code in {401, 422}
    assert answer.headers["content-type"] == "application/problem+json"


def test_somebody_signed_in_gets_the_page_of_errors_in_the_staffs_layout(client: TestClient, installation: Installation) -> None:
    assert "Exit this page quickly" in client.get("/nothing").text
    sign_in(client, installation, Role.SUPERVISOR)
    assert "Exit this page quickly" not in client.get("/nothing").text


def test_a_database_that_is_down_is_named_without_its_address(installation: Installation) -> None:
    down = replace(installation, database=open_database("postgresql://somebody:geheim@127.0.0.1:9/nothing"))
    browser = TestClient(create_app(down), follow_redirects=False)
    page = browser.get("/sign-in/demo")
    told = browser.get("/api/v1/encounters/x", headers={"authorization": "Bearer x"})
    for answer in (page, told):
        assert answer.status_code == 503
        assert "database cannot be reached" in answer.text
        assert "geheim" not in answer.text
        assert "127.0.0.1" not in answer.text
        assert answer.headers["retry-after"] == "10"
    assert browser.get("/sign-in").status_code == 200  # a page that needs no database stays up


def test_an_error_page_that_fails_itself_still_answers(installation: Installation) -> None:
    app = create_app(installation)
    app.state.force = None
    answer = TestClient(app).get("/nothing")
    assert (answer.status_code, "Page not found" in answer.text) == (404, True)
