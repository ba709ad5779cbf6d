"""The device's side of recording: one stop in, receipts out, and every mistake answered with the field that is wrong."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from receipts.forms import FORMS
from services.api.app import create_app
from stop_search.accounts.rules import Role
from stop_search.audit.queries import chain_report, newest_entries
from stop_search.encounters.queries import receipt_by_code
from stop_search.encounters.receipt_codes import ALPHABET, normalised, pretty
from stop_search.errors import NotFound
from stop_search.installation import Installation
from tests.support.builders import a_machine_token, an_officer
from tests.support.naughty import naughty_strings
from tests.support.stops import OFFICER_NUMBER, POSTED_AT, a_posted_encounter, a_posted_person

FREE_TEXTS = (
    "place",
    "grounds",
    "authorisation_reference",
    "operation_name",
    "camera_serial",
    "officer_number",
    "power",
    "object_of_search",
    "footage_absence_reason",
    "vehicle_outcome",
    "kind",
    "started_at",
    "officer_name_withheld_reason",
)
PERSON_TEXTS = ("self_description", "self_defined_ethnicity", "gender", "age_band", "clothing_level", "outcome", "language", "part")


class Device:
    """An officer's device that posts to the API with its token."""

    def __init__(self, client: TestClient, token: str) -> None:
        self.client = client
        self.bearer = {"Authorization": f"Bearer {token}"}

    def posts(self, path: str, body: Any, *, key: str | None = None) -> Any:
        """Post JSON with an Idempotency-Key (a new one unless given)."""
        return self.client.post(f"/api/v1{path}", json=body, headers=self.bearer | {"Idempotency-Key": key or uuid.uuid4().hex})

    def reads(self, path: str) -> Any:
        """Get JSON."""
        return self.client.get(f"/api/v1{path}", headers=self.bearer)


@pytest.fixture
def device(client: TestClient, installation: Installation) -> Device:
    """Return a device with a token; the officer that it names is there."""
    return _device(client, installation)


@pytest.fixture
def device_on_each(installation_on_each: Installation) -> Iterator[tuple[Device, Installation]]:
    """Yield the same on SQLite and on PostgreSQL."""
    with TestClient(create_app(installation_on_each)) as client:
        yield _device(client, installation_on_each), installation_on_each


def _device(client: TestClient, installation: Installation) -> Device:
    with installation.writing() as session:
        an_officer(session, number=OFFICER_NUMBER)
        return Device(client, a_machine_token(session, role=Role.DEVICE))


def test_a_stop_of_two_people_gives_two_receipts(device_on_each: tuple[Device, Installation]) -> None:
    device, installation = device_on_each
    answer = device.posts("/encounters", a_posted_encounter(people=[a_posted_person(), a_posted_person(gender="female")]))
    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert body["reference"].startswith(f"WX-{POSTED_AT:%y}-")
    assert [person["person"] for person in body["people"]] == [1, 2]
    for person in body["people"]:
        receipt = person["receipt"]
        code = normalised(receipt["code"])
        assert receipt["code"] == pretty(code)
        assert receipt["url"] == f"http://testserver/r/{code}"
        assert set(receipt["forms"]) == set(FORMS)
        assert receipt["forms"]["a6"] == f"http://testserver/api/v1/receipts/{code}/a6"
        with installation.reading() as session:
            key = installation.key_for("receipt-code/v1")
            held = receipt_by_code(session, code=code, key=key, now=_today())
        assert held.facts.check_words == receipt["check_words"]
        assert held.facts.reference == body["reference"]


def test_sent_twice_with_one_key_it_is_stored_once_and_answered_the_same(device_on_each: tuple[Device, Installation]) -> None:
    device, installation = device_on_each
    first = device.posts("/encounters", a_posted_encounter(), key="k-1")
    again = device.posts("/encounters", a_posted_encounter(), key="k-1")
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    with installation.reading() as session:
        assert [e.action for e in newest_entries(session)].count("encounter_recorded") == 1
        assert chain_report(session).problems == []


def test_another_stop_under_the_same_key_is_a_conflict(device: Device) -> None:
    device.posts("/encounters", a_posted_encounter(), key="k-1")
    other = device.posts("/encounters", a_posted_encounter(place="elsewhere"), key="k-1")
    assert other.status_code == 409
    assert other.headers["content-type"] == "application/problem+json"
    assert "Idempotency-Key was used for another request" in other.json()["detail"]


def test_the_same_stop_under_two_keys_is_two_stops(device: Device) -> None:
    one, two = (device.posts("/encounters", a_posted_encounter(), key=key).json()["reference"] for key in ("k-1", "k-2"))
    assert one != two


def test_the_keys_of_two_devices_do_not_meet(device: Device, client: TestClient, installation: Installation) -> None:
    with installation.writing() as session:
        other = Device(client, a_machine_token(session, role=Role.DEVICE, label="Another"))
    assert device.posts("/encounters", a_posted_encounter(), key="k-1").status_code == 201
    assert other.posts("/encounters", a_posted_encounter(place="elsewhere"), key="k-1").status_code == 201


def test_a_refused_stop_uses_up_no_key(device: Device) -> None:
    assert device.posts("/encounters", a_posted_encounter(place=""), key="k-1").status_code == 422
    assert device.posts("/encounters", a_posted_encounter(), key="k-1").status_code == 201


@pytest.mark.parametrize(
    ("change", "path", "says"),
    [
        ({"place": ""}, "place", "Say where the stop was."),
        ({"grounds": None}, "grounds", "Say why"),
        ({"object_of_search": None}, "object_of_search", "Say what was looked for."),
        ({"officer_number": "9999"}, "officer_number", "There is no officer with the number 9999."),
        ({"officers_present": ["9999"]}, "officers_present.0", "There is no officer with the number 9999."),
        ({"power": "magic"}, "power", "This is not one of the codes: pace_s1, mda_s23"),
        ({"started_at": "2999-01-01T00:00:00Z"}, "started_at", "This time is in the future."),
        ({"started_at": "2026-11-18T11:20:00"}, "started_at", "timezone"),
        ({"started_at": "yesterday"}, "started_at", ""),
        ({"started_at": 1e300}, "started_at", ""),
        ({"started_at": "9999-12-31T23:59:59-23:59"}, "started_at", "future"),
        ({"started_at": "0001-01-01T00:00:00+23:59"}, "started_at", "too long ago"),
        ({"kind": "animal"}, "kind", "person"),
        ({"people": []}, "people", "Say who was stopped"),
        ({"people": [{}]}, "people.0.self_defined_ethnicity", "Say how the person described"),
        ({"people": [a_posted_person(outcome="thanked")]}, "people.0.outcome", "This is not one of the codes: no_further_action"),
        ({"people": [a_posted_person(force_used="baton")]}, "people.0.force_used", "list"),
        ({"people": [a_posted_person(name="Somebody")]}, "people.0.name", "not permitted"),
        ({"latitude": 1e400, "longitude": 0}, "latitude", ""),
        ({"latitude": "NaN", "longitude": 0}, "latitude", ""),
        ({"latitude": "1e999999", "longitude": 0}, "latitude", ""),
        ({"colour": "red"}, "colour", "not permitted"),
    ],
)
def test_a_mistake_is_told_at_its_field_and_nothing_is_stored(device: Device, change: dict[str, Any], path: str, says: str) -> None:
    raw = json.dumps(a_posted_encounter(**change))
    answer = device.client.post(
        "/api/v1/encounters", content=raw, headers=device.bearer | {"Idempotency-Key": "k", "Content-Type": "application/json"}
    )
    assert answer.status_code == 422, answer.text
    told = {error["path"]: error["message"] for error in answer.json()["errors"]}
    assert path in told
    assert says in told[path]


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b"null", b'"a"', b'{"kind": "\\ud800"}', b"[" * 100_000])
def test_what_is_no_json_of_a_stop_is_refused(device: Device, content: bytes) -> None:
    headers = device.bearer | {"Idempotency-Key": "k", "Content-Type": "application/json"}
    assert device.client.post("/api/v1/encounters", content=content, headers=headers).status_code in {400, 422}


def test_without_a_key_without_a_token_or_with_another_role_nothing_is_recorded(
    device: Device, client: TestClient, installation: Installation
) -> None:
    with installation.writing() as session:
        camera = a_machine_token(session, role=Role.CAMERA)
    stop, key = a_posted_encounter(), {"Idempotency-Key": "k"}
    assert client.post("/api/v1/encounters", json=stop, headers=device.bearer).status_code == 422
    assert client.post("/api/v1/encounters", json=stop, headers=key).status_code == 401
    assert client.post("/api/v1/encounters", json=stop, headers=key | {"Authorization": "Bearer wrong"}).status_code == 401
    assert client.post("/api/v1/encounters", json=stop, headers=key | {"Authorization": f"Bearer {camera}"}).status_code == 403
    with installation.reading() as session:
        assert "encounter_recorded" not in {entry.action for entry in newest_entries(session)}


def test_a_record_can_be_read_again_with_its_receipts(device: Device) -> None:
    posted = a_posted_encounter(latitude="51.4545", longitude="-2.5879", people=[a_posted_person(self_description="Black British")])
    recorded = device.posts("/encounters", posted).json()
    shown = device.reads(f"/encounters/{recorded['reference'].lower()}")
    assert shown.status_code == 200
    body = shown.json()
    for field in ("kind", "place", "power", "object_of_search", "grounds", "started_at"):
        assert body["encounter"][field] == posted[field], field
    assert (body["version"], body["versions"], body["unfinished"]) == (1, [], [])
    assert body["people"][0]["receipt"] == recorded["people"][0]["receipt"]
    person = body["encounter"]["people"][0]
    assert person["self_description"] == "Black British"
    assert person["force_used"] == ["none"]
    assert f"officer number {OFFICER_NUMBER}" in body["officer"]


def test_a_reference_that_nobody_has_is_not_found(device: Device) -> None:
    for reference in ("WX-26-000000", "%00", "..", "é" * 50):
        assert device.reads(f"/encounters/{reference}").status_code == 404


def test_a_withdrawn_receipt_stays_withdrawn(device: Device, installation: Installation) -> None:
    code = device.posts("/encounters", a_posted_encounter()).json()["people"][0]["receipt"]["code"]
    reason = {"reason": "recorded_in_error"}
    assert device.posts(f"/receipts/{code}/withdraw", reason, key="w").status_code == 204
    assert device.posts(f"/receipts/{code.replace('-', '')}/withdraw", reason, key="w").status_code == 204
    assert device.posts(f"/receipts/{code}/withdraw", reason).status_code == 410
    with installation.reading() as session, pytest.raises(NotFound):
        receipt_by_code(session, code=code, key=installation.key_for("receipt-code/v1"), now=_today())


def test_a_withdrawal_needs_a_known_code_and_a_reason(device: Device) -> None:
    code = device.posts("/encounters", a_posted_encounter()).json()["people"][0]["receipt"]["code"]
    wrong = code[:-1] + next(s for s in ALPHABET if s != code[-1])
    assert device.posts(f"/receipts/{code}/withdraw", {"reason": "because"}).status_code == 422
    assert device.posts(f"/receipts/{wrong}/withdraw", {"reason": "seen_by_others"}).status_code == 422
    assert device.posts("/receipts/00000000000000000000/withdraw", {"reason": "seen_by_others"}).status_code == 422


def test_a_naughty_string_in_any_field_is_stored_or_refused_at_that_field(device: Device) -> None:
    strings = naughty_strings()
    fields = [(field, False) for field in FREE_TEXTS] + [(field, True) for field in PERSON_TEXTS]
    refused = 0
    for n, naughty in enumerate(strings):
        field, of_person = fields[n % len(fields)]
        change = {"people": [a_posted_person(**{field: naughty})]} if of_person else {field: naughty}
        refused += _is_refused_at(device, change, field)
    assert refused > len(strings) / 2


def test_naughty_strings_come_back_as_they_went_in(device: Device) -> None:
    strings = [text for text in naughty_strings() if text.strip() and len(text) <= 100]
    kept = ("place", "grounds", "authorisation_reference", "camera_serial")
    for start in range(0, len(strings), 8):
        some = strings[start : start + 8]
        texts = dict(zip(kept, some, strict=False))
        people = [a_posted_person(self_description=text) for text in some]
        answer = device.posts("/encounters", a_posted_encounter(**texts, people=people))
        assert answer.status_code == 201, (some, answer.text)
        shown = device.reads(f"/encounters/{answer.json()['reference']}").json()["encounter"]
        assert {field: shown[field] for field in texts} == texts
        assert [person["self_description"] for person in shown["people"]] == some


def _is_refused_at(device: Device, change: dict[str, Any], field: str) -> bool:
    answer = device.posts("/encounters", a_posted_encounter(**change))
    assert answer.status_code in {201, 422}, (change, answer.text)
    if answer.status_code == 422:
        assert any(field in error["path"] for error in answer.json()["errors"]), (change, answer.text)
    return answer.status_code == 422


def _today() -> Any:
    from datetime import UTC, datetime

    return datetime.now(UTC)
