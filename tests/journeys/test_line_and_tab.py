"""What the script adds: one entry of history, a lost line that loses nothing, a reload that brings back, an exit that leaves nothing."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from stop_search.feedback.records import Feedback
from stop_search.installation import Installation
from tests.support.chromium import chromium, live_site
from tests.support.form_walker import issued_receipt

PHONE = {"width": 360, "height": 740}
LOST = "There is no signal just now."

pytestmark = pytest.mark.browser


@pytest.fixture
def site(installation: Installation) -> Iterator[str]:
    """Give the address of a site that answers."""
    with live_site(installation) as address:
        yield str(address)


@pytest.fixture
def browser() -> Iterator[Any]:
    """Give Chromium."""
    with chromium() as opened:
        yield opened


@pytest.fixture
def form(installation: Installation, site: str) -> str:
    """Return the address of a receipt's form."""
    return f"{site}/r/{issued_receipt(installation)[1]}/feedback"


def phone(browser: Any, *, script: bool = True) -> Any:
    """Open a tab of a phone; the weather is answered here."""
    context = browser.new_context(viewport=PHONE, java_script_enabled=script)
    context.route("https://www.bbc.co.uk/**", lambda route: route.fulfill(body="<h1>Weather</h1>", content_type="text/html"))
    return context.new_page()


def answer(page: Any, words: str | None = None) -> None:
    """Choose an answer (the first, if none is named), continue, and wait for the next page."""
    heading = page.inner_text("h1")
    (page.get_by_label(words, exact=True) if words else page.locator("main input[type=radio]").first).check()
    page.click("main button[value=continue]")
    page.wait_for_function("was => document.querySelector('h1').innerText !== was", arg=heading)


def skip_to(page: Any, selector: str) -> None:
    """Skip questions until this is on the page."""
    while page.locator(selector).count() == 0:
        heading = page.inner_text("h1")
        page.locator("main button[value=skip]").first.click()
        page.wait_for_function("was => document.querySelector('h1').innerText !== was", arg=heading)


def press_on_a_dead_line(page: Any) -> None:
    """Press the page's first button; the browser shows its own page of an error."""
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"), page.expect_navigation():
        page.locator("main button").first.click()


def sent(installation: Installation) -> int:
    """Count the stored forms."""
    with installation.reading() as session:
        return session.scalar(select(func.count()).select_from(Feedback)) or 0


def test_the_whole_way_is_one_entry_and_after_the_exit_back_shows_no_page_of_ours(browser: Any, form: str) -> None:
    page = phone(browser)
    page.goto(form.removesuffix("/feedback"))
    before = page.evaluate("history.length")
    page.evaluate("document.querySelector('main .govuk-button').href = location.pathname + '/feedback'")  # as the next page leads there
    page.click("main .govuk-button")
    page.wait_for_selector("form[data-draft]")
    for _ in range(4):
        answer(page)
    assert page.evaluate("history.length") == before
    assert page.title().startswith("Did they give a name or number")
    page.keyboard.press("Escape")
    page.wait_for_url("https://www.bbc.co.uk/**")
    assert page.evaluate("history.length") == before
    page.go_back()
    assert page.url == "about:blank", "what was there before the receipt was scanned"


def test_after_leaving_from_a_page_that_was_read_on_the_way_back_leaves_again(browser: Any, form: str) -> None:
    page = phone(browser)
    page.goto(form)
    answer(page)
    page.click("footer a:has-text('Privacy')")
    page.wait_for_url("**/privacy*")
    page.click("[data-quick-exit]")
    page.wait_for_url("https://www.bbc.co.uk/**")
    page.go_back(wait_until="commit")
    page.wait_for_url("https://www.bbc.co.uk/**")
    assert page.inner_text("h1") == "Weather"
    page.goto(form)
    assert page.inner_text("h1") == "Which questions do you want?"
    assert page.evaluate("sessionStorage.length") == 0


def test_a_reload_brings_back_what_was_answered_and_typed(browser: Any, form: str) -> None:
    page = phone(browser)
    page.goto(form)
    answer(page)
    answer(page, "I saw it happen")
    page.get_by_label("Not sure", exact=True).check()
    page.reload()
    page.wait_for_selector("input[value=not_sure]:checked")
    skip_to(page, "textarea")
    page.fill("textarea", "Kind.\nAnd <quick>.")
    page.reload()
    page.wait_for_selector("textarea")
    assert page.input_value("textarea") == "Kind.\nAnd <quick>."
    page.click("footer a:has-text('Your rights')")
    page.wait_for_url("**/rights*")
    page.go_back()
    page.wait_for_selector("textarea")
    assert page.input_value("textarea") == "Kind.\nAnd <quick>."
    skip_to(page, ".site-check-list")
    assert "I saw it happen" in page.inner_text("main")


def test_what_was_typed_is_gone_when_the_form_is_opened_anew_or_in_another_tab(browser: Any, form: str) -> None:
    page = phone(browser)
    page.goto(form)
    answer(page)
    answer(page, "I saw it happen")
    other = page.context.new_page()
    other.goto(form)
    assert other.inner_text("h1") == "Which questions do you want?"
    page.goto(form)
    assert page.inner_text("h1") == "Which questions do you want?"
    page.reload()
    assert page.inner_text("h1") == "Which questions do you want?"


def test_sending_erases_the_answers_and_a_reload_keeps_only_the_words(browser: Any, form: str, installation: Installation) -> None:
    page = phone(browser)
    page.goto(form)
    for _ in range(3):
        answer(page)
    skip_to(page, ".site-check-list")
    page.locator("main button[formaction]").first.dblclick()
    page.wait_for_selector("#reply-code")
    words = page.inner_text("#reply-code")
    page.reload()
    page.wait_for_selector("#reply-code")
    assert page.inner_text("#reply-code") == words
    assert "searched" not in page.evaluate("JSON.stringify(sessionStorage)")
    assert words.replace(" ", "") not in page.url
    page.click("main button")
    page.wait_for_selector(".govuk-panel")
    assert page.evaluate("sessionStorage.length") == 0
    assert sent(installation) == 1


def test_a_lost_line_loses_nothing_and_the_form_goes_on_when_it_is_back(browser: Any, form: str, installation: Installation) -> None:
    page = phone(browser)
    page.goto(form)
    answer(page)
    skip_to(page, "textarea")
    page.fill("textarea", "Typed before the tunnel.")
    page.context.set_offline(True)
    page.click("main button[value=continue]")
    page.wait_for_selector(f"[role=status]:has-text('{LOST}')")
    assert page.input_value("textarea") == "Typed before the tunnel."
    page.fill("textarea", "Typed in the tunnel.")
    page.context.set_offline(False)  # the browser says that it is online, and nobody presses anything
    page.wait_for_selector("h1:has-text('Do you want anything else')")
    skip_to(page, ".site-check-list")
    assert "Typed in the tunnel." in page.inner_text("main")
    page.context.set_offline(True)
    page.locator("main button[formaction]").first.click()
    page.wait_for_selector(f"[role=status]:has-text('{LOST}')")
    page.context.set_offline(False)
    page.wait_for_selector("#reply-code")
    assert sent(installation) == 1


def test_a_line_that_breaks_after_the_answers_arrived_stores_them_once(browser: Any, form: str, installation: Installation) -> None:
    page = phone(browser)
    page.goto(form)
    for _ in range(3):
        answer(page)
    skip_to(page, ".site-check-list")

    def arrive_and_break(route: Any) -> None:
        route.fetch()
        route.abort("connectionreset")

    page.route("**/send*", arrive_and_break, times=1)
    page.locator("main button[formaction]").first.click()
    page.wait_for_selector(f"[role=status]:has-text('{LOST}')")
    assert sent(installation) == 1
    page.locator("main button[formaction]").first.click()
    page.wait_for_selector("#reply-code")
    assert sent(installation) == 1


def test_a_page_that_has_no_words_for_it_leaves_a_dead_line_to_the_browser(browser: Any, site: str) -> None:
    page = phone(browser)
    page.goto(f"{site}/reply")
    page.fill("#reply_code", "apple river candle stone")
    page.context.set_offline(True)
    press_on_a_dead_line(page)
    page.context.set_offline(False)
    page.reload()
    assert page.input_value("#reply_code") == "apple river candle stone"


def test_without_javascript_a_post_on_a_dead_line_is_sent_again_by_a_reload(browser: Any, form: str, installation: Installation) -> None:
    page = phone(browser, script=False)
    page.goto(form)
    page.click("main button[value=skip]")
    while page.locator("textarea").count() == 0:
        page.click("main button[value=skip]")
    page.fill("textarea", "Typed before the tunnel.")
    page.context.set_offline(True)
    press_on_a_dead_line(page)
    page.context.set_offline(False)
    page.reload()
    assert page.inner_text("h1") == "Do you want anything else?"
    while page.locator(".site-check-list").count() == 0:
        page.locator("main button[value=skip]").first.click()
    assert "Typed before the tunnel." in page.inner_text("main")
    page.locator("main button[formaction]").first.click()
    page.wait_for_selector("#reply-code")
    assert sent(installation) == 1
