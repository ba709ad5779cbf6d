"""The learning team's pages: the finding first, its picture, its tables, its caveats; who may look; and that looking is noted."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from starlette.testclient import TestClient

from stop_search.accounts.rules import Role
from stop_search.audit.records import AuditEntry
from stop_search.installation import Installation
from stop_search.reviews.rubric import newest_rubric
from stop_search.reviews.rules import MarkKind
from tests.support import builders as a
from tests.support.learned import some_answers, some_reviews
from tests.support.visitors import sign_in

PAGES = ["/learning", "/learning/draws", "/learning/criteria.csv", "/learning/answers.csv", "/learning/themes.csv"]


def test_before_anything_is_drawn_the_page_says_why_it_is_empty_and_what_comes_next(client: TestClient, installation: Installation) -> None:
    main = _page(client, installation).main
    assert main
    words = main.get_text(" ", strip=True)
    assert "Nothing has been drawn yet" in words
    assert "Next: a draw picks stops at random" in words
    assert "Themes" not in words


def test_after_a_draw_the_page_says_what_it_waits_for(client: TestClient, installation: Installation) -> None:
    with installation.writing() as session:
        a.a_frame_entry(session, draw=a.a_draw(session), encounter=a.an_encounter(session))
    words = _page(client, installation).get_text(" ", strip=True)
    assert "1 of 1 stops were drawn, and no review of them has been submitted yet." in words


def test_the_finding_comes_first_then_the_picture_then_the_table_then_the_caveats(client: TestClient, installation: Installation) -> None:
    _learn(installation)
    words = _page(client, installation).get_text(" ", strip=True)
    places = [
        words.index(part)
        for part in (
            "“Grounds” met the standard least often: in 50 of 100 stops, between",
            "Reviews and answers, side by side",
            "Reviews, criterion by criterion",
            "are left out of a share and counted beside it",
            "What people who were stopped answered",
            "This cannot be read as a percentage of everyone stopped",
            "In how many of 100 reviews each theme was picked; 40 reviews.",
            "Overall grades",
        )
    ]
    assert places == sorted(places)


def test_a_criterion_has_its_number_its_interval_and_what_the_public_said_in_one_row(
    client: TestClient, installation: Installation
) -> None:
    _learn(installation)
    (row,) = [row for row in _page(client, installation).select(".learning-rows > .learning-row") if row.h3 and row.h3.text == "Grounds"]
    words = row.get_text(" ", strip=True)
    assert "50 of 100, between" in words
    assert "Were you told why you were stopped? 18 answered" in words
    labels = [str(picture["aria-label"]) for picture in row.select("svg[role=img]")]
    assert labels[0].startswith("Grounds: met in 50 of 100 stops, 95 % interval")
    assert labels[1] == "Were you told why you were stopped? Good practice: 12, Not sure: 6"


def test_too_few_is_a_grey_row_with_its_number_and_never_a_gap(client: TestClient, installation: Installation) -> None:
    _learn(installation)
    page = _page(client, installation)
    (row,) = [row for row in page.select("tr.learning-grey") if row.th and row.th.text == "Voice"]
    assert [cell.get_text(strip=True) for cell in row.select("td")] == ["Too few to say: 12 scored, 30 are needed", "12", "0", "0", "0"]
    assert len(page.select("figure .learning-row svg.learning-strip[aria-label]")) >= len(newest_rubric().criteria)


def test_pictures_need_neither_script_nor_inline_style(client: TestClient, installation: Installation) -> None:
    _learn(installation)
    page = _page(client, installation)
    assert not page.select("[style], style, script:not([src])")
    places = [float(str(dot["cx"]).removesuffix("%")) for dot in page.select("circle.learning-dot[cx$='%']")]
    assert places == [50.0, 75.0]
    for bar in page.select("rect[width$='%']"):
        assert 0 <= float(str(bar["width"]).removesuffix("%")) <= 100


def test_small_counts_of_the_public_are_hidden_on_the_page(client: TestClient, installation: Installation) -> None:
    with installation.writing() as session:
        some_answers(
            session, question="listened", criterion="C5", answers={"fully": 12, "mostly": 8, "not_at_all": 2}, issued_at=datetime.now(UTC)
        )
    page = _page(client, installation)
    (row,) = [row for row in page.select("tbody tr") if row.th and row.th.text.startswith("Did the officer listen")]
    assert [cell.text for cell in row.select("td")] == ["22", "12", "hidden", "0", "hidden", "0", "0"]


@pytest.mark.parametrize("path", PAGES)
def test_one_look_is_one_entry_in_the_audit_log(client: TestClient, installation: Installation, path: str) -> None:
    account_id = sign_in(client, installation, Role.LEARNING_TEAM)
    assert client.get(path).status_code == 200
    (look,) = _looks(installation)
    assert (look.actor, look.role, look.operation, look.object_id) == (str(account_id), "learning_team", "consultation", path)
    assert '"purpose":"learning_analysis"' in look.text


@pytest.mark.parametrize("path", PAGES)
def test_other_roles_see_nothing_and_are_not_noted_as_having_looked(client: TestClient, installation: Installation, path: str) -> None:
    sign_in(client, installation, Role.SUPERVISOR, Role.OFFICER)
    assert client.get(path).status_code == 403
    assert _looks(installation) == []


def test_the_table_of_criteria_can_be_taken_away(client: TestClient, installation: Installation) -> None:
    _learn(installation)
    rows = _csv(client, installation, "criteria")
    grounds, voice = rows["Grounds"], rows["Voice"]
    assert (grounds["reviews that scored it"], grounds["met, share of stops"]) == ("40", "0.5")
    assert float(grounds["95 % interval from"]) < 0.5 < float(grounds["95 % interval to"])
    assert float(grounds["whatever was not seen from"]) <= 0.5 <= float(grounds["whatever was not seen to"])
    assert (voice["met, share of stops"], voice["too few to say because"]) == ("", "12 scored, 30 are needed")


def test_in_the_file_few_who_cannot_tell_are_not_all_reviews_less_the_others(client: TestClient, installation: Installation) -> None:
    """Of 98 reviews 95 scored it and none found that it did not apply: 3 would be left."""
    with installation.writing() as session:
        marks = [{"C1": 3 if n % 2 else 1} for n in range(95)] + [{"C1": MarkKind.NOT_OBSERVABLE}] * 3
        some_reviews(session, draw=a.a_draw(session), marks=marks, not_drawn=60, probability=(1, 2))
    row = _csv(client, installation, "criteria")["Grounds"]
    counts = [row[name] for name in row if name.startswith(("reviews that scored it", "not applicable", "cannot tell"))]
    assert counts == ["", "0", ""]
    assert row["met, share of stops"] == "0.49"


def test_what_is_taken_away_goes_by_the_forces_own_minimum(client: TestClient, installation: Installation) -> None:
    """Six "not sure" are shown in the house; the force's minimum of 10 hides them, and the 12 beside them, in the file."""
    _learn(installation)
    sign_in(client, installation, Role.LEARNING_TEAM)
    read = csv.reader(io.StringIO(client.get("/learning/answers.csv").content.decode("utf-8-sig")))
    told = {row[2]: (row[4], row[5]) for row in read if row[1] == "Were you told why you were stopped?"}
    assert told["Not sure"] == ("", "18")
    assert told["Yes, a clear reason: what I did, or what they were told"] == ("", "18")
    assert told["Only something vague, like “people round here”"] == ("0", "18")


def test_what_people_answered_is_told_of_the_newest_year_on_the_page_and_in_the_file(
    client: TestClient, installation: Installation
) -> None:
    with installation.writing() as session:
        for issued_at in (datetime.now(UTC), datetime.now(UTC) - timedelta(days=400)):
            some_answers(session, question="listened", criterion="C5", answers={"fully": 12}, issued_at=issued_at)
    said = " ".join(_page(client, installation).get_text(" ").split())
    assert "12 of 12 receipts given out in the twelve months from" in said
    rows = list(csv.DictReader(io.StringIO(client.get("/learning/answers.csv").content.decode("utf-8-sig"))))
    told = [row for row in rows if row["criterion"] == "C5" and row["level"] == "3"]
    assert [(row["of answered"], row["receipts"], row["receipts answered"]) for row in told] == [("12", "12", "12")]
    first, last = told[0]["receipts given out (and not withdrawn) from"], told[0]["receipts given out to"]
    assert first.endswith("-01")
    assert last == f"{datetime.now(UTC):%Y-%m-%d}"


def _learn(installation: Installation) -> None:
    """40 reviews: Grounds met in 20, Dignity (C6) in 30, Voice (C5) scored 12 times; 18 answers about Grounds."""
    with installation.writing() as session:
        marks = [{"C1": 2 if n % 2 else 1} | {"C6": 3 if n % 4 else 0} | ({"C5": 2} if n < 12 else {}) for n in range(40)]
        some_reviews(session, draw=a.a_draw(session), marks=marks, not_drawn=20, probability=(2, 3))
        some_answers(
            session, question="reason_told", criterion="C1", answers={"clear_reason": 12, "not_sure": 6}, issued_at=datetime.now(UTC)
        )


def _page(client: TestClient, installation: Installation, path: str = "/learning") -> BeautifulSoup:
    sign_in(client, installation, Role.LEARNING_TEAM)
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return BeautifulSoup(answer.text, "html.parser")


def _csv(client: TestClient, installation: Installation, name: str) -> dict[str, dict[str, str]]:
    sign_in(client, installation, Role.LEARNING_TEAM)
    answer = client.get(f"/learning/{name}.csv")
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}.csv"'
    return {row["name"]: row for row in csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))}


def _looks(installation: Installation) -> list[AuditEntry]:
    with installation.database.reading() as session:
        return list(session.scalars(select(AuditEntry).where(AuditEntry.action == "consult_learning").order_by(AuditEntry.n)))
