"""From the printed square to the four words, in Chromium without JavaScript, and what an accessibility checker says of each page."""

from typing import Any

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import select

from receipts.content import receipt_content
from stop_search.encounters.queries import receipt_facts
from stop_search.feedback.records import Feedback
from stop_search.installation import Installation
from tests.support.chromium import chromium, live_site
from tests.support.form_walker import issued_receipt
from tests.support.receipt_facts import receipt_file

PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}
READ = ["/r", "/reply", "/privacy", "/accessibility", "/about-the-numbers", "/verify", "/rights"]

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


def test_a_person_scans_answers_and_sees_the_four_words_without_javascript(installation: Installation) -> None:
    with live_site(installation) as site, chromium() as browser:
        page = browser.new_context(viewport=PHONE, java_script_enabled=False).new_page()
        page.goto(scanned(installation, site))
        page.click("text=Yes, they are the same")
        for _ in range(30):
            if page.locator("h1", has_text="Check your answers").count():
                break
            if page.locator("textarea").count():
                page.fill("textarea", "Kind.\nAnd quick.")
            else:
                page.locator("input[type=radio]").first.check()
            page.click("button:has-text('Continue')")
        page.locator("button", has_text="Send my answers").first.click()
        words = page.inner_text("#reply-code")
        page.reload()
        assert page.inner_text("#reply-code") == words
        page.goto(f"{site}/reply")
        page.fill("#reply_code", words)
        page.press("#reply_code", "Enter")
        assert "Kind.\nAnd quick." in page.inner_text("main")
        assert page.context.cookies() == []
    with installation.reading() as session:
        (form,) = session.scalars(select(Feedback)).all()
        assert form.standing == "primary"


def test_no_page_breaks_an_accessibility_rule_or_runs_off_a_narrow_screen_and_escape_leaves(installation: Installation) -> None:
    from axe_playwright_python.sync_playwright import Axe

    with live_site(installation) as site, chromium() as browser:
        page = browser.new_context(viewport=NARROW, bypass_csp=True).new_page()
        broken: list[str] = []

        def measure(where: str) -> None:
            if overflow_of(page) > 0:
                broken.append(f"{where}: {overflow_of(page)} px too wide")

        def look(where: str) -> None:
            measure(where)
            found = Axe().run(page, options=RULES).response["violations"]
            broken.extend(f"{where}: {rule['id']}: {rule['nodes'][0]['html'][:120]}" for rule in found)

        for path in READ:
            page.goto(site + path)
            measure(path)
        look("/rights")  # the others are made of the same parts
        page.goto(scanned(installation, site))
        look("landing")
        page.click("text=Yes, they are the same")
        measure("question")
        page.click("button:has-text('Continue')")
        look("question with an error")
        page.locator("input[type=radio]").first.check()
        page.click("button:has-text('Continue')")
        while page.locator("h1", has_text="Check your answers").count() == 0:
            if page.locator("textarea").count():
                look("text")
            page.click("button:has-text('Skip this question')")
        measure("check page")
        page.locator("button", has_text="Send my answers").first.click()
        look("check page with an error")
        page.click("#change-listened")
        page.locator("input[type=radio]").first.check()
        page.press("input[type=radio]:checked", "Enter")
        page.locator("button", has_text="Send my answers").first.click()
        look("thank you")
        page.goto(f"{site}/r/7K3M9QX2TD4F")
        measure("no receipt")
        assert broken == []
        # Leave by the Escape key, to a page of ours instead of somewhere on the internet: it takes this page's place in the history.
        pages_before = page.evaluate("history.length")
        page.evaluate("document.querySelector('[data-quick-exit]').href = '/rights'")
        page.keyboard.press("Escape")
        page.wait_for_url(f"{site}/rights")
        assert page.evaluate("history.length") == pages_before
