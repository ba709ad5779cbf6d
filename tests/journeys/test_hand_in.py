"""An officer hands recordings in with a real browser: several at once, a line that breaks, a page that is loaded again, and no scripts."""

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from stop_search.accounts.rules import Role
from stop_search.footage.records import Footage
from stop_search.installation import Installation
from tests.support.chromium import live_site
from tests.support.running import signed_in_page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}
UPLOADS = "**/recordings/uploads/*"


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Return a file of several pieces."""
    path = tmp_path / "camera 1.mp4"
    path.write_bytes(os.urandom(20 << 20))
    return path


def received(installation: Installation) -> set[str]:
    """Return the hashes of what was received."""
    with installation.reading() as session:
        return set(session.scalars(select(Footage.sha256)))


def hashes(*paths: Path) -> set[str]:
    """Return the hashes of files."""
    return {hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def officers_page(browser: Any, site: str, installation: Installation, complaints: list[str], **context: Any) -> Any:
    """Open the page; what scripts complain of is added to `complaints`."""
    page = signed_in_page(browser.new_context(viewport={"width": 360, "height": 740}, **context), site, installation, Role.OFFICER)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{site}/recordings")
    return page


def test_several_files_go_one_after_the_other_and_a_broken_line_is_made_good(
    browser: Any, installation: Installation, large: Path, tmp_path: Path
) -> None:
    small, complaints, broken = tmp_path / "camera 2.mp4", list[str](), list[str]()
    small.write_bytes(b"a small one")

    def break_twice(route: Any) -> None:
        if route.request.method == "PATCH" and len(broken) < 2:
            broken.append(route.request.url)
            route.abort("connectionreset")
        else:
            route.continue_()

    with live_site(installation) as site:
        page = officers_page(browser, site, installation, complaints)
        page.route(UPLOADS, break_twice)
        page.set_input_files("#files", [str(large), str(small)])
        assert page.locator("[data-only-one]").is_hidden(), "several files did not begin at one moment"
        page.click("[data-send]")
        page.locator(".site-file__said", has_text="No connection").wait_for()
        page.locator(".site-file a").nth(1).wait_for(timeout=60_000)
        page.locator(".site-arrival").nth(1).wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert len(broken) == 2
    assert received(installation) == hashes(large, small)
    assert complaints == []


def test_pause_reload_and_the_same_file_again_go_on_where_it_stopped(browser: Any, installation: Installation, large: Path) -> None:
    complaints, offsets = list[str](), list[str]()

    def note(request: Any) -> None:
        if request.method == "PATCH":
            offsets.append(request.headers["upload-offset"])

    with live_site(installation) as site:
        page = officers_page(browser, site, installation, complaints)
        page.set_input_files("#files", str(large))
        page.route(
            UPLOADS, lambda route: route.abort() if route.request.headers.get("upload-offset") == str(8 << 20) else route.continue_()
        )
        page.click("[data-send]")
        page.locator(".site-file__said", has_text="No connection").wait_for()
        page.locator(".site-file button", has_text="Pause").click()
        page.locator(".site-file__said", has_text="8.4 MB of 21.0 MB is safe").wait_for()
        page.unroute(UPLOADS)
        page.on("dialog", lambda dialog: dialog.accept())
        page.reload()
        assert "8.4 MB of 21.0 MB" in page.locator("[data-begun]").inner_text()
        page.on("request", note)
        page.set_input_files("#files", str(large))
        page.click("[data-send]")
        page.locator(".site-file a").wait_for(timeout=60_000)
    assert offsets[0] == str(8 << 20), "nothing is sent twice"
    assert received(installation) == hashes(large)
    assert complaints == []


def test_the_page_works_without_scripts_and_has_no_barriers(browser: Any, installation: Installation, large: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe

    with live_site(installation) as site:
        page = officers_page(browser, site, installation, [], java_script_enabled=False)
        page.set_input_files("#file", str(large))
        page.click("[data-send]")
        assert large.name in page.inner_text("h1")
        with_scripts = officers_page(browser, site, installation, [])
        with_scripts.set_input_files("#files", str(large))
        found = Axe().run(with_scripts, options=RULES).response["violations"]
        assert [f"{one['id']}: {one['nodes'][0]['html']}" for one in found] == []
    assert received(installation) == hashes(large)
