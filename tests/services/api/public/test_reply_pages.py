"""Finding one's own answers again."""

import pytest
from starlette.testclient import TestClient

from stop_search.encounters.code_tries import OF_NETWORK
from stop_search.feedback.reply_codes import REPLY_KEY_USE, make_reply_code
from stop_search.installation import Installation
from tests.support.form_walker import Walker, issued_receipt


def test_the_four_words_show_one_s_own_answers_and_nothing_about_the_stop(installation: Installation, client: TestClient) -> None:
    _, code = issued_receipt(installation)
    walker = Walker(client).open(f"/r/{code}/feedback").to_check_page(answer=1, text="<b>Calm</b>\nand kind").press("Send my answers")
    words = walker.soup.find(id="reply-code").get_text()
    walker.open("/reply").press("Show my answers", typed=words.upper().replace(" ", " - "))
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
        ("apple apple apple aple", "“ample” or “apple”"),
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


def test_whoever_tries_many_words_waits_and_typing_slips_cost_nothing(installation: Installation, client: TestClient) -> None:
    key, left = installation.key_for(REPLY_KEY_USE), OF_NETWORK.burst
    for _ in range(left + 5):
        assert Walker(client).open("/reply").press("Show my answers", typed="apple apple apple xqzt").status == 422
    for number in range(left):
        words = make_reply_code(key, f"{number:032x}")
        assert Walker(client).open("/reply").press("Show my answers", typed=words).status == 422
    walker = Walker(client).open("/reply").press("Show my answers", typed=make_reply_code(key, "f" * 32))
    assert (walker.status, "Try again in" in walker.problem) == (429, True)
