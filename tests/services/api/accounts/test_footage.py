"""The administrator's page of footage: queues, states, why and what to do, examining again; no pictures."""

import uuid

from bs4 import BeautifulSoup
from sqlalchemy import select
from starlette.testclient import TestClient

from stop_search.accounts.rules import Role
from stop_search.audit.records import AuditEntry
from stop_search.footage.records import Footage
from stop_search.footage.rules import EXAMINE, FootageState, examination_key
from stop_search.installation import Installation
from stop_search.jobs.actions import request_job
from stop_search.jobs.rules import JobState
from tests.support import builders as a
from tests.support.visitors import csrf_for, sign_in

KEY = "footage/aa/x/derived/poster.jpg"


def page_of(client: TestClient, query: str = "") -> BeautifulSoup:
    """Open the page."""
    answer = client.get(f"/admin/footage{query}")
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


def words(page: BeautifulSoup) -> str:
    """Return what the page says, on one line."""
    return " ".join(page.get_text(" ").split())


def a_quarantined_one(installation: Installation) -> uuid.UUID:
    """Add a recording whose examination was given up after three attempts."""
    with installation.writing() as session:
        reason = "This recording could not be examined after several attempts. It was ended by signal 9 (SIGKILL)."
        footage = a.a_recording(
            session, state=FootageState.FAILED, failure_reason=reason, failure_advice="Look at the log.", pictures={"poster": KEY}
        )
        job = request_job(session, name=EXAMINE, arguments={}, dedupe_key=examination_key(footage.id, 0))
        job.state, job.attempts = JobState.DEAD, 3
    return footage.id


def test_an_empty_house_says_why_and_what_comes(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.ADMINISTRATOR)
    shown = words(page_of(client))
    assert "No recording has arrived yet." in shown
    assert "nothing waits" in shown
    assert "There is no such recording." in words(page_of(client, "?state=failed"))


def test_a_quarantined_recording_is_shown_with_its_signal_and_what_to_do_and_without_a_picture(
    client: TestClient, installation: Installation
) -> None:
    a_quarantined_one(installation)
    sign_in(client, installation, Role.ADMINISTRATOR)
    page = page_of(client)
    shown = words(page)
    for part in ("Quarantined", "attempt 3 of 3", "signal 9 (SIGKILL)", "What to do: Look at the log."):
        assert part in shown
    assert not page.select("img, video")
    assert KEY not in str(page)


def test_examining_again_is_asked_for_once_and_written_into_the_log(client: TestClient, installation: Installation) -> None:
    footage_id = a_quarantined_one(installation)
    account_id = sign_in(client, installation, Role.ADMINISTRATOR)
    path = f"/admin/footage/{footage_id}/examine-again"
    assert client.post(path).status_code == 403
    answer = client.post(path, data={"csrf": csrf_for(client, installation)})
    assert answer.status_code == 303
    shown = words(page_of(client, f"?asked={footage_id}"))
    assert f"A worker will examine recording {str(footage_id)[:8]} again." in shown
    assert "Waiting" in shown
    assert client.post(path, data={"csrf": csrf_for(client, installation)}).status_code == 409
    with installation.reading() as session:
        footage = session.get_one(Footage, footage_id)
        assert (footage.state, footage.examinations) == (FootageState.RECEIVED, 1)
        acts = session.execute(select(AuditEntry.actor, AuditEntry.action).where(AuditEntry.object_id == str(footage_id))).all()
    assert acts == [(str(account_id), "examine_footage_again")]
    assert installation.doorbell.rung  # type: ignore[attr-defined]


def test_one_that_is_on_its_way_or_erased_has_no_button(client: TestClient, installation: Installation) -> None:
    with installation.writing() as session:
        a.a_recording(session, state=FootageState.RECEIVED)
        a.a_recording(session, state=FootageState.ERASED)
    sign_in(client, installation, Role.ADMINISTRATOR)
    assert not page_of(client).select("form[action$='examine-again']")


def test_looking_is_written_down_and_only_administrators_may(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.ADMINISTRATOR)
    page_of(client)
    with installation.reading() as session:
        assert session.scalars(select(AuditEntry.action)).all().count("footage_progress_read") == 1
    for role in (Role.AUDITOR, Role.SUPERVISOR, Role.OFFICER):
        client.cookies.clear()
        sign_in(client, installation, role)
        assert client.get("/admin/footage").status_code == 403


def test_many_recordings_come_in_pages(client: TestClient, installation: Installation) -> None:
    with installation.writing() as session:
        for _ in range(52):
            a.a_recording(session)
    sign_in(client, installation, Role.ADMINISTRATOR)
    assert [len(page_of(client, query).select("tbody")[-1].select("tr")) for query in ("", "?page=2")] == [50, 2]
    assert page_of(client, "?state=examined").select_one("a[href='/admin/footage?state=examined&page=2']")
