"""The pages of releases: prepared by one, looked at as the public gets it, let out by another."""

import pytest
from starlette.testclient import TestClient

from stop_search.accounts.rules import Role
from stop_search.installation import Installation
from tests.support.public_tables import a_quarter
from tests.support.visitors import csrf_for, sign_in
from tests.support.workbench import words


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
    assert "Out 2026, months 7 to 9 Prepared by" in words(send(client, installation, "/learning/releases/2026Q3/release"))
    assert client.get("/transparency/2026Q3").status_code == 200
    again = send(client, installation, "/learning/releases/prepare", quarter="2026Q3")
    assert again.status_code == 422
    assert "2026Q3 is out already." in words(again)


@pytest.mark.parametrize(("typed", "said"), [("soon", "is not a quarter"), ("2099Q1", "is not over yet")])
def test_what_cannot_be_prepared_is_said_beside_it(client: TestClient, installation: Installation, typed: str, said: str) -> None:
    sign_in(client, installation, Role.LEARNING_TEAM)
    answered = send(client, installation, "/learning/releases/prepare", quarter=typed)
    assert answered.status_code == 422
    assert said in words(answered)
    assert f'value="{typed}"' in answered.text
    assert client.get("/learning/releases/2026Q3").status_code == 404
