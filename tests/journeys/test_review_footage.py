"""A supervisor in a real browser, on a real recording that was really examined: hover, jump, use this moment, keys, and without scripts."""

import re
from typing import Any

import pytest

from stop_search.installation import Installation
from stop_search.reviews.records import Mark
from tests.support.chromium import live_site
from tests.support.filmed_reviews import a_filmed_review, opened

pytestmark = [pytest.mark.browser, pytest.mark.slow]


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


def test_without_a_recording_and_without_scripts_one_button_hands_that_in(browser: Any, installation: Installation) -> None:
    from axe_playwright_python.sync_playwright import Axe

    review_id, token = a_filmed_review(installation, ())
    with live_site(installation) as site:
        page = opened(browser, site, installation, token, java_script_enabled=False)
        scripted = opened(browser, site, installation, token)
        for name, button in (("waiting", 1), ("handed in", 0)):
            for width in (320, 1280):
                scripted.set_viewport_size({"width": width, "height": 700})
                scripted.goto(f"{site}/reviews/{review_id}")
                assert scripted.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
                found = Axe().run(scripted, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]})
                assert found.violations_count == 0, (name, found.generate_report())
            page.goto(f"{site}/reviews/{review_id}/C5")
            assert page.url.endswith(str(review_id)), "no marks are asked for"
            hand_in = page.get_by_role("button", name="Hand in: no recording to play")
            assert hand_in.count() == button, name
            if button:
                hand_in.click()
                assert page.get_by_text("It has no marks and no grade").count() == 1
