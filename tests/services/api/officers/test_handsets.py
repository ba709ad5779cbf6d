"""The officer's page of phones and tablets, and reporting one lost; the same from the command line."""

import uuid
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from stop_search.audit.rules import COMMAND_LINE
from stop_search.encounters.allocation import allocate_codes
from stop_search.encounters.handsets import handset_in_use, register_handset
from stop_search.encounters.receipt_codes import KEY_USE
from stop_search.installation import Installation
from tests.support.builders import an_officer
from tests.support.visitors import csrf_for, sign_in_as


@pytest.fixture
def officer(client: TestClient, installation: Installation) -> uuid.UUID:
    """Sign an officer in and return the account's id."""
    with installation.writing() as session:
        account = an_officer(session).id
    sign_in_as(client, installation, account)
    return account


def a_phone(installation: Installation, account: uuid.UUID, label: str = "Android phone") -> uuid.UUID:
    """Register a phone that holds three codes."""
    now = datetime.now(UTC)
    with installation.writing() as session:
        phone = register_handset(session, account_id=account, label=label, actor=COMMAND_LINE, now=now)
        allocate_codes(session, holder_id=phone, hold=3, key=installation.key_for(KEY_USE), actor=COMMAND_LINE, now=now)
        return phone


def test_who_has_no_phone_is_led_to_the_app(client: TestClient, officer: uuid.UUID) -> None:
    assert 'href="/officer/app"' in client.get("/officer/handsets").text
    assert 'href="/officer/app"' in client.get("/officer").text


def test_a_lost_phone_is_reported_in_two_steps(client: TestClient, installation: Installation, officer: uuid.UUID) -> None:
    phone = a_phone(installation, officer, "Blue <case>")
    listed = client.get("/officer/handsets").text
    assert "Blue &lt;case&gt;" in listed
    assert "3 unused receipts" in listed
    path = f"/officer/handsets/{phone}/lost"
    assert "This cannot be undone" in client.get(path).text
    with installation.reading() as session:
        assert handset_in_use(session, handset_id=phone, account_id=officer)
    answer = client.post(path, data={"csrf": csrf_for(client, installation)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/officer/handsets")
    with installation.reading() as session:
        assert not handset_in_use(session, handset_id=phone, account_id=officer)
    assert "Reported lost on" in client.get("/officer/handsets").text
    assert client.post(path, data={"csrf": csrf_for(client, installation)}).status_code == 409


def test_another_officers_phone_is_not_there(client: TestClient, installation: Installation, officer: uuid.UUID) -> None:
    with installation.writing() as session:
        other = an_officer(session).id
    phone = a_phone(installation, other, "Somebody else's")
    assert "Somebody else" not in client.get("/officer/handsets").text
    for answer in (
        client.get(f"/officer/handsets/{phone}/lost"),
        client.post(f"/officer/handsets/{phone}/lost", data={"csrf": csrf_for(client, installation)}),
    ):
        assert answer.status_code == 404
    with installation.reading() as session:
        assert handset_in_use(session, handset_id=phone, account_id=other)
