"""The administrator's page: each role sees its own part, and looking is itself written down."""

from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from receipts.words import languages
from services.api.accounts.translations import translations
from stop_search.accounts.actions import make_machine_token
from stop_search.accounts.rules import Role
from stop_search.audit.queries import newest_entries
from stop_search.audit.rules import COMMAND_LINE
from stop_search.encounters.rows import LAYOUT_VERSION
from stop_search.footage.rules import FootageState
from stop_search.installation import Installation
from stop_search.jobs.actions import request_job
from tests.conftest import NOON
from tests.support.builders import a_recording, an_account
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
