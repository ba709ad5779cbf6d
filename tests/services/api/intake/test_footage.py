"""Handing recordings in: stored, matched, queued, once; and seeing what became of them."""

import hashlib
import resource
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from services.worker.jobs import Ending, carry_out
from stop_search.audit.queries import newest_entries
from stop_search.footage.actions import place_hold
from stop_search.footage.records import Footage
from stop_search.footage.rules import HoldReason
from stop_search.installation import Installation
from stop_search.jobs.records import Job
from tests.support.builders import an_encounter, an_officer
from tests.support.cameras import Camera
from tests.support.clips import clip, real

STARTED = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)


@pytest.fixture
def camera(client: TestClient, installation: Installation) -> Camera:
    """Give a camera with a token."""
    return Camera(client, installation)


def count(installation: Installation, table: Any) -> int:
    """Count the rows of a table."""
    with installation.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_recording_is_stored_matched_queued_examined_and_shown(camera: Camera, installation: Installation) -> None:
    with installation.writing() as session:
        officer = an_officer(session, number="4711")
        encounter = an_encounter(session, officer=officer, started_at=STARTED)
        place_hold(session, encounter_id=encounter.id, reason=HoldReason.FEEDBACK, cause_id="1", now=STARTED)
    path = real("carphone_pristine.mp4")
    said = camera.delivers(path, device="CAM-7", officer="4711", started_at=STARTED.isoformat())
    assert said["state"] == "received"
    assert said["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (said["name"], said["size_bytes"], said["officer"], said["device"]) == (path.name, path.stat().st_size, "4711", "CAM-7")
    assert said["encounters"] == [{"reference": encounter.reference, "matched_by": "officer_and_time"}]
    assert said["holds"] == [{"reason": "held"}]  # not that somebody answered
    assert said["poster"] is said["sprites_vtt"] is said["failure"] is None
    assert list((installation.settings.data_folder / "incoming").iterdir()) == []
    queue, job_id = installation.doorbell.rung[-1]  # type: ignore[attr-defined]
    assert queue == "footage"
    assert carry_out(installation, job_id=job_id) is Ending.DONE
    said = camera.reads(f"/api/v1/footage/{said['id']}").json()
    assert (said["state"], said["flags"]) == ("examined", ["no_sound"])
    assert said["facts"]["length_seconds"] == pytest.approx(4.004)
    assert said["facts"]["video_codec"] == "h264"
    poster = camera.reads(said["poster"])
    assert (poster.headers["content-type"], poster.content[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    index = camera.reads(said["sprites_vtt"])
    assert index.headers["content-type"].startswith("text/vtt")
    assert "sprites.jpg#xywh=0,0," in index.text
    assert camera.reads(said["sprites"]).content[:3] == b"\xff\xd8\xff"
    assert len(said["thumbnails"]) == 8
    assert camera.reads(said["thumbnails"][7]).status_code == 200
    assert camera.reads(f"/api/v1/footage/{said['id']}/pictures/original").status_code == 404
    with installation.reading() as session:
        played = [entry.action for entry in newest_entries(session) if entry.action == "play_footage"]
    assert len(played) == 1


def test_the_same_request_again_is_answered_the_same(camera: Camera, installation: Installation) -> None:
    upload = camera.uploads(clip("plain.mp4").read_bytes())
    answers = [camera.hands_in(upload, key="one") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201] * 3
    assert len({answer.text for answer in answers}) == 1
    assert count(installation, Footage) == count(installation, Job) == 1
    assert camera.hands_in(upload, key="one", device="other").status_code == 409
    assert camera.hands_in(upload, key="two").status_code == 404


def test_the_same_bytes_uploaded_twice_are_one_recording(camera: Camera, installation: Installation) -> None:
    first, second = (camera.delivers(clip("plain.mp4")) for _ in range(2))
    assert first["id"] == second["id"]
    assert count(installation, Footage) == count(installation, Job) == 1


def test_a_declared_encounter_wins(camera: Camera, installation: Installation) -> None:
    with installation.writing() as session:
        encounter = an_encounter(session, reference="IT-TEST-1", started_at=STARTED)
    said = camera.delivers(clip("plain.mp4"), encounter="IT-TEST-1")
    assert said["encounters"] == [{"reference": encounter.reference, "matched_by": "declared"}]


@pytest.mark.parametrize(
    ("known", "field"),
    [
        ({"officer": "0000"}, "officer"),
        ({"encounter": "XX"}, "encounter"),
        ({"started_at": "yesterday"}, "started_at"),
        ({"started_at": "2026-11-18T12:00:00"}, "started_at"),
        ({"started_at": "1970-01-01T00:00:00Z"}, "started_at"),
        ({"device": ""}, "device"),
        ({"device": "x" * 101}, "device"),
        ({"device": "a\x00b"}, "device"),
        ({"colour": "red"}, "colour"),
        ({"upload": ""}, "upload"),
    ],
)
def test_what_cannot_be_right_is_named_and_the_upload_is_kept(
    known: dict[str, Any], field: str, camera: Camera, installation: Installation
) -> None:
    upload = camera.uploads(b"some bytes")
    answer = camera.hands_in(**({"upload": upload} | known))
    assert answer.status_code == 422
    assert field in [problem["path"] for problem in answer.json()["errors"]]
    assert count(installation, Footage) == 0
    assert camera.asks(upload).headers["upload-offset"] == "10"
    assert camera.hands_in(upload).status_code == 201


def test_an_upload_that_is_not_whole_is_not_taken(camera: Camera) -> None:
    address = camera.begins(10).headers["location"]
    camera.sends(address, 0, b"abc")
    answer = camera.hands_in(address)
    assert answer.status_code == 409
    assert "3 of 10 bytes" in answer.json()["detail"]


@pytest.mark.parametrize("upload", ["../../etc/passwd", "0" * 32, "/", "x" * 400, "ünï"])
def test_an_upload_that_never_was_is_not_there(upload: str, camera: Camera) -> None:
    assert camera.hands_in(upload).status_code == 404


def test_a_key_is_asked_for(camera: Camera) -> None:
    upload = camera.uploads(b"bytes")
    answer = camera.client.post("/api/v1/footage", json={"upload": upload}, headers=camera.bearer)
    assert answer.status_code == 422
    assert "Idempotency-Key" in answer.text


def test_a_full_store_says_so_and_the_upload_can_be_handed_in_later(camera: Camera, installation: Installation) -> None:
    upload = camera.uploads(bytes(300_000))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))  # no file of this process grows further: as on a full disk
    try:
        answer = camera.hands_in(upload, key="k")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert answer.status_code == 507
    assert "no room left" in answer.json()["detail"]
    assert count(installation, Footage) == 0
    assert installation.storage.keys("footage") == []
    assert camera.hands_in(upload, key="k").status_code == 201


def test_a_recording_that_fails_says_why_and_what_to_do(camera: Camera, installation: Installation) -> None:
    answer = camera.hands_in(camera.uploads(b"ffconcat version 1.0\nfile original\n", "-rf\n.mp4")).json()
    assert answer["name"] == "-rf.mp4"
    carry_out(installation, job_id=installation.doorbell.rung[-1][1])  # type: ignore[attr-defined]
    said = camera.reads(f"/api/v1/footage/{answer['id']}").json()
    assert said["state"] == "failed"
    assert "ffconcat" in said["failure"]["reason"]
    assert said["failure"]["advice"]
    assert said["poster"] is None


def test_an_unknown_recording_is_not_there_and_nobody_reads_without_a_token(camera: Camera, client: TestClient) -> None:
    assert camera.reads(f"/api/v1/footage/{uuid.uuid4()}").status_code == 404
    assert camera.reads("/api/v1/footage/not-an-id").status_code == 422
    assert client.get(f"/api/v1/footage/{uuid.uuid4()}").status_code == 401
