"""Pages that are only read, in Chromium: nothing runs off a narrow screen, rights fit on two sheets."""

import pypdfium2
import pytest

from stop_search.installation import Installation
from tests.support.chromium import chromium, live_site

PATHS = [
    *("/rights", "/rights/young", "/privacy", "/accessibility", "/about-the-numbers"),
    *("/you-said-we-did", "/transparency", "/draws", "/verify"),
]
WIDTHS = [360, 1366]
SHEET = {"top": "12mm", "bottom": "12mm", "left": "12mm", "right": "12mm"}

pytestmark = pytest.mark.browser


def test_they_fit_every_screen(installation: Installation) -> None:
    with live_site(installation) as site, chromium() as browser:
        wide = {}
        for width in WIDTHS:
            page = browser.new_context(viewport={"width": width, "height": 740}).new_page()
            for path in PATHS:
                page.goto(site + path)
                wide[f"{path} at {width}"] = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert not {where: pixels for where, pixels in wide.items() if pixels > 0}


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
