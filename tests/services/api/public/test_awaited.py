"""A receipt that was handed over before its record arrived: every page of its code says so, and says nothing of the stop."""

from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from stop_search.audit.rules import COMMAND_LINE
from stop_search.encounters.allocation import SetAside, allocate_codes
from stop_search.encounters.handsets import all_handsets, register_handset, report_handset_lost
from stop_search.encounters.receipt_codes import KEY_USE, pretty
from stop_search.encounters.records import CodeTry
from stop_search.installation import Installation
from tests.support.builders import an_officer


@pytest.fixture
def handed_over(installation: Installation) -> SetAside:
    """Return a code that an officer's phone holds."""
    now = datetime.now(UTC)
    with installation.writing() as session:
        phone = register_handset(session, account_id=an_officer(session).id, label="Phone", actor=COMMAND_LINE, now=now)
        return allocate_codes(session, holder_id=phone, hold=1, key=installation.key_for(KEY_USE), actor=COMMAND_LINE, now=now)[0]


@pytest.mark.parametrize("path", ["/r/{}", "/R/{}", "/r/{}/feedback", "/r/{}/feedback/send"])
def test_every_page_of_the_code_says_that_the_record_is_awaited(client: TestClient, handed_over: SetAside, path: str) -> None:
    answer = client.get(path.format(handed_over.code))
    assert answer.status_code == 200
    assert "Your receipt is genuine" in answer.text
    assert handed_over.check_words in answer.text
    assert pretty(handed_over.code) in answer.text
    assert f"/r/{handed_over.code}" not in answer.text, "no form is opened yet"
    assert answer.headers["cache-control"] == "no-store"


def test_answers_cannot_be_sent_yet(client: TestClient, handed_over: SetAside) -> None:
    for path in (f"/r/{handed_over.code}/feedback", f"/r/{handed_over.code}/feedback/send"):
        answer = client.post(path, data={"submission": "5" * 32})
        assert answer.status_code == 404
        assert "Your receipt is genuine" in answer.text


def test_looking_is_no_failed_try(client: TestClient, installation: Installation, handed_over: SetAside) -> None:
    for _ in range(12):
        assert client.get(f"/r/{handed_over.code}").status_code == 200
    with installation.reading() as session:
        assert session.query(CodeTry).count() == 0


def test_once_the_phone_is_lost_the_code_is_like_any_that_never_was(
    client: TestClient, installation: Installation, handed_over: SetAside
) -> None:
    with installation.writing() as session:
        (phone,) = (line.handset_id for line in all_handsets(session))
        report_handset_lost(session, handset_id=phone, actor=COMMAND_LINE, now=datetime.now(UTC))
    void, made_up = client.get(f"/r/{handed_over.code}"), client.get("/r/7K3M9QX2TD4F")
    assert void.status_code == made_up.status_code == 404
    assert void.text == made_up.text
