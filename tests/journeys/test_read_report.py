"""A report of a quarter in a real browser: on a phone and a desk, without scripts, and on paper."""

from typing import Any

import pytest

from services.api.reports.alone import report_page
from stop_search.learning.reports.queries import Report

pytestmark = pytest.mark.browser
HEIGHTS = "[...document.querySelectorAll('details')].map(one => one.getBoundingClientRect().height)"
CLOSED, MANY_ROWS_HIGH = 60, 400  # pixels


def test_on_a_phone_nothing_runs_over_and_long_tables_wait_until_they_are_asked_for(browser: Any, eventful: Report) -> None:
    page = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False).new_page()
    page.set_content(report_page(eventful))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert max(page.evaluate(HEIGHTS)) < CLOSED
    page.locator("#groups summary").click()
    assert page.locator("#groups details").bounding_box()["height"] > MANY_ROWS_HIGH


def test_on_paper_every_table_is_open_and_nothing_leads_back(browser: Any, eventful: Report) -> None:
    page = browser.new_page()
    page.set_content(report_page(eventful))
    page.emulate_media(media="print")
    heights = page.evaluate(HEIGHTS)
    assert len(heights) > 3
    assert min(heights) > MANY_ROWS_HIGH
    assert not any(link.is_visible() for link in page.locator(".report-back a, #contents a, summary").all())


def test_what_a_machine_finds_wrong_with_a_report_is_nothing(browser: Any, eventful: Report) -> None:
    from axe_playwright_python.sync_playwright import Axe

    for width in (360, 1280):
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.set_content(report_page(eventful))
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]})
        assert found.violations_count == 0, found.generate_report()
