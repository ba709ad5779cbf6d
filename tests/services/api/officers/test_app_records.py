"""What the officers' app says to the site: refused as JSON, taken once, only from the officer's own phone that is in use."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx2 import Response
from sqlalchemy import func, select
from starlette.testclient import TestClient

from services.api.dependencies import now
from stop_search.accounts.rules import Role
from stop_search.audit.rules import COMMAND_LINE
from stop_search.encounters.handsets import all_handsets, report_handset_lost
from stop_search.encounters.records import Encounter
from stop_search.encounters.rules import EncounterSource
from stop_search.installation import Installation
from tests.support.builders import an_encounter, an_officer
from tests.support.phones import Answer, NoLine, Phone
from tests.support.stops import a_posted_encounter, a_posted_person
from tests.support.visitors import sign_in, sign_in_as

SCRIPT = {"Accept": "application/json"}


@pytest.fixture
def officer(client: TestClient, installation: Installation) -> uuid.UUID:
    """Sign an officer in and return the account's id."""
    with installation.writing() as session:
        account = an_officer(session, number="4821").id
    sign_in_as(client, installation, account)
    return account


@pytest.fixture
def phone(client: TestClient, officer: uuid.UUID) -> Phone:
    """Return the officer's registered phone, with codes."""
    made = Phone(line_to(client), lambda: datetime.now(UTC))
    assert made.register("first")
    assert made.send() == "ok"
    return made


def line_to(client: TestClient) -> Any:
    """Return a line that never fails."""

    def line(method: str, path: str, body: dict[str, Any] | None, headers: dict[str, str]) -> Answer:
        answer = client.request(method, path, json=body, headers=headers)
        if answer.is_redirect:
            raise NoLine
        return Answer(answer.status_code, answer.json(), datetime.now(UTC))

    return line


def posted(client: TestClient, phone: Phone, *, handset: str | None = None, key: str = "k", **changes: Any) -> Response:
    """Post a record as the app does."""
    state = client.get("/officer/app/state", headers=SCRIPT).json()
    body = {name: value for name, value in a_posted_encounter(**changes).items() if name != "officer_number"}
    headers = SCRIPT | {"x-csrf-token": state["csrf"], "Idempotency-Key": key, "X-Handset": handset or next(iter(phone.handsets.values()))}
    return client.post("/officer/app/records", json=body, headers=headers)


def how_many(installation: Installation) -> int:
    """Count the records."""
    with installation.reading() as session:
        return session.scalar(select(func.count()).select_from(Encounter)) or 0


def test_a_record_is_the_signed_in_officers_and_its_receipts_are_those_that_were_shown(
    client: TestClient, installation: Installation, officer: uuid.UUID, phone: Phone
) -> None:
    waiting = phone.record(account=str(officer), marker="Seen to hide something.", people=2)
    shown = [one["code"] for one in waiting.receipts if one]
    assert phone.send() == "ok"
    sent = phone.sent[waiting.key]
    assert [person["receipt"]["code"] for person in sent["people"]] == shown
    assert len(shown) == len(sent["qr"]) == 2
    with installation.reading() as session:
        (row,) = session.scalars(select(Encounter))
        assert (row.officer_id, row.source, row.grounds) == (officer, EncounterSource.OFFICER_PAGE, "Seen to hide something.")
    forms = sent["people"][1]["receipt"]["forms"]
    assert client.get(forms["text"].removeprefix("http://testserver")).status_code == 200


def test_sent_again_it_is_answered_the_same_also_after_signing_in_again(
    client: TestClient, installation: Installation, officer: uuid.UUID, phone: Phone
) -> None:
    first = posted(client, phone)
    sign_in_as(client, installation, officer)
    again = posted(client, phone)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert how_many(installation) == 1


def test_other_content_under_the_same_key_is_said_to_be_so(client: TestClient, phone: Phone) -> None:
    posted(client, phone)
    answer = posted(client, phone, place="elsewhere")
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:stop-search:key-used-before")


def test_what_is_wrong_is_said_by_field_and_nothing_is_stored(client: TestClient, installation: Installation, phone: Phone) -> None:
    answer = posted(client, phone, grounds=None, people=[a_posted_person(receipt_code="not a code")])
    assert answer.status_code == 422
    assert [error["path"] for error in answer.json()["errors"]] == ["grounds", "people.0.receipt_code"]
    assert how_many(installation) == 0


def test_an_officer_without_a_number_is_told(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.OFFICER)
    phone = Phone(line_to(client), lambda: datetime.now(UTC))
    phone.register("first")
    answer = posted(client, phone)
    assert "officer_number" in [error["path"] for error in answer.json()["errors"]]


def test_nobody_else_can_send_from_this_phone_and_nothing_goes_without_a_session_or_its_token(
    client: TestClient, installation: Installation, phone: Phone
) -> None:
    (handset,) = phone.handsets.values()
    with installation.writing() as session:
        other = an_officer(session, number="77").id
    sign_in_as(client, installation, other)
    answer = posted(client, phone, handset=handset)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:stop-search:holder-not-in-force")
    codes = client.post(
        "/officer/app/codes",
        json={"hold": 3},
        headers=SCRIPT | {"x-csrf-token": client.get("/officer/app/state", headers=SCRIPT).json()["csrf"], "X-Handset": handset},
    )
    assert codes.status_code == 403
    headers = SCRIPT | {"Idempotency-Key": "k", "X-Handset": handset, "x-csrf-token": "0" * 64}
    forged = client.post("/officer/app/records", json=a_posted_encounter(), headers=headers)
    assert (forged.status_code, forged.json()["type"]) == (403, "urn:stop-search:forged")
    client.post("/sign-out")
    refused = client.post("/officer/app/records", json={}, headers=headers)
    assert (refused.status_code, refused.headers["content-type"]) == (401, "application/problem+json")
    assert client.get("/officer/app/state", headers=SCRIPT).status_code == 401
    assert client.get("/officer/app/state").status_code == 303
    assert how_many(installation) == 0


def test_from_a_lost_phone_nothing_is_taken_and_it_can_be_used_again_as_a_new_one(
    client: TestClient, installation: Installation, officer: uuid.UUID, phone: Phone
) -> None:
    lost_answer = phone.record(account=str(officer), marker="Its answer is lost.")
    body, headers = dict(lost_answer.body), {"Idempotency-Key": lost_answer.key, "X-Handset": lost_answer.handset}
    state = client.get("/officer/app/state", headers=SCRIPT).json()
    assert client.post("/officer/app/records", json=body, headers=SCRIPT | headers | {"x-csrf-token": state["csrf"]}).status_code == 201
    waits = phone.record(account=str(officer), marker="Not sent yet.")
    with installation.writing() as session:
        (line,) = all_handsets(session)
        assert report_handset_lost(session, handset_id=line.handset_id, actor=COMMAND_LINE, now=datetime.now(UTC)) == 19
    assert phone.send() == "not in use"
    assert phone.codes == {}
    assert len(phone.records) == 2
    assert phone.register("found-again")
    assert phone.send() == "ok"
    assert lost_answer.key in phone.sent, "it had been taken before the loss, and is known by its key"
    assert (waits.state, set(waits.problem)) == ("fault", {"people.0.receipt_code"})
    phone.send_with_new_receipts(waits)
    assert phone.send() == "ok"
    assert phone.records == []
    assert how_many(installation) == 2
    assert client.get(f"/r/{phone.sent[waits.key]['people'][0]['receipt']['code']}").status_code == 200


def test_a_phone_is_registered_once_however_often_it_asks(client: TestClient, installation: Installation, officer: uuid.UUID) -> None:
    phone = Phone(line_to(client), lambda: datetime.now(UTC))
    assert phone.register("same-key")
    first = dict(phone.handsets)
    assert phone.register("same-key")
    assert phone.handsets == first
    with installation.reading() as session:
        assert len(all_handsets(session)) == 1


def test_the_lists_are_those_of_the_domain_with_the_most_used_first(
    client: TestClient, installation: Installation, officer: uuid.UUID
) -> None:
    with installation.writing() as session:
        for power, started in (("psa_s36", 1), ("psa_s36", 2), ("mda_s23", 3), ("firearms_s47", 200)):
            an_encounter(session, power=power, started_at=datetime.now(UTC) - timedelta(days=started))
    told = client.get("/officer/app/lists", headers=SCRIPT).json()
    assert told["usual"]["power"] == ["psa_s36", "mda_s23"]
    assert told["digest"] == client.get("/officer/app/state", headers=SCRIPT).json()["lists"]
    lists = told["lists"]
    assert {"key": "NS", "label": "Not stated", "group": None} in lists["codes"]["ethnicity"]
    assert "authorisation_reference" in lists["powers"]["cjpoa_s60"]["must_state"]
    assert lists["marks"]["children"] == ["10_17", "under_10"]
    assert {one["key"] for one in lists["kinds"]} >= {"person", "traffic_stop", "unattended_vehicle"}


def test_what_the_app_asks_by_itself_does_not_keep_a_session_alive(
    client: TestClient, installation: Installation, officer: uuid.UUID
) -> None:
    began = datetime.now(UTC)
    for headers, lives in ((SCRIPT | {"X-Unattended": "yes"}, False), (SCRIPT, True)):
        sign_in_as(client, installation, officer)
        for minutes in range(0, 40, 4):
            client.app.dependency_overrides[now] = lambda minutes=minutes: began + timedelta(minutes=minutes)  # pyright: ignore[reportAttributeAccessIssue] -- it is the FastAPI app
            answer = client.get("/officer/app/state", headers=headers)
        assert (answer.status_code == 200) is lives
        client.app.dependency_overrides.clear()  # pyright: ignore[reportAttributeAccessIssue] -- the same
