"""The pages of reports: making one by its button, reading it, taking it away; who may, and what is noted of it."""

import io
import zipfile
from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from starlette.testclient import TestClient

from stop_search.accounts.rules import Role
from stop_search.audit.records import AuditEntry
from stop_search.installation import Installation
from stop_search.learning.quarters import quarter_before, quarter_of
from tests.support.searched import some_searched
from tests.support.visitors import csrf_for, sign_in

LAST = quarter_before(quarter_of(datetime.now(UTC).date())).key


@pytest.fixture
def team(client: TestClient, installation: Installation) -> TestClient:
    """Give a browser of the learning team, on an installation where a little happened."""
    with installation.writing() as session:
        some_searched(session, 12)
    sign_in(client, installation, Role.LEARNING_TEAM)
    return client


def made(client: TestClient, installation: Installation, **typed: str) -> str:
    """Press the button; return where it leads."""
    answer = client.post("/learning/reports", data={"quarter": LAST, "reason": "", "csrf": csrf_for(client, installation)} | typed)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_before_there_is_one_the_list_says_what_comes_next(team: TestClient) -> None:
    found = BeautifulSoup(team.get("/learning/reports").text, "html.parser")
    assert "No report was made yet." in found.get_text(" ", strip=True)
    chosen = found.select_one("#quarter option[selected]")
    assert chosen is not None
    assert chosen["value"] == LAST
    assert len(found.select("#quarter option")) == 8


def test_the_button_makes_a_report_and_shows_it_with_its_files(team: TestClient, installation: Installation) -> None:
    address = made(team, installation)
    shown = BeautifulSoup(team.get(address).text, "html.parser")
    assert "What was looked at" in shown.get_text(" ", strip=True)
    assert not shown.select("[style], style, script:not([src])")
    links = [str(link["href"]) for link in shown.select(".report-files a")]
    assert f"{address}/report.pdf" in links
    assert len(links) > 30
    assert LAST in team.get("/learning/reports").text


def test_again_without_a_reason_is_refused_beside_the_field_and_with_one_is_the_second_version(
    team: TestClient, installation: Installation
) -> None:
    made(team, installation)
    token = csrf_for(team, installation)
    refused = team.post("/learning/reports", data={"quarter": LAST, "reason": " ", "csrf": token})
    assert refused.status_code == 422
    assert "Say why its figures are worked out again" in refused.text
    assert "version 2" in team.get(made(team, installation, reason="Reviews came late.")).text
    assert "Reviews came late." in team.get("/learning/reports").text


def test_a_reason_that_is_far_too_long_is_refused_beside_the_field_and_still_stands_there(
    team: TestClient, installation: Installation
) -> None:
    made(team, installation)
    typed = {"quarter": LAST, "reason": "Late reviews. " * 500, "csrf": csrf_for(team, installation)}
    refused = team.post("/learning/reports", data=typed)
    assert refused.status_code == 422
    assert "Give the reason in 600 characters at most." in refused.text
    assert "Late reviews. " * 499 in refused.text


@pytest.mark.parametrize("quarter", ["2099Q1", "nonsense"])
def test_a_quarter_that_cannot_be_is_refused_beside_the_field(team: TestClient, installation: Installation, quarter: str) -> None:
    answer = team.post("/learning/reports", data={"quarter": quarter, "csrf": csrf_for(team, installation)})
    assert answer.status_code == 422
    assert "quarter-error" in answer.text


def test_every_file_is_taken_away_by_name_and_that_is_noted(team: TestClient, installation: Installation) -> None:
    address = made(team, installation)
    answer = team.get(f"{address}/criteria.csv")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="stop-search-{LAST}-version-1-criteria.csv"'
    everything = zipfile.ZipFile(io.BytesIO(team.get(f"{address}/all.zip").content))
    assert everything.read(f"stop-search-{LAST}-version-1/criteria.csv") == answer.content
    with installation.reading() as session:
        noted = session.scalars(select(AuditEntry.action).order_by(AuditEntry.n)).all()
    assert [action for action in noted if "report" in action] == ["make_report", "take_report", "take_report"]
    assert noted.count("consult_learning") >= 3


def test_a_file_that_is_not_there_is_not_found(team: TestClient, installation: Installation) -> None:
    address = made(team, installation)
    names = ("nothing.csv", "criteria.exe", "..%2Fsecret.csv", "criteria.pdf")
    assert {team.get(f"{address}/{name}").status_code for name in names} <= {404, 422}


def test_nobody_else_opens_makes_or_takes_one(team: TestClient, installation: Installation) -> None:
    address = made(team, installation)
    for role in (Role.OFFICER, Role.SUPERVISOR, Role.PANEL_MEMBER, Role.COMPLAINTS_HANDLER, Role.ADMINISTRATOR, Role.AUDITOR):
        team.cookies.clear()
        sign_in(team, installation, role)
        assert [team.get(path).status_code for path in ("/learning/reports", address, f"{address}/report.pdf")] == [403] * 3
        token = csrf_for(team, installation)
        assert team.post("/learning/reports", data={"quarter": LAST, "reason": "x", "csrf": token}).status_code == 403
