"""The page of how far feedback reaches: n of N, bounds beside every question, nothing as a share of everyone; its files; who may look."""

import pytest
from starlette.testclient import TestClient

from stop_search.accounts.rules import Role
from stop_search.feedback.forms import newest_form
from stop_search.installation import Installation
from tests.support import builders as a
from tests.support.visitors import sign_in
from tests.support.workbench import words

QUESTION = next(one for one in newest_form().questions if one.criterion == "C5")
PATHS = ("/learning/feedback", *(f"/learning/feedback/{name}.csv" for name in ("ways", "groups", "questions")))


def some_answers(installation: Installation) -> None:
    """Add 120 receipts, of which 50 are answered, 20 of them well; it is now, for the page looks at the clock."""
    from datetime import UTC, datetime

    keys = {answer.level: answer.key for answer in QUESTION.answers if answer.level is not None}
    with installation.writing() as session:
        for place in range(120):
            encounter = a.an_encounter(session, people=0)
            person = a.a_person(session, encounter=encounter, gender="male" if place % 2 else "female", receipt_handed="printed")
            receipt = a.a_receipt(session, person=person, issued_at=datetime.now(UTC))
            if place < 50:
                a.some_feedback(session, receipt=receipt, answers={QUESTION.id: keys[3 if place < 20 else 1]}, criteria={QUESTION.id: "C5"})


def test_without_anything_the_page_says_that_nobody_was_given_a_receipt(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.LEARNING_TEAM)
    said = words(client.get("/learning/feedback"))
    assert "0 of 0 receipts were answered" in said
    assert "No receipt was given out in this time." in said


def test_answers_are_told_with_n_of_n_with_bounds_and_with_what_they_cannot_say(client: TestClient, installation: Installation) -> None:
    some_answers(installation)
    sign_in(client, installation, Role.LEARNING_TEAM)
    shown = client.get("/learning/feedback")
    said = words(shown)
    assert "50 of 120 receipts were answered by the person who was stopped: 42 of 100, between 33 and 51." in said
    assert "The site keeps no trace of who opens a receipt" in said
    assert said.count("This cannot be read as a percentage of everyone stopped") == 2
    assert "20 of 50 who answered said" in said
    assert "between 17 and 75, whatever the others would have said" in said
    assert shown.text.count('class="learning-bounds"') == 2, "one in the key, one for the question that enough have answered"
    assert "60 given (50 of 100) 25 answered (50 of 100, between 37 and 63)" in said


def test_the_tables_can_be_taken_away_and_hide_what_the_force_hides(client: TestClient, installation: Installation) -> None:
    some_answers(installation)
    sign_in(client, installation, Role.LEARNING_TEAM)
    ways, groups, questions = (client.get(path).text for path in PATHS[1:])
    assert "Printed and handed over,120,50,0.4167,0.3324,0.5061" in ways
    assert "Sex,Male,60,25,0.5,0.3664,0.6336" in groups
    assert ",120,50,20,0.1667,0.75,0.25,0.5714," in questions


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.OFFICER, Role.PANEL_MEMBER, Role.ADMINISTRATOR])
def test_nobody_else_may_look(client: TestClient, installation: Installation, role: Role) -> None:
    sign_in(client, installation, role)
    assert [client.get(path).status_code for path in PATHS] == [403] * len(PATHS)
