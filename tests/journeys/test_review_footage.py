"""A supervisor in a real browser, on a real recording that was really examined: hover, jump, use this moment, keys, and without scripts."""

import hashlib
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest

from services.api.security import session_cookie_name
from services.worker.footage_jobs import examine_footage
from stop_search.accounts.actions import make_sign_in_link
from stop_search.accounts.rules import Role
from stop_search.accounts.sessions import sign_in_by_link
from stop_search.audit.rules import COMMAND_LINE
from stop_search.database.session import database_now
from stop_search.footage.actions import receive_footage
from stop_search.footage.records import Footage
from stop_search.footage.rules import ReceivedFile, StoredOriginal, original_key
from stop_search.force import read_force
from stop_search.installation import Installation
from stop_search.jobs.rules import Claim
from stop_search.reviews.records import Mark
from stop_search.reviews.rules import ReviewState
from tests.support import builders as a
from tests.support.chromium import live_site
from tests.support.clips import real
from tests.support.timelines import a_timeline, put_timeline

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def a_filmed_review(installation: Installation) -> tuple[uuid.UUID, str]:
    """Receive and examine a real recording of a drawn search; return the review's id and its reviewer's session token."""
    content = real("bigbuckbunny.mp4").read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    installation.storage.put_bytes(original_key(digest), content)
    original = StoredOriginal(digest, len(content), original_key(digest))
    with installation.writing() as session:
        now = database_now(session)
        encounter = a.an_encounter(session, officer=a.an_officer(session, team=a.a_team(session)), started_at=now)
        new = ReceivedFile(original, "clip.mp4", read_force(None).retention.on(now.date()), encounter_reference=encounter.reference)
        footage_id = receive_footage(session, new=new, actor=COMMAND_LINE, now=now)
        reviewer = a.an_account(session, role=Role.SUPERVISOR)
        entry = a.a_frame_entry(session, draw=a.a_draw(session), encounter=encounter)
        review = a.a_review(session, frame_entry=entry, reviewer=reviewer, state=ReviewState.STARTED)
        link = make_sign_in_link(session, account_id=reviewer.id, actor=COMMAND_LINE, now=now)
        token = sign_in_by_link(session, token=link, now=now)
    effect = examine_footage(installation, Claim(uuid.uuid4(), "examine_footage", {"footage_id": str(footage_id)}, 1, 1))
    with installation.writing() as session:
        effect(session, database_now(session))
        footage = session.get_one(Footage, footage_id)
        footage.started_at = now - timedelta(seconds=1)
        put_timeline(
            installation, session, footage, a_timeline(footage.facts["length_seconds"], lanes={"speech": [[2.0, 4.0]], "dark": []})
        )
    return review.id, token


def opened(browser: Any, site: str, installation: Installation, token: str, **context: Any) -> Any:
    """Open a page of a signed-in browser that fails the test on any error of a script or of the security policy."""
    made = browser.new_context(viewport={"width": 1366, "height": 768}, **context)
    made.add_cookies([{"name": session_cookie_name(installation), "value": token, "url": site}])
    return made.new_page()


def test_the_player_shows_pictures_jumps_and_fills_in_the_moment(browser: Any, installation: Installation) -> None:
    review_id, token = a_filmed_review(installation)
    with live_site(installation) as site:
        page = opened(browser, site, installation, token)
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto(f"{site}/reviews/{review_id}/C5")
        strip = page.locator("[data-strip]")
        strip.hover()
        preview = page.locator(".bench-preview")
        preview.wait_for(state="visible")
        assert re.search(r"/sprites\.jpg\"\)$", preview.evaluate("one => one.style.backgroundImage"))
        assert preview.evaluate("one => one.offsetWidth") > 100
        page.wait_for_function("document.querySelector('video').readyState > 0")
        page.locator(".bench-pictures a").nth(4).click()
        page.wait_for_function("document.querySelector('video').currentTime > 1")
        assert page.url.endswith("/C5")
        page.locator("body").press("m")
        at = page.locator("#evidence_from").input_value()
        assert re.fullmatch(r"0:0[1-4](\.\d)?", at)
        strip.focus()
        page.keyboard.press("End")
        page.locator("[data-use=evidence_to]").click()
        assert re.fullmatch(r"0:05(\.\d)?", page.locator("#evidence_to").input_value())
        page.locator("#evidence").fill("jklms stay letters while one types")
        page.locator("input[name=answer][value='3']").check()
        page.get_by_role("button", name="Save and go on").click()
        page.wait_for_url("**/C6")
        assert page.locator(".bench-strip__mark").count() == 1
        assert complaints == []
    with installation.reading() as session:
        mark = session.get_one(Mark, (review_id, "C5"))
        assert (mark.level, mark.evidence) == (3, "jklms stay letters while one types")
        assert 1 < (mark.evidence_from_seconds or 0) < (mark.evidence_to_seconds or 0) <= 6


def test_a_click_on_the_timeline_goes_to_that_place_and_its_table_leads_there_too(browser: Any, installation: Installation) -> None:
    review_id, token = a_filmed_review(installation)
    with live_site(installation) as site:
        page = opened(browser, site, installation, token)
        page.goto(f"{site}/reviews/{review_id}/C5")
        page.wait_for_function("document.querySelector('video').readyState > 0")
        assert "First contact 0:01" in page.locator("[data-timeline]").inner_text()
        page.evaluate("window.scrollTo(0, 0)")
        box = page.locator("[data-timeline]").bounding_box()
        assert box["y"] + 60 < 768, "the timeline begins below a small screen"
        page.locator("[data-timeline]").click(position={"x": box["width"] * 0.8, "y": 10})
        length = page.evaluate("document.querySelector('video').duration")
        page.wait_for_function("at => Math.abs(document.querySelector('video').currentTime - at) < 0.3", arg=0.8 * length)
        page.get_by_text("The timeline as a table").click()
        page.get_by_role("link", name="0:02 to 0:04").click()
        page.wait_for_function("Math.abs(document.querySelector('video').currentTime - 2) < 0.3")
        assert page.url.endswith("/C5")
        assert 30 < float(page.locator("[data-now]").evaluate("one => parseFloat(one.style.left)")) < 50


def test_without_scripts_footage_can_be_watched_from_a_moment_and_marked(browser: Any, installation: Installation) -> None:
    review_id, token = a_filmed_review(installation)
    with live_site(installation) as site:
        page = opened(browser, site, installation, token, java_script_enabled=False)
        page.goto(f"{site}/reviews/{review_id}/C5")
        assert not page.locator("[data-strip]").is_visible()
        assert not page.locator("[data-use=evidence_from]").is_visible()
        page.locator(".bench-pictures a").nth(4).click()
        assert "#t=" in (page.locator("video").get_attribute("src") or "")
        page.get_by_text("The timeline as a table").click()
        page.get_by_role("link", name="0:02 to 0:04").click()
        assert (page.locator("video").get_attribute("src") or "").endswith("#t=2.0")
        page.locator("#evidence_from").fill("0:02")
        page.locator("input[name=answer][value='1']").check()
        page.get_by_role("button", name="Save and go on").click()
        assert page.url.endswith("/C6")


def test_the_workbench_has_no_accessibility_fault_that_a_machine_finds_and_fits_a_phone(browser: Any, installation: Installation) -> None:
    from axe_playwright_python.sync_playwright import Axe

    review_id, token = a_filmed_review(installation)
    with live_site(installation) as site:
        page = opened(browser, site, installation, token)
        for rest in ("", "/C3", "/C9", "/themes", "/check", "/give-back"):
            page.goto(f"{site}/reviews/{review_id}{rest}")
            found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
            assert found.violations_count == 0, (rest, found.generate_report())
        page.set_viewport_size({"width": 320, "height": 700})
        for rest in ("", "/C3", "/themes", "/check"):
            page.goto(f"{site}/reviews/{review_id}{rest}")
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, rest
