"""Headers on every answer, hosts and sizes that are refused, and log lines that tell no secret."""

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from services.api.app import create_app
from services.api.dependencies import opens_to_all
from services.api.middleware import BODY_LIMIT_BYTES
from services.logs import JsonLines
from stop_search.installation import Installation
from stop_search.settings import Settings
from tests.support.routes import doors
from tests.support.visitors import sign_in

CANARY = "7K3M9QX2TD4F"
EXPECTED = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; media-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
}


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Everything that is logged at any level, as it would be written."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


def app_with_a_fault(installation: Installation) -> FastAPI:
    """Return the app with a page that nobody foresaw to fail, once before and once in the middle of its answer."""
    app = create_app(installation)

    def failing() -> None:
        message = f"secret {CANARY}"
        raise RuntimeError(message)

    def echo() -> dict[str, str]:
        return {"a": "b"}

    app.add_api_route("/fault", failing, dependencies=[opens_to_all()])
    app.add_api_route("/api/fault", failing, dependencies=[opens_to_all()])
    app.add_api_route("/echo", echo, methods=["POST"], dependencies=[opens_to_all()])
    return app


# A page of the public comes over a slow line: no number of its own, and frame-ancestors stands for the older header.
PUBLIC_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
LIGHT = {"content-security-policy": PUBLIC_POLICY}
LEFT_OUT = {"x-frame-options"}


def missing_headers(answer: object) -> list[str]:
    """Return which of the headers are missing or different."""
    headers = answer.headers  # pyright: ignore[reportAttributeAccessIssue] -- httpx2's answer
    is_light = headers.get("content-security-policy") == PUBLIC_POLICY
    expected = {name: value for name, value in EXPECTED.items() if name not in LEFT_OUT} | LIGHT if is_light else EXPECTED
    wrong = [name for name, value in expected.items() if headers.get(name) != value]
    return wrong + [
        name for name in ("cache-control", *(() if is_light else ("x-request-id", "permissions-policy"))) if name not in headers
    ]


def test_a_page_of_the_public_says_no_more_than_it_needs_and_an_error_has_its_number(client: TestClient) -> None:
    assert client.get("/r").headers["content-security-policy"] == PUBLIC_POLICY
    assert "x-request-id" not in client.get("/r").headers
    assert "x-request-id" in client.get("/no-such-page").headers
    assert "permissions-policy" in client.get("/officer").headers


def test_every_answer_of_every_route_carries_every_header(client: TestClient, installation: Installation) -> None:
    checked = 0
    for door in doors(client.app):  # pyright: ignore[reportArgumentType] -- it is the FastAPI app
        for headers in ({}, {"host": "evil.example"}):
            answer = client.request(door.method, door.path, headers=headers)
            assert missing_headers(answer) == [], str(door)
            checked += 1
    assert checked > 100


def test_errors_files_redirects_and_odd_requests_carry_every_header(installation: Installation) -> None:
    odd = (
        ("GET", "/no-such-page", 404),
        ("GET", "/api/v1/no-such-thing", 404),
        ("GET", "/static/icon.svg", 200),
        ("GET", "/static/no-such-file", 404),
        ("GET", "/static/../../pyproject.toml", 404),
        ("GET", "/api/v1/openapi.json", 200),
        ("DELETE", "/sign-in", 405),
        ("OPTIONS", "/sign-in", 405),
        ("HEAD", "/sign-in", 200),
        ("GET", "/fault", 500),
        ("GET", "/api/fault", 500),
        ("GET", "/sign-in/", 307),
        ("GET", "/%00", 404),
        ("GET", "/r/%ff%fe", 404),
    )
    with TestClient(app_with_a_fault(installation), follow_redirects=False) as browser:
        for method, path, status in odd:
            answer = browser.request(method, path)
            assert (answer.status_code, missing_headers(answer)) == (status, []), f"{method} {path}"


def test_nothing_is_kept_by_browsers_but_what_names_its_own_content(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation)
    assert client.get("/sign-in").headers["cache-control"] == "no-store"
    assert client.get("/no-such-page").headers["cache-control"] == "no-store"
    assert "immutable" in client.get("/static/icon.svg?v=1").headers["cache-control"]
    assert client.get("/static/no-such-file").headers["cache-control"] == "no-store"


def test_with_tls_browsers_are_told_to_insist_on_it(client: TestClient, installation: Installation) -> None:
    settings = Settings(
        data_folder=installation.settings.data_folder, public_url="https://stops.example", secret_key="0123456789abcdef" * 3
    )  # pyright: ignore[reportArgumentType] -- pydantic reads it
    secure = TestClient(create_app(replace(installation, settings=settings)), base_url="https://stops.example")
    assert secure.get("/sign-in").headers["strict-transport-security"] == "max-age=31536000"
    assert "strict-transport-security" not in client.get("/sign-in").headers
    assert secure.get("/sign-in", headers={"host": "localhost"}).status_code == 400


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "", "[", "testserver@evil.example", "127.0.0.2"])
def test_another_hosts_name_is_refused_but_health_is_told(client: TestClient, host: str) -> None:
    assert client.get("/sign-in", headers={"host": host}).status_code == 400
    assert client.get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", ["testserver", "TESTSERVER", "testserver:8000", "localhost:1", "127.0.0.1", "[::1]:80"])
def test_in_the_demo_this_machines_names_are_answered(client: TestClient, host: str) -> None:
    assert client.get("/sign-in", headers={"host": host}).status_code == 200


def test_too_much_is_refused_with_what_is_allowed(client: TestClient) -> None:
    page = client.post("/sign-in/link", content=b"x" * (BODY_LIMIT_BYTES + 1))
    assert page.status_code == 413
    assert "At most 1024 KB" in page.text
    told = client.post("/api/v1/encounters", content=b"x" * (BODY_LIMIT_BYTES + 1))
    assert (told.status_code, told.json()["status"]) == (413, 413)


def test_too_much_without_a_length_is_refused_too(client: TestClient) -> None:
    def stream() -> Iterator[bytes]:
        for _ in range(BODY_LIMIT_BYTES // 65536 + 1):
            yield b"a" * 65536

    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/sign-in/link", content=stream(), headers=headers).status_code == 413
    assert client.post("/api/v1/encounters", content=stream(), headers={"content-type": "application/json"}).status_code in {401, 413}


def test_just_enough_is_taken(client: TestClient) -> None:
    content = b"token=" + b"x" * (BODY_LIMIT_BYTES - 6)
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/sign-in/link", content=content, headers=headers).status_code != 413


@pytest.mark.parametrize("length", ["-1", "x", "9" * 5000, "1e9"])
def test_an_odd_content_length_is_no_error_of_ours(client: TestClient, length: str) -> None:
    assert client.get("/healthz", headers={"content-length": length}).status_code in {200, 413}


def test_a_page_can_be_asked_for_its_headers_alone(client: TestClient) -> None:
    whole, head = client.get("/sign-in"), client.head("/sign-in")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == whole.headers["content-length"]


def test_an_unforeseen_fault_is_answered_without_a_word_of_the_inside(installation: Installation, lines: io.StringIO) -> None:
    with TestClient(app_with_a_fault(installation)) as browser:
        page, told = browser.get("/fault"), browser.get("/api/fault")
    assert (page.status_code, told.status_code) == (500, 500)
    assert told.headers["content-type"] == "application/problem+json"
    for answer in (page, told):
        assert CANARY not in answer.text
        assert "RuntimeError" not in answer.text
    logged = lines.getvalue()
    assert CANARY not in logged
    assert "RuntimeError" in logged  # the kind of fault and its place are there for who mends it
    assert "failing" in logged


def test_no_code_token_query_or_word_reaches_the_log(client: TestClient, installation: Installation, lines: io.StringIO) -> None:
    sign_in(client, installation)
    session = next(iter(client.cookies.values()))
    for path in (
        f"/r/{CANARY}",
        f"/r/{CANARY}/feedback",
        f"/r?code={CANARY}",
        f"/sign-in/link/{CANARY}",
        f"/{CANARY}",
        f"/sign-in?next=/{CANARY}",
    ):
        client.get(path)
    client.post("/r", data={"code": CANARY})
    client.post("/sign-in/link", data={"token": CANARY, "next": f"/{CANARY}"})
    client.get("/api/v1/encounters/x", headers={"authorization": f"Bearer {CANARY}", "user-agent": CANARY, "referer": CANARY})
    client.request(CANARY, "/")
    logged = lines.getvalue()
    assert CANARY not in logged
    assert session not in logged
    told = [json.loads(line) for line in logged.splitlines() if '"stop_search.requests"' in line]
    assert {"/r/{code}", "/sign-in/link/{token}", "no such page"} <= {line["route"] for line in told}
    assert all(
        set(line) <= {"time", "level", "logger", "message", "request_id", "method", "route", "status", "milliseconds"} for line in told
    )


def test_an_answers_id_is_the_one_in_the_log(client: TestClient, lines: io.StringIO) -> None:
    answer = client.get("/healthz", headers={"x-request-id": "mine"})
    assert answer.headers["x-request-id"] != "mine"
    assert answer.headers["x-request-id"] in lines.getvalue()
