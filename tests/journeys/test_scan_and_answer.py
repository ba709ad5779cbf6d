"""From the printed square to the four words and back with them, in Chromium; the keyboard alone is enough; what is printed."""

from typing import Any

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import select

from receipts.content import receipt_content
from stop_search.encounters.queries import receipt_facts
from stop_search.feedback.records import Feedback
from stop_search.installation import Installation
from tests.support.chromium import chromium, live_site, until
from tests.support.form_walker import issued_receipt
from tests.support.receipt_facts import receipt_file

PHONE = {"width": 390, "height": 844}

pytestmark = pytest.mark.browser


def scanned(installation: Installation, site: str) -> str:
    """Print the receipt for this site, look at it with another program's eyes, and return what the QR says."""
    receipt, code = issued_receipt(installation)
    with installation.reading() as session:
        facts = receipt_facts(session, receipt_id=receipt.id)
    pdf = receipt_file(receipt_content(facts, code=code, force_name="Wessex Demonstration Police", public_url=site), "a6")
    (found,) = zxingcpp.read_barcodes(pypdfium2.PdfDocument(pdf)[0].render(scale=3, grayscale=True).to_numpy())
    return found.text


def through_the_form(page: Any, *, text: str = "Kind.\nAnd quick.") -> None:
    """Answer every page of the form as it comes, until the check page."""
    for _ in range(40):
        heading = page.inner_text("h1")
        if page.locator(".site-check-list").count():
            return
        if page.locator("textarea").count():
            page.fill("textarea", text)
        elif page.locator("#agree").count():
            page.check("#agree")
            page.locator("input[type=radio]").first.check()
        else:
            page.locator("input[type=radio]").first.check()
        page.locator("main button[value=continue]").last.click()
        until(page, "was => document.querySelector('h1').innerText !== was", heading)


def test_a_person_scans_answers_and_comes_back_with_the_four_words_without_javascript(installation: Installation) -> None:
    with live_site(installation) as site, chromium() as browser:
        page = browser.new_context(viewport=PHONE, java_script_enabled=False).new_page()
        page.goto(scanned(installation, site))
        page.goto(f"{page.url.replace('/R/', '/r/')}/feedback")
        while page.locator(".site-check-list").count() == 0:
            if page.locator("textarea").count():
                page.fill("textarea", "Kind.\nAnd quick.")
            elif page.locator("#agree").count():
                page.check("#agree")
            else:
                page.locator("input[type=radio]").first.check()
            page.locator("main button[value=continue]").last.click()
        page.locator("button", has_text="Send my answers").first.click()
        words = page.inner_text("#reply-code")
        page.reload()
        assert page.inner_text("#reply-code") == words
        page.click("text=I have kept my words")
        assert page.inner_text("h1") == "Thank you"
        page.goto(f"{site}/reply")
        page.fill("#reply_code", words)
        page.press("#reply_code", "Enter")
        assert "Kind.\nAnd quick." in page.inner_text("main")
        page.fill("textarea", "One thing more.")
        page.click("text=Add this")
        assert "One thing more." in page.inner_text("main")
        assert page.context.cookies() == []
    with installation.reading() as session:
        (form,) = session.scalars(select(Feedback)).all()
        assert (form.standing, form.form) == ("primary", "adult")


def test_the_keyboard_alone_is_enough(installation: Installation) -> None:
    with live_site(installation) as site, chromium() as browser:
        page = browser.new_context(viewport=PHONE).new_page()
        _, code = issued_receipt(installation)
        page.goto(f"{site}/r/{code}/feedback")

        def tab_to(selector: str) -> None:
            for _ in range(80):
                if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
                    return
                page.keyboard.press("Tab")
            raise AssertionError(selector)

        for _ in range(25):
            heading = page.inner_text("h1")
            if page.locator(".site-check-list").count():
                break
            if page.locator("textarea, #agree").count():
                tab_to("main button[value=skip]")
            else:
                tab_to("main input[type=radio]")
                page.keyboard.press("Space")
            page.keyboard.press("Enter")
            until(page, "was => document.querySelector('h1').innerText !== was", heading)
            assert page.evaluate("document.activeElement.tagName") == "H1", "a screen reader says the new page's heading"
        tab_to("main button")
        page.keyboard.press("Enter")
        page.wait_for_selector("#reply-code")
        tab_to("main button")
        page.keyboard.press("Enter")
        page.wait_for_selector(".govuk-panel")


def test_languages_and_the_exit_are_reached_by_keyboard(installation: Installation) -> None:
    with live_site(installation) as site, chromium() as browser:
        page = browser.new_context(viewport=PHONE, locale="en-GB").new_page()
        page.route("https://www.bbc.co.uk/**", lambda route: route.fulfill(body="<h1>Weather</h1>", content_type="text/html"))
        _, code = issued_receipt(installation)
        page.goto(f"{site}/r/{code}")

        def press_on(selector: str, key: str = "Enter") -> None:
            for _ in range(60):
                page.keyboard.press("Tab")
                if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
                    return page.keyboard.press(key)
            raise AssertionError(selector)

        press_on(".site-languages summary")
        press_on(".site-languages a[lang=ur]")
        page.wait_for_selector("html[lang=ur]")
        press_on("main a.govuk-button")
        page.wait_for_selector(".site-ways")
        press_on("main a.govuk-button")
        page.wait_for_selector("[name=at][value=set]", state="attached")
        press_on("main input[type=radio]", "Space")
        press_on("main button[value=continue]")
        page.wait_for_selector("[name=at][value=who]", state="attached")
        press_on(".site-exit button")
        page.wait_for_selector("main button[lang=pl]")
        press_on("main button[lang=pl]")
        page.wait_for_selector("html[lang=pl]")
        assert page.input_value("[name=at]") == "who", "the same question, in the other language"
        page.keyboard.press("Escape")
        page.wait_for_url("https://www.bbc.co.uk/**")


def test_on_paper_the_four_words_are_large_and_the_buttons_gone(installation: Installation) -> None:
    with live_site(installation) as site, chromium() as browser:
        page = browser.new_context(viewport=PHONE).new_page()
        _, code = issued_receipt(installation)
        page.goto(f"{site}/r/{code}/feedback")
        through_the_form(page)
        page.locator("main button[formaction]").first.click()
        page.wait_for_selector("#reply-code")
        page.emulate_media(media="print")
        assert page.evaluate("parseFloat(getComputedStyle(document.getElementById('reply-code')).fontSize)") > 40
        assert not page.is_visible("main button")
