"""Confirming a sign-in again: asked after five minutes, by a page or a script, and never sent away to another site."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from stop_search.accounts.actions import make_sign_in_link
from stop_search.accounts.records import SignInSession
from stop_search.accounts.rules import FRESH_FOR, Role, Viewer
from stop_search.audit.rules import COMMAND_LINE
from stop_search.installation import Installation
from tests.support.letters import a_letter
from tests.support.visitors import csrf_for, sign_in

LEADS_TO_CONFIRM = "/sign-in/confirm?next="


def grow_old(installation: Installation, ago: timedelta | None) -> None:
    """Let every sign-in have been confirmed so long ago, or never."""
    with installation.writing() as session:
        session.execute(update(SignInSession).values(confirmed_at=None if ago is None else datetime.now(UTC) - ago))


@pytest.fixture
def reference(installation: Installation) -> str:
    """Give the reference of a letter."""
    with installation.writing() as session:
        return a_letter(session).reference


@pytest.mark.parametrize("ago", [FRESH_FOR + timedelta(seconds=1), timedelta(hours=2), None])
def test_an_old_sign_in_opens_unseals_downloads_and_closes_nothing(
    client: TestClient, installation: Installation, reference: str, ago: timedelta | None
) -> None:
    sign_in(client, installation, Role.COMPLAINTS_HANDLER)
    grow_old(installation, ago)
    page = f"/complaints/{reference}"
    token = {"csrf": csrf_for(client, installation), "why": "answering", "disposition": "resolved", "review_told": "told"}
    met = {
        "open": client.get(f"{page}?why=answering"),
        "close page": client.get(f"{page}/close"),
        "download": client.post(f"{page}/sealed", data=token),
        "close": client.post(f"{page}/close", data=token),
        "look": client.post(f"{page}/stops", data=token),
        "tie": client.post(f"{page}/tie", data=token | {"encounter": "IT-1"}),
    }
    assert {what: (answer.status_code, answer.headers.get("location", "")[: len(LEADS_TO_CONFIRM)]) for what, answer in met.items()} == (
        dict.fromkeys(met, (303, LEADS_TO_CONFIRM))
    )
    unsealed = client.post(f"{page}/sealed", data=token, headers={"accept": "application/json"})
    assert (unsealed.status_code, unsealed.json()["type"]) == (403, "urn:stop-search:confirmation-needed")


def test_a_sign_in_of_just_now_is_asked_nothing_and_the_inbox_never(client: TestClient, installation: Installation, reference: str) -> None:
    sign_in(client, installation, Role.COMPLAINTS_HANDLER)
    grow_old(installation, FRESH_FOR - timedelta(seconds=20))
    assert client.get(f"/complaints/{reference}?why=answering").status_code == 200
    grow_old(installation, timedelta(hours=1))
    assert client.get("/complaints").status_code == 200


def test_confirming_leads_back_to_the_same_page_with_a_new_session(client: TestClient, installation: Installation, reference: str) -> None:
    account = sign_in(client, installation, Role.COMPLAINTS_HANDLER)
    grow_old(installation, timedelta(minutes=6))
    before = dict(client.cookies)
    wanted = f"/complaints/{reference}?why=answering"
    asked = client.get(wanted, follow_redirects=True)
    assert asked.url.path == "/sign-in/confirm"
    assert "It is me" in asked.text
    answer = client.post("/sign-in/demo", data={"account_id": str(account), "next": wanted})
    assert (answer.status_code, answer.headers["location"]) == (303, wanted)
    assert client.get(wanted).status_code == 200
    assert dict(client.cookies) != before
    old = TestClient(client.app, cookies=before, follow_redirects=False)
    assert old.get("/complaints").headers["location"].startswith("/sign-in?next=")


def test_a_whole_link_that_was_pasted_confirms_too(client: TestClient, installation: Installation, reference: str) -> None:
    account = sign_in(client, installation, Role.COMPLAINTS_HANDLER)
    grow_old(installation, timedelta(minutes=6))
    with installation.writing() as session:
        link = make_sign_in_link(session, account_id=account, actor=COMMAND_LINE, now=datetime.now(UTC))
    pasted = f" https://stops.example/sign-in/link/{link}?next=%2F "
    answer = client.post("/sign-in/link", data={"token": pasted, "next": "/complaints"})
    assert answer.headers["location"] == "/complaints"
    assert client.get(f"/complaints/{reference}?why=answering").status_code == 200


def test_confirming_never_leads_to_another_site(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.COMPLAINTS_HANDLER)
    assert "evil" not in client.get("/sign-in/confirm?next=https://evil.example").text


def test_a_machine_is_never_fresh() -> None:
    now = datetime.now(UTC)
    viewer = Viewer(id=uuid.uuid4(), name="A device", roles=frozenset({Role.DEVICE}), is_machine=True)
    assert not viewer.is_fresh(now)
