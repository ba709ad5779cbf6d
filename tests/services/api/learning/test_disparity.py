"""The page of disparity: the finding first, alerts, benchmark, bounds and pitfalls always there; its files; who may look."""

import csv
import io
from dataclasses import replace
from typing import cast

import pytest
from bs4 import BeautifulSoup
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from stop_search.accounts.rules import Role
from stop_search.audit.records import AuditEntry
from stop_search.audit.rules import WORKER
from stop_search.force import Residents
from stop_search.installation import Installation
from stop_search.learning.disparity.film_alerts import watch_film
from stop_search.learning.disparity.findings import NO_THRESHOLD_TEST, OUTCOME_TEST, PITFALLS
from stop_search.learning.disparity.groups import Basis
from tests.conftest import NOON
from tests.support.searched import a_small_force
from tests.support.visitors import sign_in

PAGES = ("/learning/disparity", "/learning/disparity/population.csv", "/learning/disparity/inside.csv")


def page(client: TestClient, installation: Installation, query: str = "", *, filled: bool = True) -> BeautifulSoup:
    """Return the page as the learning team sees it."""
    if filled:
        with installation.writing() as session:
            a_small_force(session)
    sign_in(client, installation, Role.LEARNING_TEAM)
    answer = client.get(f"/learning/disparity{query}")
    assert answer.status_code == 200, answer.text
    return BeautifulSoup(answer.text, "html.parser")


def table(client: TestClient, path: str) -> list[dict[str, str]]:
    """Return the rows of a file."""
    answer = client.get(path)
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_before_anybody_was_searched_the_page_says_so_and_what_comes_next(client: TestClient, installation: Installation) -> None:
    words = page(client, installation, filled=False).get_text(" ", strip=True)
    assert "Nobody has been searched yet" in words
    assert "Next: officers record searches, or published files are taken in" in words


def test_the_finding_comes_first_then_alerts_pictures_tables_and_what_to_keep_in_mind(
    client: TestClient, installation: Installation
) -> None:
    words = page(client, installation).get_text(" ", strip=True)
    parts = (
        "Black people were 7.4 times as likely to be searched as White people, between",
        "Black people: there is no video more often than of White people, beyond chance",
        "Searched, for every 1,000 who live here",
        "Compared with residents of Wessex, as invented, 2021.",
        "What became of the search",
        "Found, by what was searched for",
        "Video: missing, late, cut short",
        "Reviews: how often the standard was met",
        "Groups within groups: nothing more was done",
        "What to keep in mind",
    )
    places = [words.index(part) for part in parts]
    assert places == sorted(places)


@pytest.mark.parametrize("basis", list(Basis))
def test_every_view_has_its_benchmark_the_not_stated_and_all_that_is_to_be_kept_in_mind(
    client: TestClient, installation: Installation, basis: Basis
) -> None:
    found = page(client, installation, f"?basis={basis}")
    words = found.get_text(" ", strip=True)
    assert "residents of Wessex, as invented, 2021" in words
    assert "of 100 not stated" in words
    measures = [one.get_text(" ", strip=True) for one in found.select(".learning-measure:has(.learning-groups)")]
    unsaid = [one.get_text(" ", strip=True) for one in found.select(".learning-unsaid li")]
    assert len(measures) >= 4
    assert all("Not stated:" in one for one in measures)
    assert all("not stated:" in one or one.endswith(": nobody") for one in unsaid)
    assert "Times, whoever the not stated are" in words
    assert "More for every 1,000" in words
    for part in (*PITFALLS, OUTCOME_TEST, NO_THRESHOLD_TEST):
        assert part in words


def test_beside_every_ratio_stand_its_interval_its_difference_and_its_bounds(client: TestClient, installation: Installation) -> None:
    found = page(client, installation)
    rows = [one for one in found.select(".learning-group__words, .learning-forest > .learning-words") if " times as " in one.text]
    assert len(rows) >= 4
    for row in rows:
        words = row.get_text(" ", strip=True)
        assert "between" in words
        assert "points" in words or "for every 1,000" in words
        assert "Whoever the not stated are" in words


def test_where_there_are_more_searches_than_residents_the_residents_stay_and_the_page_says_so(
    client: TestClient, installation: Installation
) -> None:
    app = cast("FastAPI", client.app)
    few = Residents("residents of a small city", 2021, "a test", ethnicity={"White": 5955, "Black": 50})
    app.state.force = replace(app.state.force, residents=few)
    found = page(client, installation)
    assert "More searches than residents: Black people." in found.get_text(" ", strip=True)
    (black,) = (one for one in table(client, "/learning/disparity/population.csv") if one["group"] == "Black")
    assert int(black["searches"]) > int(black["population"]) == 50
    assert float(black["rate_per_1000"]) == int(black["searches"]) * 1000 / 50


def test_every_picture_has_words_and_needs_neither_script_nor_style(client: TestClient, installation: Installation) -> None:
    found = page(client, installation)
    assert not found.select("[style], style, script:not([src])")
    pictures = found.select("main svg[role=img]")
    assert len(pictures) > 20
    assert all(picture.get("aria-label") for picture in pictures)
    labels = " ".join(str(one["aria-label"]) for one in pictures)
    assert "Black: 7.4 times as likely to be searched as White people, 95 % interval 6.0 to" in labels


def test_what_is_too_few_says_how_many_and_a_small_count_is_not_given_away(client: TestClient, installation: Installation) -> None:
    with installation.writing() as session:
        a_small_force(session, units=("Harbour",))
    sign_in(client, installation, Role.LEARNING_TEAM)
    found = BeautifulSoup(client.get("/learning/disparity").text, "html.parser")
    assert "Too few to say: 1 to 4 searched; fewer than 20 searches" in found.get_text(" ", strip=True)
    assert found.select("tr.learning-grey")


def residents_of(found: BeautifulSoup) -> dict[str, str]:
    """Return how many of each group were searched, as the table says it."""
    rows = found.select("[aria-label='Searches for every 1,000 who live here'] tbody tr")
    return {row.select_one("th").get_text(strip=True): row.select("td")[0].get_text(strip=True) for row in rows}  # pyright: ignore[reportOptionalMemberAccess]


def test_a_small_group_is_not_all_people_less_the_others(client: TestClient, installation: Installation) -> None:
    """98 people: 52 White, 34 Black, 9 not stated, and 3 of Mixed, who would be what is left; 9.2 of 100 not stated would give the 9."""
    with installation.writing() as session:
        a_small_force(session, units=("Harbour",))
    found = page(client, installation, filled=False)
    words = found.get_text(" ", strip=True)
    assert residents_of(found) == {
        "White": "52", "Mixed": "1 to 4", "Asian": "0", "Black": "34", "Other": "0", "Not stated": "hidden",
    }  # fmt: skip
    assert "98 people searched" in words
    assert "Not stated: hidden" in words
    assert "9.2 of 100" not in words
    assert "Whoever the not stated are" not in words
    assert "“Hidden” is a count that would give one from 1 to 4 away" in words
    nothing = next(row for row in found.select(".learning-measure") if row.h3 and row.h3.text == "Nothing more was done")
    assert "Not stated: hidden" in nothing.get_text(" ", strip=True)
    assert "Mixed 1 to 4" in words


def test_in_the_files_too_a_small_group_is_not_all_people_less_the_others(client: TestClient, installation: Installation) -> None:
    page(client, installation, filled=False)
    with installation.writing() as session:
        a_small_force(session, units=("Harbour",))
    rows = {row["group"]: row for row in table(client, "/learning/disparity/population.csv")}
    assert {key: row["searches"] for key, row in rows.items()} == {"White": "52", "Mixed": "", "Asian": "0", "Black": "34", "Other": "0"}
    gone = ("not_stated_share", "ratio_if_all_not_stated_are_of_the_reference", "ratio_if_all_not_stated_are_of_the_group")
    assert {row[name] for row in rows.values() for name in gone} == {""}
    assert rows["Black"]["ratio"]
    for row in table(client, "/learning/disparity/inside.csv"):
        assert row["people"] or not any(row[name] for name in ("of_whom", "share", "ci_low", "ratio", "difference", "adjusted_p"))


def test_another_period_can_be_chosen_and_one_that_is_not_there_is_not_found(client: TestClient, installation: Installation) -> None:
    found = page(client, installation, "?period=2026-27")
    assert [option["value"] for option in found.select("#period option")] == ["latest", "2026-27"]
    assert [option["value"] for option in found.select("#period option[selected]")] == ["2026-27"]
    assert client.get("/learning/disparity?period=1999-00").status_code == 404
    assert client.get("/learning/disparity?measure=officers").status_code == 404
    assert client.get("/learning/disparity?basis=officers").status_code == 422


def test_the_files_leave_small_counts_out_and_name_their_benchmark(client: TestClient, installation: Installation) -> None:
    page(client, installation)
    rows = {row["group"]: row for row in table(client, "/learning/disparity/population.csv")}
    assert rows["Black"]["searches"] == "136"
    assert rows["Black"]["benchmark"] == "residents of Wessex, as invented"
    assert float(rows["Black"]["ratio"]) == pytest.approx(7.379)
    assert rows["Mixed"]["ratio"] == ""
    assert rows["Mixed"]["too_few_to_say_because"] == "fewer than 20 searches"
    inside = table(client, "/learning/disparity/inside.csv")
    (video,) = [row for row in inside if (row["measure"], row["group"]) == ("No video", "Black")]
    assert (video["people"], video["of_whom"], video["share"]) == ("136", "72", "0.5294")
    assert {row["not_stated_share"] for row in inside} - {"0.0"}


def test_before_anything_the_files_have_their_heading_only(client: TestClient, installation: Installation) -> None:
    page(client, installation, filled=False)
    assert all(table(client, path) == [] for path in PAGES[1:])


def test_every_look_is_noted(client: TestClient, installation: Installation) -> None:
    page(client, installation)
    for path in PAGES[1:]:
        client.get(path)
    with installation.reading() as session:
        noted = session.scalars(select(AuditEntry.object_id).where(AuditEntry.action == "consult_learning")).all()
    assert sorted(noted) == sorted(PAGES)


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.OFFICER, Role.PANEL_MEMBER, Role.ADMINISTRATOR])
def test_nobody_else_may_look(client: TestClient, installation: Installation, role: Role) -> None:
    sign_in(client, installation, role)
    assert [client.get(path).status_code for path in PAGES] == [403, 403, 403]


def test_the_learning_page_leads_here(client: TestClient, installation: Installation) -> None:
    page(client, installation)
    assert client.get("/learning").text.count('href="/learning/disparity"') == 1


def test_missing_video_of_one_group_is_an_alert_on_the_learning_page_too(client: TestClient, installation: Installation) -> None:
    page(client, installation)
    with installation.writing() as session:
        assert watch_film(session, public_url="", writes_mail=False, actor=WORKER, now=NOON)
    found = BeautifulSoup(client.get("/learning").text, "html.parser")
    alerts = [one.get_text(" ", strip=True) for one in found.select(".govuk-warning-text")]
    assert any("Video is missing more often of Black people than of White people, by more than chance" in one for one in alerts)
    assert found.select('.govuk-warning-text a[href="/learning/film#no_video"]')
