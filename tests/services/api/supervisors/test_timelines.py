"""The timeline beside the player, as JSON and as a picture: whose it is, what it says, what it never tells."""

import json
import uuid
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from stop_search.accounts.rules import Role
from stop_search.audit.records import AuditEntry
from stop_search.footage.records import Footage
from stop_search.footage.rules import FootageState
from stop_search.installation import Installation
from stop_search.reviews.records import Review
from stop_search.reviews.rules import ReviewState
from tests.support import builders as a
from tests.support.timelines import a_timeline, put_timeline
from tests.support.visitors import sign_in
from tests.support.workbench import CANARIES, Bench, a_bench, soup, words

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def bench(client: TestClient, installation: Installation) -> Bench:
    """Give a started review whose camera came on 45 s before the first contact; its recording has a timeline."""
    made = a_bench(client, installation, state=ReviewState.STARTED)
    with installation.writing() as session:
        footage = session.scalars(select(Footage)).one()
        encounter = session.get_one(a.Encounter, session.get_one(Review, made.review_id).encounter_id)
        encounter.started_at, encounter.ended_at = footage.started_at + timedelta(seconds=45), footage.started_at + timedelta(seconds=630)
        put_timeline(installation, session, footage)
    return made


def path_of(bench: Bench, kind: str) -> str:
    """Return the address of the timeline."""
    with bench.installation.reading() as session:
        return f"/media/footage/{session.scalars(select(Footage.id)).one()}/timeline.{kind}"


def consultations(installation: Installation) -> int:
    """Count the consultations of recordings."""
    with installation.reading() as session:
        return len(session.scalars(select(AuditEntry.n).where(AuditEntry.action == "play_footage")).all())


def test_the_json_has_lanes_levels_and_the_declared_times_of_the_reviewed_stop(bench: Bench) -> None:
    answer = bench.client.get(path_of(bench, "json"))
    told = answer.json()
    assert answer.headers["cache-control"] == "private, max-age=600"
    assert told["length_seconds"] == 600
    assert {lane["name"]: lane["spans"] for lane in told["lanes"]}["muted"] == [[200, 215]]
    assert len(told["sound"]["rms_dbfs"]) == 6000
    (encounter,) = told["encounters"]
    assert (encounter["first_contact_at_seconds"], encounter["end_at_seconds"]) == (45, 630)
    facts = {fact["name"]: fact["seconds"] for fact in encounter["facts"]}
    assert facts == {"activation_lag": 0, "muted": 15, "early_stop": 30}


def test_the_picture_is_xml_with_a_title_and_what_it_shows_in_words(bench: Bench) -> None:
    answer = bench.client.get(path_of(bench, "svg"))
    assert answer.headers["content-type"].startswith("image/svg+xml")
    root = ET.fromstring(answer.content)  # noqa: S314 -- drawn by ourselves
    assert root.findtext(f"{SVG}title") == "Timeline of the recording"
    said = root.findtext(f"{SVG}desc") or ""
    for part in ("First contact 0:45.", "End 30 s after the recording.", "Speech: 7 min 54 s in 4 places.", "Scene changes: 2 places."):
        assert part in said, said
    assert not root.findall(f".//{SVG}style")
    assert not [one for one in root.iter() if one.get("style")]  # the security policy would not let it count


def test_the_workbench_shows_the_picture_and_a_table_whose_places_are_links_into_the_footage(bench: Bench) -> None:
    page = soup(bench.get("/C5"))
    assert page.select_one("[data-timeline] svg[role=img]")
    links = {link.get_text(): link["href"] for link in page.select(".bench-timeline__table a")}
    assert links["3:20 to 3:35"] == f"{bench.path}/C5?camera=1&at=200.0"
    assert links["First contact 0:45"].endswith("at=45.0")
    table = page.select_one(".bench-timeline__table").get_text(" ", strip=True)
    assert "Looked for and not found Lens covered, Picture stands still" in table
    assert "Not looked for Sound too loud, Blurred, Pictures missing, Damaged" in table
    assert "#t=200.0" in soup(bench.get("/C5?camera=1&at=200.0")).select_one("video")["src"]


def test_the_facts_stand_in_words_with_their_source(bench: Bench) -> None:
    shown = words(bench.get())
    assert "The camera came on 45 seconds before the first contact." in shown
    assert "The camera went off 30 seconds before the end." in shown
    assert "15 seconds of the encounter have no sound at all, in one stretch." in shown
    assert "From the record and the camera's clock, which nobody has checked; the sound of the recording (digital zero)." in shown


def test_looking_is_one_consultation_in_one_session_however_often(bench: Bench) -> None:
    for _ in range(2):
        bench.get("/C5")
        bench.client.get(path_of(bench, "json"))
        bench.client.get(path_of(bench, "svg"))
    assert consultations(bench.installation) == 1


def test_nobody_else_is_shown_it_nor_told_that_it_is_there(bench: Bench, installation: Installation) -> None:
    paths = [path_of(bench, kind) for kind in ("json", "svg")]
    for role in (Role.SUPERVISOR, Role.ADMINISTRATOR, Role.OFFICER, Role.LEARNING_TEAM, Role.PANEL_MEMBER):
        bench.client.cookies.clear()
        sign_in(bench.client, installation, role)
        assert {bench.client.get(path).status_code for path in paths} == {404 if role is Role.SUPERVISOR else 403}
    assert consultations(installation) == 0


@pytest.mark.parametrize("state", [ReviewState.SUBMITTED, ReviewState.RECUSED])
def test_it_is_gone_once_the_review_is_handed_in_or_given_back(bench: Bench, state: ReviewState) -> None:
    with bench.installation.writing() as session:
        review = session.get_one(Review, bench.review_id)
        review.state = state
        if state is ReviewState.SUBMITTED:
            review.grade, review.submitted_at = "good_practice", a.NOON
        else:
            review.recused_reason = "I know him."
    assert bench.client.get(path_of(bench, "json")).status_code == 404
    assert "data-timeline" not in bench.get().text


def test_of_a_recording_of_two_stops_only_the_reviewed_one_is_marked(bench: Bench) -> None:
    with bench.installation.writing() as session:
        footage = session.scalars(select(Footage)).one()
        other = a.an_encounter(session, started_at=footage.started_at + timedelta(seconds=300))
        link = a.FootageOfEncounter(footage_id=footage.id, encounter_id=other.id, matched_by="declared", matched_at=a.NOON)
        session.add(link)
    assert len(bench.client.get(path_of(bench, "json")).json()["encounters"]) == 1
    assert "5:00" not in words(bench.get("/C5")).split("Sound")[0]


def test_nothing_in_it_tells_who_the_officer_is(bench: Bench) -> None:
    told = bench.get("/C5").text + bench.client.get(path_of(bench, "json")).text + bench.client.get(path_of(bench, "svg")).text
    assert [canary for canary in CANARIES if canary in told] == []


def test_a_source_that_holds_markup_stays_words(bench: Bench) -> None:
    told = a_timeline(lanes={"<script>alert(1)</script>": [[1, 2]]}) | {"moments": []}
    with bench.installation.writing() as session:
        put_timeline(bench.installation, session, session.scalars(select(Footage)).one(), told)
    for page in (bench.get("/C5").text, bench.client.get(path_of(bench, "svg")).text):
        assert "<script>alert" not in page.lower()


@pytest.mark.parametrize(
    "stored", [b"", b"[]", b"{}", b'{"version": 2}', json.dumps(a_timeline(lanes={"dark": [["x", 2]]})).encode(), b"\xff\xfe"]
)
def test_a_timeline_that_cannot_be_read_leaves_the_player_and_says_what_to_do(bench: Bench, stored: bytes) -> None:
    with bench.installation.writing() as session:
        put_timeline(bench.installation, session, session.scalars(select(Footage)).one(), stored)
    shown = bench.get("/C5")
    assert "Examine the recording again." in words(shown)
    assert soup(shown).select_one("video")
    assert bench.client.get(path_of(bench, "json")).status_code == 404


def test_a_timeline_that_is_gone_from_storage_is_told_without_its_key(bench: Bench) -> None:
    with bench.installation.writing() as session:
        footage = session.scalars(select(Footage)).one()
        footage.pictures = footage.pictures | {"timeline": "footage/aa/CANARYFILE/timeline.json"}
    assert "is not where it was stored" in words(bench.get("/C5"))
    assert "CANARYFILE" not in bench.get("/C5").text + bench.client.get(path_of(bench, "json")).text


def test_a_recording_of_before_timelines_is_told_as_such(client: TestClient, installation: Installation) -> None:
    bench = a_bench(client, installation, state=ReviewState.STARTED)
    assert "it was examined before timelines were made" in words(bench.get("/C5"))
    assert bench.client.get(path_of(bench, "svg")).status_code == 404


def test_an_erased_recording_shows_no_timeline(bench: Bench) -> None:
    with bench.installation.writing() as session:
        session.scalars(select(Footage)).one().state = FootageState.ERASED
    assert bench.client.get(path_of(bench, "json")).status_code == 410
    assert "data-timeline" not in bench.get("/C5").text


def test_another_camera_has_its_own_timeline(bench: Bench) -> None:
    with bench.installation.writing() as session:
        encounter = session.get_one(a.Encounter, session.get_one(Review, bench.review_id).encounter_id)
        late: dict[str, Any] = {
            "facts": {"length_seconds": 100.0, "has_sound": False},
            "started_at": encounter.started_at + timedelta(seconds=75),
        }
        footage = a.a_recording(session, encounter=encounter, **late)
        put_timeline(bench.installation, session, footage, a_timeline(100.0, lanes={}, sound=None))
    shown = words(bench.get("/C5?camera=2"))
    assert "The camera came on 1 minute 15 seconds after the first contact." in shown
    assert "This recording has no sound." in shown
    assert "First contact 1 min 15 s before the recording" in shown


def test_an_address_that_is_no_review_is_answered_as_one_that_is_not_there(bench: Bench) -> None:
    assert {bench.client.get(f"/reviews/{name}/C5").status_code for name in ("nonsense", uuid.uuid4())} == {404}


def test_the_parts_that_no_camera_shows_are_told_by_the_time_of_day(bench: Bench) -> None:
    assert "No camera shows 12:10:00 to 12:10:30 of this stop." in words(bench.get("/C5"))
    with bench.installation.writing() as session:
        encounter = session.get_one(a.Encounter, session.get_one(Review, bench.review_id).encounter_id)
        second = {"started_at": encounter.started_at + timedelta(seconds=500), "facts": {"length_seconds": 100.0}}
        a.a_recording(session, encounter=encounter, **second)
    page = words(bench.get())
    assert "Together the cameras show the whole of this stop." in page
    assert "From the clocks of all cameras, not all of which anybody has checked; the record and the camera's clock" in page


def test_nothing_is_said_of_all_cameras_where_nobody_knows_when_one_ran(bench: Bench) -> None:
    with bench.installation.writing() as session:
        encounter = session.get_one(a.Encounter, session.get_one(Review, bench.review_id).encounter_id)
        a.a_recording(session, encounter=encounter, state=FootageState.RECEIVED, facts={})
    assert "No camera shows" not in words(bench.get("/C5"))


def test_the_queue_says_that_footage_was_erased(bench: Bench) -> None:
    with bench.installation.writing() as session:
        session.scalars(select(Footage)).one().state = FootageState.ERASED
    assert "Erased" in words(bench.client.get("/reviews"))
