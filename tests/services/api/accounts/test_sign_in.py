"""Signing in and out by pages."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from services.api.app import create_app
from stop_search.accounts.actions import end_role, make_sign_in_link, open_account
from stop_search.accounts.rules import Role, sign_in_address
from stop_search.audit.rules import COMMAND_LINE
from stop_search.installation import Installation
from stop_search.settings import Settings
from tests.support.builders import an_account
from tests.support.visitors import sign_in

IN_EARNEST = {"public_url": "https://stops.example", "secret_key": "k" * 8 + "0123456789abcdef" * 2}


def a_link(installation: Installation, *roles: Role) -> str:
    """Return the token of a link for a new account with the roles."""
    with installation.writing() as session:
        account = an_account(session, role=roles[0] if roles else None)
        return make_sign_in_link(session, account_id=account.id, actor=COMMAND_LINE, now=datetime.now(UTC))


def in_earnest(installation: Installation) -> TestClient:
    """Return a browser on the same installation without demo mode, behind TLS."""
    settings = Settings(data_folder=installation.settings.data_folder, **IN_EARNEST)  # pyright: ignore[reportArgumentType] -- pydantic reads it
    return TestClient(create_app(replace(installation, settings=settings)), base_url="https://stops.example", follow_redirects=False)


def test_opening_a_link_does_not_spend_it_and_its_button_does(client: TestClient, installation: Installation) -> None:
    token = a_link(installation, Role.SUPERVISOR)
    for _ in range(3):
        assert client.get(f"/sign-in/link/{token}").status_code == 200
    first = client.post("/sign-in/link", data={"token": token})
    assert (first.status_code, first.headers["location"]) == (303, "/reviews")
    again = client.post("/sign-in/link", data={"token": token})
    assert again.status_code == 410
    assert "ask for a new one" in again.text


def test_the_printed_address_of_a_link_leads_to_its_button(client: TestClient, installation: Installation) -> None:
    token = a_link(installation)
    assert sign_in_address("http://testserver/", token) == f"http://testserver/sign-in/link/{token}"
    assert token in client.get(sign_in_address("http://testserver", token)).text


def test_after_signing_in_one_is_where_one_wanted_to_go(client: TestClient, installation: Installation) -> None:
    refused = client.get("/admin?page=2")
    assert refused.status_code == 303
    assert refused.headers["location"] == "/sign-in?next=%2Fadmin%3Fpage%3D2"
    answer = client.post("/sign-in/link", data={"token": a_link(installation, Role.ADMINISTRATOR), "next": "/admin?page=2"})
    assert answer.headers["location"] == "/admin?page=2"
    assert client.get("/admin").status_code == 200


@pytest.mark.parametrize(
    "away",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "evil",
        "/a\r\nSet-Cookie: x=1",
    ],
)
def test_signing_in_never_leads_to_another_site(client: TestClient, installation: Installation, away: str) -> None:
    answer = client.post("/sign-in/link", data={"token": a_link(installation, Role.LEARNING_TEAM), "next": away})
    assert (answer.status_code, answer.headers["location"]) == (303, "/learning")


def test_the_cookie_is_out_of_scripts_reach_and_stays_on_this_site(client: TestClient, installation: Installation) -> None:
    cookie = client.post("/sign-in/link", data={"token": a_link(installation)}).headers["set-cookie"]
    assert cookie.startswith("stop-search=")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}


def test_in_earnest_the_cookie_insists_on_tls_and_this_host(installation: Installation) -> None:
    token = a_link(installation, Role.SUPERVISOR)
    browser = in_earnest(installation)
    answer = browser.post("/sign-in/link", data={"token": token})
    parts = {part.strip() for part in answer.headers["set-cookie"].split(";")}
    assert answer.headers["set-cookie"].startswith("__Host-stop-search=")
    assert {"Secure", "HttpOnly", "SameSite=lax", "Path=/"} <= parts
    assert not [part for part in parts if part.lower().startswith("domain")]


def test_the_demos_people_are_refused_in_earnest(client: TestClient, installation: Installation) -> None:
    with installation.writing() as session:
        account_id = an_account(session, name="Ann Invented", role=Role.SUPERVISOR).id
    browser = in_earnest(installation)
    assert browser.get("/sign-in/demo").status_code == 404
    assert browser.post("/sign-in/demo", data={"account_id": str(account_id)}).status_code == 404
    assert "/sign-in/demo" not in browser.get("/sign-in").text
    assert "Ann Invented" in client.get("/sign-in/demo?role=supervisor").text
    assert "Ann Invented" not in client.get("/sign-in/demo?role=auditor").text


def test_in_the_demo_one_button_signs_in(client: TestClient, installation: Installation) -> None:
    with installation.writing() as session:
        account_id = an_account(session, name="Ann <b>Invented</b>", role=Role.SUPERVISOR).id
    assert "<b>Invented" not in client.get("/sign-in/demo").text
    for _ in range(2):
        answer = client.post("/sign-in/demo", data={"account_id": str(account_id)})
        assert (answer.status_code, answer.headers["location"]) == (303, "/reviews")


def test_signing_out_ends_the_session_on_the_server_too(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.ADMINISTRATOR)
    kept = dict(client.cookies)
    answer = client.post("/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert not client.cookies
    client.cookies.update(kept)
    assert client.get("/admin").status_code == 303


def test_signing_in_anew_ends_the_session_that_the_browser_had(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.ADMINISTRATOR)
    earlier = dict(client.cookies)
    sign_in(client, installation, Role.ADMINISTRATOR)
    client.cookies.clear()
    client.cookies.update(earlier)
    assert client.get("/admin").status_code == 303


def test_a_role_that_is_taken_away_closes_the_next_page(client: TestClient, installation: Installation) -> None:
    account_id = sign_in(client, installation, Role.ADMINISTRATOR)
    assert client.get("/admin").status_code == 200
    with installation.writing() as session:
        end_role(session, account_id=account_id, role=Role.ADMINISTRATOR, actor=COMMAND_LINE, now=datetime.now(UTC))
    assert client.get("/admin").status_code == 403
    assert "no role yet" in client.get("/sign-in").text


def test_somebody_without_a_role_still_signs_in_and_is_told_so(client: TestClient, installation: Installation) -> None:
    with installation.writing() as session:
        account_id = open_account(session, name="Ann", email="a@x.uk", actor=COMMAND_LINE, now=datetime.now(UTC))
    sign_in(client, installation, account_id=account_id)
    assert "Ask your administrator" in client.get("/sign-in").text


@pytest.mark.parametrize("token", ["", "x" * 5000, "\x00", "é", "../../etc"])
def test_what_is_no_link_is_refused_with_a_page(client: TestClient, token: str) -> None:
    answer = client.post("/sign-in/link", data={"token": token})
    assert answer.status_code in {410, 422}
    assert "<h1" in answer.text
