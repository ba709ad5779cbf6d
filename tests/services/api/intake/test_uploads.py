"""Resumable upload as tus 1.0 says, and every wrong request answered in words."""

import hashlib
import io
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from starlette.testclient import TestClient
from tusclient.client import TusClient

from services.api.app import create_app
from stop_search.accounts.rules import Role
from stop_search.installation import Installation
from stop_search.settings import Settings
from tests.support.cameras import PATCH, TUS, Camera


@pytest.fixture
def camera(client: TestClient, installation: Installation) -> Camera:
    """Give a camera with a token."""
    return Camera(client, installation)


@pytest.fixture
def address_of_a_server(installation: Installation) -> Iterator[str]:
    """Run the site on a real port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    local = installation.settings.model_copy(update={"public_url": f"http://127.0.0.1:{port}"})
    object.__setattr__(installation, "settings", local)
    server = uvicorn.Server(uvicorn.Config(create_app(installation), port=port, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


def test_the_abilities_are_told_to_anyone(client: TestClient, settings: Settings) -> None:
    answer = client.options("/api/v1/uploads")
    assert answer.status_code == 204
    assert answer.headers["tus-version"] == answer.headers["tus-resumable"] == "1.0.0"
    assert set(answer.headers["tus-extension"].split(",")) == {"creation", "expiration", "termination"}
    assert answer.headers["tus-max-size"] == str(settings.upload_limit_bytes)


def test_an_upload_goes_on_where_it_stopped(camera: Camera) -> None:
    begun = camera.begins(9)
    assert begun.status_code == 201
    assert begun.headers["upload-expires"].endswith("GMT")
    address = begun.headers["location"]
    assert camera.sends(address, 0, b"abcd").headers["upload-offset"] == "4"
    told = camera.asks(address)
    assert (told.status_code, told.headers["upload-offset"], told.headers["upload-length"]) == (200, "4", "9")
    assert told.headers["cache-control"] == "no-store"
    last = camera.sends(address, 4, b"efghi")
    assert (last.status_code, last.headers["upload-offset"]) == (204, "9")


def test_a_client_of_somebody_else_uploads_stops_and_resumes(
    address_of_a_server: str, installation: Installation, client: TestClient
) -> None:
    camera = Camera(client, installation)
    content = bytes(range(256)) * 20_000
    tus = TusClient(f"{address_of_a_server}/api/v1/uploads", headers=camera.bearer)
    first = tus.uploader(file_stream=io.BytesIO(content), chunk_size=1_000_000, metadata={"filename": "a clip.mp4"})
    first.upload(stop_at=2_000_000)
    assert first.offset == 2_000_000
    second = tus.uploader(file_stream=io.BytesIO(content), chunk_size=1_000_000, url=first.url)
    assert second.offset == 2_000_000
    second.upload()
    stored = next((installation.settings.data_folder / "incoming").glob("*.part")).read_bytes()
    assert hashlib.sha256(stored).digest() == hashlib.sha256(content).digest()


def test_a_line_that_breaks_in_the_middle_keeps_what_came_through(
    address_of_a_server: str, installation: Installation, client: TestClient
) -> None:
    camera = Camera(client, installation)
    content = bytes(range(256)) * 8_000
    path = camera.begins(len(content)).headers["location"]
    host, _, port = address_of_a_server.removeprefix("http://").partition(":")
    headers = camera.bearer | TUS | PATCH | {"Upload-Offset": "0", "Content-Length": str(len(content)), "Host": f"{host}:{port}"}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with socket.create_connection((host, int(port))) as line:
        line.sendall(f"PATCH {path} HTTP/1.1\r\n{lines}\r\n".encode() + content[:1_500_000])
        time.sleep(0.2)
    until = time.monotonic() + 10
    while (offset := int(camera.asks(path).headers["upload-offset"])) == 0 and time.monotonic() < until:
        time.sleep(0.05)
    assert 0 < offset <= 1_500_000
    assert camera.sends(path, offset, content[offset:]).status_code == 204
    stored = installation.settings.data_folder / "incoming" / f"{path.rsplit('/', 1)[-1]}.part"
    assert stored.read_bytes() == content


def test_a_wrong_offset_is_a_conflict_that_tells_the_right_one(camera: Camera) -> None:
    address = camera.begins(9).headers["location"]
    camera.sends(address, 0, b"abc")
    answer = camera.sends(address, 5, b"xyz")
    assert answer.status_code == 409
    assert "got to byte 3" in answer.json()["detail"]
    assert camera.asks(address).headers["upload-offset"] == "3"


def test_an_upload_given_up_is_gone(camera: Camera) -> None:
    address = camera.begins(9).headers["location"]
    assert camera.gives_up(address).status_code == 204
    assert camera.asks(address).status_code == 404
    assert camera.sends(address, 0, b"abc").status_code == 404


def test_another_machine_s_upload_is_not_there(camera: Camera, client: TestClient, installation: Installation) -> None:
    address, other = camera.begins(9).headers["location"], Camera(client, installation, Role.DEVICE)
    assert other.asks(address).status_code == 404
    assert other.sends(address, 0, b"abc").status_code == 404
    assert other.gives_up(address).status_code == 404
    assert camera.asks(address).headers["upload-offset"] == "0"


def test_nobody_uploads_without_a_token(client: TestClient, camera: Camera) -> None:
    address = camera.begins(9).headers["location"]
    offset = {"Upload-Offset": "0"}
    assert client.post("/api/v1/uploads", headers=TUS | {"Upload-Length": "9"}).status_code == 401
    assert client.patch(address, content=b"abc", headers=TUS | PATCH | offset).status_code == 401
    assert client.head(address, headers=TUS).status_code == 401
    assert client.delete(address, headers=TUS).status_code == 401
    assert camera.asks(address).headers["upload-offset"] == "0"


def test_too_large_a_recording_is_refused_with_the_limit(camera: Camera, settings: Settings) -> None:
    answer = camera.begins(settings.upload_limit_bytes + 1)
    assert answer.status_code == 413
    assert str(settings.upload_limit_bytes) in answer.json()["detail"]


def test_more_than_was_declared_is_refused(camera: Camera) -> None:
    address = camera.begins(4).headers["location"]
    answer = camera.sends(address, 0, b"abcdef")
    assert answer.status_code == 413
    assert "4 bytes" in answer.json()["detail"]
    assert camera.asks(address).headers["upload-offset"] == "0"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Tus-Resumable": "0.2.2"}, 412),
        ({"Upload-Length": "-1"}, 422),
        ({"Upload-Length": "many"}, 422),
        ({"Upload-Length": "9" * 40}, 413),
        ({"Upload-Metadata": "filename !!!"}, 422),
        ({"Upload-Metadata": "filename /w=="}, 422),
        ({"Upload-Metadata": "filename " + "A" * 5000}, 422),
    ],
)
def test_a_wrong_beginning_is_answered_in_words(headers: dict[str, str], status: int, camera: Camera) -> None:
    answer = camera.client.post("/api/v1/uploads", headers=camera.bearer | TUS | {"Upload-Length": "9"} | headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(answer.json()["detail"]) > 20


def test_a_length_must_be_told(camera: Camera) -> None:
    answer = camera.client.post("/api/v1/uploads", headers=camera.bearer | TUS | {"Upload-Defer-Length": "1"})
    assert answer.status_code == 422
    assert "Upload-Length" in answer.json()["detail"]


def test_bytes_of_another_type_are_refused(camera: Camera) -> None:
    address = camera.begins(4).headers["location"]
    assert camera.sends(address, 0, b"abcd", **{"Content-Type": "video/mp4"}).status_code == 415
    answer = camera.client.patch(address, content=b"abcd", headers=camera.bearer | TUS | PATCH)
    assert answer.status_code == 422


def test_a_method_in_a_header_is_obeyed(camera: Camera) -> None:
    address = camera.begins(4).headers["location"]
    said = camera.bearer | TUS | PATCH | {"Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    assert camera.client.post(address, content=b"abcd", headers=said).status_code == 204
    assert camera.asks(address).headers["upload-offset"] == "4"
    said = camera.bearer | TUS | {"X-HTTP-Method-Override": "DELETE"}
    assert camera.client.post(address, headers=said).status_code == 204
    assert camera.client.post(address, headers=camera.bearer | TUS).status_code == 405


@pytest.mark.parametrize("name", ["../../etc/cron.d/x", "-rf /", "a\nb\r\n.mp4", "\x00", "ünï \u202e.mp4", "x" * 900])
def test_names_do_no_harm(name: str, camera: Camera, installation: Installation, tmp_path: Path) -> None:
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    address = camera.begins(1, name).headers["location"]
    upload = address.rsplit("/", 1)[-1]
    made = {path.name for path in tmp_path.rglob("*") if path.is_file() and path not in before}
    assert {f"{upload}.part", f"{upload}.json"} <= made
    assert all(upload in name or name.startswith("stop-search.sqlite3") for name in made)
