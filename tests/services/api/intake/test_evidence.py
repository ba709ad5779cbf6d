"""What an evidence system tells over the API: files that it keeps, bytes to be looked at once, pictures, and who may not tell it."""

import hashlib
import uuid
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from services.worker.jobs import Ending
from stop_search.accounts.rules import Role
from stop_search.audit.rules import WORKER
from stop_search.errors import Conflict
from stop_search.footage.actions import examine_again
from stop_search.footage.erasing import erase_footage
from stop_search.footage.queries import FootageShown, footage_shown
from stop_search.footage.records import EvidenceLink, FootageErasure
from stop_search.footage.rules import FootageState
from stop_search.installation import Installation
from tests.support.builders import an_officer
from tests.support.cameras import Camera
from tests.support.clips import clip
from tests.support.work import all_carried

JPEG = b"\xff\xd8\xff\xe0 a picture \xff\xd9"
SHA = hashlib.sha256(b"kept elsewhere").hexdigest()
BODY = {"sha256": SHA, "size_bytes": 14, "name": "clip.mp4"}


@pytest.fixture
def there(client: TestClient, installation: Installation) -> Camera:
    """Give an evidence system's client; it uploads as cameras do."""
    return Camera(client, installation, Role.EVIDENCE_SYSTEM)


def tells(there: Camera, evidence_id: str = "E1", **changed: Any) -> Any:
    """Tell of a file."""
    return there.client.put(f"/api/v1/evidence/footage/{evidence_id}", headers=there.bearer, json=BODY | changed)


def shown(installation: Installation, answer: Any) -> FootageShown:
    """Read the recording."""
    with installation.reading() as session:
        return footage_shown(session, footage_id=uuid.UUID(answer.json()["id"]))


def test_a_file_that_is_told_has_no_bytes_here_and_is_told_once(there: Camera, installation: Installation) -> None:
    with installation.writing() as session:
        officer_number = an_officer(session).officer_number
    position = {"longitude": -0.1, "latitude": 51.5}
    known = {"officer": officer_number, "device": "C-9", "started_at": "2026-11-17T12:00:00Z", "ended_at": "2026-11-17T12:10:00Z"}
    first = tells(there)
    assert first.status_code == 200, first.text
    second = tells(there, position=position, **known)
    assert second.json()["id"] == first.json()["id"]
    footage = shown(installation, second)
    assert (footage.state, footage.storage_key, footage.sha256) == (FootageState.EXAMINED, None, SHA)
    assert (footage.officer_number, footage.device_serial, footage.position) == (officer_number, "C-9", position)
    assert installation.storage.keys("") == []
    with installation.writing() as session, pytest.raises(Conflict, match="evidence system keeps"):
        examine_again(session, footage_id=footage.footage_id, actor=WORKER, now=footage.received_at)


@pytest.mark.parametrize(
    ("evidence_id", "changed", "status"),
    [
        ("E1", {"sha256": "0" * 64}, 409),
        ("E2", {}, 409),
        ("E3", {"sha256": "no hash"}, 422),
        ("E3", {"sha256": "1" * 64, "officer": "nobody"}, 422),
        ("E3", {"sha256": "1" * 64, "encounter": "nothing"}, 422),
        ("E3", {"sha256": "1" * 64, "started_at": "1970-01-01T00:00:00Z"}, 422),
        ("E3", {"sha256": "1" * 64, "upload": "0" * 32}, 404),
    ],
)
def test_what_cannot_be_right_is_refused_in_words(there: Camera, evidence_id: str, changed: dict[str, Any], status: int) -> None:
    assert tells(there).status_code == 200
    answer = tells(there, evidence_id, **changed)
    assert answer.status_code == status
    assert answer.json().get("detail") or answer.json()["errors"]


def test_bytes_that_are_sent_once_are_examined_and_not_kept(there: Camera, installation: Installation) -> None:
    content = clip("plain.mp4").read_bytes()
    told = {"sha256": hashlib.sha256(content).hexdigest(), "size_bytes": len(content)}
    answer = tells(there, upload=there.uploads(content), **told)
    assert answer.json()["state"] == "received"
    assert set(all_carried(installation)) == {Ending.DONE}
    footage = shown(installation, answer)
    assert (footage.state, footage.storage_key) == (FootageState.EXAMINED, None)
    assert footage.duration_seconds
    assert footage.pictures["poster"]
    assert installation.storage.exists(footage.pictures["poster"])
    assert not [key for key in installation.storage.keys("") if "/passing/" in key or key.endswith("/original")]
    with installation.reading() as session:
        assert session.scalars(select(EvidenceLink.passing_key)).one() is None


def test_bytes_of_another_file_are_refused_and_nothing_is_stored(there: Camera, installation: Installation) -> None:
    answer = tells(there, upload=there.uploads(b"something else"))
    assert answer.status_code == 422
    assert "SHA-256" in answer.json()["detail"]
    assert installation.storage.keys("") == []


def test_pictures_that_are_given_are_shown_and_erased_with_it(there: Camera, installation: Installation) -> None:
    footage_id = uuid.UUID(tells(there, started_at="2026-01-02T12:00:00Z").json()["id"])
    address = "/api/v1/evidence/footage/E1/pictures"
    headers = there.bearer | {"Content-Type": "image/jpeg"}
    for path in ("poster.jpg", "poster.jpg", "thumbnail-01.jpg?at_seconds=9", "thumbnail-00.jpg?at_seconds=3"):
        answer = there.client.put(f"{address}/{path}", content=JPEG, headers=headers)
        assert answer.status_code == 204, answer.text
    refused = [("poster.jpg", b"<script>", 422), ("thumbnail-02.jpg", JPEG, 422), ("sprites.vtt", JPEG, 404), ("poster.jpg", b"", 422)]
    for path, content, status in refused:
        assert there.client.put(f"{address}/{path}", content=content, headers=headers).status_code == status, path
    with installation.reading() as session:
        footage = footage_shown(session, footage_id=footage_id)
    assert [one["at_seconds"] for one in footage.pictures["thumbnails"]] == [3, 9]
    camera = Camera(there.client, installation)
    assert camera.reads(f"/api/v1/footage/{footage_id}/pictures/poster.jpg").content == JPEG
    with installation.writing() as session:
        assert footage.erase_after
        later = footage.received_at.replace(year=footage.received_at.year + 1)
        erase_footage(session, footage_id=footage_id, now=later, actor=WORKER)
    all_carried(installation)
    assert installation.storage.keys("") == []
    with installation.reading() as session:
        removed = session.scalars(select(FootageErasure.removed)).one()
    assert set(removed.values()) == {hashlib.sha256(JPEG).hexdigest()}


def test_bytes_that_arrive_by_a_camera_are_kept_and_examined(there: Camera, client: TestClient, installation: Installation) -> None:
    content = clip("plain.mp4").read_bytes()
    told = tells(there, sha256=hashlib.sha256(content).hexdigest(), size_bytes=len(content))
    delivered = Camera(client, installation).delivers(clip("plain.mp4"))
    assert delivered["id"] == told.json()["id"]
    footage = shown(installation, told)
    assert footage.storage_key
    assert footage.evidence
    all_carried(installation)
    assert shown(installation, told).pictures
