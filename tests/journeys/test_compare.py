"""The learning team compares groups and units in a real browser: choosing, the keyboard, narrow windows, dark rooms, paper."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from stop_search.accounts.rules import Role
from stop_search.installation import Installation
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.chromium import chromium, live_site
from tests.support.running import signed_in_page
from tests.support.searched import a_small_force, some_searched

pytestmark = pytest.mark.browser
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}
WIDTHS = (1366, 360, 320)
PATHS = (
    "/learning",
    "/learning/disparity",
    "/learning/disparity?basis=age",
    "/learning/units",
    "/learning/units?measure=nothing",
    "/learning/film",
    "/learning/feedback",
    "/learning/maturity",
    "/learning/maturity/footage",
)


@pytest.fixture
def opened(installation: Installation) -> Iterator[tuple[Page, str]]:
    """Give a browser of the learning team on a force of four units, one of which has been filmed less for ten weeks."""
    with installation.writing() as session:
        a_small_force(session)
        team = a.a_team(session, unit="Weir")
        for week in range(20):
            moment = NOON - timedelta(days=7 * (20 - week))
            some_searched(session, 6, team=team, started_at=moment, every=timedelta(minutes=20), filmed=6 if week < 10 else 1)
    with live_site(installation) as address, chromium() as browser:
        yield signed_in_page(browser.new_context(), address, installation, Role.LEARNING_TEAM), address


def test_the_pages_break_no_accessibility_rule_and_no_window_in_light_or_dark(opened: tuple[Page, str]) -> None:
    page, address = opened
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(f"console: {message.text}"))
    for path in PATHS:
        page.goto(address + path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 740})
            over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            complaints += [f"{path} is {over} px too wide at {width}"] if over > 0 else []
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found = Axe().run(page, options=RULES).response["violations"]
            complaints += [f"{path}, {scheme}: {rule['id']}: {rule['nodes'][0]['html'][:160]}" for rule in found]
    assert complaints == []


def test_another_basis_is_chosen_with_the_keyboard_alone_and_without_javascript(opened: tuple[Page, str]) -> None:
    page, address = opened
    page.route("**/*.js", lambda route: route.abort())
    page.goto(f"{address}/learning/disparity")
    page.focus("#basis")
    page.keyboard.press("End")
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**basis=sex**")
    assert "as likely to be searched as women and girls" in page.inner_text(".learning-headline")
    assert page.locator("#basis").input_value() == "sex"


def test_marks_stand_where_the_numbers_say(opened: tuple[Page, str]) -> None:
    page, address = opened
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(f"{address}/learning/disparity")
    (row,) = [one for one in page.locator("li.learning-forest").all() if one.locator("h3").inner_text() == "Black"]
    wanted = ("svg.learning-strip", "rect.learning-dot", "line.learning-line-one")
    strip, mark, line = (row.locator(one).first.bounding_box() for one in wanted)
    assert strip
    assert mark
    assert line
    assert strip["x"] < line["x"] < mark["x"] < strip["x"] + strip["width"] + mark["width"]


def test_on_paper_the_form_is_gone_and_the_pictures_stay(opened: tuple[Page, str]) -> None:
    page, address = opened
    page.goto(f"{address}/learning/disparity")
    page.emulate_media(media="print")
    assert not page.locator(".learning-choice").is_visible()
    assert page.locator("li.learning-forest svg").first.is_visible()
    assert page.locator("#mind").is_visible()
