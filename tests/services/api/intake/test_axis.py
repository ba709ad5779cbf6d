"""A simulated Axis body worn system delivers to a real server: containers, clips, tracks, users; and what it must not be able to do."""

import hashlib
import json
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import uvicorn
from sqlalchemy import select

from services.api.app import create_app
from services.api.axis_tokens import LIVES, machine_of_axis_token, make_axis_token
from services.demo.processes import free_port
from stop_search.accounts.actions import revoke_machine_token
from stop_search.accounts.queries import machine_tokens
from stop_search.accounts.rules import Role
from stop_search.audit.rules import COMMAND_LINE, WORKER
from stop_search.footage.deliveries import delivered_object
from stop_search.footage.erasing import erase_footage
from stop_search.footage.queries import FootageShown, footage_shown
from stop_search.footage.records import DeliveredObject, Delivery, Footage, FootageOfEncounter
from stop_search.footage.rules import FootageState
from stop_search.installation import Installation
from tests.support.axis_systems import AxisSystem, Filming, a_filming
from tests.support.builders import a_machine_token, an_encounter, an_officer

USER, SERIAL = "7c9a1f6e-3a53-4b53-9f3f-0d8f6f8f0001", "B8A44F000001"
BEGAN = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)


@dataclass
class Site:
    """A server, the installation behind it, and a system that may deliver to it."""

    installation: Installation
    system: AxisSystem
    machine_id: uuid.UUID

    def footage(self) -> list[FootageShown]:
        """Return every recording, the earliest first."""
        with self.installation.reading() as session:
            ids = session.scalars(select(Footage.id).order_by(Footage.started_at, Footage.id)).all()
            return [footage_shown(session, footage_id=footage_id) for footage_id in ids]

    def asks(self, method: str, path: str, **headers: str) -> Any:
        """Ask for a path in the storage; return status, headers, content."""
        return self.system.asks(method, f"{self.system.storage}/{path}", headers=headers)


@pytest.fixture
def site(installation: Installation) -> Iterator[Site]:
    """Serve one on this machine, with a system signed in."""
    port = free_port()
    settings = installation.settings.model_copy(update={"public_url": f"http://127.0.0.1:{port}"})
    served = Installation(settings, installation.database, installation.storage, installation.doorbell)
    server = uvicorn.Server(uvicorn.Config(create_app(served), port=port, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    with installation.writing() as session:
        key = a_machine_token(session, role=Role.CAMERA)
        session.flush()
        machine_id = machine_tokens(session)[0].token_id
    connection = {"BlobAPIUserName": str(machine_id), "BlobAPIKey": key}
    system = AxisSystem(connection | {"AuthenticationTokenURI": [f"{settings.public_url}/api/axis/auth/v1.0"]})
    assert system.signs_in() == 200
    yield Site(served, system, machine_id)
    server.should_exit = True
    thread.join()


def filming(**changed: Any) -> Filming:
    """Return a recording of two clips."""
    return a_filming(USER, SERIAL, began_at=BEGAN, clips=[b"the first clip", b"the second clip"], **changed)


def test_a_whole_recording_arrives_with_its_officer_camera_times_and_places_and_is_tied_to_its_stop(site: Site) -> None:
    with site.installation.writing() as session:
        officer = an_officer(session)
        number = officer.officer_number or ""
        an_encounter(session, officer=officer, started_at=BEGAN + timedelta(seconds=30))
    site.system.registers(USER, number, SERIAL)
    site.system.offloads(filming())
    first, second = site.footage()
    assert [one.sha256 for one in (first, second)] == [hashlib.sha256(c).hexdigest() for c in (b"the first clip", b"the second clip")]
    assert (first.device_serial, first.officer_number, first.started_at) == (SERIAL, number, BEGAN)
    assert first.ended_at == second.started_at == BEGAN + timedelta(minutes=1)
    assert [one.position for one in (first, second)] == [
        {"longitude": 13.221184, "latitude": 55.718409},
        {"longitude": 13.222184, "latitude": 55.718409},
    ]
    assert [len(one.encounters) for one in (first, second)] == [1, 1]
    assert site.installation.storage.read(first.storage_key or "") == b"the first clip"
    assert first.state is FootageState.RECEIVED
    with site.installation.reading() as session:
        delivery = session.scalars(select(Delivery).where(Delivery.completed_at.is_not(None))).one()
        assert delivery.details["status"] == "Complete"
        bookmark = delivered_object(session, container=delivery.name, name="bookmark_1_1")
    assert (bookmark.content, bookmark.details["categoryname"]) == ("Gave his name as “X”.".encode(), "Stop & search")


def test_the_same_recording_delivered_twice_is_one(site: Site) -> None:
    for _ in range(2):
        site.system.registers(USER, "", SERIAL)
        site.system.offloads(filming())
    assert len(site.footage()) == 2
    with site.installation.reading() as session:
        assert (
            len(session.scalars(select(DeliveredObject.name)).all()) == 2 + 2 + 3
        )  # clips, track and bookmark, user and camera and system


def test_other_bytes_under_one_name_are_another_recording_and_the_first_stays(site: Site) -> None:
    site.system.offloads(filming())
    changed = filming()
    changed.clips[0].content = b"not the first clip"
    site.system.offloads(changed)
    assert len(site.footage()) == 3


def test_a_collar_number_that_is_typed_later_names_the_officer_of_what_came_before(site: Site) -> None:
    with site.installation.writing() as session:
        officer = an_officer(session)
        number = officer.officer_number or ""
        an_encounter(session, officer=officer, started_at=BEGAN + timedelta(seconds=30), ended_at=BEGAN + timedelta(minutes=5))
    site.system.registers(USER, "", SERIAL)
    site.system.offloads(filming())
    assert {one.officer_number for one in site.footage()} == {None}
    site.system.until_taken("POST", f"Users/{USER}", details={"Active": "True", "Name": "A. N. Invented", "Userid": f" {number} "})
    assert {one.officer_number for one in site.footage()} == {number}
    with site.installation.reading() as session:
        assert len(session.scalars(select(FootageOfEncounter.footage_id)).all()) == 2


def test_what_we_can_take_is_told_with_the_etag_of_its_bytes_and_recordings_are_given_back_to_nobody(site: Site) -> None:
    for name in ("Capabilities.json", "Capability.json"):
        status, headers, content = site.asks("GET", f"System/{name}")
        assert (status, headers["Etag"]) == (200, hashlib.md5(content, usedforsecurity=False).hexdigest())
        assert json.loads(content)["StoreAndRead"] == {"StoreReadSystemID": True}
    site.system.registers(USER, "4711", SERIAL)
    status, headers, _ = site.asks("GET", "System/3f0c0d0e-0000-4000-8000-000000000001")
    assert (status, headers["X-Object-Meta-Systemname"]) == (200, "Dock%20%E2%80%93%20Wexbridge")
    assert site.asks("GET", "System/unknown")[0] == 404
    one = filming()
    site.system.offloads(one)
    assert site.asks("GET", f"{one.container}/{one.clips[0].name}")[0] == 404
    status, headers, content = site.asks("HEAD", f"{one.container}/{one.clips[0].name}")
    assert (status, headers["Content-Length"], content) == (200, "14", b"")
    assert headers["Etag"] == hashlib.md5(b"the first clip", usedforsecurity=False).hexdigest()
    assert site.asks("HEAD", one.container)[1]["X-Container-Meta-Status"] == "Complete"


def test_details_are_put_over_those_of_containers_and_in_place_of_those_of_objects(site: Site) -> None:
    meta = "X-Container-Meta-"
    assert site.asks("PUT", "a", **{f"{meta}One": "1", f"{meta}Two": "2"})[0] == 201
    assert site.asks("PUT", "a", **{f"{meta}One": "", f"{meta}Three": "%E2%82%AC"})[0] == 202
    told = {name.lower(): value for name, value in site.asks("HEAD", "a")[1].items() if name.lower().startswith(meta.lower())}
    assert told == {f"{meta.lower()}two": "2", f"{meta.lower()}three": "%E2%82%AC"}
    site.system.until_taken("PUT", "a/b", details={"One": "1"}, body=b"x")
    site.system.until_taken("POST", "a/b", details={"Two": "2"})
    told = {name.lower() for name in dict(site.asks("HEAD", "a/b")[1]) if name.lower().startswith("x-object-meta-")}
    assert told == {"x-object-meta-two"}


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "status"),
    [
        ("PUT", "nowhere/clip.mp4", {}, b"x", 404),
        ("POST", "nowhere", {}, b"", 404),
        ("POST", "a/nothing", {}, b"", 404),
        ("PUT", "a/20261118_120000_x.mp4", {}, b"", 400),
        ("PUT", "a/20261118_120000_x.mp4", {"Etag": "0" * 32}, b"x", 503),
        ("PUT", "a/" + "n" * 300, {}, b"x", 400),
        ("PUT", "a/bookmark_1", {}, b"x" * ((4 << 20) + 1), 400),
        ("PUT", "a/bookmark_1", {"X-Object-Meta-Tags": "x" * 9000}, b"", 400),
        ("PATCH", "a", {}, b"", 400),
    ],
)
def test_what_cannot_be_kept_is_answered_with_the_statuses_of_the_document(
    site: Site, method: str, path: str, headers: dict[str, str], body: bytes, status: int
) -> None:
    assert site.asks("PUT", "a")[0] == 201
    answered, _, content = site.system.asks(method, f"{site.system.storage}/{path}", headers=headers, body=body)
    assert answered == status
    assert json.loads(content)["detail" if method != "PATCH" else "title"]
    assert site.footage() == []


def test_a_clock_that_cannot_be_right_loses_no_footage(site: Site) -> None:
    one = a_filming(USER, SERIAL, began_at=datetime(1970, 1, 1, tzinfo=UTC), clips=[b"a clip of 1970"])
    site.system.offloads(one)
    (footage,) = site.footage()
    assert (footage.started_at, footage.device_serial) == (None, SERIAL)


def test_rejected_content_is_kept_with_the_camera_that_it_came_from(site: Site) -> None:
    one = filming()
    container = "RejectedContent_UnknownTime_0d8f6f8f"
    details = {"Containername": container, "Rejectedcontentoriginalcontainer": one.container, "Rejectedcontentreason": "corrupt"}
    site.system.until_taken("PUT", container, kind="Container", details=details)
    site.system.until_taken("PUT", f"{container}/{one.clips[0].name}", body=one.clips[0].content)
    (footage,) = site.footage()
    assert (footage.device_serial, footage.started_at) == (SERIAL, BEGAN)


def test_only_a_camera_with_its_own_name_and_key_signs_in_and_a_revoked_one_is_out_at_once(site: Site) -> None:
    with site.installation.writing() as session:
        other = a_machine_token(session, role=Role.DEVICE)
    for key in ("wrong", "", other):
        assert AxisSystem(site.system.connection).signs_in(key or "x") == 401
    assert AxisSystem(site.system.connection | {"BlobAPIUserName": str(uuid.uuid4())}).signs_in() == 401
    token = site.system.token
    for forged in ("", token[:-1] + ("0" if token[-1] != "0" else "1"), token.replace(".", ".9", 1), "x", "a.b.c"):
        site.system.token = forged
        assert site.asks("PUT", "a")[0] == 401, forged
    site.system.token = token
    assert site.asks("PUT", "a")[0] == 201
    with site.installation.writing() as session:
        revoke_machine_token(session, token_id=site.machine_id, actor=COMMAND_LINE, now=datetime.now(UTC))
    assert site.asks("PUT", "b")[0] == 401
    assert site.system.signs_in() == 401


def test_a_token_ends_and_the_system_signs_in_again(site: Site) -> None:
    now = datetime.now(UTC)
    old = make_axis_token(site.installation, machine_id=site.machine_id, now=now - LIVES - timedelta(seconds=1))
    assert machine_of_axis_token(site.installation, old, now=now) is None
    site.system.token = old
    site.system.offloads(filming())
    assert 401 in site.system.answers
    assert len(site.footage()) == 2


def test_with_the_last_clip_everything_that_came_beside_it_is_erased(site: Site) -> None:
    site.system.offloads(filming())
    later = datetime.now(UTC) + timedelta(days=400)
    for left, footage in ((True, site.footage()[0]), (False, site.footage()[1])):
        with site.installation.writing() as session:
            erase_footage(session, footage_id=footage.footage_id, now=later, actor=WORKER)
        with site.installation.reading() as session:
            contents = [content for content in session.scalars(select(DeliveredObject.content)) if content]
            assert bool(contents) == left
            assert bool(session.scalars(select(Delivery.details)).one()) == left
    assert [one.position for one in site.footage()] == [None, None]
    site.system.offloads(filming())
    with site.installation.reading() as session:
        assert set(session.scalars(select(DeliveredObject.content))) == {None}
    assert {one.state for one in site.footage()} == {FootageState.ERASED}
