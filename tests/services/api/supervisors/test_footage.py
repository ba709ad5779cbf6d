"""A leader's page about footage and stops: deciding, tying by hand, explaining; nothing of other teams."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from stop_search.accounts.records import Account, Team
from stop_search.accounts.rules import PostKind, Role
from stop_search.audit.records import AuditEntry
from stop_search.encounters.records import Encounter
from stop_search.footage.records import Footage, FootageInDoubt
from stop_search.installation import Installation
from tests.support import builders as a
from tests.support.visitors import csrf_for, sign_in

NOW = datetime.now(UTC)
THEN = NOW - timedelta(days=2)


@pytest.fixture
def team(client: TestClient, installation: Installation) -> Team:
    """Give the team that the supervisor leads who is signed in."""
    leader = sign_in(client, installation, Role.SUPERVISOR)
    with installation.writing() as session:
        led = a.a_team(session)
        a.a_post(session, account=session.get_one(Account, leader), team=led, kind=PostKind.LEAD)
        return led


def a_doubt(installation: Installation, team: Team, reference: str = "IT-DOUBT") -> str:
    """Add a stop that a recording may show, one that nothing shows, and a recording without a stop; return the first recording's id."""
    with installation.writing() as session:
        officer = a.an_officer(session, team=team)
        stop = a.an_encounter(session, reference=reference, officer=officer, team=team, started_at=THEN)
        footage = a.a_recording(session, officer_id=officer.id, started_at=THEN, received_at=THEN)
        session.add(FootageInDoubt(footage_id=footage.id, encounter_id=stop.id, why="They may overlap.", noted_at=NOW))
        a.an_encounter(session, reference=f"{reference}-NONE", officer=officer, team=team, started_at=THEN, camera_serial="C9")
        a.a_recording(
            session, officer_id=officer.id, started_at=THEN - timedelta(hours=5), received_at=THEN, device_serial=f"{reference}-LOOSE"
        )
        return str(footage.id)


def test_a_leader_sees_what_waits_and_nothing_of_other_teams(client: TestClient, installation: Installation, team: Team) -> None:
    a_doubt(installation, team)
    with installation.writing() as session:
        foreign = a.a_team(session)
    a_doubt(installation, foreign, "IT-FOREIGN")
    page = client.get("/reviews/footage").text
    for words in (
        "To decide (1)",
        "Stops without footage (1)",
        "IT-DOUBT-NONE",
        "It names a camera",
        "Recordings without a stop (1)",
        "LOOSE",
    ):
        assert words in page
    assert "FOREIGN" not in page
    assert client.get("/reviews/footage/stops/IT-FOREIGN").status_code == 404
    assert "3 to decide or explain" in client.get("/reviews").text


def test_a_decision_needs_an_answer_and_words_and_is_shown_with_its_stop(
    client: TestClient, installation: Installation, team: Team
) -> None:
    footage = a_doubt(installation, team)
    address, csrf = f"/reviews/footage/stops/IT-DOUBT/{footage}", csrf_for(client, installation)
    assert "They may overlap." in client.get(address).text
    for sent, fault in (({}, "Choose whether"), ({"reason": "yes"}, "Say why")):
        answer = client.post(address, data=sent | {"csrf": csrf})
        assert answer.status_code == 422
        assert fault in answer.text
    told = client.post(address, data={"reason": "yes", "words": "I hear the reference.", "csrf": csrf}, follow_redirects=True).text
    assert "Shows this stop, a person decided" in told
    assert "I hear the reference." in told
    assert client.get(f"/reviews/footage/stops/IT-ELSE/{footage}").status_code == 404
    assert client.get("/reviews/footage/stops/IT-DOUBT/no-id").status_code == 404


def test_a_stop_without_footage_and_a_recording_without_a_stop_are_explained(
    client: TestClient, installation: Installation, team: Team
) -> None:
    a_doubt(installation, team)
    csrf = csrf_for(client, installation)
    page = client.get("/reviews/footage").text
    loose = page.split("/reviews/footage/recordings/")[1][:36]
    assert "Begins" in client.get(f"/reviews/footage/recordings/{loose}").text
    assert "Choose a reason" in client.post("/reviews/footage/stops/IT-DOUBT-NONE", data={"csrf": csrf}).text
    client.post("/reviews/footage/stops/IT-DOUBT-NONE", data={"reason": "battery_flat", "csrf": csrf})
    assert "The battery was flat" in client.get("/reviews/footage/stops/IT-DOUBT-NONE").text
    assert client.post(f"/reviews/footage/recordings/{loose}", data={"csrf": csrf}).status_code == 422
    wrong = client.post(f"/reviews/footage/recordings/{loose}/stop", data={"reason": "IT-X", "words": "seen", "csrf": csrf})
    assert wrong.status_code == 422
    assert "Check the reference" in wrong.text
    tied = client.post(
        f"/reviews/footage/recordings/{loose}/stop",
        data={"reason": " it-doubt-none ", "words": "The clock was wrong.", "csrf": csrf},
        follow_redirects=True,
    )
    assert "Footage came later." in tied.text
    assert "The clock was wrong." in tied.text


def test_an_officer_says_why_there_is_none(client: TestClient, installation: Installation) -> None:
    me = sign_in(client, installation, Role.OFFICER)
    with installation.writing() as session:
        account = session.get_one(Account, me)
        account.officer_number = "N1"
        a.an_encounter(session, reference="IT-MINE", officer=account, started_at=THEN)
        a.an_encounter(session, reference="IT-THEIRS", officer=a.an_officer(session), started_at=THEN)
    assert "No footage came (1)" in client.get("/officer").text
    address, csrf = "/officer/stops/IT-MINE/missing-footage", csrf_for(client, installation)
    assert "Why is there no footage of IT-MINE?" in client.get(address).text
    assert "Say why" in client.post(address, data={"reason": "other", "csrf": csrf}).text
    assert client.post(address, data={"reason": "not_worn", "csrf": csrf}, follow_redirects=False).status_code == 303
    assert "No footage came" not in client.get("/officer").text
    assert client.get("/officer/stops/IT-THEIRS/missing-footage").status_code == 404


def test_an_administrator_sees_only_recordings_that_name_no_officer(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.ADMINISTRATOR)
    with installation.writing() as session:
        a.a_recording(session, started_at=THEN, received_at=THEN, device_serial="NOBODYS")
        a.a_recording(session, started_at=THEN, received_at=THEN, device_serial="SOMEBODYS", officer_id=a.an_officer(session).id)
    page = client.get("/reviews/footage").text
    assert "NOBODYS" in page
    assert "SOMEBODYS" not in page
    assert "To decide" not in page


def test_a_leader_sees_a_picture_to_decide_by_and_never_plays_footage_of_the_own_team(
    client: TestClient, installation: Installation, team: Team
) -> None:
    doubted = a_doubt(installation, team)
    with installation.writing() as session:
        footage = session.get_one(Footage, UUID(doubted))
        installation.storage.put_bytes("footage/aa/x/poster.jpg", b"a picture")
        footage.pictures = {"poster": "footage/aa/x/poster.jpg"}
        stop = session.scalars(select(Encounter).where(Encounter.reference == "IT-DOUBT-NONE")).one()
        tied = a.a_recording(session, encounter=stop, officer_id=footage.officer_id, pictures={"poster": "footage/aa/x/poster.jpg"}).id
    page = client.get(f"/reviews/footage/stops/IT-DOUBT/{doubted}").text
    assert "Decide by the picture and the times." in page
    assert "<video" not in page
    for footage_id in (doubted, tied):
        assert {client.get(f"/media/footage/{footage_id}/{what}").status_code for what in ("video", "copy", "poster.jpg")} == {404}
    assert client.get(f"/reviews/footage/recordings/{doubted}/picture").content == b"a picture"
    assert client.get(f"/reviews/footage/recordings/{tied}/picture").status_code == 404
    with installation.reading() as session:
        seen = session.scalars(select(AuditEntry.object_id).where(AuditEntry.action == "see_picture_to_decide")).all()
    assert seen == [doubted]
