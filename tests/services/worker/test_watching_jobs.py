"""Recordings found in a folder or a bucket: taken once, checked, moved, and refused with a reason that a person can use."""

import hashlib
import json
import os
import shutil
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from sqlalchemy import select

from services.worker.schedule import PERIODIC
from services.worker.watching_jobs import forget_arrivals, take_from_bucket, take_from_folder
from stop_search.accounts.rules import Role, Viewer
from stop_search.database.session import database_now
from stop_search.errors import Unavailable
from stop_search.footage.arrivals import ArrivalLine, arrivals
from stop_search.footage.records import Footage
from stop_search.footage.rules import Way, original_key
from stop_search.installation import Installation
from stop_search.jobs.rules import Claim
from tests.support.builders import an_encounter, an_officer
from tests.support.s3 import started_s3

CLAIM = Claim(uuid.uuid4(), "take_from_folder", {}, 1, 1)
ADMINISTRATOR = Viewer(uuid.uuid4(), "Ada", frozenset({Role.ADMINISTRATOR}))


@pytest.fixture
def inbox(installation: Installation, tmp_path: Path) -> Path:
    """Return the watched folder; files need not be quiet in it."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    set_settings(installation, watched_folder=folder, watched_quiet_seconds=0)
    return folder


def set_settings(installation: Installation, **changes: Any) -> None:
    """Change what the installation was opened with."""
    object.__setattr__(installation, "settings", installation.settings.model_copy(update=changes))


def looked(installation: Installation, job: Callable[[Installation, Claim], Any] = take_from_folder) -> list[ArrivalLine]:
    """Do the job twice, as every job may be, and return what is noted, the oldest first."""
    for _ in range(2):
        effect = job(installation, CLAIM)
        with installation.writing() as session:
            effect(session, database_now(session))
    return noted(installation)


def noted(installation: Installation) -> list[ArrivalLine]:
    """Return what is noted, the oldest first."""
    with installation.reading() as session:
        return arrivals(session, viewer=ADMINISTRATOR)[::-1]


def below(folder: Path) -> set[str]:
    """Return the names of the files below a folder, without the random part of the folders that we make."""
    return {f"{path.parts[-3]}/{path.name}" for path in folder.rglob("*") if not path.is_dir() and path.name != ".lock"}


def put(folder: Path, name: str, content: bytes, **said: Any) -> Path:
    """Put a recording there, with a sidecar if anything is said of it."""
    if said:
        (folder / f"{name}.json").write_text(json.dumps(said))
    (folder / name).write_bytes(content)
    return folder / name


def hexed(content: bytes) -> str:
    """Return the SHA-256."""
    return hashlib.sha256(content).hexdigest()


def test_a_file_is_stored_received_and_moved_with_what_was_said_of_it(inbox: Path, installation: Installation) -> None:
    at = datetime.now(UTC) - timedelta(hours=3)
    with installation.writing() as session:
        officer = an_officer(session, number="4711")
        encounter = an_encounter(session, officer=officer, started_at=at)
        reference, officer_id = encounter.reference, officer.id
    said = {"device": "C7", "officer": "4711", "started_at": at.isoformat(), "encounter": reference, "sha256": hexed(b"one").upper()}
    put(inbox, "ünï clip.mp4", b"one", **said)
    (line,) = looked(installation)
    assert (line.way, line.name, line.size_bytes, line.refusal, line.is_repeat) == (Way.FOLDER, "ünï clip.mp4", 3, None, False)
    assert line.footage
    assert [(e.reference, e.matched_by) for e in line.footage.encounters] == [(reference, "declared")]
    with installation.reading() as session:
        row = session.scalars(select(Footage)).one()
        assert (row.device_serial, row.officer_id, row.started_at, row.original_name) == ("C7", officer_id, at, "ünï clip.mp4")
    assert installation.storage.read(original_key(hexed(b"one"))) == b"one"
    assert below(inbox) == {"done/ünï clip.mp4", "done/ünï clip.mp4.json", "done/taken.json"}


def test_the_same_bytes_twice_are_one_recording_and_two_arrivals(inbox: Path, installation: Installation) -> None:
    put(inbox, "a.mp4", b"same")
    put(inbox, "b.mp4", b"same")
    lines = looked(installation)
    assert [(line.name, line.is_repeat) for line in lines] == [("a.mp4", False), ("b.mp4", True)]
    assert len({line.footage.footage_id for line in lines if line.footage}) == 1
    put(inbox, "a.mp4", b"another of the same name")
    assert len({line.footage.footage_id for line in looked(installation) if line.footage}) == 2
    assert sorted(path.read_bytes() for path in inbox.glob("done/*/a.mp4")) == [b"another of the same name", b"same"]


def test_what_is_not_finished_is_left_until_it_is(inbox: Path, installation: Installation) -> None:
    set_settings(installation, watched_quiet_seconds=3600)
    put(inbox, "growing.mp4", b"one")
    assert looked(installation) == []
    set_settings(installation, watched_quiet_seconds=0)
    for name in ("a.mp4.part", "b.TMP", ".hidden.mp4", "lonely.json", "why.txt"):
        put(inbox, name, b"x")
    (inbox / "folder").mkdir()
    with (inbox / "growing.mp4").open("ab") as writer:
        writer.write(b" more")
        writer.flush()
        assert looked(installation) == [], "somebody has it open to write"
    (inbox / "a.mp4.part").rename(inbox / "a.mp4")
    assert [line.name for line in looked(installation)] == ["a.mp4", "growing.mp4"]
    assert {path.name for path in inbox.iterdir()} == {
        "b.TMP", ".hidden.mp4", "lonely.json", "why.txt", "folder", "taking", "done", "refused",
    }  # fmt: skip


def test_what_is_no_recording_is_refused_with_the_reason_and_never_opened(inbox: Path, installation: Installation, tmp_path: Path) -> None:
    secret = put(tmp_path, "secret.mp4", b"of somebody else")
    (inbox / "link.mp4").symlink_to(secret)
    os.mkfifo(inbox / "pipe.mp4")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(inbox / "socket.mp4"))
    put(inbox, "empty.mp4", b"")
    set_settings(installation, upload_limit_bytes=10)
    put(inbox, "large.mp4", b"x" * 11)
    reasons = {line.name: line.refusal or "" for line in looked(installation)}
    for name, words in (("link", "a link"), ("pipe", "a pipe"), ("socket", "a socket"), ("empty", "is empty"), ("large", "at most 10")):
        assert words in reasons[f"{name}.mp4"]
        (why,) = inbox.glob(f"refused/{name}.mp4-*/why.txt")
        assert words in why.read_text()
        assert os.path.lexists(why.with_name(f"{name}.mp4"))
    assert installation.storage.keys("footage") == []
    assert secret.read_bytes() == b"of somebody else"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"sha256": "0" * 64}, "not 0000"),
        ({"sha256": "short"}, "sha256"),
        ({"officer": "0000"}, "no officer with this number"),
        ({"encounter": "XX-1"}, "no encounter with this reference"),
        ({"started_at": "1990-01-01T00:00:00+00:00"}, "cannot have started"),
        ({"started_at": "2026-11-18T14:05:00"}, "timezone"),
        ({"colour": "blue"}, "colour"),
    ],
)
def test_a_wrong_word_beside_it_refuses_it_and_nothing_is_stored(
    said: dict[str, str], words: str, inbox: Path, installation: Installation
) -> None:
    put(inbox, "clip.mp4", b"one", **said)
    (line,) = looked(installation)
    assert words in (line.refusal or "")
    assert installation.storage.keys("footage") == []
    assert below(inbox) == {"refused/clip.mp4", "refused/clip.mp4.json", "refused/why.txt"}
    (refused,) = inbox.glob("refused/*/clip.mp4")
    refused.rename(inbox / "clip.mp4")
    assert [line.refusal for line in looked(installation)][1:] == [None], "put right and put back, it is taken"


@pytest.mark.parametrize("sidecar", [b"\xff\xfe", b"[]", b"{" * 20_000, b'"x"'])
def test_a_sidecar_that_cannot_be_read_refuses_the_recording(sidecar: bytes, inbox: Path, installation: Installation) -> None:
    (inbox / "clip.mp4.json").write_bytes(sidecar)
    put(inbox, "clip.mp4", b"one")
    (line,) = looked(installation)
    assert "beside it" in (line.refusal or "")


def test_a_sidecar_that_is_a_link_is_not_followed(inbox: Path, installation: Installation, tmp_path: Path) -> None:
    (inbox / "clip.mp4.json").symlink_to(put(tmp_path, "elsewhere.json", b'{"device": "C7"}'))
    put(inbox, "clip.mp4", b"one")
    (line,) = looked(installation)
    assert "it is a link" in (line.refusal or "")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who may not read")
def test_a_file_that_may_not_be_read_is_refused(inbox: Path, installation: Installation) -> None:
    from stop_search.footage.watched_folder import Taken

    place = inbox / "place"
    place.mkdir()
    put(place, "clip.mp4", b"one").chmod(0)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.chdir(place)  # before: the folders above are root's
            os.setgroups([])
            os.setresuid(65534, 65534, 65534)
            Taken(Path(), "clip.mp4").refuse_what_is_no_recording(limit=10)
        except Exception as error:  # noqa: BLE001 -- the child tells by its code
            code = 0 if "may not read" in str(error) else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_two_workers_on_one_folder_take_each_file_once(inbox: Path, installation: Installation) -> None:
    for n in range(12):
        put(inbox, f"{n:02}.mp4", b"content %d" % n)
    workers = [threading.Thread(target=take_from_folder, args=(installation, CLAIM)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    lines = looked(installation)
    assert sorted(line.name for line in lines) == [f"{n:02}.mp4" for n in range(12)]
    assert not any(line.is_repeat for line in lines)
    assert len(list(inbox.glob("done/*/*.mp4"))) == 12


def test_a_store_that_is_away_makes_a_file_wait_and_the_next_look_takes_it(inbox: Path, installation: Installation) -> None:
    put(inbox, "clip.mp4", b"one", device="C7")
    storage = installation.settings.data_folder / "storage"
    storage.rename(storage.with_name("away"))
    with pytest.raises(Unavailable):
        take_from_folder(installation, CLAIM)
    assert noted(installation) == []
    storage.with_name("away").rename(storage)
    (line,) = looked(installation)
    assert line.footage
    assert line.footage.device_serial == "C7"


def test_a_folder_that_is_not_there_is_told_by_the_setting_s_name(inbox: Path, installation: Installation) -> None:
    inbox.rmdir()
    with pytest.raises(Unavailable, match="STOP_SEARCH_WATCHED_FOLDER"):
        take_from_folder(installation, CLAIM)


def test_what_was_taken_goes_after_its_days_if_it_is_still_the_same(inbox: Path, installation: Installation) -> None:
    for name in ("good.mp4", "changed.mp4"):
        put(inbox, name, name.encode(), device="C7")
    looked(installation)
    (changed,) = inbox.glob("done/*/changed.mp4")
    changed.write_bytes(b"something else")
    set_settings(installation, watched_done_days=0)
    looked(installation)
    assert below(inbox) == {"done/changed.mp4", "done/changed.mp4.json", "done/changed.json"}


def test_an_arrival_is_forgotten_after_its_days(inbox: Path, installation: Installation) -> None:
    put(inbox, "clip.mp4", b"one")
    looked(installation)
    effect = forget_arrivals(installation, CLAIM)
    with installation.writing() as session:
        effect(session, datetime.now(UTC) + timedelta(days=89))
    assert len(noted(installation)) == 1
    with installation.writing() as session:
        effect(session, datetime.now(UTC) + timedelta(days=91))
    assert noted(installation) == []


def test_nothing_is_asked_for_where_nothing_is_watched(installation: Installation, inbox: Path) -> None:
    asked = {periodic.name: periodic.is_wanted for periodic in PERIODIC}
    assert asked["take_from_folder"](installation.settings)
    assert not asked["take_from_bucket"](installation.settings)
    shutil.rmtree(inbox)


class Bucket:
    """A watched bucket as its sender sees it."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self.name = parts.netloc
        self.client = boto3.client("s3", endpoint_url=parse_qs(parts.query)["endpoint"][0])

    def put(self, key: str, content: bytes, **said: Any) -> None:
        """Put a recording there, with a sidecar if anything is said of it."""
        if said:
            self.client.put_object(Bucket=self.name, Key=f"kept/{key}.json", Body=json.dumps(said).encode())
        self.client.put_object(Bucket=self.name, Key=f"kept/{key}", Body=content)

    def held(self) -> set[str]:
        """Return what lies there."""
        found = self.client.list_objects_v2(Bucket=self.name).get("Contents", [])
        return {entry["Key"].removeprefix("kept/") for entry in found}


@pytest.fixture
def bucket(installation: Installation) -> Iterator[Bucket]:
    """Give a watched bucket."""
    with started_s3() as address:
        set_settings(installation, watched_bucket=address)
        yield Bucket(address)


def test_objects_are_taken_once_and_left_where_they_are(bucket: Bucket, installation: Installation) -> None:
    content = os.urandom(3 << 20)
    bucket.put("dock 1/clip.mp4", content, device="C7", sha256=hexed(content))
    bucket.put("same.mp4", content)
    bucket.put("empty.mp4", b"")
    bucket.put("upload.part", b"x")
    lines = {line.name: line for line in looked(installation, take_from_bucket)}
    assert set(lines) == {"clip.mp4", "same.mp4", "empty.mp4"}
    assert lines["clip.mp4"].footage
    assert (lines["clip.mp4"].footage.device_serial, lines["clip.mp4"].footage.sha256) == ("C7", hexed(content))
    assert lines["same.mp4"].is_repeat
    assert "is empty" in (lines["empty.mp4"].refusal or "")
    assert bucket.held() == {"dock 1/clip.mp4", "dock 1/clip.mp4.json", "same.mp4", "empty.mp4", "upload.part"}
    assert installation.storage.read(original_key(hexed(content))) == content
    assert [path.name for path in (installation.settings.data_folder / "spool").iterdir()] == [".lock"]


def test_another_version_under_the_same_key_is_another_recording(bucket: Bucket, installation: Installation) -> None:
    bucket.put("clip.mp4", b"one")
    looked(installation, take_from_bucket)
    bucket.put("clip.mp4", b"two")
    assert {line.footage.sha256 for line in looked(installation, take_from_bucket) if line.footage} == {hexed(b"one"), hexed(b"two")}


def test_a_refusal_put_right_beside_it_is_tried_again(bucket: Bucket, installation: Installation) -> None:
    bucket.put("clip.mp4", b"one", sha256="0" * 64)
    (line,) = looked(installation, take_from_bucket)
    assert "not 0000" in (line.refusal or "")
    assert installation.storage.keys("footage") == []
    bucket.put("clip.mp4", b"one", sha256=hexed(b"one"))
    assert [line.refusal is None for line in looked(installation, take_from_bucket)] == [False, True]


def test_objects_are_moved_where_that_is_set(bucket: Bucket, installation: Installation) -> None:
    bucket.put("left before.mp4", b"zero")
    looked(installation, take_from_bucket)
    set_settings(installation, watched_bucket_after="move")
    bucket.put("dock/clip.mp4", b"one", device="C7")
    bucket.put("bad.mp4", b"two", colour="blue")
    looked(installation, take_from_bucket)
    found = {(key.split("/")[0], key.rsplit("/", 1)[-1]) for key in bucket.held()}
    assert found == {
        ("done", "left before.mp4"), ("done", "clip.mp4"), ("done", "clip.mp4.json"),
        ("refused", "bad.mp4"), ("refused", "bad.mp4.json"), ("refused", "why.txt"),
    }  # fmt: skip


def test_a_bucket_that_is_away_is_told_by_the_setting_s_name(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "for-tests")
    set_settings(installation, watched_bucket="s3://none/here?endpoint=http://127.0.0.1:9")
    with pytest.raises(Unavailable, match="STOP_SEARCH_WATCHED_BUCKET"):
        take_from_bucket(installation, CLAIM)
