"""What stands around the questions: which set, the language, the page about the person, the words, who types for somebody."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from services.api.assisted import assisted_token, is_assisted
from stop_search.accounts.rules import Role
from stop_search.feedback.forms import newest_form
from stop_search.feedback.records import EqualityAnswer, Feedback, FeedbackAnswer
from stop_search.installation import Installation
from tests.support.form_walker import Walker, fields_of, issued_receipt
from tests.support.languages import pages_in


@pytest.fixture
def code(installation: Installation) -> str:
    """Issue a receipt."""
    return issued_receipt(installation)[1]


@pytest.fixture
def walker(client: TestClient, code: str) -> Walker:
    """Return a person at the first page of the form."""
    return Walker(client).open(f"/r/{code}/feedback")


@pytest.fixture
def polish_and_arabic(client: TestClient, tmp_path: Path) -> Iterator[None]:
    """Offer two more languages."""
    with pages_in(client.app, tmp_path / "words", "pl", "ar"):
        yield


def stored(installation: Installation) -> Feedback:
    """Return the one stored form."""
    with installation.reading() as session:
        found = session.scalars(select(Feedback)).one()
        session.expunge_all()
        return found


def about(installation: Installation) -> dict[str, tuple[str, int]]:
    """Return what was said of oneself, with the version of the consent."""
    with installation.reading() as session:
        return {row.question: (row.answer, row.consent_version) for row in session.scalars(select(EqualityAnswer))}


def test_the_first_page_asks_for_the_set_and_skipping_takes_the_usual_questions(walker: Walker) -> None:
    assert walker.heading == "Which questions do you want?"
    assert walker.press("Skip this").heading == "Which of these are you?"
    assert walker.press("Back").heading == "Which questions do you want?"


@pytest.mark.parametrize(("words", "name"), [("Questions for people under 18", "young"), ("Easy words with pictures", "easy_read")])
def test_a_set_is_asked_in_its_own_words_and_stored_under_its_own_name(
    walker: Walker, installation: Installation, words: str, name: str
) -> None:
    usual = Walker(walker.client).open(str(walker.soup.find("form")["action"])).press("Skip this")
    walker.press(choose=words)
    assert walker.heading != usual.heading
    assert bool(walker.soup.select_one("img.site-picture[alt='']")) == (name == "easy_read")
    walker.to_check_page().press("Send my answers")
    assert (stored(installation).form, stored(installation).form_version) == (name, 1)


def test_another_set_in_the_middle_keeps_the_answers(walker: Walker, installation: Installation) -> None:
    walker.press("Skip this").press(choose="I saw it happen").press("Change the kind of questions")
    assert walker.soup.find("input", checked=True)["value"] == "adult"
    walker.press(choose="Easy words with pictures")
    assert walker.heading == "Did the officer tell you why they stopped you?", "the first question that has no answer"
    walker.to_check_page(answer=None).press("Change \N{EN DASH} Kind of questions").press(choose="Questions for people under 18")
    assert walker.heading == "Check your answers"
    walker.press("Change \N{EN DASH} Did the officer listen", choose=None).press(
        choose=walker.soup.select(".govuk-radios__label")[0].get_text(" ", strip=True)
    )
    walker.press("Send my answers")
    assert (stored(installation).form, stored(installation).answering_as) == ("young", "saw_it")


def test_answers_about_oneself_are_kept_only_with_the_box_ticked(walker: Walker, installation: Installation) -> None:
    walker.press("Skip this").press("Skip this question").press("Skip this question").press(choose="Yes, clearly, before they searched")
    while walker.heading != "About you":
        walker.press("Skip")
    walker.press("Continue", choose="18 to 24")
    assert (walker.status, walker.problem) == (422, "Tick “I agree” if we may keep these answers. If not, skip this page.")
    assert walker.soup.find("input", checked=True)["value"] == "18_24"
    fields = fields_of(walker.soup.find("form", id="answers"))
    walker.press("Skip this page")
    assert "18 to 24" not in walker.words
    assert "You answered this page" not in walker.words
    walker.press("Change \N{EN DASH} About you")
    action = str(walker.soup.find("form", id="answers")["action"])
    ticked = {"about-age": "18_24", "about-sex": "female", "agree": "yes", "go": "continue"}
    walker.show(walker.client.post(action, data=fields | ticked))
    assert (walker.heading, "You answered this page" in walker.words) == ("Check your answers", True)
    walker.press("Send my answers")
    assert about(installation) == {"age": ("18_24", 1), "sex": ("female", 1)}


def test_posted_without_consent_none_of_it_is_stored(client: TestClient, installation: Installation, code: str) -> None:
    sent = {"submission_id": "1" * 32, "listened": "fully", "about-age": "18_24", "about-religion": "none"}
    assert client.post(f"/r/{code}/feedback/send", data=sent).status_code == 200
    assert about(installation) == {}


@pytest.mark.usefixtures("polish_and_arabic")
def test_the_language_is_changed_in_the_middle_and_nothing_is_lost(walker: Walker) -> None:
    walker.press("Skip this").press(choose="I saw it happen")
    walker.press("English", choose="Not sure")
    assert walker.heading == "Language"
    walker.press("Polski")
    assert walker.soup.html["lang"] == "pl"
    assert walker.heading == newest_form("adult", "pl").question("reason_told").words
    assert walker.soup.find("input", checked=True)["value"] == "not_sure"
    walker.press("Continue").press("Back").press("Back")
    assert walker.soup.html["lang"] == "pl"
    assert walker.soup.find("input", checked=True)["value"] == "saw_it"
    walker.press("Back")
    assert walker.heading == "pl Which questions do you want?"


@pytest.mark.usefixtures("polish_and_arabic")
def test_the_language_is_changed_on_the_text_the_check_page_and_the_words(walker: Walker) -> None:
    walker.press("Skip this").press(choose="I saw it happen")
    while walker.soup.find("textarea") is None:
        walker.press("Skip")
    walker.press("English", typed="Kind.\nAnd quick.").press("العربية")
    assert walker.soup.html["dir"] == "rtl"
    assert walker.soup.find("textarea").get_text().strip() == "Kind.\nAnd quick."
    walker.press("Continue").press("العربية").press("English")
    assert walker.soup.html["lang"] == "en"
    walker.to_check_page(answer=None).press("English").press("Polski")
    assert (walker.heading, walker.soup.html["lang"], "Kind. And quick." in walker.words) == ("Check your answers", "pl", True)
    walker.press("Send my answers")
    words = walker.soup.find(id="reply-code").get_text()
    walker.press("العربية")
    assert (walker.soup.find(id="reply-code").get_text(), walker.soup.html["lang"]) == (words, "ar")
    walker.press("I have kept my words").press("Polski")
    assert (walker.heading, walker.soup.html["lang"]) == ("Thank you", "pl")


def test_the_four_words_are_alone_on_their_page_until_they_are_kept(walker: Walker, code: str) -> None:
    walker.press("Skip this").to_check_page().press("Send my answers")
    words = walker.soup.find(id="reply-code").get_text()
    assert walker.soup.main.find_all("a") == []
    assert [button.get_text(strip=True) for button in walker.soup.main.find_all("button")] == ["I have kept my words"]
    walker.press("I have kept my words").press("See my answers")
    assert walker.heading == "Your answers"
    assert not [page for page in walker.pages[:-3] if words in page], "no page before has them"
    opened = walker.client.get(f"/r/{code}/feedback/thanks", follow_redirects=False)
    assert (opened.status_code, opened.headers["location"]) == (303, f"/r/{code}/choose")


@pytest.mark.parametrize("typed", ["", "<script>alert(1)</script>", "apple apple apple aple", "\x00"])
def test_words_that_are_none_are_shown_nowhere(client: TestClient, code: str, typed: str) -> None:
    answer = client.post(f"/r/{code}/feedback/thanks", data={"reply_code": typed, "go": "stay"})
    assert answer.status_code == 200
    assert "alert(1)" not in answer.text


def test_what_staff_types_for_somebody_is_marked_and_a_wrong_token_is_ignored(
    client: TestClient, installation: Installation, code: str
) -> None:
    token = assisted_token(installation, code=code, now=datetime.now(UTC))
    walker = Walker(client).show(client.post(f"/r/{code}/feedback", data={"assisted": token}))
    assert walker.heading == "Which questions do you want?"
    walker.press("Skip this").to_check_page().press("Send my answers")
    assert stored(installation).typed_by == Role.COMPLAINTS_HANDLER


@pytest.mark.parametrize("token", ["", "yes", "0" * 64, "é\ud800"])
def test_a_wrong_token_leaves_no_mark(client: TestClient, installation: Installation, code: str, token: str) -> None:
    now = datetime.now(UTC)
    assert not is_assisted(installation, token, code=code, now=now)
    assert not is_assisted(installation, assisted_token(installation, code=code, now=now - timedelta(days=1)), code=code, now=now)
    body = {"assisted": token.encode("utf-8", "replace").decode(), "submission_id": "1" * 32, "listened": "fully"}
    assert client.post(f"/r/{code}/feedback/send", data=body).status_code == 200
    assert stored(installation).typed_by is None


def test_a_draft_says_nothing_of_whoever_sends_it(walker: Walker, installation: Installation) -> None:
    walker.press("Skip this").press(choose="I saw it happen")
    fields = fields_of(walker.soup.find("form", id="answers"))
    assert fields.keys() == {"draft", "at"}
    with installation.reading() as session:
        assert session.scalars(select(FeedbackAnswer)).all() == []
