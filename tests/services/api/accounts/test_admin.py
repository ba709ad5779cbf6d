"""The administrator's page: each role sees its own part, and looking is itself written down."""

from datetime import UTC, datetime, timedelta

from bs4 import BeautifulSoup
from sqlalchemy import select
from starlette.testclient import TestClient

from receipts.words import languages
from services.api.accounts.translations import translations
from stop_search.accounts.actions import make_machine_token
from stop_search.accounts.rules import Role
from stop_search.audit.queries import newest_entries
from stop_search.audit.rules import COMMAND_LINE
from stop_search.encounters.rows import LAYOUT_VERSION
from stop_search.footage.actions import place_hold
from stop_search.footage.evidence_requests import note_try
from stop_search.footage.records import EvidenceLink, EvidenceRequest
from stop_search.footage.rules import FootageState, HoldReason
from stop_search.installation import Installation
from stop_search.jobs.actions import request_job
from tests.conftest import NOON
from tests.support.builders import a_recording, an_account, an_encounter
from tests.support.visitors import sign_in


def words(client: TestClient) -> str:
    """Return what the page says, on one line."""
    answer = client.get("/admin")
    assert answer.status_code == 200
    return " ".join(BeautifulSoup(answer.text, "html.parser").get_text(" ").split())


def test_an_administrator_sees_work_footage_accounts_and_machines_and_no_log(client: TestClient, installation: Installation) -> None:
    with installation.writing() as session:
        an_account(session, name="Zoe <i>Invented</i>", role=Role.OFFICER)
        request_job(session, name="examine_footage", arguments={}, dedupe_key="x")
        a_recording(session, state=FootageState.FAILED, failure_reason="It is no recording.", failure_advice="Send the original.")
        make_machine_token(session, role=Role.DEVICE, label="Radio 1", actor=COMMAND_LINE, now=NOON)
    sign_in(client, installation, Role.ADMINISTRATOR)
    said = words(client)
    for told in ("Zoe <i>Invented</i>", "examine footage Waiting", "It is no recording. Send the original.", "Radio 1 device", "in force"):
        assert told in said
    assert "Newest entries of the audit log" not in said


def test_an_administrator_is_warned_of_requests_that_nobody_acknowledged_and_of_files_that_went(
    client: TestClient, installation: Installation
) -> None:
    now = datetime.now(UTC)
    with installation.writing() as session:
        encounter = an_encounter(session)
        for number, gone_as in ((1, None), (2, "despite_hold")):
            footage = a_recording(session, encounter=encounter, storage_key=None)
            gone = {"gone_at": now if gone_as else None, "gone_as": gone_as}
            session.add(EvidenceLink(footage_id=footage.id, evidence_id=f"E<b>{number}", told_at=now, told_by="x", **gone))
        session.flush()
        place_hold(session, encounter_id=encounter.id, reason=HoldReason.PANEL, cause_id="1", now=now)
        row = session.scalars(select(EvidenceRequest)).one()
        note_try(session, request_id=row.id, trouble="It answered with status 503", now=now - timedelta(hours=2))
    sign_in(client, installation, Role.ADMINISTRATOR)
    said = words(client)
    assert "has not acknowledged 1 request for an hour or longer" in said
    assert "E<b>1 hold" in said
    assert "It answered with status 503" in said
    assert "Kept there Gone, nothing held it Gone before our hold Gone despite our hold 1 0 0 1" in said


def test_an_auditor_sees_the_log_and_no_accounts(client: TestClient, installation: Installation) -> None:
    with installation.writing() as session:
        an_account(session, name="Zoe Invented", role=Role.OFFICER)
    sign_in(client, installation, Role.AUDITOR)
    said = words(client)
    assert "signed in" in said
    assert "Zoe Invented" not in said
    assert "Devices and cameras" not in said


def test_who_looked_at_what_is_in_the_log(client: TestClient, installation: Installation) -> None:
    account_id = sign_in(client, installation, Role.ADMINISTRATOR, Role.AUDITOR)
    client.get("/admin")
    with installation.reading() as session:
        newest = newest_entries(session, limit=2)
    assert [(entry.actor, entry.role, entry.action) for entry in reversed(newest)] == [
        (str(account_id), "administrator", "accounts_read"),
        (str(account_id), "auditor", "audit_log_read"),
    ]


def test_empty_lists_say_that_they_are_empty(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.ADMINISTRATOR)
    said = words(client)
    for told in (
        "Everything that was asked for is done.",
        "No recording has failed.",
        "Every drawn encounter has a reviewer.",
        "No machine has a token.",
    ):
        assert told in said


def test_somebody_who_was_refused_leaves_no_entry(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.SUPERVISOR)
    assert client.get("/admin").status_code == 403
    with installation.reading() as session:
        assert newest_entries(session, limit=1)[0].action == "signed_in"


def test_an_administrator_sees_which_translations_await_review_of_receipts_pages_and_forms(
    client: TestClient, installation: Installation
) -> None:
    sign_in(client, installation, Role.ADMINISTRATOR)
    said = words(client)
    for line in translations():
        assert f"{line.own_name} {line.english_name} {line.receipts} {line.pages} " in said
    assert len(translations()) == len(languages(LAYOUT_VERSION)) - 1
