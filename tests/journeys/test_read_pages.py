"""Pages that are only read, in Chromium: no rule of accessibility broken, nothing runs off a narrow screen, rights fit on two sheets."""

from typing import Any

import pypdfium2
import pytest

from stop_search.installation import Installation
from tests.support.chromium import chromium, live_site

PATHS = ["/rights", "/rights/young", "/privacy", "/accessibility", "/about-the-numbers", "/verify"]
WIDTHS = [320, 360, 1366]
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}
SHEET = {"top": "12mm", "bottom": "12mm", "left": "12mm", "right": "12mm"}

pytestmark = pytest.mark.browser


def problems_of(page: Any, *, width: int) -> list[str]:
    """Return what is wrong with the page that is open."""
    from axe_playwright_python.sync_playwright import Axe

    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    found = Axe().run(page, options=RULES).response["violations"] if width == WIDTHS[1] else []
    broken = [f"{rule['id']}: {rule['nodes'][0]['html'][:120]}" for rule in found]
    return broken + ([f"{wide} px too wide"] if wide > 0 else [])


def test_they_break_no_rule_and_fit_every_screen(installation: Installation) -> None:
    with live_site(installation) as site, chromium() as browser:
        broken = {}
        for width in WIDTHS:
            page = browser.new_context(viewport={"width": width, "height": 740}, bypass_csp=True).new_page()
            for path in PATHS:
                page.goto(site + path)
                broken[f"{path} at {width}"] = problems_of(page, width=width)
    assert not {where: found for where, found in broken.items() if found}


def test_the_rights_print_on_two_sheets_without_what_only_a_screen_needs(installation: Installation) -> None:
    with live_site(installation) as site, chromium() as browser:
        page = browser.new_context().new_page()
        for path in ("/rights", "/rights/young"):
            page.goto(site + path)
            printed = pypdfium2.PdfDocument(page.pdf(format="A4", margin=SHEET))
            text = "".join(sheet.get_textpage().get_text_range() for sheet in printed)
            assert len(printed) <= 2, path
            assert "0800 1111" in text
            assert "Exit this page" not in text
