"""Codes set aside for a device, shown without a signal, and sent with the record; and what a device's clock does to its times."""

import json
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import zxingcpp
from sqlalchemy import select
from starlette.testclient import TestClient

from services.api.app import create_app
from stop_search.accounts.queries import machine_tokens
from stop_search.accounts.rules import Role
from stop_search.audit.rules import COMMAND_LINE
from stop_search.encounters.allocation import revoke_device
from stop_search.encounters.receipt_codes import normalised
from stop_search.encounters.records import Encounter
from stop_search.installation import Installation
from tests.support.builders import a_machine_token, an_officer
from tests.support.stops import OFFICER_NUMBER, POSTED_AT, a_posted_encounter, a_posted_person

SIX_HOURS = timedelta(hours=6)


class Device:
    """An officer's device."""

    def __init__(self, client: TestClient, installation: Installation, label: str = "A device") -> None:
        self.client = client
        with installation.writing() as session:
            self.bearer = {"Authorization": f"Bearer {a_machine_token(session, role=Role.DEVICE, label=label)}"}

    def holds(self, hold: int) -> list[dict[str, Any]]:
        """Ask for codes up to a level."""
        answer = self.client.post("/api/v1/codes", json={"hold": hold}, headers=self.bearer | {"Idempotency-Key": uuid.uuid4().hex})
        assert answer.status_code == 200, answer.text
        return answer.json()["codes"]

    def records(self, *, key: str | None = None, shows: datetime | None = None, **changes: Any) -> Any:
        """Post a stop; `shows` is what the device's clock shows."""
        headers = self.bearer | {"Idempotency-Key": key or uuid.uuid4().hex}
        if shows:
            headers["X-Device-Time"] = shows.isoformat()
        return self.client.post("/api/v1/encounters", json=a_posted_encounter(**changes), headers=headers)


@pytest.fixture
def device(client: TestClient, installation: Installation) -> Device:
    """Return a device; the officer that it names is there."""
    with installation.writing() as session:
        an_officer(session, number=OFFICER_NUMBER)
    return Device(client, installation)


@pytest.fixture
def device_on_each(installation_on_each: Installation) -> Iterator[Device]:
    """Yield the same on SQLite and on PostgreSQL."""
    with installation_on_each.writing() as session:
        an_officer(session, number=OFFICER_NUMBER)
    with TestClient(create_app(installation_on_each)) as client:
        yield Device(client, installation_on_each)


def test_a_code_comes_with_all_that_a_receipt_without_a_signal_needs(device: Device) -> None:
    codes = device.holds(3)
    assert codes == device.holds(2)
    assert len(codes) == 3
    for one in codes:
        assert one["url"] == f"http://testserver/r/{normalised(one['code'])}"
        assert len(one["check_words"].split()) == 2
        assert scanned(one["qr"]) == one["url"].upper()


def scanned(qr: dict[str, Any]) -> str:
    """Draw the path as a device would, and read it with another program."""
    import re

    import numpy as np

    picture = np.full((qr["side"], qr["side"]), 255, dtype=np.uint8)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", qr["path"]):
        picture[int(y), int(x) : int(x) + int(width)] = 0
    (found,) = zxingcpp.read_barcodes(np.kron(picture, np.ones((8, 8), dtype=np.uint8)))
    return found.text


def test_the_receipt_of_the_record_is_the_one_that_was_handed_over(device: Device) -> None:
    one = device.holds(2)[0]
    answer = device.records(people=[a_posted_person(), a_posted_person(receipt_code=one["code"].lower())])
    assert answer.status_code == 201, answer.text
    shown = answer.json()["people"][1]["receipt"]
    assert (shown["code"], shown["url"], shown["check_words"]) == (one["code"], one["url"], one["check_words"])
    assert one["code"] not in {other["code"] for other in device.holds(2)}


@pytest.mark.parametrize("code", ["7K3M-9QX2-TD4F", "nonsense", "another device's"])
def test_a_code_that_is_not_the_devices_own_is_told_by_its_field_and_nothing_is_stored(
    device: Device, client: TestClient, installation: Installation, code: str
) -> None:
    if code.startswith("another"):
        code = Device(client, installation, "Another").holds(1)[0]["code"]
    answer = device.records(people=[a_posted_person(receipt_code=code)])
    assert answer.status_code == 422
    assert [error["path"] for error in answer.json()["errors"]] == ["people.0.receipt_code"]


def test_a_revoked_device_gets_no_codes_and_what_it_held_is_void(device: Device, client: TestClient, installation: Installation) -> None:
    code = normalised(device.holds(2)[0]["code"])
    assert client.get(f"/r/{code}").status_code == 200
    with installation.writing() as session:
        (line,) = machine_tokens(session)
        assert revoke_device(session, token_id=line.token_id, actor=COMMAND_LINE, now=datetime.now(UTC)) == 2
    assert client.get(f"/r/{code}").status_code == 404
    answer = client.post("/api/v1/codes", json={"hold": 2}, headers=device.bearer | {"Idempotency-Key": "k"})
    assert answer.status_code == 401


@pytest.mark.parametrize("hold", [-1, 201, "many", None])
def test_a_level_that_cannot_be_is_refused(device: Device, hold: object) -> None:
    answer = device.client.post("/api/v1/codes", json={"hold": hold}, headers=device.bearer | {"Idempotency-Key": "k"})
    assert answer.status_code == 422


def test_one_record_that_arrives_six_times_at_once_is_answered_six_times_the_same(device_on_each: Device) -> None:
    code = device_on_each.holds(1)[0]["code"]
    with ThreadPoolExecutor(6) as pool:
        sent = [pool.submit(device_on_each.records, key="k-1", people=[a_posted_person(receipt_code=code)]) for _ in range(6)]
    answers = [one.result() for one in sent]
    assert {answer.status_code for answer in answers} == {201}, [answer.text for answer in answers]
    assert len({answer.text for answer in answers}) == 1


@pytest.mark.parametrize("ahead", [SIX_HOURS, -SIX_HOURS])
def test_a_clock_that_is_six_hours_off_neither_keeps_a_record_back_nor_makes_it_wrong(
    device: Device, installation: Installation, ahead: timedelta
) -> None:
    sent = datetime.now(UTC)
    shows = sent + ahead
    first = device.records(key="k", shows=shows, started_at=(POSTED_AT + ahead).isoformat())
    took = datetime.now(UTC) - sent
    assert first.status_code == 201, first.text
    again = device.records(key="k", shows=shows - ahead + timedelta(hours=3), started_at=(POSTED_AT + ahead).isoformat())
    assert again.json() == first.json()
    with installation.reading() as session:
        (row,) = session.scalars(select(Encounter))
        corrected = row.clock_corrected_by_seconds
        assert timedelta(0) <= row.started_at - POSTED_AT <= took  # what the way to us took counts as the clock's
        assert corrected == pytest.approx(-ahead.total_seconds(), abs=took.total_seconds() + 1)
    record = device.client.get(f"/api/v1/encounters/{first.json()['reference']}", headers=device.bearer).json()
    assert record["clock_corrected_by_seconds"] == corrected
    answer = first.json()
    for person in answer["people"]:
        person["receipt"].pop("check_words")  # of which "clock" is one
    assert "clock" not in json.dumps(answer)


def test_what_the_record_carries_of_its_clock_counts_when_the_clock_was_set_before_sending(
    device: Device, installation: Installation
) -> None:
    read = POSTED_AT - timedelta(minutes=10)
    clock = {"recorded": POSTED_AT + SIX_HOURS, "showed": read + SIX_HOURS, "really": read}
    told = {name: moment.isoformat() for name, moment in clock.items()}
    answer = device.records(shows=datetime.now(UTC), started_at=told["recorded"], clock=told)
    assert answer.status_code == 201, answer.text
    with installation.reading() as session:
        (row,) = session.scalars(select(Encounter))
        assert (row.started_at, row.clock_corrected_by_seconds) == (POSTED_AT, -SIX_HOURS.total_seconds())


def test_times_that_somebody_typed_are_left_alone(device: Device, installation: Installation) -> None:
    assert device.records(shows=datetime.now(UTC) + SIX_HOURS, times_typed=True).status_code == 201
    with installation.reading() as session:
        (row,) = session.scalars(select(Encounter))
        assert (row.started_at, row.clock_corrected_by_seconds) == (POSTED_AT, None)


def test_an_amendment_keeps_what_was_corrected(device: Device, installation: Installation) -> None:
    reference = device.records(shows=datetime.now(UTC) + SIX_HOURS, started_at=(POSTED_AT + SIX_HOURS).isoformat()).json()["reference"]
    record = device.client.get(f"/api/v1/encounters/{reference}", headers=device.bearer).json()
    body = {"version": 1, "reason": "Place", "encounter": record["encounter"] | {"place": "elsewhere"}}
    headers = device.bearer | {"Idempotency-Key": "amend"}
    assert device.client.post(f"/api/v1/encounters/{reference}/amendments", json=body, headers=headers).status_code == 201
    with installation.reading() as session:
        (row,) = session.scalars(select(Encounter))
        assert row.place == "elsewhere"
        assert row.clock_corrected_by_seconds == record["clock_corrected_by_seconds"] != 0


def test_a_device_time_that_is_none_is_refused(device: Device) -> None:
    headers = device.bearer | {"Idempotency-Key": "k", "X-Device-Time": "noon"}
    answer = device.client.post("/api/v1/encounters", json=a_posted_encounter(), headers=headers)
    assert answer.status_code == 422
    assert "X-Device-Time" in answer.text
