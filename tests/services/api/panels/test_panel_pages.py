"""A panel's meeting by its pages: called, voted on alone, shown when all are in, answered by the force, told to the public."""

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from stop_search.installation import Installation
from tests.support.panels import Panel, a_panel, a_released_stop, a_vote, typed
from tests.support.visitors import csrf_for, sign_in_as


@pytest.fixture
def panel(installation: Installation) -> Panel:
    """Give a meeting with three members and one search."""
    with installation.writing() as session:
        return a_panel(session)


def sent(client: TestClient, installation: Installation, path: str, **fields: object) -> str:
    """Send a form, and return where it leads; the page itself where something is wrong."""
    answer = client.post(path, data={"csrf": csrf_for(client, installation)} | fields)
    assert answer.status_code in (303, 422), answer.text
    return answer.headers["location"] if answer.status_code == 303 else answer.text


def all_vote(client: TestClient, installation: Installation, panel: Panel) -> None:
    """Have every member vote by the page."""
    for member in panel.members:
        sign_in_as(client, installation, member.id)
        sent(client, installation, f"/panels/cases/{panel.case_ids[0]}/vote", **typed(a_vote(2, said=f"Said by {member.name}.")))


def test_the_learning_team_calls_a_meeting_and_puts_a_search_before_it(
    client: TestClient, installation: Installation, panel: Panel
) -> None:
    with installation.writing() as session:
        stop = a_released_stop(session, editor=panel.team, checker=panel.other, grounds="Called 07700 900123 and ran.")
    sign_in_as(client, installation, panel.team.id)
    seats = [str(member.id) for member in panel.members]
    day = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
    wrong = sent(client, installation, "/learning/panels/new", name="", meets_on="soon", seats=seats[:2])
    assert "Give the day of the meeting" in wrong
    wrong = sent(client, installation, "/learning/panels/new", name="", meets_on=day, seats=seats[:2])
    assert "Choose 3 to 40 members" in wrong
    assert wrong.count('" checked') == 2
    where = sent(client, installation, "/learning/panels/new", name="Adult panel", meets_on=day, seats=seats)
    add = f"{where}/add/{stop.id}"
    assert add in client.get(where).text
    page = client.get(add).text
    assert "07700" not in page
    assert "and ran." in page
    assert sent(client, installation, add, grounds="Made a call and ran.") == where
    assert stop.reference in client.get(where).text
    sign_in_as(client, installation, panel.members[0].id)
    assert "Adult panel" in client.get("/panels").text


def test_a_member_votes_alone_and_sees_nothing_before_all_are_in(client: TestClient, installation: Installation, panel: Panel) -> None:
    sign_in_as(client, installation, panel.members[0].id)
    page = client.get("/panels").text
    assert "Waits for your vote" in page
    case = f"/panels/cases/{panel.case_ids[0]}"
    page = client.get(case).text
    assert "Seen passing a package." in page
    assert page.count("<video") == 1
    assert panel.encounters[0].reference not in page
    wrong = sent(client, installation, f"{case}/vote", **(typed(a_vote(2)) | {"C5": ""}))
    assert "Choose a level for “Voice”" in wrong
    assert wrong.count('value="2" checked') == 9
    assert 'value="adequate" checked' in wrong
    sent(client, installation, f"{case}/vote", **typed(a_vote(2, said="Something about the phone.")))
    page = client.get(case).text
    assert "Your vote is in." in page
    assert "1 of 3 are in" in page
    assert "voted</h2>" not in page
    sign_in_as(client, installation, panel.members[1].id)
    assert "Something about the phone." not in client.get(case).text
    sign_in_as(client, installation, panel.team.id)
    assert "Something about the phone." not in client.get(f"/learning/panels/{panel.meeting_id}").text


def test_all_votes_are_shown_to_all_without_names(client: TestClient, installation: Installation, panel: Panel) -> None:
    all_vote(client, installation, panel)
    for viewer, path in ((panel.members[0], f"/panels/cases/{panel.case_ids[0]}"), (panel.team, f"/learning/panels/{panel.meeting_id}")):
        sign_in_as(client, installation, viewer.id)
        page = client.get(path).text
        assert "All in all: adequate 3." in page
        assert page.count("Said by") == 3


def test_standing_back_counts_as_in(client: TestClient, installation: Installation, panel: Panel) -> None:
    case = f"/panels/cases/{panel.case_ids[0]}"
    for member in panel.members:
        sign_in_as(client, installation, member.id)
        sent(client, installation, f"{case}/stand-back")
    page = client.get(case).text
    assert "Stood back: 3." in page
    assert page.count("too few") == 10


def test_what_a_panel_asks_is_answered_and_told_to_the_public_by_two(client: TestClient, installation: Installation, panel: Panel) -> None:
    all_vote(client, installation, panel)
    case = f"/panels/cases/{panel.case_ids[0]}"
    wrong = sent(client, installation, f"{case}/recommendations", meeting=str(panel.meeting_id), kind="", text="Words that stay.")
    assert "Choose what it is." in wrong
    assert "Words that stay." in wrong
    about = {"meeting": str(panel.meeting_id), "kind": "improve", "text": "Say what is looked for."}
    assert sent(client, installation, f"{case}/recommendations", **about) == "/panels#answers"
    assert "The answer is due on" in client.get("/panels").text
    sign_in_as(client, installation, panel.team.id)
    (found,) = re.findall(r'href="(/learning/panels/recommendations/[^"]+)"', client.get("/learning/panels").text)
    assert "Choose what the force answers." in sent(client, installation, f"{found}/answer", answer="Words.")
    sent(client, installation, f"{found}/answer", decision="accepted", answer="Every team learns it by May.")
    assert "Somebody else must let out" in sent(client, installation, f"{found}/publish")
    assert "Every team learns it by May." not in client.get("/you-said-we-did").text
    sign_in_as(client, installation, panel.members[2].id)
    assert "Every team learns it by May." in client.get("/panels").text
    sign_in_as(client, installation, panel.other.id)
    assert "changed after you read it" in sent(client, installation, f"{found}/publish")
    (seen,) = re.findall(r'name="seen" value="([0-9a-f]{64})"', client.get(found).text)
    assert sent(client, installation, f"{found}/publish", seen=seen) == "/learning/panels"
    public = client.get("/you-said-we-did").text
    assert "Say what is looked for." in public
    assert "Every team learns it by May." in public
    assert panel.encounters[0].reference not in public


def test_a_panel_recommends_about_no_one_search(client: TestClient, installation: Installation, panel: Panel) -> None:
    sign_in_as(client, installation, panel.members[0].id)
    path = f"/panels/meetings/{panel.meeting_id}/recommendations"
    assert "Youth panel" in client.get(path).text
    assert "Write 1 to 2000 characters." in sent(client, installation, path, kind="commend", text="")
    assert sent(client, installation, path, kind="commend", text="Calm throughout.") == "/panels#answers"


def test_a_meeting_ends_by_its_page(client: TestClient, installation: Installation, panel: Panel) -> None:
    sign_in_as(client, installation, panel.team.id)
    where = f"/learning/panels/{panel.meeting_id}"
    assert sent(client, installation, f"{where}/close") == where
    assert "End the meeting" not in client.get(where).text
    sign_in_as(client, installation, panel.members[0].id)
    assert "Meetings that are over" in client.get("/panels").text


def test_a_stranger_to_the_meeting_finds_nothing(client: TestClient, installation: Installation, panel: Panel) -> None:
    with installation.writing() as session:
        stranger = a_panel(session).members[0]
    sign_in_as(client, installation, stranger.id)
    case = f"/panels/cases/{panel.case_ids[0]}"
    assert client.get(case).status_code == 404
    assert client.get(f"/panels/meetings/{panel.meeting_id}/recommendations").status_code == 404
    answer = client.post(f"{case}/vote", data={"csrf": csrf_for(client, installation)} | typed(a_vote()))
    assert answer.status_code == 404
    sign_in_as(client, installation, panel.team.id)
    assert client.get(f"/learning/panels/{uuid.uuid4()}").status_code == 404
    assert client.get(f"/learning/panels/{panel.meeting_id}/add/{uuid.uuid4()}").status_code == 404
