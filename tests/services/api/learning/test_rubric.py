"""The rubric's pages: writing a version, seeing what is wrong and what changed, and having somebody else publish it."""

import html
import uuid

import pytest
from bs4 import BeautifulSoup, Tag
from httpx2 import Response
from starlette.testclient import TestClient

from stop_search.accounts.rules import Role
from stop_search.installation import Installation
from tests.support import builders as a
from tests.support.learned import some_reviews
from tests.support.rubrics import FIRST, OLD_WORDS, changed, published
from tests.support.visitors import csrf_for, sign_in, sign_in_as

HOME = "/learning/rubric"
FUTURE = {"day": "1", "month": "12", "year": "2099"}


@pytest.fixture
def two(installation: Installation) -> tuple[uuid.UUID, uuid.UUID]:
    """Return a writer and a decider of the learning team."""
    with installation.writing() as session:
        names = ("Wren Writer", "Dee Decider")
        one, other = (a.an_account(session, name=name, role=Role.LEARNING_TEAM).id for name in names)
    return one, other


def main_of(answer: Response) -> Tag:
    found = BeautifulSoup(answer.text, "html.parser").find("main")
    assert isinstance(found, Tag)
    return found


def words(answer: Response) -> str:
    return " ".join(main_of(answer).get_text(" ").split())


def send(client: TestClient, installation: Installation, path: str, **fields: str) -> Response:
    return client.post(path, data={"csrf": csrf_for(client, installation)} | fields)


def begun(client: TestClient, installation: Installation) -> str:
    answer = send(client, installation, f"{HOME}/drafts")
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_the_page_tells_the_versions_and_offers_to_write_the_next(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.LEARNING_TEAM)
    shown = words(client.get(HOME))
    assert "Version 1 In force" in shown
    assert "Write version 2" in shown


def test_a_version_is_written_asked_for_and_published_by_somebody_else(
    client: TestClient, installation: Installation, two: tuple[uuid.UUID, uuid.UUID]
) -> None:
    sign_in_as(client, installation, two[0])
    draft = begun(client, installation)
    text = BeautifulSoup(client.get(draft).text, "html.parser").select_one("#content").get_text()  # pyright: ignore[reportOptionalMemberAccess]
    assert "version: 2" in text
    answer = send(client, installation, draft, content=changed().replace("\n", "\r\n"), revision="1", do="check", **FUTURE)
    assert answer.headers["location"] == f"{draft}#checked"
    page = client.get(draft)
    shown = words(page)
    assert "Nothing: it can be published." in shown
    assert "C4: the words for level 2 changed Splits its figures" in shown
    assert OLD_WORDS in shown
    assert main_of(page).select_one(".rubric-lines__went")
    assert "2: Clear, and no sign of confusion is missed" in words(page).rpartition("As reviewers would meet it")[2]
    send(client, installation, draft, content=changed(), revision="2", do="ask", **FUTURE)
    assert "You wrote in this draft, so somebody else" in words(client.get(draft))
    assert send(client, installation, f"{draft}/approve", revision="3").status_code == 403
    sign_in_as(client, installation, two[1])
    assert "it is version 2 from 1 December 2099 on" in words(client.get(draft))
    assert send(client, installation, f"{draft}/approve", revision="3").headers["location"] == f"{HOME}/versions/2"
    shown = words(client.get(HOME))
    assert "Version 2" in shown
    assert "Begins 1 December 2099" in shown
    assert "published as version 2, by Dee Decider" in shown
    assert "Reviews given out from 1 December 2099 on" in words(client.get(f"{HOME}/versions/2"))
    assert client.get(f"{HOME}/versions/2/file").text == changed()
    assert client.get(f"{HOME}/versions/3").status_code == 404


def test_what_is_wrong_is_listed_with_its_line_and_asking_says_so_at_the_field(
    client: TestClient, installation: Installation, two: tuple[uuid.UUID, uuid.UUID]
) -> None:
    sign_in_as(client, installation, two[0])
    draft = begun(client, installation)
    broken = changed((OLD_WORDS, "2: 7"))
    answer = send(client, installation, draft, content=broken, revision="1", do="ask")
    assert answer.status_code == 422
    page = main_of(answer)
    assert "C4, anchors, 2: 7 is not of type 'string'" in words(answer)
    assert [link["href"] for link in page.select(".govuk-error-summary a")] == ["#content", "#starts_on-day"]
    assert page.select_one("#starts_on-day")
    assert page.select_one("#content").get_text().strip() == broken.strip()  # pyright: ignore[reportOptionalMemberAccess]


@pytest.mark.parametrize("day", [{"day": "31", "month": "2", "year": "2099"}, {"day": "x", "month": "2", "year": "2099"}, {"day": "1"}])
def test_a_day_that_is_none_loses_nothing_that_was_typed(
    client: TestClient, installation: Installation, two: tuple[uuid.UUID, uuid.UUID], day: dict[str, str]
) -> None:
    sign_in_as(client, installation, two[0])
    draft = begun(client, installation)
    answer = send(client, installation, draft, content="half a thought <&>", revision="1", **day)
    assert answer.status_code == 422
    assert html.escape("half a thought <&>") in answer.text
    assert f'value="{day["day"]}"' in answer.text


def test_who_saves_over_anothers_saving_keeps_what_was_typed(
    client: TestClient, installation: Installation, two: tuple[uuid.UUID, uuid.UUID]
) -> None:
    sign_in_as(client, installation, two[0])
    draft = begun(client, installation)
    send(client, installation, draft, content="first", revision="1")
    answer = send(client, installation, draft, content="mine", revision="1")
    assert answer.status_code == 409
    assert "Somebody else saved this draft" in words(answer)
    assert main_of(answer).select_one("#content").get_text().strip() == "mine"  # pyright: ignore[reportOptionalMemberAccess]


def test_a_rejected_draft_tells_its_reason_and_its_text_can_be_gone_on_with(
    client: TestClient, installation: Installation, two: tuple[uuid.UUID, uuid.UUID]
) -> None:
    sign_in_as(client, installation, two[0])
    draft = begun(client, installation)
    send(client, installation, draft, content=changed(), revision="1", do="ask", **FUTURE)
    sign_in_as(client, installation, two[1])
    answer = send(client, installation, f"{draft}/reject", revision="2", because="")
    assert answer.status_code == 422
    assert [link["href"] for link in main_of(answer).select(".govuk-error-summary a")] == ["#because"]
    send(client, installation, f"{draft}/reject", revision="2", because="Says <less>.")
    assert "Says <less>." in words(client.get(draft))
    again = send(client, installation, f"{HOME}/drafts", with_text_of=draft.rpartition("/")[2]).headers["location"]
    assert again != draft
    assert "no sign of confusion is missed" in client.get(again).text
    send(client, installation, f"{again}/start-over")
    assert OLD_WORDS in main_of(client.get(again)).select_one("#content").get_text()  # pyright: ignore[reportOptionalMemberAccess]


def test_the_learning_page_shows_a_split_in_two_rows_with_the_day_and_why(client: TestClient, installation: Installation) -> None:
    with installation.writing() as session:
        some_reviews(session, draw=a.a_draw(session), marks=[{"C4": 2, "C5": 2}] * 6)
        number = published(session, changed(), starts_on=a.date(2026, 12, 1))
        later = a.a_draw(session, period_start=a.date(2026, 11, 16), period_end=a.date(2026, 11, 22))
        some_reviews(session, draw=later, marks=[{"C4": 2, "C5": 2}] * 8, rubric_version=number)
    sign_in(client, installation, Role.LEARNING_TEAM)
    page = client.get("/learning")
    shown = words(page)
    rows = [" ".join(row.get_text(" ").split()) for row in main_of(page).select("tbody tr")]
    assert [row for row in rows if row.startswith("Explanation understood")] == [
        "Explanation understood Before 1 December 2026 Too few to say: 6 scored, 30 are needed 6 0 0 0",
        "Explanation understood From 1 December 2026: the words for level 2 changed Too few to say: 8 scored, 30 are needed 8 0 0 0",
    ]
    assert [row for row in rows if row.startswith("Voice")] == ["Voice Too few to say: 14 scored, 30 are needed 14 0 0 0"]
    assert "its figures stand in two rows" in shown
    assert "Before 1 December 2026 0 Caused concern" in shown
    table = client.get("/learning/criteria.csv").text
    assert "1,,2026-12-01," in table
    assert "2,2026-12-01,,the words for level 2 changed" in table


def test_the_first_version_is_shown_as_reviewers_meet_it(client: TestClient, installation: Installation) -> None:
    sign_in(client, installation, Role.LEARNING_TEAM)
    page = main_of(client.get(f"{HOME}/versions/1"))
    assert len(page.select(".rubric-criterion")) == 14
    assert not page.select(".rubric-lines")
    assert client.get(f"{HOME}/versions/1/file").text == FIRST
