"""What a screen reader must say on the form: the question, what is wrong, which page it is, where among the answers, a lost line."""

from typing import Any

import pytest

from stop_search.installation import Installation
from tests.support.chromium import chromium, live_site
from tests.support.form_walker import issued_receipt
from tests.support.page_reader import PageReader
from tests.support.screen_reader import said_on, walk_of_the_form

pytestmark = pytest.mark.browser


def said(lines: list[str], beginning: str) -> str:
    """Return the one line that begins like this."""
    (found,) = [line.strip() for line in lines if line.strip().startswith(beginning)]
    return found


def test_the_important_things_are_said_on_the_way_to_the_four_words(installation: Installation) -> None:
    with live_site(installation) as site, chromium() as browser:
        pages = walk_of_the_form(browser, site, code=issued_receipt(installation)[1])
    first, wrong, check, words = (
        pages[name] for name in ("First question", "First question, nothing chosen", "Check page", "The four words")
    )
    assert said(first, "group") == 'group "Which of these are you?"', "the question is the legend of its answers"
    assert said(first, "heading") == 'heading "Which of these are you?", level 1'
    assert said(first, "Question 1") == "Question 1 of 17"
    assert [line.rpartition(", ")[2] for line in first if "radio " in line] == [f"{place} of 5" for place in range(1, 6)]
    assert said(first, "status") == "status, live polite"
    assert said(pages["Which questions"], "group").endswith('described by "They all ask about the same things. You can change this later."')
    assert said(wrong, "RootWebArea").startswith('RootWebArea "Error: Which of these are you?')
    assert said(wrong, "alert") == "alert, live assertive"
    assert said(wrong, "group").endswith('described by "Error: Choose an answer, or skip this question."')
    assert said(wrong, 'link "Choose') == 'link "Choose an answer, or skip this question."'
    assert said(check, "heading") == 'heading "Check your answers", level 1'
    assert said(check, 'button "Change \N{EN DASH} Which of these are you?"')
    assert said(words, "heading") == 'heading "Your answers were sent. Keep these four words.", level 1'
    assert [page for page, lines in pages.items() if not any("Exit this page quickly" in line for line in lines)] == []


def test_a_lost_line_is_said_by_itself(installation: Installation) -> None:
    with live_site(installation) as site, chromium() as browser:
        reader = PageReader(browser.new_context().new_page(), site)
        answering: Any = reader.answers(issued_receipt(installation)[1], version="adult")
        assert next(answering) == "set"
        assert next(answering) == "who"
        reader.page.context.set_offline(offline=True)
        reader.page.locator("main button[value=skip]").click()
        reader.page.wait_for_selector(".site-line:not(:empty)")
        lines = said_on(reader.page)
        place = next(number for number, line in enumerate(lines) if "status" in line)
        assert lines[place].strip() == "status, live polite"
        assert lines[place + 1].strip().startswith("There is no signal just now. What you typed is still here.")
