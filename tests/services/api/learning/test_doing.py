"""The pages of actions: opened with what was typed kept, gone on with, measured, worded by one and published by another."""

import re
from datetime import UTC, datetime, timedelta

from bs4 import BeautifulSoup
from sqlalchemy import select
from starlette.testclient import TestClient

from stop_search.accounts.rules import Role
from stop_search.installation import Installation
from stop_search.learning.records import LearningAction
from tests.support import builders as a
from tests.support.visitors import csrf_for, sign_in
from tests.support.workbench import words

DUE = (datetime.now(UTC) + timedelta(days=60)).date().isoformat()
GIVEN = {"title": "Practise explaining", "kind": "training", "means": "Module 3", "about": "C4", "measure": "C4", "due_on": DUE}


def shown_words(client: TestClient, path: str) -> str:
    """Return what the page of an action would send of the words that it shows."""
    field = BeautifulSoup(client.get(path).text, "html.parser").select_one("input[name=seen]")
    assert field is not None
    return str(field["value"])


def send(client: TestClient, installation: Installation, path: str, **fields: str):  # noqa: ANN201 -- an answer
    """Send a form, and follow where it leads."""
    return client.post(path, data={"csrf": csrf_for(client, installation)} | fields, follow_redirects=True)


def test_an_action_goes_from_opened_to_done_and_to_the_public_by_a_second_person(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.LEARNING_TEAM)
    assert "Nothing is being done yet." in words(client.get("/learning/actions"))
    shown = send(client, installation, "/learning/actions/new", **GIVEN)
    path = str(shown.url.path)
    assert "how often “Explanation understood” is met" in words(shown)
    assert "No draw has been made yet" in words(shown)
    assert "Under way" in words(send(client, installation, f"{path}/start"))
    assert "Too few reviews to say what changed" in words(send(client, installation, f"{path}/finish"))
    worded = send(client, installation, f"{path}/words", you_said="Nobody explained.", we_did="We practise it.")
    assert "Somebody else must publish them." in words(worded)
    refused = send(client, installation, f"{path}/publish")
    assert refused.status_code == 422
    assert "Somebody else must publish what you wrote." in words(refused)
    client.cookies.clear()
    sign_in(client, installation, Role.LEARNING_TEAM)
    assert re.search(
        "Published .* wait for a second person again", words(send(client, installation, f"{path}/publish", seen=shown_words(client, path)))
    )
    assert "told to the public" in words(client.get("/learning/actions"))


def test_what_is_far_too_long_is_said_beside_it_too_and_still_stands_there(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.LEARNING_TEAM)
    for field, said in (("title", "Say in 1 to 2000 characters what will be done."), ("due_on", "Give the day by which")):
        answered = send(client, installation, "/learning/actions/new", **(GIVEN | {field: "explain " * 2000}))
        assert answered.status_code == 422
        assert said in words(answered)
        assert "explain " * 1999 in answered.text
    path = str(send(client, installation, "/learning/actions/new", **GIVEN).url.path)
    for step, field in (("words", "you_said"), ("words", "we_did"), ("drop", "because")):
        answered = send(client, installation, f"{path}/{step}", **({"you_said": "x", "we_did": "y"} | {field: "explain " * 2000}))
        assert answered.status_code == 422
        assert "explain " * 1999 in answered.text


def test_words_that_were_changed_after_they_were_read_are_not_published_unread(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.LEARNING_TEAM)
    path = str(send(client, installation, "/learning/actions/new", **GIVEN).url.path)
    send(client, installation, f"{path}/words", you_said="Nobody explained.", we_did="We practise it.")
    writer = client.cookies
    client.cookies = type(writer)()
    sign_in(client, installation, Role.LEARNING_TEAM)
    seen, reader = shown_words(client, path), client.cookies
    client.cookies = writer
    send(client, installation, f"{path}/words", you_said="Everybody is happy.", we_did="Nothing.")
    client.cookies = reader
    refused = send(client, installation, f"{path}/publish", seen=seen)
    assert refused.status_code == 422
    assert "The words were changed after you read them." in words(refused)
    assert "Nothing is here yet." in words(client.get("/you-said-we-did"))
    assert re.search("Published .* wait for", words(send(client, installation, f"{path}/publish", seen=shown_words(client, path))))


def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.LEARNING_TEAM)
    for changed, said in (
        ({"kind": ""}, "Choose what sort"),
        ({"due_on": "soon"}, "Give the day"),
        ({"measure": ""}, "cannot be changed later"),
    ):
        answered = send(client, installation, "/learning/actions/new", **(GIVEN | changed))
        assert answered.status_code == 422
        assert said in words(answered)
        assert "Practise explaining" in answered.text
    path = str(send(client, installation, "/learning/actions/new", **GIVEN).url.path)
    answered = send(client, installation, f"{path}/words", you_said="Said.", we_did="")
    assert answered.status_code == 422
    assert "Said." in answered.text
    assert send(client, installation, f"{path}/drop", because="").status_code == 422
    assert "Another one covers it." in words(send(client, installation, f"{path}/drop", because="Another one covers it."))
    with installation.reading() as session:
        assert session.scalars(select(LearningAction.state)).one() == "dropped"


def test_an_action_says_what_it_is_done_with_and_goes_on_to_somebody_else(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.LEARNING_TEAM)
    refused = send(client, installation, "/learning/actions/new", **(GIVEN | {"means": ""}))
    assert (refused.status_code, "Name the training module or the policy" in words(refused)) == (422, True)
    with installation.writing() as session:
        other = a.an_account(session, name="Sam Other", role=Role.LEARNING_TEAM).id
    shown = send(client, installation, "/learning/actions/new", **GIVEN)
    assert "Training module or policy Module 3" in words(shown)
    path = str(shown.url.path)
    assert "Choose somebody of the learning team." in words(send(client, installation, f"{path}/hand-on", owner="nobody"))
    assert "Owner Sam Other" in words(send(client, installation, f"{path}/hand-on", owner=str(other)))
