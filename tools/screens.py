"""Takes the pictures of the pages in docs/screens from a demo of its own. Run by `make screens`.

python tools/screens.py public     only the receipt and the pages for the public, which need no footage examined
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from services.demo.processes import RunningSite, free_port
from services.demo.setting_up import add_history, add_panels, fill, learn, prepare, review, waiting_recordings
from services.demo.walk import Walk, waited_for
from services.demo.walk_stop import record
from stop_search.installation import Installation
from stop_search.jobs.embedded_queue import ensure_embedded_queue, stop_embedded_queue
from stop_search.settings import with_environment

FOLDER = Path(__file__).parents[1] / "docs" / "screens"
PHONE: ViewportSize = {"width": 390, "height": 844}
LAPTOP: ViewportSize = {"width": 1366, "height": 768}
TALL: ViewportSize = {"width": 1366, "height": 1400}  # a dashboard's headline, picture and the beginning of its table
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--hide-scrollbars"]


Asked = tuple[tuple[str, str, str, Callable[[Page], None]], ...]  # name of the picture, role, page, what to do there


def main() -> None:
    """Fill a demo in a temporary folder, open each page as its reader does, and save a picture of it."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("No Chromium on this machine. Install it: apt-get install chromium")
    FOLDER.mkdir(parents=True, exist_ok=True)
    is_whole = sys.argv[1:] != ["public"]
    with (
        tempfile.TemporaryDirectory() as folder,
        running_demo(Path(folder), is_examined=is_whole) as (installation, address),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        public_pages(browser, Walk(installation, address))
        if is_whole:
            staff_pages(browser, address, STAFF, LAPTOP)
            staff_pages(browser, address, DASHBOARDS, TALL)
            officers_app(browser, address)
            workbench_pages(browser, address)
        browser.close()


@contextmanager
def running_demo(folder: Path, *, is_examined: bool) -> Iterator[tuple[Installation, str]]:
    """Run a filled demo on a free port; its footage is examined and reviewed if that is asked for, which takes minutes."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    os.environ |= with_environment(data_folder=str(folder), public_url=address, demo="true")
    installation = prepare(folder, port)
    ensure_embedded_queue(folder)
    try:
        fill(installation, print)
        with RunningSite(address=address, port=port, data_folder=folder, environment=dict(os.environ)):
            if is_examined:
                waited_for("the recordings' examination", lambda: waiting_recordings(installation) == 0, seconds=300)
                add_history(installation, lambda done, of: print(f"week {done} of {of} is there"))
                review(installation, print)
                learn(installation)
                add_panels(installation)
            yield installation, address
    finally:
        stop_embedded_queue(folder)


def public_pages(browser: Browser, walk: Walk) -> None:
    """Save the receipt, its page, a question and the thank-you page, as on a phone."""
    record(walk)
    link = walk.receipt_links[0]
    save_receipt(walk.device.get(link["forms"]["a6"]).content)
    page = browser.new_page(viewport=PHONE, device_scale_factor=2)
    page.goto(f"{walk.address}/r/{walk.codes[0]}")
    picture(page, "landing")
    page.goto(f"{walk.address}/r/{walk.codes[0]}/feedback")
    answer_page(page)
    page.locator("input[type=radio]").first.check()
    picture(page, "question")
    while page.locator("input[type=radio], textarea").count():
        answer_page(page)
    picture(page, "check-answers")
    page.locator("main form button").first.click()
    page.wait_for_selector("#reply-code")
    picture(page, "thank-you")
    page.close()


def answer_page(page: Page) -> None:
    """Choose the first answer, agree where that is asked, go on and wait for the next page."""
    heading = page.inner_text("h1")
    if page.locator("#agree").count():
        page.check("#agree")
    if page.locator("input[type=radio]").count():
        page.locator("input[type=radio]").first.check()
    page.locator("main form button[value=continue]").last.click()
    page.wait_for_function("was => document.querySelector('h1').innerText !== was", arg=heading)


def staff_pages(browser: Browser, address: str, asked: Asked, viewport: ViewportSize) -> None:
    """Save what somebody of a role sees of each page."""
    for name, role, path, then in asked:
        page = browser.new_page(viewport=viewport)
        page.goto(f"{address}/sign-in/demo?role={role}&next={path}")
        page.locator("main form button").first.click()
        page.goto(f"{address}{path}")
        then(page)
        picture(page, name)
        page.close()


def officers_app(browser: Browser, address: str) -> None:
    """Save what an officer's phone shows without a signal: a form begun, and a receipt on the screen whose record waits."""
    context = browser.new_context(viewport=PHONE, device_scale_factor=2, locale="en-GB")
    page = context.new_page()
    page.goto(f"{address}/sign-in/demo?role=officer&next=/officer/app")
    page.locator("main form button").first.click()
    page.locator("button", has_text="Use this phone").click()
    page.get_by_text("20 receipts are ready").wait_for()
    context.set_offline(True)
    page.locator("button", has_text="Record a stop").click()
    for choice in ("A person was searched", "Misuse of Drugs", "Controlled drugs"):
        page.locator("label", has_text=choice).click()
    page.locator("#field-place-input").fill("Harbour Park, north gate")
    page.locator("#field-grounds-input").fill("Seen to pass a small packet to another person, and to put it in a shoe.")
    page.evaluate("scrollTo(0, 0)")
    picture(page, "officer-app")
    page.locator("#field-people-0-self_defined_ethnicity-input").select_option("W1")
    page.locator("button", has_text="Record the stop").click()
    page.get_by_text("Turn the phone round").wait_for()
    page.wait_for_timeout(500)
    picture(page, "officer-app-receipt")
    context.close()


def workbench_pages(browser: Browser, address: str) -> None:
    """Save the workbench with a clip that was partly watched and a stretch pinned, on a laptop and on a phone; and two windows' answers."""
    context = browser.new_context(viewport=LAPTOP)
    page = context.new_page()
    page.goto(f"{address}/sign-in/demo?role=supervisor&next=/reviews")
    page.locator("main form button").first.click()
    page.goto(f"{address}/reviews")
    to_the_workbench(page)
    base = "/".join(page.url.split("/")[:5])  # the review itself, whichever page of it is open
    page.goto(f"{base}/C5?at=30")
    page.wait_for_timeout(1500)
    page.keyboard.press("k")
    page.wait_for_timeout(7000)
    for key in ("k", "m", "l", "m", "3"):
        page.keyboard.press(key)
    page.locator("#evidence").fill("Asked what happened, and let finish.")
    page.keyboard.press("Escape")
    page.wait_for_timeout(3000)
    page.locator(".bench-say").evaluate("one => one.scrollTo(0, 0)")
    picture(page, "workbench")
    other = context.new_page()
    for window in (page, other):
        window.goto(f"{base}/C8")
        window.wait_for_timeout(1000)
    for window, key in ((page, "2"), (other, "3")):
        window.bring_to_front()
        window.keyboard.press(key)
        window.wait_for_timeout(2000)
    picture(other, "workbench-two-windows")
    other.locator("[data-choose] button").first.click()
    other.set_viewport_size({"width": 360, "height": 740})
    other.goto(f"{base}/C5")
    other.wait_for_timeout(1500)
    picture(other, "workbench-phone")
    context.close()


def to_the_workbench(page: Page) -> None:
    """Open the first review that waits, and start it where it asks for that."""
    page.locator("main tbody a[href^='/reviews/']").first.click()
    start = page.locator("main form button", has_text="Start")
    if start.count():
        start.first.click()
    page.wait_for_timeout(1500)


def stay(_page: Page) -> None:
    """Do nothing more."""


def to_the_first(start: str) -> Callable[[Page], None]:
    """Return what follows the first link in the page whose address starts like this."""
    return lambda page: page.locator(f"main a[href^='{start}']").first.click()


STAFF: Asked = (
    ("officer", "officer", "/officer", stay),
    ("reviews", "supervisor", "/reviews", stay),
    ("learning", "learning_team", "/learning", stay),
    ("admin", "administrator", "/admin", stay),
)
DASHBOARDS: Asked = (
    *(
        (name, "learning_team", f"/learning/{name}", stay)
        for name in ("together", "disparity", "units", "film", "feedback", "themes", "agreement", "maturity")
    ),
    ("report", "learning_team", "/learning/reports", to_the_first("/learning/reports/")),
    ("transparency", "learning_team", "/transparency", to_the_first("/transparency/2")),
    ("panel", "panel_member", "/panels", to_the_first("/panels/cases/")),
)


def save_receipt(pdf: bytes) -> None:
    """Save the A6 receipt as a picture."""
    import pypdfium2

    pypdfium2.PdfDocument(pdf)[0].render(scale=3).to_pil().save(FOLDER / "receipt.png", optimize=True)


def picture(page: Page, name: str) -> None:
    """Save what the page shows first, in colours few enough to stay small."""
    path = FOLDER / f"{name}.png"
    page.wait_for_load_state()
    page.screenshot(path=path)
    print(f"{path.name}: {path.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
