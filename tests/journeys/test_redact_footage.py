"""Two of the learning team and a panel's member in a real browser: draw, ask, check, release, watch. On a real recording of a face."""

import os
import uuid
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from services.api.security import session_cookie_name
from stop_search.accounts.actions import make_sign_in_link
from stop_search.accounts.rules import Role, Viewer
from stop_search.accounts.sessions import sign_in_by_link
from stop_search.audit.rules import COMMAND_LINE
from stop_search.database.session import database_now
from stop_search.footage.actions import place_hold
from stop_search.footage.records import FootageOfEncounter
from stop_search.footage.rules import HoldReason
from stop_search.installation import Installation
from stop_search.panels.candidates import redaction_candidates
from stop_search.redactions.rules import RedactionState
from tests.support import builders as a
from tests.support.chromium import live_site
from tests.support.clips import real
from tests.support.redactions import a_recording_of, shown, worked_off

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PICTURES = os.environ.get("STOP_SEARCH_TEST_PICTURES", "")


def somebody(installation: Installation, role: Role) -> tuple[Viewer, str]:
    """Add an account; return it as a viewer, and a session's token."""
    with installation.writing() as session:
        now = database_now(session)
        account = a.an_account(session, role=role)
        link = make_sign_in_link(session, account_id=account.id, actor=COMMAND_LINE, now=now)
        return Viewer(account.id, account.name, frozenset({role})), sign_in_by_link(session, token=link, now=now)


def page_of(browser: Any, site: str, installation: Installation, token: str, width: int = 1366, height: int = 768) -> Any:
    """Open a signed-in page; what a script or the security policy complains of fails the test."""
    made = browser.new_context(viewport={"width": width, "height": height})
    made.add_cookies([{"name": session_cookie_name(installation), "value": token, "url": site}])
    page = made.new_page()
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)
    return page


def picture(page: Any, name: str) -> None:
    """Take a picture of the page, where somebody wants to look at it."""
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"))


def a_drawn_recording(installation: Installation) -> None:
    """Store the recording of a face, of a stop that was drawn."""
    footage_id = a_recording_of(installation, real("carphone_pristine.mp4"), 4.004, is_playable_in_browser=True)
    with installation.writing() as session:
        encounter_id = session.scalars(select(FootageOfEncounter.encounter_id).where(FootageOfEncounter.footage_id == footage_id)).one()
        place_hold(session, encounter_id=encounter_id, reason=HoldReason.DRAWN, cause_id=str(uuid.uuid4()), now=a.NOON)


def test_one_draws_a_second_releases_and_a_panel_watches(browser: Any, installation: Installation) -> None:
    a_drawn_recording(installation)
    with live_site(installation) as site:
        redaction_id, reference = draws_and_asks(browser, site, installation)
        checker, token = somebody(installation, Role.LEARNING_TEAM)
        releases(page_of(browser, site, installation, token), f"{site}/learning/redactions/{redaction_id}/check")
        assert shown(installation, redaction_id, checker).state is RedactionState.RELEASED
        _, panel_token = somebody(installation, Role.PANEL_MEMBER)
        member = page_of(browser, site, installation, panel_token)
        member.goto(f"{site}/panels")
        member.get_by_role("link", name=reference).click()
        _until_readable(member, 1)
        picture(member, "panel")
        assert not member.complaints
        for name, rest in (("narrow", ""), ("narrow-check", "/check")) if PICTURES else ():
            narrow = page_of(browser, site, installation, token, 360, 740)
            narrow.goto(f"{site}/learning/redactions/{redaction_id}{rest}")
            narrow.wait_for_timeout(800)
            narrow.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def draws_and_asks(browser: Any, site: str, installation: Installation) -> tuple[uuid.UUID, str]:
    """Begin, wait for the detector, draw a box with mouse and keys, ask for the copy; return its id and the stop's reference."""
    editor, token = somebody(installation, Role.LEARNING_TEAM)
    page = page_of(browser, site, installation, token)
    page.goto(f"{site}/learning/redactions")
    page.get_by_role("button", name="Begin").click()
    page.wait_for_selector("[data-progress]:not([hidden])")
    picture(page, "looking")
    worked_off(installation)
    page.wait_for_selector("[data-progress][hidden]", state="attached", timeout=15000)
    with installation.reading() as session:
        (line,) = redaction_candidates(session, viewer=editor).lines
    assert line.redaction_id is not None
    before = len(shown(installation, line.redaction_id, editor).tracks)
    _until_readable(page, 2)
    _draw(page)
    page.get_by_text("Saved", exact=True).wait_for()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    page.get_by_label("Under it").select_option("screen")
    page.get_by_role("button", name="Whole recording").click()
    page.get_by_text("Saved", exact=True).wait_for()
    picture(page, "drawing")
    drawn = shown(installation, line.redaction_id, editor)
    assert len(drawn.tracks) == before + 1
    (mine,) = [track for track in drawn.tracks if track.kind == "screen"]
    assert (mine.key_frames[0][0], mine.key_frames[-1][0]) == pytest.approx((0.0, 4.004))
    assert mine.key_frames[0][1] == pytest.approx(0.06, abs=0.02)
    page.get_by_role("button", name="Make the copy and ask for release").click()
    page.wait_for_load_state()
    worked_off(installation)
    page.goto(f"{site}/learning/redactions/{line.redaction_id}/check")
    assert "somebody else has to release it" in page.content()
    assert not page.get_by_role("button", name="Release to panels").count()
    assert not page.complaints
    return line.redaction_id, line.reference


def releases(page: Any, address: str) -> None:
    """Watch the copy, try to send it back without a reason, then release it."""
    page.goto(address)
    _until_readable(page, 1)
    picture(page, "check")
    page.get_by_role("button", name="Send it back").click()
    assert "Say what has to change" in page.content()
    page.get_by_role("button", name="Release to panels").click()
    page.wait_for_load_state()
    assert not [said for said in page.complaints if "422" not in said]


def _draw(page: Any) -> None:
    """Draw a box from near the top left corner with the mouse."""
    area = page.locator("[data-boxes]").bounding_box()
    page.mouse.move(area["x"] + 0.05 * area["width"], area["y"] + 0.05 * area["height"])
    page.mouse.down()
    page.mouse.move(area["x"] + 0.15 * area["width"], area["y"] + 0.15 * area["height"])
    page.mouse.move(area["x"] + 0.2 * area["width"], area["y"] + 0.2 * area["height"])
    page.mouse.up()
    page.keyboard.press("Tab") if page.evaluate("document.activeElement === document.body") else None
    page.locator(".redact-box[aria-pressed=true]").focus()


def _until_readable(page: Any, state: int) -> None:
    """Wait until the player has so much of the recording; our security policy lets no test wait by a script of its own."""
    for _ in range(100):
        if page.evaluate("document.querySelector('video').readyState") >= state:
            return
        page.wait_for_timeout(100)
    message = "the recording was not loaded"
    raise AssertionError(message)
