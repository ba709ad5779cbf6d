"""Comments are released by a person who sees them masked, can hide more of them, and never reads one into an address."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from starlette.testclient import TestClient

from stop_search.accounts.rules import Role
from stop_search.feedback.records import CommentDecision, FeedbackText
from stop_search.feedback.sealed_text import TEXT_KEY_USE, text_of
from stop_search.installation import Installation
from tests.support.leaving import somewhere
from tests.support.visitors import csrf_for, sign_in

WRITTEN = "Ring 07700 900123, by the corner shop."


@pytest.fixture
def reader(client: TestClient, installation: Installation) -> TestClient:
    """Give a browser in which a complaints handler is signed in."""
    sign_in(client, installation, Role.COMPLAINTS_HANDLER)
    return client


def leave(installation: Installation, **changes: Any) -> str:
    """Leave feedback with a text; return the address of the text's page."""
    with installation.writing() as session:
        found = somewhere(session, text_key=installation.key_for(TEXT_KEY_USE), **({"comment": WRITTEN} | changes))
        return f"/complaints/comments/{session.scalars(select(FeedbackText.id).where(FeedbackText.feedback_id == found.feedback_id)).one()}"


def send(browser: TestClient, installation: Installation, path: str, **fields: str) -> Any:
    """Send a form of one of our pages."""
    return browser.post(path, data={"csrf": csrf_for(browser, installation)} | fields)


def soup_of(answer: Any) -> BeautifulSoup:
    """Return a page."""
    return BeautifulSoup(answer.text, "html.parser")


def marks(answer: Any) -> list[str]:
    """Return what is marked as covered."""
    return [mark.get_text() for mark in soup_of(answer).find_all("mark")]


def released(installation: Installation) -> list[str]:
    """Return every text that was released."""
    key = installation.key_for(TEXT_KEY_USE)
    with installation.reading() as session:
        rows = session.scalars(select(CommentDecision).where(CommentDecision.decision == "released"))
        return [text_of(row, key=key, table=CommentDecision.__tablename__) for row in rows]


def test_an_empty_queue_says_what_comes_here(reader: TestClient) -> None:
    assert "Nothing waits. A comment comes here when" in soup_of(reader.get("/complaints/comments")).get_text(" ", strip=True)


def test_the_queue_counts_by_language_and_shows_nothing_of_the_texts(reader: TestClient, installation: Installation) -> None:
    english = {leave(installation) for _ in range(2)}
    polish = leave(installation, language="pl")
    page = reader.get("/complaints/comments")
    rows = [[cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])] for row in soup_of(page).select("tbody tr")]
    assert [row[:3] for row in rows] == [["English", "2", "To be read"], ["Polski (Polish)", "1", "Waits for a translator"]]
    links = [str(link["href"]) for link in soup_of(page).select("tbody a")]
    assert links[0] in english
    assert links[1] == polish
    assert "corner" not in page.text


def test_more_is_hidden_looked_at_and_released_so(reader: TestClient, installation: Installation) -> None:
    path = leave(installation)
    first = reader.get(path)
    assert (marks(first), "07700" in first.text) == (["[phone number]"], False)
    again = send(reader, installation, path, act="look", hide="corner shop\n")
    assert (again.status_code, marks(again), released(installation)) == (200, ["[phone number]", "[hidden]"], [])
    assert soup_of(again).find("textarea", id="hide").get_text().strip() == "corner shop"
    done = send(reader, installation, path, act="release", hide="corner shop")
    assert done.headers["location"] == "/complaints/comments?done=released"
    assert released(installation) == ["Ring [phone number], by the [hidden]."]
    assert "The learning team can read it now." in reader.get(done.headers["location"]).text
    assert reader.get(path).status_code == 404


def test_words_that_are_not_there_are_refused_and_nothing_is_released(reader: TestClient, installation: Installation) -> None:
    page = send(reader, installation, leave(installation), act="release", hide="coffee shop")
    assert (page.status_code, released(installation)) == (422, [])
    assert "Some of these words do not stand in the text." in page.text


def test_another_language_is_released_only_in_english(reader: TestClient, installation: Installation) -> None:
    path = leave(installation, language="pl", comment="Byli niemili. 07700 900123")
    page = reader.get(path)
    assert "Waits for a translator" in page.text
    assert "Byli niemili." in page.text
    assert send(reader, installation, path, act="release").status_code == 422
    assert reader.get(path).status_code == 200
    send(reader, installation, path, act="release", translation="They were not kind.")
    assert released(installation) == ["They were not kind."]


def test_a_comment_is_withheld_with_a_reason(reader: TestClient, installation: Installation) -> None:
    path = leave(installation)
    assert send(reader, installation, f"{path}/withhold", reason="").status_code == 422
    done = send(reader, installation, f"{path}/withhold", reason="It tells who wrote it.")
    assert done.headers["location"] == "/complaints/comments?done=withheld"
    assert released(installation) == []
    assert "Nothing waits." in reader.get("/complaints/comments").text
