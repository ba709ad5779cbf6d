"""The panels' page says what is here and what is not."""

from starlette.testclient import TestClient

from stop_search.accounts.rules import Role
from stop_search.installation import Installation
from tests.support.visitors import sign_in


def test_a_panel_member_reads_what_is_here_before_a_meeting_is_called(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.PANEL_MEMBER)
    page = client.get("/panels")
    assert page.status_code == 200
    assert "No meeting waits for you." in page.text
    assert "There is none yet." in page.text


def test_nobody_else_opens_it(client: TestClient, installation: Installation) -> None:
    assert client.get("/panels").status_code == 303
    sign_in(client, installation, Role.SUPERVISOR)
    assert client.get("/panels").status_code == 403
