"""The workbench in a real browser: a whole review by keys, answers kept in two windows, several cameras on one clock, what was watched."""

import logging
import re
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from stop_search.installation import Installation
from stop_search.reviews.records import Mark, MarkMoment, Review, ReviewDraft, WatchedFootage
from stop_search.reviews.rubric import newest_rubric
from tests.support.chromium import live_site, until
from tests.support.clips import clip
from tests.support.filmed_reviews import a_filmed_review, opened

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PLAYER_READY = "document.querySelector('video') && document.querySelector('video').readyState > 0"
SAVED = "document.querySelector('[data-saved]').dataset.state === 'saved'"
TIME = "document.querySelector('video').currentTime"


@pytest.fixture
def site(installation: Installation) -> Iterator[str]:
    """Give the address of a site of this test's own."""
    with live_site(installation) as address:
        yield address


def at(page: Any, address: str) -> Any:
    """Open a page of the workbench, with its player and its scripts ready."""
    page.goto(address)
    until(page, PLAYER_READY)
    until(page, "!document.querySelector('[data-strip]').hidden")
    return page


def tab_to(page: Any, selector: str, *, most: int = 120) -> None:
    """Press Tab until the focus is where it is wanted: whatever cannot be reached so fails the test."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    pytest.fail(f"{selector} cannot be reached by Tab on {page.url}")


def test_a_whole_review_is_done_by_keys_alone(browser: Any, installation: Installation, site: str) -> None:
    review_id, token = a_filmed_review(installation)
    page = opened(browser, site, installation, token)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    at(page, f"{site}/reviews/{review_id}/C1")
    began = time.monotonic()
    page.keyboard.press("k")
    until(page, "document.querySelector('video').ended")
    page.keyboard.press("m")
    page.keyboard.press("2")
    tab_to(page, "[data-lock]")
    page.keyboard.press("Enter")
    for criterion in newest_rubric().criteria[1:]:
        until(page, "id => location.pathname.endsWith('/' + id)", criterion.id)
        until(page, PLAYER_READY)
        until(page, "document.querySelector('[data-strip]').hidden === false")
        if criterion.items:
            tab_to(page, f"#item_{criterion.items[0].id}")
            for item in criterion.items:
                if not page.evaluate("id => document.activeElement.id === id", f"item_{item.id}"):
                    tab_to(page, f"#item_{item.id}")
                page.keyboard.type("Said")
            page.keyboard.press("Escape")
        if 2 in criterion.evidence_needed_for:
            page.keyboard.press("m")
        page.keyboard.press("2")
        page.keyboard.press("]")
    until(page, "location.pathname.endsWith('/themes')")
    tab_to(page, "#theme-phone_searched")
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    page.keyboard.press("]")
    until(page, "location.pathname.endsWith('/check')")
    assert "All 14 criteria are marked" in page.inner_text("main")
    tab_to(page, "#summary")
    page.keyboard.type("Keys jkl0123 stay letters while one types.")
    tab_to(page, "form[action$='/submit'] button")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('h1').textContent === 'Review handed in'")
    logging.getLogger("journeys").info("a review of 14 criteria by keys alone: %.1f s of a browser's time", time.monotonic() - began)
    assert complaints == []
    with installation.reading() as session:
        review = session.get_one(Review, review_id)
        assert review.state == "submitted"
        assert review.summary == "Keys jkl0123 stay letters while one types."
        assert (review.watched_share or 0) > 0.8
        assert review.watched_reason is None
        assert {mark.level for mark in session.scalars(select(Mark))} == {2}


def test_what_is_typed_is_kept_without_a_button_and_says_what_is_missing(browser: Any, installation: Installation, site: str) -> None:
    review_id, token = a_filmed_review(installation)
    page = at(opened(browser, site, installation, token), f"{site}/reviews/{review_id}/C5")
    page.keyboard.press("3")
    until(page, "document.querySelector('[data-saved]').textContent.includes('not complete: A 3 needs evidence')")
    with installation.reading() as session:
        assert session.get(Mark, (review_id, "C5")) is None
        assert session.get_one(ReviewDraft, (review_id, "C5")).content["answer"] == "3"
    page.locator("#evidence").fill("He is asked twice what happened.")
    until(page, "/^Saved just now$|^Saved \\d+ s ago$/.test(document.querySelector('[data-saved]').textContent)")
    until(page, "document.querySelector('[data-marked]').textContent === '1'")
    page.reload()
    assert page.locator("input[name=answer][value='3']").is_checked()
    assert page.locator("#evidence").input_value() == "He is asked twice what happened."
    with installation.reading() as session:
        assert session.get_one(Mark, (review_id, "C5")).evidence == "He is asked twice what happened."


def test_what_cannot_be_sent_is_said_and_sent_later(browser: Any, installation: Installation, site: str) -> None:
    review_id, token = a_filmed_review(installation)
    page = at(opened(browser, site, installation, token), f"{site}/reviews/{review_id}/C5")
    page.context.set_offline(True)
    page.keyboard.press("2")
    until(page, "document.querySelector('[data-saved]').textContent.startsWith('Not saved')")
    page.context.set_offline(False)
    until(page, SAVED)
    with installation.reading() as session:
        assert session.get_one(Mark, (review_id, "C5")).level == 2


def test_what_is_typed_while_a_save_is_under_way_is_sent_when_the_page_is_left(browser: Any, installation: Installation, site: str) -> None:
    review_id, token = a_filmed_review(installation)
    page = at(opened(browser, site, installation, token), f"{site}/reviews/{review_id}/C5")
    sent: list[Any] = []
    page.route("**/C5/draft", lambda route: sent.append(route))  # noqa: PLW0108 -- Playwright writes on what it is given; no answer comes
    page.keyboard.press("3")
    for _ in range(50):
        page.wait_for_timeout(100)
        if sent:
            break
    page.locator("#evidence").fill("He is asked twice what happened.")
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    page.wait_for_timeout(200)
    assert [("evidence=He" in route.request.post_data) for route in sent] == [False, True]


def test_two_windows_never_overwrite_each_other(browser: Any, installation: Installation, site: str) -> None:
    review_id, token = a_filmed_review(installation)
    there = at(opened(browser, site, installation, token), f"{site}/reviews/{review_id}/C5")
    here = at(there.context.new_page(), f"{site}/reviews/{review_id}/C5")
    there.keyboard.press("2")
    until(there, SAVED)
    here.locator("#evidence").fill("She is cut off at the gate.")
    here.locator("h1").click()
    here.keyboard.press("1")
    here.locator("[data-conflict] table").wait_for()
    rows = [row.inner_text().split("\t") for row in here.locator("[data-conflict] tbody tr").all()]
    assert ["Your mark", "2, meets the standard", "1, below the standard"] in [[cell.strip() for cell in row] for row in rows]
    assert "choose above" in here.inner_text("[data-saved]")
    with installation.reading() as session:
        assert session.get_one(Mark, (review_id, "C5")).level == 2
    here.locator("#evidence").fill("She is cut off at the gate, twice.")
    here.get_by_role("button", name="Keep the answer from here").click()
    until(here, "!document.querySelector('[data-conflict] table')")
    assert here.locator("#evidence").input_value() == "She is cut off at the gate, twice."
    with installation.reading() as session:
        mark = session.get_one(Mark, (review_id, "C5"))
        assert (mark.level, mark.evidence) == (1, "She is cut off at the gate, twice.")
    there.keyboard.press("0")
    there.locator("[data-conflict] table").wait_for()
    there.get_by_role("button", name="Keep the answer from there").click()
    until(there, "!document.querySelector('[data-conflict] table')")
    assert there.locator("input[name=answer][value='1']").is_checked()


def test_without_scripts_two_windows_are_shown_side_by_side_too(browser: Any, installation: Installation, site: str) -> None:
    review_id, token = a_filmed_review(installation)
    here = opened(browser, site, installation, token, java_script_enabled=False)
    here.goto(f"{site}/reviews/{review_id}/C5")
    there = here.context.new_page()
    there.goto(f"{site}/reviews/{review_id}/C5")
    there.locator("input[name=answer][value='2']").check()
    there.get_by_role("button", name="Save and go on").click()
    here.locator("#evidence").fill("Typed here.")
    here.locator("input[name=answer][value='1']").check()
    here.get_by_role("button", name="Save and go on").click()
    assert "This answer was changed in another window" in here.inner_text("main")
    assert "Typed here." in here.inner_text("[data-conflict] table")
    here.get_by_role("button", name="Keep the answer from here").click()
    assert here.locator("#evidence").input_value() == "Typed here."
    with installation.reading() as session:
        assert session.get_one(Mark, (review_id, "C5")).level == 1


def test_another_camera_shows_the_same_moment_of_the_day_and_nothing_typed_is_lost(
    browser: Any, installation: Installation, site: str
) -> None:
    review_id, token = a_filmed_review(installation, [(clip("plain.mp4"), 0.0), (clip("sound.mp4"), 4.0)])
    page = at(opened(browser, site, installation, token), f"{site}/reviews/{review_id}/C5?at=7")
    until(page, f"Math.abs({TIME} - 7) < 0.2")
    assert "Camera 2: from 0:04 to 0:04 after" in page.inner_text("[data-own-lanes]").replace("\n", " ")
    page.locator("#evidence").fill("Typed before.")
    page.locator("h1").click()
    page.keyboard.press("v")
    until(page, "document.querySelector('.bench-second') && Math.abs(document.querySelector('.bench-second').currentTime - 3) < 0.4")
    page.keyboard.press(">")
    page.keyboard.press("c")
    until(page, "document.querySelector('[data-camera=\"2\"]').hasAttribute('aria-current')")
    until(page, f"{PLAYER_READY} && Math.abs({TIME} - 3) < 0.3")
    until(page, "document.querySelector('video').playbackRate === 1.25")
    assert page.locator("#evidence").input_value() == "Typed before."
    page.keyboard.press("m")
    page.keyboard.press("2")
    until(page, SAVED)
    with installation.reading() as session:
        moment = session.scalars(select(MarkMoment)).one()
        assert str(moment.footage_id) == page.locator("[data-player]").get_attribute("data-footage")
        assert abs(moment.from_seconds - 3) < 0.4


def test_stretches_are_pinned_by_dragging_and_taken_away_again(browser: Any, installation: Installation, site: str) -> None:
    review_id, token = a_filmed_review(installation)
    page = at(opened(browser, site, installation, token), f"{site}/reviews/{review_id}/C5")
    box = page.locator("[data-timeline]").bounding_box()
    y = box["y"] + box["height"] - 6
    for start, end in ((0.2, 0.4), (0.6, 0.8)):
        page.mouse.move(box["x"] + start * box["width"], y)
        page.mouse.down()
        page.mouse.move(box["x"] + end * box["width"], y, steps=5)
        page.mouse.up()
    rows = page.locator("[data-moment]")
    assert rows.count() == 3
    assert [rows.nth(n).locator("[name=evidence_from]").input_value() for n in range(3)][2] == ""
    page.keyboard.press("2")
    until(page, "document.querySelectorAll('.bench-lane--marks rect').length === 2")
    assert page.locator(".bench-strip__mark").count() == 2
    rows.nth(0).locator("[data-remove]").click()
    until(page, "document.querySelectorAll('.bench-lane--marks rect').length === 1")
    with installation.reading() as session:
        moment = session.scalars(select(MarkMoment)).one()
        length = page.evaluate("document.querySelector('video').duration")
        assert moment.from_seconds == pytest.approx(0.6 * length, abs=0.2)
        assert moment.to_seconds == pytest.approx(0.8 * length, abs=0.2)


def test_items_and_flags_have_times_of_their_own(browser: Any, installation: Installation, site: str) -> None:
    review_id, token = a_filmed_review(installation)
    page = at(opened(browser, site, installation, token), f"{site}/reviews/{review_id}/C3?at=2")
    until(page, f"Math.abs({TIME} - 2) < 0.2")
    page.locator("[data-use=item_G_at]").click()
    assert page.locator("#item_G_at").input_value() == "0:02"
    at(page, f"{site}/reviews/{review_id}/themes?at=3")
    until(page, f"Math.abs({TIME} - 3) < 0.2")
    page.get_by_text("Single acts, unjust or worth commending").click()
    page.locator("#flag-apologised").focus()
    page.keyboard.press("Space")
    page.locator("[data-use=flag_apologised_from]").click()
    until(page, SAVED)
    with installation.reading() as session:
        moment = session.scalars(select(MarkMoment)).one()
        assert (moment.flag, moment.from_seconds) == ("apologised", 3.0)
        assert session.get_one(ReviewDraft, (review_id, "C3")).content["item_times"]["G"]["start"] == "0:02"


def test_what_is_played_is_reported_and_what_is_leapt_over_is_not(browser: Any, installation: Installation, site: str) -> None:
    review_id, token = a_filmed_review(installation, [(clip("plain.mp4"), 0.0)])
    page = at(opened(browser, site, installation, token), f"{site}/reviews/{review_id}/C5")
    for key, rate in (("x", 4), ("x", 1), ("s", 1.25), ("<", 1), ("<", 0.75)):
        page.keyboard.press(key)
        until(page, "rate => document.querySelector('video').playbackRate === rate", rate)
    for _ in range(9):
        page.keyboard.press(">")
    until(page, "document.querySelector('video').playbackRate === 4")
    page.keyboard.press("k")
    until(page, f"{TIME} > 2")
    page.keyboard.press("k")
    page.keyboard.press("ArrowRight")
    until(page, f"{TIME} > 6.5")
    page.keyboard.press("k")
    until(page, "document.querySelector('video').ended")
    until(page, "document.querySelectorAll('.bench-lane--watched rect').length === 2")
    before = page.evaluate(TIME)
    page.keyboard.press(",")
    until(page, f"before => Math.abs(before - {TIME} - 0.04) < 0.03", before)
    page.keyboard.press("?")
    assert page.get_by_text("pin this moment: once for the start").is_visible()
    with installation.reading() as session:
        first, second = session.scalars(select(WatchedFootage.spans)).one()
        assert first[0] < 0.6
        assert 1.5 < first[1] < 5  # looked at every tenth of a second, which is 0.4 s here
        assert first[1] + 4 < second[0]
        assert second[1] > 11.5


def test_everything_a_question_needs_stands_on_a_laptops_screen_and_fits_a_phone(
    browser: Any, installation: Installation, site: str
) -> None:
    review_id, token = a_filmed_review(installation)
    page = at(opened(browser, site, installation, token), f"{site}/reviews/{review_id}/C5")
    for wanted in (
        "video",
        "[data-tools]",
        "[data-strip]",
        "[data-timeline]",
        "h1",
        "#answer",
        "#answer-0",
        "#answer-not_observable",
        "[data-next]",
    ):
        box = page.locator(wanted).first.bounding_box()
        assert box["y"] >= 0, wanted
        assert box["y"] + box["height"] <= 768, wanted
    page.set_viewport_size({"width": 360, "height": 740})
    for rest in ("/C3", "/C5", "/themes", "/check"):
        page.goto(f"{site}/reviews/{review_id}{rest}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, rest


def test_a_link_opens_at_the_moment_that_it_names(browser: Any, installation: Installation, site: str) -> None:
    review_id, token = a_filmed_review(installation, [(clip("plain.mp4"), 0.0)])
    page = at(opened(browser, site, installation, token), f"{site}/reviews/{review_id}/C5?at=0:08")
    until(page, f"Math.abs({TIME} - 8) < 0.2")
    assert re.search(r"#t=8\.0$", page.locator("video").first.get_attribute("src"))
    assert uuid.UUID(page.locator("[data-player]").get_attribute("data-footage"))
