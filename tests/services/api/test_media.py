"""Serving recordings: spans of bytes, only to whoever may watch, one consultation entry for each sign-in session."""

import uuid
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from services.api import errors
from services.api.app import create_app
from services.api.media import media_router, session_mark, span
from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.records import AuditEntry
from stop_search.audit.rules import Purpose
from stop_search.footage.rules import FootageState
from stop_search.installation import Installation
from tests.support.builders import a_recording
from tests.support.visitors import sign_in

CONTENT = bytes(range(256)) * 40
FOLDER = "footage/ab/abcd/derived/job-1"
PICTURES = {
    "poster": f"{FOLDER}/poster.jpg",
    "sprites": f"{FOLDER}/sprites.jpg",
    "sprites_vtt": f"{FOLDER}/sprites.vtt",
    "thumbnails": [{"key": f"{FOLDER}/thumbnail-00.jpg", "at_seconds": 0.2}],
}


@pytest.fixture
def recording(installation: Installation) -> uuid.UUID:
    """Store a recording with its pictures."""
    installation.storage.put_bytes("footage/ab/abcd/original", CONTENT)
    for key in (PICTURES["poster"], PICTURES["sprites"], f"{FOLDER}/thumbnail-00.jpg"):
        installation.storage.put_bytes(str(key), b"\xff\xd8\xff picture")
    installation.storage.put_bytes(str(PICTURES["sprites_vtt"]), b"WEBVTT\n")
    with installation.writing() as session:
        facts = {"container": "mov,mp4,m4a,3gp,3g2,mj2", "length_seconds": 4.0}
        made = a_recording(session, storage_key="footage/ab/abcd/original", size_bytes=len(CONTENT), facts=facts, pictures=PICTURES)
    return made.id


@pytest.fixture
def site(installation: Installation) -> Iterator[TestClient]:
    """Run the site with the media routes of an audience that may watch everything but what is named in `forbidden`."""
    app: FastAPI = create_app(installation)
    app.state.forbidden = set()

    def may_play(_session: object, *, footage_id: uuid.UUID, viewer: Viewer) -> bool:
        return footage_id not in app.state.forbidden and viewer.has(Role.SUPERVISOR)

    app.include_router(media_router(may_play, Role.SUPERVISOR, purpose=Purpose.SUPERVISOR_REVIEW), prefix="/watch")
    errors.install(app)
    with TestClient(app, follow_redirects=False) as opened:
        yield opened


@pytest.fixture
def watcher(site: TestClient, installation: Installation) -> TestClient:
    """Sign a supervisor in."""
    sign_in(site, installation, Role.SUPERVISOR)
    return site


def consultations(installation: Installation) -> list[str]:
    """List the consultation entries."""
    with installation.reading() as session:
        return list(session.scalars(select(AuditEntry.object_id).where(AuditEntry.action == "play_footage")))


@pytest.mark.parametrize(
    ("asked", "status", "start", "end"),
    [
        (None, 200, 0, 10240),
        ("bytes=0-", 206, 0, 10240),
        ("bytes=0-99", 206, 0, 100),
        ("bytes=100-199", 206, 100, 200),
        ("bytes=10000-99999", 206, 10000, 10240),
        ("bytes=-40", 206, 10200, 10240),
        ("bytes=-99999", 206, 0, 10240),
        ("bytes=10239-10239", 206, 10239, 10240),
        ("bytes=5-2", 200, 0, 10240),
        ("bytes=0-1,5-6", 200, 0, 10240),
        ("bytes=" + ",".join(["0-"] * 100), 200, 0, 10240),
        ("bytes=-", 200, 0, 10240),
        ("bytes=a-b", 200, 0, 10240),
        ("lines=0-5", 200, 0, 10240),
        ("bytes=" + "9" * 400 + "-", 200, 0, 10240),
    ],
)
def test_a_span_of_bytes(asked: str | None, status: int, start: int, end: int, watcher: TestClient, recording: uuid.UUID) -> None:
    answer = watcher.get(f"/watch/{recording}/video", headers={"Range": asked} if asked else {})
    assert answer.status_code == status
    assert answer.content == CONTENT[start:end]
    assert answer.headers["content-length"] == str(end - start)
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers.get("content-range") == (f"bytes {start}-{end - 1}/10240" if status == 206 else None)


@pytest.mark.parametrize("asked", ["bytes=10240-", "bytes=99999-100000", "bytes=-0"])
def test_a_span_behind_the_end_is_refused_with_the_size(asked: str, watcher: TestClient, recording: uuid.UUID) -> None:
    answer = watcher.get(f"/watch/{recording}/video", headers={"Range": asked})
    assert (answer.status_code, answer.headers["content-range"], answer.content) == (416, "bytes */10240", b"")


def test_every_span_that_can_be_asked_for_lies_inside() -> None:
    for first in ("", *range(12)):
        for last in ("", *range(12)):
            found = span(f"bytes={first}-{last}", 10)
            if found is not None:
                assert found.start >= 0
                assert found.end <= 10


def test_an_empty_recording_is_served_as_nothing(watcher: TestClient, installation: Installation) -> None:
    installation.storage.put_bytes("footage/00/00/original", b"")
    with installation.writing() as session:
        empty = a_recording(session, storage_key="footage/00/00/original", size_bytes=0)
    answer = watcher.get(f"/watch/{empty.id}/video")
    assert (answer.status_code, answer.content) == (200, b"")


def test_headers_tell_nothing_of_the_file(watcher: TestClient, recording: uuid.UUID) -> None:
    headers = watcher.get(f"/watch/{recording}/video").headers
    assert "etag" not in headers
    assert "last-modified" not in headers
    assert headers["content-disposition"] == "inline"
    assert headers["cache-control"] == "private, no-store"
    assert headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize(
    ("name", "kind"),
    [("poster.jpg", "image/jpeg"), ("sprites.jpg", "image/jpeg"), ("sprites.vtt", "text/vtt"), ("thumbnail-00.jpg", "image/jpeg")],
)
def test_pictures_are_served_by_their_own_names_only(name: str, kind: str, watcher: TestClient, recording: uuid.UUID) -> None:
    answer = watcher.get(f"/watch/{recording}/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(kind)
    for other in ("original", "thumbnail-01.jpg", "..%2foriginal", "poster.jpg%00", "report.json"):
        assert watcher.get(f"/watch/{recording}/{other}").status_code == 404


def test_a_playback_is_one_entry_however_many_pieces(watcher: TestClient, recording: uuid.UUID, installation: Installation) -> None:
    for start in range(0, 10_000, 500):
        watcher.get(f"/watch/{recording}/video", headers={"Range": f"bytes={start}-{start + 499}"})
    watcher.get(f"/watch/{recording}/sprites.vtt")
    assert consultations(installation) == [str(recording)]
    sign_in(watcher, installation, Role.SUPERVISOR)
    watcher.get(f"/watch/{recording}/video")
    assert consultations(installation) == [str(recording)] * 2


def test_whoever_may_not_watch_is_told_that_it_is_not_there(watcher: TestClient, recording: uuid.UUID, installation: Installation) -> None:
    watcher.app.state.forbidden.add(recording)  # type: ignore[attr-defined]
    refused, missing = watcher.get(f"/watch/{recording}/video"), watcher.get(f"/watch/{uuid.uuid4()}/video")
    assert refused.status_code == missing.status_code == 404
    assert refused.text.replace(str(recording), "") == missing.text.replace(str(missing.url).rsplit("/", 2)[-2], "")
    assert consultations(installation) == []


def test_nobody_watches_unsigned_or_in_another_role(site: TestClient, recording: uuid.UUID, installation: Installation) -> None:
    assert site.get(f"/watch/{recording}/video").status_code == 303
    sign_in(site, installation, Role.OFFICER)
    assert site.get(f"/watch/{recording}/video").status_code == 403
    assert consultations(installation) == []


def test_an_erased_recording_says_so(watcher: TestClient, installation: Installation) -> None:
    with installation.writing() as session:
        erased = a_recording(session, state=FootageState.ERASED, pictures={"poster": "f/poster.jpg"})
    installation.storage.put_bytes("f/poster.jpg", b"not removed yet")
    assert watcher.get(f"/watch/{erased.id}/video").status_code == 410
    assert watcher.get(f"/watch/{erased.id}/poster.jpg").status_code == 410


def test_a_mark_does_not_give_the_session_away(installation: Installation) -> None:
    mark = session_mark(installation, "token")
    assert len(mark) == 64
    assert "token" not in mark
    assert mark != session_mark(installation, "token2")
