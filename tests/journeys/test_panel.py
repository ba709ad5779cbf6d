"""A panel's meeting in a real browser: the pages in narrow windows and dark rooms, and a vote by keyboard alone without JavaScript."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from stop_search.accounts.rules import Role
from stop_search.installation import Installation
from stop_search.panels.recommending import recommend
from stop_search.panels.voting import cast_vote
from tests.support import builders as a
from tests.support.chromium import chromium, live_site
from tests.support.panels import Panel, a_panel, a_released_stop, a_vote
from tests.support.running import signed_in_page

pytestmark = pytest.mark.browser
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}
WIDTHS = (1366, 360, 320)
LONG = "Say what is looked for before the search begins. " * 8


@pytest.fixture
def panel(installation: Installation) -> Panel:
    """Give a meeting with two searches: all votes are in on the first, and something was asked about it."""
    with installation.writing() as session:
        found = a_panel(session, searches=2)
        for member in found.members:
            cast_vote(session, case_id=found.case_ids[0], vote=a_vote(2, said=LONG), viewer=member, now=a.NOON)
        asked = {"case_id": found.case_ids[0], "kind": "improve", "text": LONG, "viewer": found.members[0], "now": a.NOON}
        recommend(session, meeting_id=found.meeting_id, **asked)
        a_released_stop(session, editor=found.team, checker=found.other)
    return found


@pytest.fixture
def opened(installation: Installation, panel: Panel) -> Iterator[tuple[Page, Page, str]]:
    """Give a member's browser and one of the learning team."""
    with live_site(installation) as address, chromium() as browser:
        member = signed_in_page(browser.new_context(), address, installation, account_id=panel.members[1].id)
        yield member, signed_in_page(browser.new_context(), address, installation, Role.LEARNING_TEAM), address


def test_the_pages_break_no_accessibility_rule_and_no_window_in_light_or_dark(opened: tuple[Page, Page, str], panel: Panel) -> None:
    member, team, address = opened
    team.goto(f"{address}/learning/panels")
    answer = team.locator(".panel-answers a").first.get_attribute("href")
    team.goto(f"{address}/learning/panels/{panel.meeting_id}")
    add = team.locator(".panel-cases a").first.get_attribute("href")
    own = ("/panels", *(f"/panels/cases/{one}" for one in panel.case_ids), f"/panels/meetings/{panel.meeting_id}/recommendations")
    theirs = ("/learning/panels", "/learning/panels/new", f"/learning/panels/{panel.meeting_id}", answer, add)
    complaints: list[str] = []
    for page, paths in ((member, own), (team, theirs)):
        for path in paths:
            page.goto(f"{address}{path}")
            complaints += _faults(page, str(path))
    assert complaints == []


def _faults(page: Page, path: str) -> list[str]:
    found: list[str] = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 740})
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += [f"{path} is {over} px too wide at {width}"] if over > 0 else []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        rules = Axe().run(page, options=RULES).response["violations"]
        found += [f"{path}, {scheme}: {rule['id']}: {rule['nodes'][0]['html'][:160]}" for rule in rules]
    return found


def test_a_member_votes_with_the_keyboard_alone_and_without_javascript(opened: tuple[Page, Page, str], panel: Panel) -> None:
    member, _, address = opened
    member.route("**/*.js", lambda route: route.abort())
    member.goto(f"{address}/panels/cases/{panel.case_ids[1]}")
    member.focus("#C3")
    for _ in range(10):
        member.keyboard.press("Space")
        member.keyboard.press("ArrowDown")  # from the first level to the second
        member.keyboard.press("Tab")
    member.keyboard.press("Space")
    member.keyboard.press("Tab")
    member.keyboard.type("Nobody said why.")
    member.keyboard.press("Tab")
    member.keyboard.press("Enter")
    member.wait_for_url("**#votes")
    assert "Your vote is in." in member.inner_text("main")
    assert member.locator('input[value="2"]:checked').count() == 10
    assert member.input_value("#said") == "Nobody said why."
