"""Asking on a page for a review for a cause: by the learning team or a complaints handler; listed apart, on the draw's page too."""

import pytest
from starlette.testclient import TestClient

from stop_search.accounts.rules import Role
from stop_search.installation import Installation
from tests.support import builders as a
from tests.support.visitors import csrf_for, sign_in
from tests.support.workbench import words


def a_stop_of_a_drawn_week(installation: Installation, *, with_supervisor: bool = True) -> tuple[str, a.uuid.UUID]:
    """Add a filmed stop in a draw's frame that was not drawn; return its reference and the draw's id."""
    with installation.writing() as session:
        stop = a.an_encounter(session, officer=a.an_officer(session, team=a.a_team(session)))
        a.a_recording(session, encounter=stop, facts={"length_seconds": 600.0})
        day = stop.started_at.date()
        draw = a.a_draw(session, period_start=day, period_end=day)
        a.a_frame_entry(session, draw=draw, encounter=stop, drawn=False)
        if with_supervisor:
            a.an_account(session)
        return stop.reference, draw.id


def ask(client: TestClient, installation: Installation, **fields: str):  # noqa: ANN201 -- an answer
    """Send the form."""
    return client.post("/for-cause", data={"csrf": csrf_for(client, installation)} | fields)


@pytest.mark.parametrize("role", [Role.LEARNING_TEAM, Role.COMPLAINTS_HANDLER])
def test_a_review_is_asked_for_and_listed_with_how_far_it_is(client: TestClient, installation: Installation, role: Role) -> None:
    reference, _ = a_stop_of_a_drawn_week(installation)
    sign_in(client, installation, role)
    assert "Nobody has asked for a review yet." in words(client.get("/for-cause"))
    assert f'value="{reference}"' in client.get(f"/for-cause?reference={reference}").text
    sent = ask(client, installation, reference=reference, cause="complaint")
    assert (sent.status_code, sent.headers["location"]) == (303, "/for-cause?done=given")
    shown = words(client.get("/for-cause?done=given"))
    assert "a supervisor has it." in shown
    assert f"{reference} " in shown
    assert "Somebody complained about it A supervisor has it" in shown


def test_without_anybody_who_may_do_it_the_reason_stands_in_the_list(client: TestClient, installation: Installation) -> None:
    reference, _ = a_stop_of_a_drawn_week(installation, with_supervisor=False)
    sign_in(client, installation, Role.LEARNING_TEAM)
    assert ask(client, installation, reference=reference, cause="force").headers["location"] == "/for-cause?done=waiting"
    assert "There is no supervisor." in words(client.get("/for-cause"))


@pytest.mark.parametrize(
    ("reference", "cause", "said"), [("XX-1", "force", "no stop with this reference"), ("XX-1", "", "Choose why it is to be reviewed.")]
)
def test_what_is_wrong_is_said_beside_it(client: TestClient, installation: Installation, reference: str, cause: str, said: str) -> None:
    sign_in(client, installation, Role.LEARNING_TEAM)
    answered = ask(client, installation, reference=reference, cause=cause)
    assert answered.status_code == 422
    assert said in words(answered)
    assert 'value="XX-1"' in answered.text


def test_the_draw_of_those_days_lists_them_as_a_census_of_their_own(client: TestClient, installation: Installation) -> None:
    reference, draw_id = a_stop_of_a_drawn_week(installation)
    sign_in(client, installation, Role.LEARNING_TEAM)
    path = f"/learning/draws/{draw_id}"
    assert "Nobody asked for a review of another stop of these days." in words(client.get(path))
    ask(client, installation, reference=reference, cause="safeguarding")
    shown = words(client.get(path))
    assert "Safeguarding 1 0 0 1" in shown
    assert "never counted with the drawn ones" in shown
    assert "0 of" in shown or "0 reviewed" in shown
    assert "asked for already" in words(ask(client, installation, reference=reference, cause="safeguarding"))
