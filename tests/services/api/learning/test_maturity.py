"""The pages of maturity: rule, evidence and who said it; what is wrong is said and nothing typed is lost; who may not look."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from stop_search.accounts.rules import Role
from stop_search.installation import Installation
from tests.support.visitors import csrf_for, sign_in
from tests.support.workbench import words

PATH = "/learning/maturity/voice"
LATER = (datetime.now(UTC) + timedelta(days=60)).date().isoformat()
GIVEN = {"light": "partly", "reasons": "Few answer.", "look_again_on": LATER, "after": "0"}


def send(client: TestClient, installation: Installation, **fields: str):  # noqa: ANN201 -- an answer
    """Send the form, and follow where it leads."""
    return client.post(PATH, data={"csrf": csrf_for(client, installation)} | GIVEN | fields, follow_redirects=True)


def test_a_competency_is_assessed_by_a_person_and_told_by_words_and_a_shape(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.LEARNING_TEAM)
    assert "0 of 8 competencies have been assessed" in words(client.get("/learning/maturity"))
    shown = client.get(PATH)
    assert "Nobody has assessed it yet." in words(shown)
    assert "Receipts answered: too few to say: 30 are needed." in words(shown)
    assert "checked" not in shown.text, "no light is proposed"
    assert "Partly in place" in words(send(client, installation))
    listed = client.get("/learning/maturity")
    assert "1 of 8 competencies have been assessed" in words(listed)
    assert "Few answer." in words(listed)
    assert '<path d="M11 2' in listed.text, "the triangle"


def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.LEARNING_TEAM)
    for changed, said in (
        ({"light": ""}, "Choose how far it is, by the rule."),
        ({"look_again_on": "soon"}, "Give a day that is still to come"),
        ({"light": "", "reasons": ""}, "Say in 1 to 2000 characters why"),
    ):
        answered = send(client, installation, **changed)
        assert answered.status_code == 422
        assert said in words(answered)
        assert ("Few answer." in answered.text) == ("reasons" not in changed)
    send(client, installation)
    answered = send(client, installation, reasons="Two at once.")
    assert answered.status_code == 422
    assert "Somebody else has assessed this since you opened the page." in words(answered)
    assert "Two at once." in answered.text


def test_overdue_is_said_here_and_on_the_front_page(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.LEARNING_TEAM)
    send(client, installation)
    assert "Overdue" not in words(client.get("/learning"))
    with installation.writing() as session:
        session.execute(text("DROP TRIGGER maturity_assessment_no_update"))
        session.execute(text("UPDATE maturity_assessment SET look_again_on = '2026-01-31'"))
    assert "Overdue: to be assessed again by 31 January 2026." in words(client.get("/learning/maturity"))
    assert "voice should have been" in words(client.get("/learning"))


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.OFFICER, Role.PANEL_MEMBER, Role.ADMINISTRATOR])
def test_nobody_else_looks_or_assesses(client: TestClient, installation: Installation, role: Role) -> None:
    sign_in(client, installation, role)
    assert [client.get(path).status_code for path in ("/learning/maturity", PATH)] == [403, 403]
    assert send(client, installation).status_code == 403


def test_there_is_no_other_competency(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.LEARNING_TEAM)
    assert client.get("/learning/maturity/weather").status_code == 404
