"""The form, page by page, over HTTP."""

import re
from urllib.parse import quote

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from services.api.public.drafts import FIELD
from stop_search.feedback.forms import published_form
from stop_search.feedback.records import Feedback, FeedbackAnswer
from stop_search.feedback.reply_codes import normalised_reply_code
from stop_search.feedback.rules import cleaned_text
from stop_search.installation import Installation
from tests.support.form_walker import Walker, fields_of, issued_receipt
from tests.support.kept_feedback import kept_texts
from tests.support.naughty import naughty_strings


def stored(installation: Installation) -> list[Feedback]:
    """Return every stored form."""
    with installation.reading() as session:
        found = list(session.scalars(select(Feedback).order_by(Feedback.id)))
        session.expunge_all()
        return found


def answers_of(installation: Installation) -> dict[str, str]:
    """Return every stored answer by its question."""
    with installation.reading() as session:
        return {row.question: row.answer for row in session.scalars(select(FeedbackAnswer))}


@pytest.fixture
def walker(installation: Installation, client: TestClient) -> Walker:
    """Return a person at the first question."""
    _, code = issued_receipt(installation)
    return Walker(client).open(f"/R/{code}/feedback").past_the_sets()


def test_a_person_answers_every_question_sends_once_and_gets_four_words(walker: Walker, installation: Installation) -> None:
    assert (walker.heading, "Question 1 of 17" in walker.words) == ("Which of these are you?", True)
    walker.to_check_page(answer=0, text="They were kind & quick.\nNo more to say.")
    assert "They were kind & quick." in walker.words
    walker.press("Send my answers")
    assert (walker.status, walker.heading) == (200, "Your answers were sent. Keep these four words.")
    code = walker.soup.find(id="reply-code").get_text()
    assert normalised_reply_code(code) == code
    assert walker.press("I have kept my words").heading == "Thank you"
    assert code not in walker.words
    (form,) = stored(installation)
    assert (form.standing, form.answering_as) == ("primary", "searched")
    assert kept_texts(installation) == ["They were kind & quick.\nNo more to say."]
    assert len(answers_of(installation)) == 15
    assert answers_of(installation)["listened"] == "fully"


def test_sending_twice_stores_once_and_shows_the_same_page(walker: Walker, installation: Installation) -> None:
    walker.to_check_page()
    fields = fields_of(walker.soup.find("form", id="answers"))
    action = str(walker.soup.find("button", formaction=re.compile("send$"))["formaction"])
    pages = {walker.client.post(action, data=fields).text for _ in range(3)}
    assert len(pages) == 1
    assert len(stored(installation)) == 1


def test_every_question_may_be_skipped_but_an_empty_form_is_told_so_and_can_still_be_filled(
    walker: Walker, installation: Installation
) -> None:
    walker.to_check_page(answer=None)
    assert walker.words.count("Skipped") == 18
    walker.press("Send my answers")
    assert (walker.status, walker.problem) == (422, "You have not answered any question yet. Answer one or more, then send.")
    assert stored(installation) == []
    walker.press("Change \N{EN DASH} Did the officer listen").press(choose="Mostly")
    assert walker.heading == "Check your answers"
    walker.press("Send my answers")
    assert answers_of(installation) == {"listened": "mostly"}


def test_a_draft_begun_on_an_earlier_version_of_the_form_is_finished_on_it(walker: Walker, installation: Installation) -> None:
    action, begun = str(walker.soup.find("form")["action"]), f"adult.1..{'1' * 32}.0"
    walker.show(walker.client.post(action, data={FIELD: begun, "at": "reason_told", "reason_told": "not_sure", "go": "continue"}))
    assert walker.heading == published_form("adult", 1).question("looking_for").words
    walker.to_check_page()
    assert published_form("adult", 1).question("reason_told").words in walker.words
    walker.press("Send my answers")
    (form,) = stored(installation)
    assert (form.form, form.form_version, form.submission_id) == ("adult", 1, "1" * 32)
    assert (answers_of(installation)["reason_told"], answers_of(installation)["looking_for"]) == ("not_sure", "before_clear")


def test_back_and_change_keep_what_was_chosen(walker: Walker) -> None:
    walker.press(choose="I saw it happen").press(choose="Not sure")
    assert walker.heading == "Did they say what they were looking for?"
    walker.press("Back")
    assert walker.soup.find("input", checked=True)["value"] == "not_sure"
    walker.press("Back")
    assert walker.soup.find("input", checked=True)["value"] == "saw_it"


def test_continue_without_a_choice_says_so_beside_the_question_and_in_the_summary(walker: Walker) -> None:
    walker.press("Continue")
    assert (walker.status, walker.problem) == (422, "Choose an answer, or skip this question.")
    assert walker.soup.title.get_text().startswith("Error: Which of these are you?")
    target = str(walker.soup.select_one(".govuk-error-summary a")["href"]).removeprefix("#")
    assert walker.soup.find(id=target)["type"] == "radio"
    assert walker.soup.select_one(".govuk-error-message") is not None


def test_a_text_that_is_too_long_is_kept_whole_and_told_by_how_much(walker: Walker, installation: Installation) -> None:
    while walker.soup.find("textarea") is None:
        walker.press("Skip")
    walker.press(typed="ü" * 2001)
    assert walker.status == 422
    assert "Take away this many: 1." in walker.problem
    assert walker.soup.find("textarea").get_text().strip() == "ü" * 2001
    walker.press(typed="ü" * 2000).to_check_page().press("Send my answers")
    assert kept_texts(installation) == ["ü" * 2000]


def test_a_long_text_that_was_left_by_back_is_stopped_at_the_end_and_not_lost(walker: Walker, installation: Installation) -> None:
    while walker.soup.find("textarea") is None:
        walker.press("Skip")
    walker.press("Back", typed="b" * 2500)
    walker.soup.find("input", attrs={"name": "at"})["value"] = "next"  # a page that was opened by the browser's own "forward"
    walker.press("Skip").to_check_page(answer=None).press("Send my answers")
    assert walker.status == 422
    assert "Take away this many: 500." in walker.problem
    assert "b" * 2500 in walker.words
    assert stored(installation) == []
    target = str(walker.soup.select_one(".govuk-error-summary a")["href"]).removeprefix("#")
    assert walker.soup.find(id=target).name == "button"


@pytest.mark.parametrize("submission_id", ["", "short", "Z" * 32, "1" * 32 + "' OR 1=1"])
def test_a_form_without_its_id_is_not_stored_and_not_lost(installation: Installation, client: TestClient, submission_id: str) -> None:
    _, code = issued_receipt(installation)
    answer = client.post(f"/r/{code}/feedback/send", data={"submission_id": submission_id, "listened": "fully"})
    assert answer.status_code == 422
    assert "Yes, fully" in answer.text
    assert stored(installation) == []


def test_tampered_answers_and_strange_fields_are_left_out(installation: Installation, client: TestClient) -> None:
    _, code = issued_receipt(installation)
    fields = {
        "submission_id": "1" * 32,
        "listened": "fully",
        "calm": "' OR 1=1",
        "colour": "blue",
        "form_version": "99",
        "standing": "primary",
    }
    assert client.post(f"/r/{code}/feedback/send", data=fields).status_code == 200
    assert answers_of(installation) == {"listened": "fully"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"%",
        b"text=%00%ED%A0%80%FF%FE&listened=fully&submission_id=" + b"1" * 32,
        b"=&=&&;;&at",
        b"listened=fully&listened=mostly&submission_id=" + b"2" * 32,
    ],
)
@pytest.mark.parametrize("path", ["feedback", "feedback/send"])
def test_broken_bodies_are_answered_and_never_break(installation: Installation, client: TestClient, body: bytes, path: str) -> None:
    _, code = issued_receipt(installation)
    answer = client.post(f"/r/{code}/{path}", content=body, headers={"content-type": "application/x-www-form-urlencoded"})
    assert answer.status_code in {200, 422}
    kinds = ("multipart/form-data; boundary=x", "multipart/form-data", "application/json", "text/plain", "nonsense")
    for kind in kinds:
        assert client.post(f"/r/{code}/{path}", content=body, headers={"content-type": kind}).status_code in {200, 400, 422}, kind


def test_a_nul_and_half_a_character_are_stored_as_something_a_database_can_hold(installation: Installation, client: TestClient) -> None:
    _, code = issued_receipt(installation)
    body = b"text=a%00b%ED%A0%80c&submission_id=" + b"1" * 32
    answer = client.post(f"/r/{code}/feedback/send", content=body, headers={"content-type": "application/x-www-form-urlencoded"})
    assert answer.status_code == 200
    assert re.fullmatch(r"ab\N{REPLACEMENT CHARACTER}+c", kept_texts(installation)[0])


def in_lots(naughty: list[str], longest: int = 1500) -> list[str]:
    """Put the strings together in texts that the form takes, each on a line of its own: a page per string would take a minute."""
    lots = [""]
    for each in naughty:
        lots[-1:] = [f"{lots[-1]}{each}\n"] if len(lots[-1]) + len(each) < longest else [lots[-1], f"{each}\n"]
    return lots


def test_every_naughty_string_is_stored_and_shown_escaped(installation: Installation, client: TestClient) -> None:
    lots = in_lots(naughty_strings())
    _, code = issued_receipt(installation)
    headers = {"content-type": "application/x-www-form-urlencoded"}
    tags = ["script", "img", "iframe", "svg", "object", "embed", "a", "input", "style"]
    plain = Walker(client).show(client.post(f"/r/{code}/feedback", content="at=about&go=skip&text=x&listened=fully", headers=headers))
    for number, text in enumerate(lots):
        _, code = issued_receipt(installation)  # one receipt takes a few answers at a time
        body = f"text={quote(text.encode('utf-8', 'surrogatepass'))}&listened=fully&submission_id={number:032x}"
        check = Walker(client).show(client.post(f"/r/{code}/feedback", content=body + "&at=about&go=skip", headers=headers))
        assert (check.status, check.heading) == (200, "Check your answers")
        assert {tag: len(check.soup.find_all(tag)) for tag in tags} == {tag: len(plain.soup.find_all(tag)) for tag in tags}, text
        field = check.soup.find("input", attrs={"name": "text"})
        assert field["value"] == cleaned_text(text)
        assert client.post(f"/r/{code}/feedback/send", content=body, headers=headers).status_code == 200
    kept = set(kept_texts(installation))
    assert kept == {cleaned_text(text) for text in lots}


def test_a_form_that_a_page_of_another_site_sends_is_refused(installation: Installation, client: TestClient) -> None:
    _, code = issued_receipt(installation)
    data = {"submission_id": "1" * 32, "listened": "fully"}
    assert client.post(f"/r/{code}/feedback/send", data=data, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert stored(installation) == []
    # Our own Referrer-Policy makes browsers say Origin: null for our own forms.
    own = client.post(f"/r/{code}/feedback/send", data=data, headers={"sec-fetch-site": "same-origin", "origin": "null"})
    assert own.status_code == 200


def test_the_address_for_sending_leads_back_to_the_form_when_it_is_only_opened(installation: Installation, client: TestClient) -> None:
    _, code = issued_receipt(installation)
    assert Walker(client).open(f"/r/{code}/feedback/send").past_the_sets().heading == "Which of these are you?"


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        ("copy", "You have not asked for it yet"),
        ("complaint", "You have not complained yet"),
        ("support", "are not the police"),
        ("panel", "A panel is a group of local people"),
    ],
)
def test_what_the_person_wants_else_is_shown_at_the_end(installation: Installation, client: TestClient, wanted: str, shown: str) -> None:
    _, code = issued_receipt(installation)
    data = {"submission_id": "1" * 32, "next": wanted}
    walker = Walker(client).show(client.post(f"/r/{code}/feedback/send", data=data))
    assert shown in walker.press("I have kept my words").words
