"""What else a person can do, in a real browser: by keyboard alone and without scripts; an accessibility checker on the page for typing."""

from typing import Any

import pytest

from stop_search.accounts.rules import Role
from stop_search.installation import Installation
from tests.support.chromium import chromium, live_site
from tests.support.form_walker import issued_receipt
from tests.support.letter_walker import letters, opened, with_a_key

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}
WINDOWS = ((320, 640), (1366, 768))

pytestmark = pytest.mark.browser


class Reader:
    """Somebody who looks at pages; what breaks a rule or runs off the screen is noted."""

    def __init__(self, page: Any, site: str, width: int) -> None:
        self.page, self.site, self.width, self.broken = page, site, width, list[str]()

    def look(self, where: str) -> None:
        """Hold one page against the rules."""
        from axe_playwright_python.sync_playwright import Axe

        if (wide := self.page.evaluate("document.documentElement.scrollWidth")) > self.width:
            self.broken.append(f"{where}: {wide} px wide in a window of {self.width}")
        if self.page.locator("h1").count() != 1:
            self.broken.append(f"{where}: not one h1")
        found = Axe().run(self.page, options=RULES).response["violations"]
        self.broken.extend(f"{where}: {rule['id']}: {rule['nodes'][0]['html'][:120]}" for rule in found)


def test_a_complaint_is_made_by_keyboard_alone_without_scripts(installation: Installation) -> None:
    with_a_key(installation)
    _, code = issued_receipt(installation)
    with live_site(installation) as site, chromium() as browser:
        page = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False).new_page()

        def to(selector: str) -> None:
            for _ in range(40):
                page.keyboard.press("Tab")
                if page.locator(f"{selector}:focus").count():
                    return
            message = f"{selector} cannot be reached by the Tab key on {page.url}"
            raise AssertionError(message)

        def go_on() -> None:
            with page.expect_navigation():  # the next key must not go to the page that is still there
                page.keyboard.press("Enter")

        page.goto(f"{site}/r/{code}/choose")
        to("a[href$='/complain']")
        go_on()
        to("#what_happened")
        page.keyboard.type("They laughed at me.")
        to("main button[value=continue]")
        go_on()
        to("main button[value=continue]")
        go_on()
        to("input[name=about_whom]")
        page.keyboard.press("Space")
        go_on()  # what Enter presses in a form is Continue
        to("#email")
        page.keyboard.type("ann@mail.example")
        go_on()
        for _ in ("needs", "language"):
            to("main button[value=continue]")
            go_on()
        to("button[value='change:about_whom']")
        go_on()
        to("input[name=about_whom]")
        page.keyboard.press("ArrowDown")
        go_on()
        to("button[value=send]")
        go_on()
        assert page.inner_text("#reference").startswith("C-")
        assert page.context.cookies() == []
    told = opened(installation, letters(installation)[0])
    assert (told["about_whom"], told["email"]) == ("I saw it or heard it", "ann@mail.example")


def test_the_staff_page_for_typing_breaks_no_rule(installation: Installation) -> None:
    from datetime import UTC, datetime

    from services.api.security import session_cookie_name
    from stop_search.accounts.actions import make_sign_in_link
    from stop_search.accounts.sessions import sign_in_by_link
    from stop_search.audit.rules import COMMAND_LINE
    from tests.support.builders import an_account

    with installation.writing() as session:
        account = an_account(session, role=Role.COMPLAINTS_HANDLER)
        link = make_sign_in_link(session, account_id=account.id, actor=COMMAND_LINE, now=datetime.now(UTC))
        token = sign_in_by_link(session, token=link, now=datetime.now(UTC))
    broken: list[str] = []
    with live_site(installation) as site, chromium() as browser:
        for width, height in WINDOWS:
            context = browser.new_context(viewport={"width": width, "height": height}, bypass_csp=True)
            context.add_cookies([{"name": session_cookie_name(installation), "value": token, "url": site}])
            page = context.new_page()
            reader = Reader(page, site, width)
            page.goto(f"{site}/complaints/assisted")
            reader.look("staff page")
            page.fill("#code", "x")
            page.click("main button")
            reader.look("staff page with an error")
            page.fill("#code", "")
            page.click("main button")
            reader.look("staff page with the forms")
            broken += reader.broken
    assert broken == []
