"""Handing recordings in by hand: as a plain form, by tus with a session, who may say what, and what is shown of each."""

import base64
import hashlib
import io
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from starlette.testclient import TestClient

from services.api import middleware
from services.api.security import CSRF_HEADER
from services.worker.jobs import carry_out
from stop_search.accounts.rules import Role
from stop_search.footage.records import Footage, FootageArrival
from stop_search.footage.rules import original_key
from stop_search.installation import Installation
from stop_search.jobs.queries import claimable_jobs
from stop_search.jobs.rules import Queue
from tests.support.builders import an_encounter, an_officer
from tests.support.cameras import PATCH, TUS
from tests.support.clips import real
from tests.support.visitors import csrf_for, sign_in

AGO = datetime.now(UTC) - timedelta(hours=2)


class Hands:
    """Somebody signed in who hands recordings in."""

    def __init__(self, client: TestClient, installation: Installation, *roles: Role, number: str = "4711") -> None:
        with installation.writing() as session:
            self.id = an_officer(session, number=number).id if roles == (Role.OFFICER,) else None
        self.id = sign_in(client, installation, *(() if self.id else roles), account_id=self.id)
        self.client, self.installation = client, installation
        self.token = {CSRF_HEADER: csrf_for(client, installation)}

    def sends(self, name: str, content: bytes, **fields: str) -> Any:
        """Send the plain form."""
        typed = {field.replace("__", "-"): value for field, value in fields.items()} | {"csrf": self.token[CSRF_HEADER]}
        return self.client.post("/recordings", data=typed, files={"file": (name, io.BytesIO(content), "video/mp4")})

    def begins(self, content: bytes, name: str = "clip.mp4", mark: str = "m") -> str:
        """Begin an upload by tus and return its address."""
        said = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in (("filename", name), ("mark", mark)))
        headers = self.token | TUS | {"Upload-Length": str(len(content)), "Upload-Metadata": said}
        answer = self.client.post("/recordings/uploads", headers=headers)
        assert answer.status_code == 201, answer.text
        return answer.headers["location"]

    def adds(self, address: str, offset: int, piece: bytes) -> Any:
        """Send bytes."""
        return self.client.patch(address, content=piece, headers=self.token | TUS | PATCH | {"Upload-Offset": str(offset)})

    def hands_in(self, address: str, **fields: str) -> Any:
        """Hand a finished upload in, as the script does."""
        typed = fields | {"upload": address.rsplit("/", 1)[-1]}
        return self.client.post("/recordings", data=typed, headers=self.token | {"Accept": "application/json"})

    def page(self, path: str = "/recordings") -> BeautifulSoup:
        """Open a page."""
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return BeautifulSoup(answer.text, "html.parser")


@pytest.fixture
def officer(client: TestClient, installation: Installation) -> Hands:
    """Give an officer, signed in."""
    return Hands(client, installation, Role.OFFICER)


def stop_of(installation: Installation, officer_id: uuid.UUID | None, **columns: Any) -> str:
    """Record a stop of an officer; return its reference."""
    from stop_search.accounts.records import Account

    with installation.writing() as session:
        account = session.get(Account, officer_id) if officer_id else an_officer(session)
        return str(an_encounter(session, officer=account, started_at=AGO, **columns).reference)


def only_recording(installation: Installation) -> Footage:
    """Return the one recording there is."""
    with installation.reading() as session:
        row = session.scalars(select(Footage)).one()
        session.expunge(row)
        return row


def test_the_plain_form_takes_one_file_and_leads_to_what_became_of_it(officer: Hands, installation: Installation) -> None:
    reference = stop_of(installation, officer.id)
    answer = officer.sends("my clip.mp4", b"a recording", encounter=reference.lower(), device="C7")
    assert answer.status_code == 303, answer.text
    text = officer.page(answer.headers["location"]).get_text(" ", strip=True)
    for words in ("my clip.mp4", "Waiting", reference, "C7", "4711", hashlib.sha256(b"a recording").hexdigest()):
        assert words in text
    row = only_recording(installation)
    assert (row.officer_id, row.device_serial) == (officer.id, "C7")
    assert installation.storage.read(original_key(row.sha256)) == b"a recording"
    assert list((installation.settings.data_folder / "incoming").iterdir()) == []


def test_a_recording_is_matched_by_its_officer_and_the_time_typed(officer: Hands, installation: Installation) -> None:
    from stop_search.wording import london

    reference, at = stop_of(installation, officer.id), london(AGO)
    officer.sends(
        "clip.mp4", b"x", started__day=str(at.day), started__month=str(at.month), started__year=str(at.year), started__time=f"{at:%H:%M}"
    )
    assert only_recording(installation).started_at == AGO.replace(second=0, microsecond=0)
    assert reference in officer.page().get_text()


def test_what_is_typed_wrong_is_told_and_the_file_need_not_be_sent_again(officer: Hands, installation: Installation) -> None:
    not_mine = stop_of(installation, None)
    for fields, words in (
        ({"encounter": not_mine}, "no stop with this reference among yours"),
        ({"started__day": "1"}, "Give date and time"),
        ({"started__day": "1", "started__month": "1", "started__year": "1999", "started__time": "10:00"}, "Check the camera's clock"),
        ({"device": "x" * 101}, "100 characters or fewer"),
    ):
        answer = officer.sends("clip.mp4", b"a recording", **fields)
        page = BeautifulSoup(answer.text, "html.parser")
        assert answer.status_code == 422
        assert words in str(page.select_one(".govuk-error-summary"))
        assert "need not choose it again" in page.get_text(" ", strip=True)
    upload = page.select_one("[name=upload]")
    assert upload
    answer = officer.client.post("/recordings", data={"csrf": officer.token[CSRF_HEADER], "upload": upload["value"]})
    assert answer.status_code == 303
    assert only_recording(installation).size_bytes == 11


def test_no_file_is_told_beside_the_field(officer: Hands) -> None:
    answer = officer.client.post("/recordings", data={"csrf": officer.token[CSRF_HEADER]})
    assert answer.status_code == 422
    assert BeautifulSoup(answer.text, "html.parser").select_one("#file-error")
    assert officer.sends("empty.mp4", b"").status_code == 422


def test_a_file_too_large_for_a_form_is_refused_before_it_is_read(
    officer: Hands, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(middleware, "FILE_LIMIT_BYTES", 1 << 20)
    answer = officer.sends("clip.mp4", bytes(3 << 20))
    assert answer.status_code == 413
    assert "2048" in answer.text
    with installation.reading() as session:
        assert session.scalars(select(Footage)).all() == []


def test_the_page_s_own_uploads_go_on_where_they_stopped_and_are_found_again(officer: Hands, installation: Installation) -> None:
    content = bytes(range(256)) * 9000
    address = officer.begins(content, mark="the mark")
    assert officer.adds(address, 0, content[:1_000_000]).status_code == 204
    (begun,) = officer.page().select("[data-upload]")
    assert (begun["data-mark"], begun["data-length"], begun["data-upload"]) == ("the mark", str(len(content)), address.rsplit("/", 1)[-1])
    head = officer.client.head(address, headers=TUS)
    assert (head.status_code, head.headers["upload-offset"]) == (200, "1000000")
    assert officer.hands_in(address).status_code == 409
    officer.adds(address, 1_000_000, content[1_000_000:])
    first, second = officer.hands_in(address), officer.hands_in(address)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json(), "an answer that was lost is given again"
    assert only_recording(installation).sha256 == hashlib.sha256(content).hexdigest()
    assert officer.page().select("[data-upload]") == []


def test_an_upload_is_given_up_by_a_button(officer: Hands, installation: Installation) -> None:
    address = officer.begins(b"abc")
    upload = address.rsplit("/", 1)[-1]
    assert officer.client.post(f"/recordings/{upload}/give-up", data={"csrf": officer.token[CSRF_HEADER]}).status_code == 303
    assert list((installation.settings.data_folder / "incoming").iterdir()) == []


def test_nobody_sees_or_takes_what_another_handed_in(officer: Hands, client: TestClient, installation: Installation) -> None:
    address, done = officer.begins(b"abc"), officer.sends("mine.mp4", b"mine").headers["location"]
    other = Hands(client, installation, Role.OFFICER, number="4712")
    assert "mine.mp4" not in other.page().get_text()
    assert other.page().select("[data-upload]") == []
    assert client.get(done).status_code == 404
    assert client.head(address, headers=TUS).status_code == 404
    assert other.hands_in(address).status_code == 404
    repeated = other.page(other.sends("copy.mp4", b"mine").headers["location"]).get_text(" ", strip=True)
    assert "received before, from somebody else" in repeated
    assert "4711" not in repeated
    assert only_recording(installation).officer_id == officer.id


def test_an_officer_names_no_other_and_an_administrator_does(officer: Hands, client: TestClient, installation: Installation) -> None:
    with installation.writing() as session:
        other = an_officer(session, number="9000").id
    officer.sends("a.mp4", b"one", officer="9000")
    assert only_recording(installation).officer_id == officer.id
    reference = stop_of(installation, other)
    boss = Hands(client, installation, Role.ADMINISTRATOR)
    location = boss.sends("b.mp4", b"two", officer="9000", encounter=reference).headers["location"]
    with installation.reading() as session:
        assert {row.officer_id for row in session.scalars(select(Footage))} == {officer.id, other}
    assert reference in boss.page(location).get_text()
    assert {link.get_text() for link in boss.page().select(".site-arrival a")} >= {"a.mp4", "b.mp4"}
    assert "Give the collar or warrant number" in boss.sends("c.mp4", b"three", officer="1").text


def test_the_same_recording_twice_is_told_and_kept_once(officer: Hands, installation: Installation) -> None:
    officer.sends("a.mp4", b"same")
    officer.sends("b.mp4", b"same")
    assert "it is kept once" in officer.page().get_text()
    assert only_recording(installation).original_name == "a.mp4"


def test_what_became_of_it_is_shown_when_it_was_examined(officer: Hands, installation: Installation) -> None:
    officer.sends("bikes.mp4", real("bikes.mp4").read_bytes())
    officer.sends("notes.txt", b"this is no recording at all")
    with installation.reading() as session:
        waiting = claimable_jobs(session, queue=Queue.FOOTAGE, names=["examine_footage"])
    for job_id in waiting:
        carry_out(installation, job_id=job_id)
    text = officer.page().get_text(" ", strip=True)
    assert "Examined" in text
    assert "10 s long" in text
    assert "Cannot be read" in text


def test_a_name_is_forgotten_with_its_recording(officer: Hands, installation: Installation) -> None:
    from stop_search.audit.rules import WORKER
    from stop_search.footage.erasing import erase_footage

    officer.sends("a name.mp4", b"one")
    footage_id = only_recording(installation).id
    later = datetime.now(UTC) + timedelta(days=4000)
    with installation.writing() as session:
        erase_footage(session, footage_id=footage_id, actor=WORKER, now=later)
    with installation.reading() as session:
        assert session.scalars(select(FootageArrival)).one().name == ""
    assert "Erased" in officer.page().get_text()
