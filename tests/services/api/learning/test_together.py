"""The page of the public beside the reviewers: empty, too few, and enough; and its table as a file."""

from bs4 import BeautifulSoup
from sqlalchemy import select
from starlette.testclient import TestClient

from stop_search.accounts.rules import Role
from stop_search.encounters.records import Encounter
from stop_search.feedback.forms import newest_form
from stop_search.installation import Installation
from tests.support import builders as a
from tests.support.panels import some_votes
from tests.support.visitors import sign_in
from tests.support.workbench import words


def some_pairs(installation: Installation, number: int) -> None:
    """Add so many encounters with a mark of 2 for C5 and an answer that stands for 0."""
    question = next(one for one in newest_form().questions if one.criterion == "C5")
    answer = next(one.key for one in question.answers if one.level == 0)
    with installation.writing() as session:
        draw, officer, reviewer = a.a_draw(session), a.an_officer(session), a.an_account(session)
        for position in range(number):
            encounter = a.an_encounter(session, officer=officer, people=0)
            receipt = a.a_receipt(session, person=a.a_person(session, encounter=encounter))
            if position % 3 == 0:
                a.some_feedback(session, receipt=receipt, answers={question.id: answer}, criteria={question.id: "C5"})
            entry = a.a_frame_entry(session, draw=draw, encounter=encounter)
            a.a_review(session, frame_entry=entry, reviewer=reviewer, marks={"C5": 2 if position % 2 else 1})


def test_without_anything_the_page_says_what_is_missing(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.LEARNING_TEAM)
    assert "There is no encounter yet that a reviewer marked" in words(client.get("/learning/together"))


def test_too_few_are_said_to_be_too_few_on_the_page_and_in_the_file(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.LEARNING_TEAM)
    some_pairs(installation, 6)
    assert "Too few to say: 2 encounters with both, 30 are needed" in words(client.get("/learning/together"))
    table = client.get("/learning/together/table.csv").text
    assert "C5,Voice,public_less_reviewer,,,,,,too few to say: 30 encounters with both are needed" in table
    assert "2 encounters" not in table


def test_enough_give_a_finding_a_picture_and_its_words(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.LEARNING_TEAM)
    some_pairs(installation, 93)
    shown = client.get("/learning/together")
    assert "people saw “Voice” 1.5 levels lower than reviewers did" in words(shown)
    assert "cannot be read as what everybody who was stopped thinks" in words(shown)
    assert shown.text.count("<circle") == 1
    told = shown.text.replace("\N{MINUS SIGN}", "-")
    assert "Voice: people -1.5, between -1.7 and -1.3, 31 encounters." in told


def test_a_panel_stands_beside_both_with_a_picture_and_its_words(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.LEARNING_TEAM)
    some_pairs(installation, 93)
    with installation.writing() as session:
        drawn = session.scalars(select(Encounter).order_by(Encounter.id)).all()
        some_votes(session, encounters=drawn, levels=[1, 3, 3])
    shown = client.get("/learning/together")
    assert shown.text.count("<path d=") == 1
    told = shown.text.replace("\N{MINUS SIGN}", "-")
    assert "panels +1.5, between +1.4 and +1.6, 93 encounters." in told
    lines = {line.split(",")[2]: line.split(",")[3] for line in client.get("/learning/together/table.csv").text.splitlines()[1:]}
    assert lines == {"public_less_reviewer": "31", "panel_less_reviewer": "93", "public_less_panel": "31"}


def test_stops_are_proposed_without_why_and_lead_to_the_marks_that_two_agree_on(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.LEARNING_TEAM)
    assert "No stops are proposed in this quarter." in words(client.get("/learning/together"))
    question = next(one for one in newest_form().questions if one.criterion == "C5")
    answer = next(one.key for one in question.answers if one.level == 0)
    with installation.writing() as session:
        draw, officer, reviewer = a.a_draw(session), a.an_officer(session), a.an_account(session)
        for number in range(40):
            encounter = a.an_encounter(session, officer=officer, people=0)
            receipt = a.a_receipt(session, person=a.a_person(session, encounter=encounter))
            if number < 30:
                about = {question.id: "C5"}
                a.some_feedback(session, receipt=receipt, answers={question.id: answer}, criteria=about, week="2020-W01")
            a.a_recording(session, encounter=encounter, facts={"length_seconds": 60.0})
            entry = a.a_frame_entry(session, draw=draw, encounter=encounter)
            a.a_review(session, frame_entry=entry, reviewer=reviewer, marks={"C5": 3 if number < 6 else 0})
    shown = client.get("/learning/together")
    links = BeautifulSoup(shown.text, "html.parser").select(".learning-practise a")
    assert len(links) == 12
    assert all(str(link["href"]).startswith("/learning/gold/new/") for link in links)
    assert "Nobody is told which is which" in words(shown)
    assert "Make it a clip : IT-" in links[0].get_text(" ", strip=True)
    asked = client.get(str(links[0]["href"]))
    assert "Agree marks of" in words(asked)
