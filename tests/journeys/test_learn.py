"""From a draw to the learning team's page: real processes carry the work, and a real browser shows what came of it."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from stop_search.accounts.rules import PostKind, Role
from stop_search.audit.rules import COMMAND_LINE
from stop_search.codes.design import Design
from stop_search.draws.actions import draw_sample
from stop_search.draws.beacon import round_at
from stop_search.draws.chance import NamedRound
from stop_search.draws.rules import RiskClass
from stop_search.footage.rules import FootageState
from stop_search.installation import Installation
from stop_search.learning.queries import review_progress
from stop_search.reviews.records import Review
from tests.support import builders as a
from tests.support.chromium import chromium, live_site
from tests.support.learned import some_answers, some_reviews
from tests.support.running import WholeSite, signed_in_page
from tests.support.sampled import a_commit

pytestmark = pytest.mark.browser
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}
WINDOWS = {"desk": (1366, 768), "phone": (390, 844), "narrow": (320, 640)}
TODAY = datetime.now(UTC)


def test_a_draw_is_assigned_by_the_worker_and_shown_to_the_learning_team(site: WholeSite, browser: Any) -> None:
    period = (datetime.now(UTC) - timedelta(days=3)).date()
    with site.installation.writing() as session:
        ours, theirs = a.a_team(session), a.a_team(session)
        officer = a.an_officer(session, team=ours)
        a.a_post(session, account=a.an_account(session), team=theirs, kind=PostKind.LEAD)
        for _ in range(3):
            stop = a.an_encounter(session, officer=officer, team=ours, started_at=datetime.now(UTC) - timedelta(days=3))
            a.a_recording(session, encounter=stop, state=FootageState.EXAMINED)
    with site.installation.writing() as session:
        design = Design(classes=dict.fromkeys(map(str, RiskClass), (1, 1)))
        drawn = draw_sample(
            session, scope="force", period_start=period, period_end=period, design=design,
            seed="4 6 1 3", actor=COMMAND_LINE, now=datetime.now(UTC),
        )  # fmt: skip
    assert _reviews_within(site.installation, seconds=30) == 3
    page = signed_in_page(browser.new_context(), site.address, site.installation, Role.LEARNING_TEAM)
    page.goto(f"{site.address}/learning")
    assert "3 of 3 stops were drawn, and no review of them has been submitted yet." in page.inner_text("main")
    page.click("text=Draws and how to check them")
    assert "3 of 3 stops" in page.inner_text("main")
    page.click(f"a[href='/learning/draws/{drawn.draw_id}']")
    assert "4 6 1 3" in page.inner_text("main")
    with page.expect_download() as taken:
        page.click("a:has-text('Take the bundle')")
    assert taken.value.suggested_filename == f"draw-{drawn.draw_id}.zip"


def test_the_page_breaks_no_accessibility_rule_and_no_window_in_light_or_dark(installation: Installation) -> None:
    from axe_playwright_python.sync_playwright import Axe

    with installation.writing() as session:
        marks = [{"C1": 2 if n % 2 else 1} | ({"C5": 2} if n < 12 else {}) for n in range(40)]
        some_reviews(session, draw=a.a_draw(session), marks=marks, not_drawn=20, probability=(2, 3), themes=[("early_handcuffs",)] * 9)
        some_answers(
            session, question="reason_told", criterion="C1", answers={"clear_reason": 12, "vague": 8, "not_sure": 6}, issued_at=TODAY
        )
    complaints: list[str] = []
    with live_site(installation) as address, chromium() as browser:
        page = signed_in_page(browser.new_context(), address, installation, Role.LEARNING_TEAM)
        page.on("console", lambda message: complaints.append(f"console: {message.text}"))
        with installation.writing() as session:
            waiting = a_commit(session, period=((TODAY - timedelta(days=9)).date(), (TODAY - timedelta(days=3)).date()), now=TODAY).draw_id
            tomorrow = NamedRound(round_at(TODAY + timedelta(days=1)))
            beacon = a_commit(session, period=((TODAY - timedelta(days=2)).date(),) * 2, chance=tomorrow, now=TODAY).draw_id
        for path in ("/learning", "/learning/draws", f"/learning/draws/{waiting}", f"/learning/draws/{beacon}"):
            page.goto(address + path)
            for name, (width, height) in WINDOWS.items():
                page.set_viewport_size({"width": width, "height": height})
                over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                complaints += [f"{path} is {over} px too wide for a {name}"] if over > 0 else []
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                found = Axe().run(page, options=RULES).response["violations"]
                complaints += [f"{path}, {scheme}: {rule['id']}: {rule['nodes'][0]['html'][:160]}" for rule in found]
    assert complaints == []


def _reviews_within(installation: Installation, *, seconds: float) -> int:
    """Wait for the worker to have assigned every drawn encounter; return how many reviews there are."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with installation.reading() as session:
            assigned = session.query(Review).count()
            if assigned and assigned == review_progress(session).drawn:
                return assigned
        time.sleep(0.1)
    return 0
