"""Coming back with the four words."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from starlette.testclient import TestClient

from services.api import dependencies
from services.api.public import turns
from stop_search.accounts.rules import Role, Viewer
from stop_search.feedback.answering import answer_feedback
from stop_search.feedback.records import EqualityAnswer, Feedback, FeedbackAnswer, FeedbackText
from stop_search.feedback.reply_codes import REPLY_KEY_USE, make_reply_code
from stop_search.feedback.sealed_text import TEXT_KEY_USE
from stop_search.installation import Installation
from tests.support.builders import an_account
from tests.support.form_walker import Walker, issued_receipt


@pytest.fixture
def words(installation: Installation, client: TestClient) -> str:
    """Send one form, with a text and something about the person, and return the four words."""
    _, code = issued_receipt(installation)
    fields = {"submission_id": "1" * 32, "listened": "fully", "who": "with_them", "text": "<b>Calm</b>\nand kind"}
    about = {"about-age": "18_24", "agree": "yes"}
    return str(Walker(client).show(client.post(f"/r/{code}/feedback/send", data=fields | about)).soup.find(id="reply-code").get_text())


@pytest.fixture
def walker(client: TestClient, words: str) -> Walker:
    """Return a person who sees their own answers."""
    return Walker(client).open("/reply").press("Show my answers", typed=words)


def count(installation: Installation, entity: type) -> int:
    """Count a table's rows."""
    with installation.reading() as session:
        return session.scalar(select(func.count()).select_from(entity)) or 0


def test_the_four_words_show_one_s_own_answers_and_nothing_about_the_stop(client: TestClient, words: str) -> None:
    walker = Walker(client).open("/reply").press("Show my answers", typed=words.upper().replace(" ", " - "))
    assert (walker.status, walker.heading) == (200, "Your answers")
    assert "<b>Calm</b> and kind" in walker.words
    assert "I was with the person" in walker.words
    assert "Castle Park" not in walker.words
    assert words not in walker.words


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Type the four words"),
        ("apple river", "You typed 2"),
        ("apple apple apple aple", "“ample” / “apple”"),
        ("\x00", "four words"),
    ],
)
def test_mistyped_words_are_told_what_is_wrong_and_kept(client: TestClient, typed: str, told: str) -> None:
    walker = Walker(client).open("/reply").press("Show my answers", typed=typed)
    assert walker.status == 422
    assert told in walker.problem
    assert walker.soup.find("input", id="reply_code")["value"] == typed.replace("\x00", "")


def test_words_that_open_nothing_are_told_so(installation: Installation, client: TestClient) -> None:
    unused = make_reply_code(installation.key_for(REPLY_KEY_USE), "f" * 32)
    walker = Walker(client).open("/reply").press("Show my answers", typed=unused)
    assert (walker.status, walker.problem) == (422, "No answers have these four words. Look at the words again.")


def test_after_ten_wrong_words_the_right_ones_wait_for_their_turn(
    installation: Installation, client: TestClient, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = datetime.now(UTC)
    for number in range(10):
        wrong = make_reply_code(installation.key_for(REPLY_KEY_USE), f"{number:032x}")
        assert client.post("/reply", data={"reply_code": wrong}).status_code == 422
    for slip in ("apple", "apple apple apple aple"):
        assert client.post("/reply", data={"reply_code": slip}).status_code == 422
    waits = Walker(client).show(client.post("/reply", data={"reply_code": words}))
    assert (waits.status, waits.heading) == (429, "Please wait")
    assert "about 1 min" in waits.words
    assert isinstance(client.app, FastAPI)
    client.app.dependency_overrides[dependencies.now] = later = lambda: at + timedelta(seconds=90)
    monkeypatch.setattr(turns, "now", later)
    opened = waits.press("Go on")
    assert (opened.status, opened.heading) == (200, "Your answers")
    assert opened.press("Change my answers").heading == "Check your new answers", "the turn goes along"
    client.app.dependency_overrides.clear()


def test_a_text_is_added_once_however_often_it_is_sent(installation: Installation, walker: Walker) -> None:
    for _ in range(2):
        walker.press("Add this", typed="One thing more.")
        assert "We have added what you wrote." in walker.words
        assert walker.words.count("One thing more.") == 1
    assert count(installation, FeedbackText) == 2


def test_an_empty_and_a_long_text_are_told_so_and_kept(walker: Walker) -> None:
    assert walker.press("Add this", typed=" ").problem == "You have not written anything yet. Write something, then send."
    walker.press("Add this", typed="ü" * 2001)
    assert (walker.status, "Take away this many: 1." in walker.problem) == (422, True)
    assert walker.soup.find("textarea").get_text().strip() == "ü" * 2001


def test_answers_are_corrected_and_the_first_ones_are_kept(installation: Installation, walker: Walker) -> None:
    walker.press("Change my answers")
    assert "Which of these are you?" not in walker.words
    walker.press("Change \N{EN DASH} Did the officer listen").press(choose="Not at all")
    assert (walker.heading, "Not at all" in walker.words) == ("Check your new answers", True)
    walker.press("Send my new answers")
    assert "We have kept your new answers." in walker.words
    assert "Not at all" in walker.words
    with installation.reading() as session:
        kept = {(row.version, row.answer) for row in session.scalars(select(FeedbackAnswer).where(FeedbackAnswer.question == "listened"))}
    assert kept == {(1, "fully"), (2, "not_at_all")}


def test_a_correction_that_leaves_nothing_is_told_so(walker: Walker) -> None:
    walker.press("Change my answers").press("Change \N{EN DASH} Did the officer listen").press("Skip").press("Send my new answers")
    assert (walker.status, walker.problem) == (422, "You have not answered any question yet. Answer one or more, then send.")
    assert walker.press("Go back without").heading == "Your answers"


def test_after_the_last_day_answers_cannot_be_changed_but_added_to(client: TestClient, walker: Walker, words: str) -> None:
    assert isinstance(client.app, FastAPI)
    client.app.dependency_overrides[dependencies.now] = lambda: datetime.now(UTC) + timedelta(days=40)
    walker.show(client.post("/reply", data={"reply_code": words}))
    assert "You could change your answers until" in walker.words
    assert "Change my answers" not in walker.words
    late = client.post("/reply/correct/send", data={"reply_code": words, "listened": "mostly"})
    assert late.status_code == 410
    assert "You can still add a text." in late.text
    assert "We have added" in walker.press("Add this", typed="Late.").words
    client.app.dependency_overrides.clear()


def test_what_was_said_of_oneself_is_deleted_alone(installation: Installation, walker: Walker) -> None:
    assert count(installation, EqualityAnswer) == 1
    walker.press("Delete what I said about me")
    assert "We have deleted what you told us about you." in walker.words
    assert "Delete what I said about me" not in walker.words
    assert (count(installation, EqualityAnswer), count(installation, FeedbackAnswer)) == (0, 1)


def test_what_was_written_is_deleted_with_what_was_answered(installation: Installation, walker: Walker) -> None:
    walker.press("Delete what I wrote")
    assert "We have deleted what you wrote and what we answered." in walker.words
    assert "Calm" not in walker.words
    assert count(installation, FeedbackText) == 0


def test_what_the_force_answers_is_read_with_the_words(installation: Installation, client: TestClient, walker: Walker, words: str) -> None:
    assert "We have not answered you here." in walker.words
    with installation.writing() as session:
        account = an_account(session, role=Role.COMPLAINTS_HANDLER)
        viewer = Viewer(account.id, account.name, frozenset({Role.COMPLAINTS_HANDLER}))
        feedback = session.scalars(select(Feedback.id)).one()
        key = installation.key_for(TEXT_KEY_USE)
        answer_feedback(
            session, feedback_id=feedback, text="We are sorry.\n<i>Truly</i>", viewer=viewer, text_key=key, now=datetime.now(UTC)
        )
    walker.show(client.post("/reply", data={"reply_code": words}))
    assert "We are sorry. <i>Truly</i>" in walker.words
    assert account.name not in walker.words


@pytest.mark.parametrize("path", ["/reply/add", "/reply/erase", "/reply/correct", "/reply/correct/send"])
def test_an_address_alone_opens_nobody_s_answers(client: TestClient, path: str) -> None:
    assert Walker(client).open(path).heading == "Type the four words of your reply code"
    for code in ("", "apple", "apple river candle stone", str(uuid.uuid4()), "\x00" * 9):
        assert client.post(path, data={"reply_code": code, "what": "texts"}).status_code == 422
