"""The pages of releases: prepared by one, looked at as the public gets it, let out by another."""

import pytest
from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from stop_search.accounts.rules import Role
from stop_search.installation import Installation
from tests.support import builders as a
from tests.support.public_tables import a_quarter, some_stops
from tests.support.searched import BLACK
from tests.support.visitors import csrf_for, sign_in
from tests.support.workbench import words


def shown_digest(client: TestClient) -> str:
    """Return what the page of the release would send of what it shows."""
    field = BeautifulSoup(client.get("/learning/releases/2026Q3").text, "html.parser").select_one("#release input[name=seen]")
    assert field is not None
    return str(field["value"])


def send(client: TestClient, installation: Installation, path: str, **fields: str):  # noqa: ANN201 -- an answer
    """Send a form, and follow where it leads."""
    return client.post(path, data={"csrf": csrf_for(client, installation)} | fields, follow_redirects=True)


def test_a_quarter_goes_out_by_two_people(client: TestClient, installation: Installation) -> None:
    with installation.writing() as session:
        a_quarter(session)
    sign_in(client, installation, Role.LEARNING_TEAM)
    assert "Nothing is out yet." in words(client.get("/learning/releases"))
    prepared = words(send(client, installation, "/learning/releases/prepare", quarter="2026Q3"))
    assert "You prepared this. Somebody else must look at it and let it out." in prepared
    assert "The check finds nothing" in prepared
    assert "White 40 15 too few too few 55" in prepared
    refused = send(client, installation, "/learning/releases/2026Q3/release")
    assert refused.status_code == 422
    assert "Somebody else must let out what you prepared." in words(refused)
    assert client.get("/transparency/2026Q3").status_code == 404
    client.cookies.clear()
    sign_in(client, installation, Role.LEARNING_TEAM)
    assert "Once out, they cannot be changed or taken back." in words(client.get("/learning/releases/2026Q3"))
    assert "Out 2026, months 7 to 9 Prepared by" in words(
        send(client, installation, "/learning/releases/2026Q3/release", seen=shown_digest(client))
    )
    assert client.get("/transparency/2026Q3").status_code == 200
    again = send(client, installation, "/learning/releases/prepare", quarter="2026Q3")
    assert again.status_code == 422
    assert "2026Q3 is out already." in words(again)


def test_what_was_prepared_again_after_it_was_looked_at_is_not_let_out_unseen(client: TestClient, installation: Installation) -> None:
    with installation.writing() as session:
        a_quarter(session)
    sign_in(client, installation, Role.LEARNING_TEAM)
    send(client, installation, "/learning/releases/prepare", quarter="2026Q3")
    first = client.cookies
    client.cookies = type(first)()
    sign_in(client, installation, Role.LEARNING_TEAM)
    seen, second = shown_digest(client), client.cookies
    client.cookies = first
    with installation.writing() as session:
        some_stops(session, 40, a.a_team(session, unit="Moor"), person=BLACK)
    send(client, installation, "/learning/releases/prepare", quarter="2026Q3")
    client.cookies = second
    refused = send(client, installation, "/learning/releases/2026Q3/release", seen=seen)
    assert refused.status_code == 422
    assert "2026Q3 was prepared again after you looked at it." in words(refused)
    assert client.get("/transparency/2026Q3").status_code == 404
    assert shown_digest(client) != seen
    assert "Out 2026" in words(send(client, installation, "/learning/releases/2026Q3/release", seen=shown_digest(client)))


@pytest.mark.parametrize(("typed", "said"), [("soon", "is not a quarter"), ("2099Q1", "is not over yet")])
def test_what_cannot_be_prepared_is_said_beside_it(client: TestClient, installation: Installation, typed: str, said: str) -> None:
    sign_in(client, installation, Role.LEARNING_TEAM)
    answered = send(client, installation, "/learning/releases/prepare", quarter=typed)
    assert answered.status_code == 422
    assert said in words(answered)
    assert f'value="{typed}"' in answered.text
    assert client.get("/learning/releases/2026Q3").status_code == 404
