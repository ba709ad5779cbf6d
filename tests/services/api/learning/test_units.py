"""The page of units: the finding, the funnel with words, the table, the weeks; its file; who may look."""

import csv
import io
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from stop_search.accounts.rules import Role
from stop_search.installation import Installation
from stop_search.reviews.rubric import newest_rubric
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.searched import a_small_force, some_searched
from tests.support.visitors import sign_in


def page(client: TestClient, query: str = "") -> BeautifulSoup:
    """Return the page."""
    answer = client.get(f"/learning/units{query}")
    assert answer.status_code == 200, answer.text
    return BeautifulSoup(answer.text, "html.parser")


@pytest.fixture
def force(client: TestClient, installation: Installation) -> Installation:
    """Give an installation of four units, the learning team signed in."""
    with installation.writing() as session:
        a_small_force(session)
    sign_in(client, installation, Role.LEARNING_TEAM)
    return installation


def test_before_anybody_was_searched_the_page_says_so(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.LEARNING_TEAM)
    assert "Nobody has been searched yet" in page(client).get_text(" ", strip=True)


def test_the_unit_that_differs_is_named_first_and_marked_without_colour(client: TestClient, force: Installation) -> None:
    found = page(client)
    words = found.get_text(" ", strip=True)
    assert "By more than chance, there is no video more often in Moor (47 of 100); in all units together, in 26 of 100." in words
    assert "Units are compared, never officers." in words
    rows = {row.th.get_text(strip=True): row.select("td")[-1].text for row in found.select("tbody tr") if row.th}
    assert rows == {"1. Eastbridge": "No", "2. Harbour": "No", "3. Moor": "Yes", "4. Northtown": "No"}
    assert len(found.select("figure rect.learning-flag")) == 2, "one in the key, one in the picture"


def test_the_funnel_has_its_limits_and_its_words(client: TestClient, force: Installation) -> None:
    found = page(client)
    assert len(found.select("polyline.learning-curve--near")) == len(found.select("polyline.learning-curve--far")) == 2
    (label,) = [str(one["aria-label"]) for one in found.select("svg[role=img]")]
    assert "Moor 47 of 100, beyond chance" in label
    assert label.endswith("all together 26 of 100")
    assert not found.select("[style], style, script:not([src])")


def test_units_at_the_same_place_share_a_mark_with_all_their_numbers(client: TestClient, force: Installation) -> None:
    labels = [one.text for one in page(client).select(".learning-picture svg svg text")]
    assert sorted(labels) == ["1, 2, 4", "3"]


def test_too_few_units_are_too_few_to_compare(client: TestClient, installation: Installation) -> None:
    with installation.writing() as session:
        some_searched(session, 12, team=a.a_team(session, unit="Harbour"))
        some_searched(session, 6, team=a.a_team(session, unit="Moor"))
        some_searched(session, 3)
    sign_in(client, installation, Role.LEARNING_TEAM)
    found = page(client)
    words = found.get_text(" ", strip=True)
    assert "Too few units can be compared: 3 are needed" in words
    assert "Of 3 people no unit is recorded." in words
    assert "too few to say: 10 are needed" in words
    assert [row.select("td")[-1].text for row in found.select("tbody tr:not(.learning-grey)")] == ["\N{EN DASH}"]
    assert not found.select("polyline")


def test_weeks_are_charted_once_there_are_eight_and_a_change_is_said(client: TestClient, installation: Installation) -> None:
    with installation.writing() as session:
        team = a.a_team(session, unit="Harbour")
        for week in range(20):
            moment = NOON - timedelta(days=7 * (20 - week))
            some_searched(session, 12, team=team, started_at=moment, every=timedelta(minutes=20), filmed=12 if week < 10 else 4)
    sign_in(client, installation, Role.LEARNING_TEAM)
    found = page(client)
    heads = {figure.h3.text: figure.p.get_text(" ", strip=True) for figure in found.select(".learning-week") if figure.h3 and figure.p}
    assert set(heads) == {"The whole force", "Harbour"}
    assert "Changed:" in heads["Harbour"]
    assert "a signal in" in heads["Harbour"]
    assert "the first the week from" in heads["Harbour"]
    assert found.select(".learning-week polyline.learning-curve--average")


def test_a_criterion_of_the_rubric_can_be_chosen_and_has_no_weeks(client: TestClient, force: Installation) -> None:
    words = page(client, "?measure=C1").get_text(" ", strip=True)
    assert f"Reviews: {newest_rubric().criteria[0].name}" in words
    assert "Too few stops are reviewed in a week to chart a criterion of the rubric." in words


def test_the_file_leaves_small_counts_out(client: TestClient, force: Installation) -> None:
    text = client.get("/learning/units/funnel.csv?measure=no_video").content.decode("utf-8-sig")
    rows = {row["unit"]: row for row in csv.DictReader(io.StringIO(text))}
    assert (rows["Moor"]["n"], rows["Moor"]["events"], rows["Moor"]["share"]) == ("98.0", "46", "0.4694")
    assert float(rows["Moor"]["adjusted_p"]) < 0.001
    with force.writing() as session:
        some_searched(session, 20, team=a.a_team(session, unit="Quiet"), filmed=16)
    text = client.get("/learning/units/funnel.csv?measure=no_video").content.decode("utf-8-sig")
    quiet = next(row for row in csv.DictReader(io.StringIO(text)) if row["unit"] == "Quiet")
    assert quiet["n"] == "20.0"
    assert quiet["events"] == quiet["share"] == quiet["pooled_share"] == ""


def test_what_is_not_there_is_not_found_and_nobody_else_may_look(client: TestClient, force: Installation) -> None:
    assert client.get("/learning/units?measure=officers").status_code == 404
    assert client.get("/learning/units?period=1999-00").status_code == 404
    sign_in(client, force, Role.SUPERVISOR)
    assert [client.get(path).status_code for path in ("/learning/units", "/learning/units/funnel.csv")] == [403, 403]
