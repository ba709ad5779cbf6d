"""From the printed square to the four words and back with them, in Chromium; what an accessibility checker says of each page."""

from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import select

from receipts.content import receipt_content
from services.api.app import create_app
from stop_search.encounters.queries import receipt_facts
from stop_search.feedback.records import Feedback
from stop_search.installation import Installation
from tests.support.chromium import chromium, live_site
from tests.support.form_walker import issued_receipt
from tests.support.languages import pages_in
from tests.support.receipt_facts import receipt_file

PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}
READ = ["/", "/r", "/reply"]

pytestmark = pytest.mark.browser


def scanned(installation: Installation, site: str) -> str:
    """Print the receipt for this site, look at it with another program's eyes, and return what the QR says."""
    receipt, code = issued_receipt(installation)
    with installation.reading() as session:
        facts = receipt_facts(session, receipt_id=receipt.id)
    pdf = receipt_file(receipt_content(facts, code=code, force_name="Wessex Demonstration Police", public_url=site), "a6")
    (found,) = zxingcpp.read_barcodes(pypdfium2.PdfDocument(pdf)[0].render(scale=3, grayscale=True).to_numpy())
    return found.text


def overflow_of(page: Any) -> int:
    """Return by how many pixels the page is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def through_the_form(page: Any, *, text: str = "Kind.\nAnd quick.", look: Any = lambda where: None) -> None:
    """Answer every page of the form as it comes, until the check page."""
    for number in range(40):
        heading = page.inner_text("h1")
        if page.locator(".site-check-list").count():
            return
        look(f"page {number}: {heading}")
        if page.locator("textarea").count():
            page.fill("textarea", text)
        elif page.locator("#agree").count():
            page.check("#agree")
            page.locator("input[type=radio]").first.check()
        else:
            page.locator("input[type=radio]").first.check()
        page.locator("main button[value=continue]").last.click()
        page.wait_for_function("was => document.querySelector('h1').innerText !== was", arg=heading)


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
            page.wait_for_function("was => document.querySelector('h1').innerText !== was", arg=heading)
            assert page.evaluate("document.activeElement.tagName") == "H1", "a screen reader says the new page's heading"
        tab_to("main button")
        page.keyboard.press("Enter")
        page.wait_for_selector("#reply-code")
        tab_to("main button")
        page.keyboard.press("Enter")
        page.wait_for_selector(".govuk-panel")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_page_breaks_an_accessibility_rule_or_runs_off_a_narrow_screen(
    installation: Installation, tmp_path: Path, language: str
) -> None:
    """320 pixels is a desktop of 1280 at 400 % (WCAG 2.2, 1.4.10); Arabic is written from right to left."""
    from axe_playwright_python.sync_playwright import Axe

    app = create_app(installation)
    with live_site(installation, app) as site, chromium() as browser, pages_in(app, tmp_path / "words", "ar"):
        page = browser.new_context(viewport=NARROW, bypass_csp=True).new_page()
        broken: list[str] = []
        seen: set[str] = set()

        def look(where: str) -> None:
            if overflow_of(page) > 0:
                broken.append(f"{where}: {overflow_of(page)} px too wide")
            kind = (
                "question" if where.startswith("page ") and page.locator("main input[type=radio]").count() < 9 else where
            )  # they are alike
            if kind in seen:
                return
            seen.add(kind)
            found = Axe().run(page, options=RULES).response["violations"]
            broken.extend(f"{where}: {rule['id']}: {rule['nodes'][0]['html'][:120]}" for rule in found)

        def go(path: str) -> None:
            page.goto(f"{site}{path}{'&' if '?' in path else '?'}language={language}")

        for path in READ:
            go(path)
            look(path)
        _, code = issued_receipt(installation)
        go(f"/r/{code}")
        look("landing")
        go(f"/r/{code}/feedback")
        page.locator("main button[value=continue]").click()
        page.wait_for_selector(".govuk-error-summary")
        look("an error")
        through_the_form(page, look=look)
        look("check page")
        page.locator("main button[formaction]").first.click()
        page.wait_for_selector("#reply-code")
        look("words")
        page.click("main button")
        page.wait_for_selector(".govuk-panel")
        look("thank you")
        page.click("main form button")
        page.wait_for_selector("textarea")
        look("own answers")
        page.click("form[action*=correct] button")
        page.wait_for_selector(".site-check-list")
        look("correction")
        assert page.evaluate("document.dir") == ("rtl" if language == "ar" else "ltr")
        go("/r/7K3M9QX2TD4F")
        look("no receipt")
        assert broken == []


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
