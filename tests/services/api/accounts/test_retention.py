"""The administrator's page on retention and the owners' pages of holds: what is shown to whom, and what the forms do."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from starlette.testclient import TestClient

from services.api.accounts.holds import REASONS
from stop_search.accounts.rules import Role
from stop_search.audit.rules import WORKER
from stop_search.codes.retention import RetentionClass
from stop_search.footage.actions import place_hold
from stop_search.footage.clock_rules import Witness
from stop_search.footage.clock_watch import look_at_clock, newest_look
from stop_search.footage.erasing import erase_footage
from stop_search.footage.records import Footage, FootageHold
from stop_search.footage.rules import HoldReason
from stop_search.installation import Installation
from tests.support import builders as a
from tests.support.visitors import csrf_for, sign_in

DAY = timedelta(days=1)


def words(client: TestClient, path: str) -> str:
    """Return what a page says, on one line."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    return " ".join(BeautifulSoup(answer.text, "html.parser").get_text(" ").split())


def sent(client: TestClient, installation: Installation, path: str, **fields: str) -> tuple[int, str]:
    """Send a form; return the status and what the page or the place that it leads to says."""
    answer = client.post(path, data={"csrf": csrf_for(client, installation)} | fields, follow_redirects=False)
    if answer.status_code == 303:
        return 303, words(client, answer.headers["location"])
    return answer.status_code, " ".join(BeautifulSoup(answer.text, "html.parser").get_text(" ").split())


def a_due_stop(installation: Installation, *, held: HoldReason | None = None) -> tuple[str, uuid.UUID]:
    """Add a stop whose recording is past its time; return its reference and the recording's id."""
    now = datetime.now(UTC)
    with installation.writing() as session:
        stop = a.an_encounter(session, started_at=now - 40 * DAY)
        footage = a.a_recording(session, encounter=stop, started_at=stop.started_at, erase_after=(now - 2 * DAY).date(), clocks_version=1)
        if held:
            place_hold(session, encounter_id=stop.id, reason=held, cause_id=str(stop.id), now=now)
        return stop.reference, footage.id


def test_the_plan_says_what_goes_what_stays_and_why(client: TestClient, installation: Installation) -> None:
    going, _ = a_due_stop(installation)
    kept, _ = a_due_stop(installation, held=HoldReason.COMPLAINT)
    sign_in(client, installation, Role.AUDITOR)
    said = words(client, "/admin/retention")
    assert "1 recording goes at the next run" in said
    assert said.index("Goes at the next run") < said.index(going) < said.index("Past its time, and held") < said.index(kept)
    assert "Complaint, since" in said
    assert "Change the class" not in said, "an auditor changes nothing"


def test_whatever_holds_a_recording_is_said_in_words(client: TestClient, installation: Installation) -> None:
    for reason in HoldReason:
        a_due_stop(installation, held=reason)
    sign_in(client, installation, Role.AUDITOR)
    said = words(client, "/admin/retention")
    assert [reason for reason in HoldReason if f"{REASONS[reason]}, since" not in said] == []


def test_where_many_go_the_page_says_that_each_is_compared_once_more(
    client: TestClient, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.api.accounts.retention.CLOSELY", 1)
    a_due_stop(installation)
    sign_in(client, installation, Role.AUDITOR)
    assert "compared with the stops near it" not in words(client, "/admin/retention")
    a_due_stop(installation)
    said = words(client, "/admin/retention")
    assert ("up to 2 recordings go" in said, "compared with the stops near it" in said) == (True, True)


def test_a_long_list_of_holds_says_how_many_more_there_are(
    client: TestClient, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.api.accounts.holds.SHOWN", 1)
    stops = [a_due_stop(installation, held=HoldReason.DRAWN)[0] for _ in range(3)]
    sign_in(client, installation, Role.LEARNING_TEAM)
    said = words(client, "/holds")
    assert ("0 of 3 to look at now" in said, "2 more come after these" in said, sum(stop in said for stop in stops)) == (True, True, 1)
    for stop in stops:
        said = words(client, f"/holds?stop=+{stop.lower()}")
        assert ("0 of 1 to look at now" in said, "more come after" in said, [one for one in stops if one in said]) == (True, False, [stop])
    assert "There is none of this stop" in words(client, "/holds?stop=NONE")


def test_a_clock_in_doubt_is_told_and_an_administrator_who_compared_it_confirms_it(client: TestClient, installation: Installation) -> None:
    with installation.writing() as session:
        look_at_clock(session, shown=datetime.now(UTC) - 3 * DAY, witness=Witness("1", 10))
        look_at_clock(session, shown=datetime.now(UTC), witness=Witness("1", 20))
    sign_in(client, installation, Role.ADMINISTRATOR)
    assert "The clock may be ahead by 72 hours" in words(client, "/admin/retention")
    status, said = sent(client, installation, "/admin/retention/clock")
    assert (status, "say that you did" in said) == (422, True)
    status, said = sent(client, installation, "/admin/retention/clock", compared="yes")
    assert (status, "You confirmed the clock" in said, "may be ahead" in said) == (303, True, False)
    with installation.reading() as session:
        look = newest_look(session)
    assert look is not None
    assert look.doubt == timedelta(0)


def test_two_administrators_have_a_recording_go_sooner(installation: Installation, client: TestClient) -> None:
    _, footage_id = a_due_stop(installation)
    sign_in(client, installation, Role.ADMINISTRATOR)
    wrong = sent(client, installation, "/admin/retention/class", footage="x", to="x")
    assert (wrong[0], "Give the recording" in wrong[1], "Choose the class" in wrong[1]) == (422, True, True)
    longer = sent(client, installation, "/admin/retention/class", footage=str(footage_id), to="evidential", because="charged")
    assert (longer[0], "kept longer" in longer[1]) == (303, True)
    sooner = sent(client, installation, "/admin/retention/class", footage=str(footage_id), to="non_evidential", because="case closed")
    assert (sooner[0], "A second administrator has to agree" in sooner[1]) == (303, True)
    page = BeautifulSoup(client.get("/admin/retention").text, "html.parser")
    path = next(str(form["action"]) for form in page.find_all("form") if "/changes/" in str(form.get("action")))
    own = sent(client, installation, path)
    assert (own[0], "You proposed this change" in own[1]) == (422, True)
    sign_in(client, installation, Role.ADMINISTRATOR)
    agreed = sent(client, installation, path)
    assert (agreed[0], "You agreed" in agreed[1]) == (303, True)
    with installation.reading() as session:
        footage = session.get_one(Footage, footage_id)
        assert footage.retention_class == RetentionClass.NON_EVIDENTIAL
        assert footage.erase_after is not None
        assert footage.erase_after >= datetime.now(UTC).date() + 6 * DAY


def test_a_certificate_is_a_page_and_a_file(client: TestClient, installation: Installation) -> None:
    reference, footage_id = a_due_stop(installation)
    with installation.writing() as session:
        erase_footage(session, footage_id=footage_id, now=datetime.now(UTC), actor=WORKER)
        sha256 = session.get_one(Footage, footage_id).sha256
    sign_in(client, installation, Role.AUDITOR)
    said = words(client, f"/admin/erasures/{footage_id}")
    for told in (reference, sha256, "Not evidence, clocks of version 1", "Not confirmed yet"):
        assert told in said
    answer = client.get(f"/admin/erasures/{footage_id}/certificate.json")
    assert answer.json()["sha256"] == sha256
    assert "attachment" in answer.headers["content-disposition"]
    assert client.get(f"/admin/erasures/{uuid.uuid4()}").status_code == 404


@pytest.mark.parametrize(("role", "sees"), [(Role.LEARNING_TEAM, HoldReason.DRAWN), (Role.COMPLAINTS_HANDLER, HoldReason.COMPLAINT)])
def test_an_owner_keeps_or_releases_for_a_reason(client: TestClient, installation: Installation, role: Role, sees: HoldReason) -> None:
    stops = {reason: a_due_stop(installation, held=reason)[0] for reason in (HoldReason.DRAWN, HoldReason.COMPLAINT)}
    sign_in(client, installation, role)
    said = words(client, "/holds")
    assert [stop for stop in stops.values() if stop in said] == [stops[sees]]
    with installation.reading() as session:
        hold_id = session.scalars(select(FootageHold.id).where(FootageHold.reason == sees)).one()
        other_id = session.scalars(select(FootageHold.id).where(FootageHold.reason != sees)).one()
    assert client.get(f"/holds/{other_id}").status_code == 404
    assert sent(client, installation, f"/holds/{hold_id}/keep")[0] == 422
    assert "still open" in sent(client, installation, f"/holds/{hold_id}/keep", because="still open")[1]
    assert sent(client, installation, f"/holds/{hold_id}/release", because="\x00")[0] == 422
    status, said = sent(client, installation, f"/holds/{hold_id}/release", because="settled")
    assert (status, "The hold is released" in said, stops[sees] in said) == (303, True, False)


def test_the_learning_team_holds_for_the_panel_and_notes_its_report(client: TestClient, installation: Installation) -> None:
    reference, _ = a_due_stop(installation)
    sign_in(client, installation, Role.LEARNING_TEAM)
    status, said = sent(client, installation, "/holds", reference="NONE", because="to be seen")
    assert (status, "There is no stop with this reference" in said) == (422, True)
    assert reference in sent(client, installation, "/holds", reference=reference, because="to be seen")[1]
    with installation.reading() as session:
        hold_id = session.scalars(select(FootageHold.id)).one()
    assert sent(client, installation, f"/holds/{hold_id}/report", reported_on="soon")[0] == 422
    today = datetime.now(UTC).date().isoformat()
    status, said = sent(client, installation, f"/holds/{hold_id}/report", reported_on=today)
    assert (status, "The hold ends by itself" in said, "1 more ends by itself" in said, reference in said) == (303, True, True, False)
    said = words(client, "/holds?show=ending")
    assert ("1 held" in said, reference in said, "Now" in said) == (True, True, False)
    assert "it ends by itself" in words(client, f"/holds/{hold_id}")
