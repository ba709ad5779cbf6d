"""The leader's list of unfinished records: of their teams only, what is missing by name, nothing of what a record says."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from stop_search.accounts.records import Account, Team
from stop_search.accounts.rules import PostKind, Role
from stop_search.encounters.unfinished import SHOWN_AT_ONCE
from stop_search.installation import Installation
from tests.support import builders as a
from tests.support.visitors import sign_in
from tests.support.workbench import soup, words

NOW = datetime.now(UTC)


@pytest.fixture
def team(client: TestClient, installation: Installation) -> Team:
    """Give the team that the supervisor leads who is signed in."""
    leader = sign_in(client, installation, Role.SUPERVISOR)
    with installation.writing() as session:
        led = a.a_team(session)
        a.a_post(session, account=session.get_one(Account, leader), team=led, kind=PostKind.LEAD)
        return led


def an_unfinished(installation: Installation, team: Team | None, *, hours: float = 30, **columns: Any) -> str:
    """Add an unfinished record full of words that no list may show; return its reference."""
    at = NOW - timedelta(hours=hours)
    with installation.writing() as session:
        officer = a.an_officer(session, name="Pat Invented", number=f"N{uuid.uuid4().hex[:6]}")
        usual = {"gaps": ["people.0.referral_made", "grounds"], "finished_at": None, "recorded_at": at, "started_at": at}
        secret = {"place": "CANARYPLACE", "grounds": "CANARYGROUNDS", "people": 0}
        encounter = a.an_encounter(session, officer=officer, team=team, **(usual | secret | columns))
        a.a_person(session, encounter=encounter, self_defined_ethnicity="B1", self_description="CANARYSELF")
        return encounter.reference


def test_a_leader_sees_who_has_to_finish_what_and_nothing_of_the_stop(client: TestClient, installation: Installation, team: Team) -> None:
    reference = an_unfinished(installation, team)
    an_unfinished(installation, None, reference="IT-STRANGER")
    an_unfinished(installation, team, hours=23, reference="IT-YOUNG")
    page = client.get("/reviews/unfinished")
    (row,) = soup(page).select("tbody tr")
    cells = [cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])]
    assert cells[0] == reference
    assert cells[2].startswith("Pat Invented, N")
    assert cells[3:] == ["Referred (person 1), Grounds", "30 hours"]
    assert not [secret for secret in ("CANARY", "Caribbean", "Black", "IT-STRANGER", "IT-YOUNG") if secret in page.text]


def test_a_name_that_is_withheld_is_left_out(client: TestClient, installation: Installation, team: Team) -> None:
    an_unfinished(installation, team, officer_name_withheld_reason="terrorism_enquiry")
    assert "Pat Invented" not in client.get("/reviews/unfinished").text


def test_the_overview_leads_there_and_says_how_many(client: TestClient, installation: Installation, team: Team) -> None:
    assert "Unfinished records of your team : 0 older than 24 hours." in words(client.get("/reviews"))
    an_unfinished(installation, team)
    page = client.get("/reviews")
    assert "Unfinished records of your team : 1 older than 24 hours." in words(page)
    assert soup(page).select_one("a[href='/reviews/unfinished']") is not None


def test_a_long_list_comes_in_pages(client: TestClient, installation: Installation, team: Team) -> None:
    for n in range(SHOWN_AT_ONCE + 3):
        an_unfinished(installation, team, hours=30 + n)
    first, second = soup(client.get("/reviews/unfinished")), soup(client.get("/reviews/unfinished?page=2"))
    assert [len(page.select("tbody tr")) for page in (first, second)] == [SHOWN_AT_ONCE, 3]
    assert [str(link["href"]) for link in first.select("nav.govuk-pagination a")] == ["/reviews/unfinished?page=2"]
    assert [str(link["href"]) for link in second.select("nav.govuk-pagination a")] == ["/reviews/unfinished?page=1"]
    assert f"{SHOWN_AT_ONCE} or more older than 24 hours" in words(client.get("/reviews"))
    assert "There are no more." in words(client.get("/reviews/unfinished?page=3"))
    assert client.get("/reviews/unfinished?page=0").status_code == 422


def test_where_nothing_waits_it_says_so(client: TestClient, team: Team) -> None:
    assert "Nothing waits." in words(client.get("/reviews/unfinished"))


def test_other_roles_do_not_open_it(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.OFFICER)
    assert client.get("/reviews/unfinished").status_code == 403
