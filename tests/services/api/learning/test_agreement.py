"""Whether marks can be believed, and gold clips, as the learning team sees them."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from starlette.testclient import TestClient

from services.api.chart_places import chart_of
from stop_search.accounts.rules import Role
from stop_search.audit.records import AuditEntry
from stop_search.installation import Installation
from stop_search.reviews.drift import Chart, Verdict
from stop_search.reviews.records import GoldClip, ReaderLetter
from stop_search.reviews.rubric import newest_rubric
from stop_search.reviews.rules import Reading
from tests.support import builders as a
from tests.support.double_reading import agreed, many_readings, read_by
from tests.support.visitors import csrf_for, sign_in

CRITERIA = len(newest_rubric().criteria)
APART_ON_C4 = [0.95, 0.95, 0.95, 0.05]


def page(client: TestClient, installation: Installation, path: str = "/learning/agreement") -> BeautifulSoup:
    sign_in(client, installation, Role.LEARNING_TEAM)
    answer = client.get(path)
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


def fill(installation: Installation, **given: Any) -> None:
    with installation.writing() as session:
        many_readings(session, **({"clips": 120, "twice": 100, "readers": 6, "agreement": APART_ON_C4} | given))


def test_before_anything_is_read_twice_the_page_says_so(client: TestClient, installation: Installation) -> None:
    words = page(client, installation).get_text(" ", strip=True)
    assert "It is too early to say whether readers agree: 0 stops were read twice, and 20 are needed." in words
    assert "No stop has been read twice yet." in words


def test_the_finding_comes_first_then_the_picture_the_table_the_caveats_severity_and_drift(
    client: TestClient, installation: Installation
) -> None:
    fill(installation)
    words = page(client, installation).get_text(" ", strip=True)
    places = [
        words.index(part)
        for part in (
            "On “Explanation understood” they differ too much, so no estimate of this is told.",
            "100 stops read twice",
            "200 stops read twice are wanted in a quarter",
            "Agreement, criterion by criterion",
            "The figures",
            "Only pairs that were read blind count",
            "How severe readers are",
            "What is said of one officer or one stop is never adjusted.",
            "Whose marks have moved",
            "This is no ranking",
        )
    ]
    assert places == sorted(places)


def test_every_criterion_has_its_dot_with_its_words_and_its_row(client: TestClient, installation: Installation) -> None:
    fill(installation)
    shown = page(client, installation)
    labels = [str(picture["aria-label"]) for picture in shown.select(".learning-rows svg[role=img]")]
    assert len(labels) == CRITERIA
    assert any(label.startswith("Explanation understood: alpha 0.") and label.endswith(", withheld") for label in labels)
    assert all("95 % interval" in label for label in labels)
    rows = shown.select("section table, table")[0].select("tbody tr")
    assert len(rows) == CRITERIA
    assert [row.select("td")[-1].get_text(strip=True) for row in rows][3] == "Withheld"


def test_readers_stand_under_letters_in_the_order_of_the_alphabet_and_no_name_is_there(
    client: TestClient, installation: Installation
) -> None:
    fill(installation)
    shown = page(client, installation)
    with installation.reading() as session:
        letters = sorted(session.scalars(select(ReaderLetter.letter)))
    in_table = [row.th.get_text(strip=True) for row in shown.select("table")[1].select("tbody tr")]
    in_charts = [heading.get_text(strip=True) for heading in shown.select(".drift-one h3")]
    assert in_table == in_charts == [f"Reader {letter}" for letter in letters]
    assert len(shown.select(".drift-one svg[role=img]")) == len(letters)


def test_a_withheld_criterion_is_listed_and_has_no_estimate_on_any_page(client: TestClient, installation: Installation) -> None:
    fill(installation, clips=200)
    learning = page(client, installation, "/learning")
    (row,) = [row for row in learning.select("tr.learning-grey") if row.th and row.th.text == "Explanation understood"]
    assert "Withheld: two readers of the same stop differ too much on it (alpha below 0.667)" in row.get_text(" ", strip=True)
    assert "Withheld, because two readers of the same stop differ too much: Explanation understood." in learning.get_text(" ", strip=True)
    grounds = next(row for row in learning.select("tbody tr") if row.th and row.th.text == "Grounds")
    assert "learning-grey" not in grounds.get("class", [])
    table = client.get("/learning/criteria.csv").text.splitlines()
    line = next(line for line in table if line.startswith("C4,"))
    assert ",,,two readers" in line.replace('"', "")
    assert line.endswith(",withheld,1,,,")


def test_where_nothing_is_known_of_agreement_the_estimates_stay_and_it_is_said(client: TestClient, installation: Installation) -> None:
    fill(installation, twice=10, clips=200)
    words = page(client, installation, "/learning").get_text(" ", strip=True)
    assert f"Whether readers agree is not known yet for {CRITERIA} of {CRITERIA} criteria" in words
    assert "of 100, between" in words
    assert "Withheld" not in words


@pytest.mark.parametrize("path", ["/learning/agreement", "/learning/gold"])
def test_nobody_else_opens_it_and_every_look_is_noted(client: TestClient, installation: Installation, path: str) -> None:
    sign_in(client, installation, Role.SUPERVISOR)
    assert client.get(path).status_code == 403
    page(client, installation, path)
    with installation.reading() as session:
        noted = session.scalars(select(AuditEntry.object_id).where(AuditEntry.action == "consult_learning")).all()
    assert noted == [path]


def test_a_gold_clip_is_proposed_on_one_page_and_agreed_by_another_person(client: TestClient, installation: Installation) -> None:
    with installation.writing() as session:
        encounter = a.an_encounter(session, officer=a.an_officer(session), reference="GOLD-1")
        a.a_recording(session, encounter=encounter, facts={"length_seconds": 60.0})
        entry = a.a_frame_entry(session, draw=a.a_draw(session), encounter=encounter)
        marks = {name: mark.level for name, mark in agreed().items()}
        read_by(session, entry=entry, reader=a.an_account(session), marks=marks)
        read_by(session, entry=entry, reader=a.an_account(session), marks=marks | {"C1": 0}, reading=Reading.SECOND)
    sign_in(client, installation, Role.LEARNING_TEAM)
    assert client.get("/learning/gold?reference=NONE").status_code == 404
    form = client.get("/learning/gold?reference=GOLD-1", follow_redirects=True)
    path = form.url.path
    chosen = {select["name"]: select.select_one("option[selected]") for select in BeautifulSoup(form.text, "html.parser").select("select")}
    assert chosen["C1"] is None or chosen["C1"]["value"] == ""
    assert chosen["C2"]["value"] == "2"
    fields = dict.fromkeys(chosen, "2") | {f"why_{name}": f"Because of {name}." for name in chosen} | {"because": "It teaches."}
    refused = client.post(path, data={"csrf": csrf_for(client, installation)} | fields | {"why_C3": ""})
    assert refused.status_code == 422
    assert "Because of C2." in refused.text, "nothing that was typed is lost"
    assert client.post(path, data={"csrf": csrf_for(client, installation)} | fields, follow_redirects=False).status_code == 303
    with installation.reading() as session:
        clip_id = session.scalars(select(GoldClip.id)).one()
    own = client.get(f"/learning/gold/{clip_id}")
    assert "Somebody else of the learning team agrees" in own.text
    assert client.post(f"/learning/gold/{clip_id}", data={"csrf": csrf_for(client, installation), "what": "agree"}).status_code == 403
    sign_in(client, installation, Role.LEARNING_TEAM)
    done = client.post(f"/learning/gold/{clip_id}", data={"csrf": csrf_for(client, installation), "what": "agree"}, follow_redirects=True)
    assert "The clip is in use from now on." in done.text
    done = client.post(f"/learning/gold/{clip_id}", data={"csrf": csrf_for(client, installation), "what": "retire"}, follow_redirects=True)
    assert "Not used any more" in done.text


def test_a_chart_reaches_past_its_limits_and_its_line() -> None:
    drawn = chart_of(Chart(3, Verdict.HIGHER, (1.0, 1.0, 1.0), (0.1, 0.19, 0.27), 0.1))
    assert 0 < drawn.end[1] < drawn.above < 30 < drawn.below < 60
    assert drawn.path.startswith("M0.0 ")
    assert chart_of(Chart(3, Verdict.TOO_FEW)) is None
