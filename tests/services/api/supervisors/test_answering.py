"""Answers kept as they are typed: what scripts send and are told, both answers of two windows, and reports of watching."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from starlette.testclient import TestClient

from stop_search.accounts.rules import Role
from stop_search.footage.records import Footage
from stop_search.installation import Installation
from stop_search.reviews.records import Mark, MarkMoment, Review, ReviewDraft, ReviewFlag, WatchedFootage
from stop_search.reviews.rules import ReviewState
from tests.support import builders as a
from tests.support.visitors import csrf_for, sign_in
from tests.support.workbench import Bench, a_bench, soup, words


@pytest.fixture
def bench(client: TestClient, installation: Installation) -> Bench:
    """Give a supervisor with one review that is started."""
    return a_bench(client, installation, state=ReviewState.STARTED)


def keep(bench: Bench, part: str, revision: int | str, window: str = "a", **fields: Any) -> Any:
    """Send a form as the page's script does."""
    token = csrf_for(bench.client, bench.installation)
    sent = {"csrf": token, "revision": str(revision), "window": window, "shown_camera": footage_of(bench)} | fields
    return bench.client.post(f"{bench.path}/{part}/draft", data=sent, headers={"accept": "application/json"})


def footage_of(bench: Bench) -> str:
    """Return the id of the recording that the page shows."""
    return soup(bench.get("/C5")).select_one("[data-player]")["data-footage"]


def test_an_incomplete_answer_is_kept_and_told_what_is_missing(bench: Bench) -> None:
    told = keep(bench, "C5", 0, answer="3").json()
    assert (told["revision"], told["marked"], told["conflict"]) == (1, 0, "")
    assert told["problems"]["evidence"].startswith("A 3 needs evidence")
    assert soup(bench.get("/C5")).select_one("input[name=answer][checked]")["value"] == "3"
    assert "begun, not complete" in words(bench.get("/C6"))
    assert "Begun, not complete" in words(bench.get("/check"))
    told = keep(bench, "C5", 1, answer="3", evidence_from="1:00", evidence_to="1:10", evidence_about="she is asked").json()
    assert (told["revision"], told["marked"], told["problems"]) == (2, 1, {})
    assert "C5 1:00 to 1:10" in told["lanes"]


def test_nothing_chosen_yet_is_an_answer_that_is_only_begun(bench: Bench) -> None:
    told = keep(bench, "C5", 0, evidence="He asks why.").json()
    assert "Choose an answer." in told["problems"]["answer"]
    assert soup(bench.get("/C5")).select_one("#evidence").text == "He asks why."


def test_several_time_ranges_are_kept_with_what_is_seen_then(bench: Bench) -> None:
    rows = {"evidence_from": ["0:10", "", "2:00"], "evidence_to": ["0:20", "", ""], "evidence_about": ["hands", "", ""]}
    assert bench.mark("C5", **rows, evidence_camera=[footage_of(bench)] * 3).status_code == 303
    with bench.installation.reading() as session:
        moments = session.scalars(select(MarkMoment).order_by(MarkMoment.place)).all()
        assert [(one.from_seconds, one.to_seconds, one.note) for one in moments] == [(10.0, 20.0, "hands"), (120.0, None, None)]
        assert {str(one.footage_id) for one in moments} == {footage_of(bench)}
    page = soup(bench.get("/C5"))
    assert [field["value"] for field in page.select("[name=evidence_from]")] == ["0:10", "2:00", ""]
    assert "0:10 to 0:20 (hands), 2:00" in words(bench.get("/check"))


def test_what_is_wrong_with_a_second_row_is_said_there(bench: Bench) -> None:
    page = soup(bench.mark("C5", evidence_from=["0:10", "soon"], evidence_to=["0:20", ""]))
    assert "like 3:12" in page.select_one("#evidence_from_2-error").text
    assert page.select_one("#evidence_from-error") is None
    page = soup(bench.mark("C5", evidence_from=["", "0:30"], evidence_to=["0:20", ""]))
    assert "at which it starts" in page.select_one("#evidence_from-error").text
    assert soup(bench.mark("C5", evidence_from="0:10", evidence_camera="x")).select_one("#evidence_from-error")


def test_an_item_may_have_a_moment(bench: Bench) -> None:
    assert bench.mark("C3", item_G_at="0:12").status_code == 303
    assert soup(bench.get("/C3")).select_one("#item_G_at")["value"] == "0:12"
    assert "G at 0:12" in words(bench.get("/check"))
    assert "after the end" in soup(bench.mark("C3", item_G_at="59:00")).select_one("#item_G_at-error").text


def test_a_second_window_is_told_what_differs_and_either_answer_can_be_kept(bench: Bench) -> None:
    keep(bench, "C3", 0, "a", answer="2", item_G="said", evidence="There.")
    answer = keep(bench, "C3", 0, "b", answer="not_observable", not_observable_reason="no_audio", item_G="partly", item_G_at="0:12")
    assert answer.status_code == 409
    rows = [[cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])] for row in table_of(answer.json()["conflict"])]
    assert rows == [
        ["Your mark", "2, meets the standard", "Cannot tell: There is no sound"],
        ["G Grounds for the search", "Said", "Partly said at 0:12"],
        ["Note", "There.", "nothing"],
    ]
    page = bench.get("/C3")
    assert "This answer was changed in another window" in words(page)
    bench.post("/C3/choose", keep="here", revision="1")
    assert soup(bench.get("/C3")).select_one("input[name=answer][checked]")["value"] == "not_observable"
    assert "another window" not in words(bench.get("/C3"))


def table_of(html: str) -> Any:
    """Return the rows of what differs."""
    return BeautifulSoup(html, "html.parser").select("tbody tr")


def test_a_choice_between_answers_of_which_one_is_newer_than_was_seen_shows_both_again(bench: Bench) -> None:
    keep(bench, "C5", 0, "a", answer="2")
    keep(bench, "C5", 0, "b", answer="1", evidence="Here.")
    keep(bench, "C5", 1, "a", answer="0", evidence="Newer there.")
    bench.post("/C5/choose", keep="here", revision="1")
    assert "Newer there." in words(bench.get("/C5"))
    assert "This answer was changed in another window" in words(bench.get("/C5"))
    with bench.installation.reading() as session:
        assert session.get_one(Mark, (bench.review_id, "C5")).level == 0
    bench.post("/C5/choose", keep="there", revision="2")
    assert "another window" not in words(bench.get("/C5"))


def test_an_answer_that_was_changed_elsewhere_cannot_be_handed_in(bench: Bench) -> None:
    bench.mark_all()
    keep(bench, "C5", 0, "b", answer="1", evidence="Here.")
    answer = bench.post("/submit")
    assert answer.status_code == 422
    assert "C5: It was changed in two windows." in words(answer)


def test_a_stale_form_that_is_posted_is_shown_beside_the_newer_answer(bench: Bench) -> None:
    keep(bench, "C5", 0, "a", answer="2")
    answer = bench.mark("C5", "1", evidence="Typed here.", revision="0", window="b")
    assert answer.status_code == 409
    assert "Typed here." in words(answer)


def test_themes_and_times_of_flags_are_kept_too(bench: Bench) -> None:
    told = keep(bench, "themes", 0, theme=["phone_searched"], flag_apologised_from="0:10", flag_apologised_to="0:12").json()
    assert told["problems"] == {}
    page = soup(bench.get("/themes"))
    assert page.select_one("#flag_apologised_from")["value"] == "0:10"
    assert page.select_one("#flag-apologised").has_attr("checked")  # whoever names its time has seen it
    other = keep(bench, "themes", 0, "b", flag=["de_escalated"])
    assert other.status_code == 409
    rows = [[cell.text for cell in row.find_all(["th", "td"])] for row in table_of(other.json()["conflict"])]
    assert rows == [
        ["A phone was looked through", "ticked", "nothing"],
        ["Apologised", "ticked, at 0:10 to 0:12", "nothing"],
        ["Lowered the tension", "nothing", "ticked"],
    ]
    bench.post("/themes/choose", keep="here", revision="1")
    with bench.installation.reading() as session:
        assert session.scalars(select(ReviewFlag.flag)).all() == ["de_escalated"]


def test_a_flag_whose_time_is_none_is_told_and_nothing_is_lost(bench: Bench) -> None:
    answer = bench.post("/themes", flag=["apologised"], flag_apologised_from="soon")
    assert answer.status_code == 422
    page = soup(answer)
    assert page.select_one("#flag_apologised_from")["value"] == "soon"
    assert "like 3:12" in page.select_one("#flag_apologised_from-error").text
    bench.post("/themes", flag=["apologised"], flag_apologised_from="59:00")
    with bench.installation.reading() as session:
        assert session.scalars(select(ReviewFlag.flag)).all() == []


def test_what_was_watched_is_taken_and_drawn(bench: Bench) -> None:
    told = report(bench, [[0, 5], [4, 12.5]])
    assert told.status_code == 200
    assert "Watched: 2%" in told.json()["lanes"]
    with bench.installation.reading() as session:
        assert session.scalars(select(WatchedFootage.spans)).all() == [[[0, 12.5]]]
    assert "You have watched 2%" in words(bench.get("/check"))


def report(bench: Bench, spans: object, footage: str = "") -> Any:
    """Report what was played, as the page's script does."""
    sent = spans if isinstance(spans, str) else json.dumps(spans)
    return bench.post("/watched", footage=footage or footage_of(bench), spans=sent)


@pytest.mark.parametrize(
    "spans", ["", "x", "5", "[5]", "[[1]]", '[["a", "b"]]', "[[-1, 5]]", "[[0, 1e12]]", "[[0, NaN]]", json.dumps([[0, 1]] * 201), "null"]
)
def test_a_report_that_cannot_be_right_is_refused(bench: Bench, spans: str) -> None:
    assert report(bench, spans).status_code == 422


def test_a_recording_that_is_not_of_this_stop_cannot_be_watched(bench: Bench) -> None:
    assert report(bench, [[0, 5]], str(uuid.uuid4())).status_code == 404
    assert report(bench, [[0, 5]], "x").status_code == 422


@pytest.mark.parametrize("revision", ["-1", "one", "1e3", "9" * 30, "\u0661"])
def test_a_revision_that_is_no_number_is_refused(bench: Bench, revision: str) -> None:
    assert keep(bench, "C5", revision, answer="2").status_code == 422


def test_low_share_asks_for_a_reason_and_keeps_it(bench: Bench) -> None:
    bench.mark_all()
    with bench.installation.writing() as session:
        session.scalars(select(WatchedFootage)).one().spans = [[0.0, 60.0]]
    answer = bench.post("/submit")
    assert answer.status_code == 422
    assert "10% of the footage was played here" in words(answer)
    assert soup(answer).select_one("#watched_reason") is not None
    assert bench.post("/submit", watched_reason="The rest shows an empty car.").status_code == 303
    assert "10% of the footage was watched. Why that was enough: The rest shows an empty car." in words(bench.get())


def test_anothers_forms_take_nothing(bench: Bench) -> None:
    footage = footage_of(bench)
    bench.client.cookies.clear()
    sign_in(bench.client, bench.installation, Role.SUPERVISOR)
    for rest in ("/C5/draft", "/themes/draft", "/C5/choose", "/watched"):
        assert bench.post(rest, answer="2", revision="0", footage=footage, spans="[]").status_code == 404, rest
        assert bench.client.post(bench.path + rest, data={"answer": "2"}).status_code == 403, rest
    with bench.installation.reading() as session:
        assert session.scalars(select(ReviewDraft)).all() == []


def test_the_lanes_say_when_the_other_camera_ran(bench: Bench) -> None:
    with bench.installation.writing() as session:
        encounter = session.get_one(a.Encounter, session.get_one(Review, bench.review_id).encounter_id)
        first = session.scalars(select(Footage)).one()
        first.started_at = a.NOON
        a.a_recording(session, encounter=encounter, facts={"length_seconds": 60.0}, started_at=a.NOON + timedelta(seconds=30))
    page = soup(bench.get("/C5?camera=1&at=40"))
    assert "Camera 2: from 0:30 to 1:30" in page.select_one("[data-own-lanes]").get_text(" ", strip=True)
    link = page.select_one("[data-camera='2']")
    assert (link["href"].partition("?")[2], link["data-shift"]) == ("camera=2&at=10.0", "-30.000")
    page = soup(bench.get("/C5?camera=2"))
    assert "Camera 1: from 0:30 before to 8:30 after" in page.select_one("[data-own-lanes]").get_text(" ", strip=True)
    assert [option.text for option in page.select("#evidence_camera option")] == ["Camera 1", "Camera 2"]
    assert page.select_one("#evidence_camera option[selected]").text == "Camera 2"
