"""An officer's phone in a real browser: without a signal, with the answer lost, killed in between, signed out, handed on, and lost."""

import json
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import zxingcpp
from sqlalchemy import func, select

from stop_search.accounts.actions import make_sign_in_link
from stop_search.audit.rules import COMMAND_LINE
from stop_search.encounters.handsets import all_handsets, report_handset_lost
from stop_search.encounters.records import Encounter, Receipt
from stop_search.installation import Installation
from tests.support.builders import an_officer
from tests.support.chromium import chromium, live_site

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE = {"width": 360, "height": 740}
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}
RECORDS = "**/officer/app/records"


@dataclass
class Street:
    """A live site, a browser, and a phone (a browser context with storage of its own)."""

    installation: Installation
    address: str
    context: Any
    account: uuid.UUID
    page: Any = None

    def sign_in(self, account: uuid.UUID | None = None) -> Any:
        """Sign in by a link, and open the app."""
        with self.installation.writing() as session:
            link = make_sign_in_link(session, account_id=account or self.account, actor=COMMAND_LINE, now=datetime.now(UTC))
        page = self.page or self.context.new_page()
        page.goto(f"{self.address}/sign-in/link/{link}?next=/officer/app")
        page.click("main button")
        page.wait_for_url("**/officer/app*")
        self.page = page
        return page

    def register(self) -> None:
        """Have the phone hold codes and the app's files."""
        self.page.click("button:has-text('Use this phone')")
        self.page.wait_for_selector("text=20 receipts are ready")
        self.page.wait_for_function(
            "navigator.serviceWorker.getRegistration('/officer/app').then((one) => one?.active?.state === 'activated')"
        )

    def records(self, grounds: str, *, people: int = 1) -> list[str]:
        """Record a stop on the phone; return the codes that it shows."""
        page = self.page
        page.click("button:has-text('Record a stop')")
        page.click("label:has-text('A person was searched')")
        page.fill("#field-place-input", "near Castle Park, Invented Town")
        page.click("label:has-text('Misuse of Drugs')")
        page.click("label:has-text('Controlled drugs')")
        page.fill("#field-grounds-input", grounds)
        for n in range(people):
            if n:
                page.click("button:has-text('Add another person')")
            page.select_option(f"#field-people-{n}-self_defined_ethnicity-input", "B1")
        page.click("button:has-text('Record the stop')")
        codes = []
        for n in range(people):
            page.wait_for_selector(f"h1:has-text('{f'person {n + 1}' if people > 1 else 'Receipt'}')")
            codes.append("-".join(page.locator(".app-paper__code > span:not(.govuk-visually-hidden)").all_inner_texts()))
            if n + 1 < people:
                page.click("button:has-text('Next person')")
        return codes

    def scanned(self) -> str:
        """Look at the screen with another program's eyes."""
        import io

        from PIL import Image

        (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(self.page.screenshot())))
        return found.text

    def state(self, words: str) -> None:
        """Wait until the line of state says so."""
        self.page.wait_for_function("(words) => document.querySelector('[data-state]').textContent === words", arg=words, timeout=15_000)

    def grounds_stored(self) -> list[str]:
        """Return the grounds of all records, sorted."""
        with self.installation.reading() as session:
            return sorted(session.scalars(select(Encounter.grounds)))

    def online(self, *, on: bool) -> None:
        """Give or take the signal."""
        self.context.set_offline(not on)


@pytest.fixture
def street(installation: Installation) -> Iterator[Street]:
    """Give an officer with a registered phone."""
    with installation.writing() as session:
        account = an_officer(session, number="4821").id
    with live_site(installation) as address, chromium() as browser:
        made = Street(installation, address, browser.new_context(viewport=PHONE, locale="en-GB"), account)
        made.sign_in()
        made.register()
        yield made


def test_two_stops_without_a_signal_are_shown_at_once_and_sent_once(street: Street) -> None:
    street.online(on=False)
    street.page.reload()
    street.state("All sent (no signal)")
    first = street.records("First.", people=2)
    assert street.scanned().upper().endswith(f"/R/{first[1].replace('-', '')}")
    street.page.click("button:has-text('Done')")
    (second,) = street.records("Second.")
    assert street.scanned().upper().endswith(f"/R/{second.replace('-', '')}")
    street.state("2 not sent yet (no signal)")
    street.page.reload()
    street.state("2 not sent yet (no signal)")
    assert street.grounds_stored() == []
    street.online(on=True)
    street.state("All sent")
    assert street.grounds_stored() == ["First.", "Second."]
    street.page.goto(f"{street.address}/r/{first[0].replace('-', '')}")
    assert "Are these the words on your receipt?" in street.page.inner_text("main")
    with street.installation.reading() as session:
        assert session.scalar(select(func.count()).select_from(Receipt)) == 3


def test_an_answer_that_is_lost_and_a_page_that_is_killed_double_nothing(street: Street) -> None:
    sent: list[int] = []

    def lose_the_answer(route: Any) -> None:
        sent.append(route.fetch().status)
        route.abort()

    street.page.route(RECORDS, lose_the_answer)
    street.records("Answer lost.")
    street.state("1 not sent yet (no signal)")
    assert sent == [201]
    assert street.grounds_stored() == ["Answer lost."]
    street.page.close()
    street.page = street.context.new_page()
    street.page.goto(f"{street.address}/officer/app")
    street.state("All sent")
    assert street.grounds_stored() == ["Answer lost."]
    street.page.route(RECORDS, lambda route: route.abort())
    street.records("Killed while sending.")
    street.page.close()
    street.page = street.context.new_page()
    street.page.goto(f"{street.address}/officer/app")
    street.state("All sent")
    assert street.grounds_stored() == ["Answer lost.", "Killed while sending."]


def test_with_the_app_closed_the_browser_sends_once_the_signal_is_back(street: Street) -> None:
    street.online(on=False)
    street.records("Sent by the worker.")
    street.state("1 not sent yet (no signal)")
    other = street.context.new_page()  # a browser with no page at all is a browser that ends
    street.page.close()
    street.online(on=True)
    deadline = time.monotonic() + 20
    while not street.grounds_stored() and time.monotonic() < deadline:
        other.wait_for_timeout(200)
    assert street.grounds_stored() == ["Sent by the worker."]
    street.page = other
    other.goto(f"{street.address}/officer/app")
    street.state("All sent")
    assert street.grounds_stored() == ["Sent by the worker."]


def test_two_tabs_send_one_record_once(street: Street) -> None:
    street.online(on=False)
    street.records("From one of two tabs.")
    other = street.context.new_page()
    other.goto(f"{street.address}/officer/app")
    posts: list[str] = []
    street.context.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    street.online(on=True)
    street.state("All sent")
    other.wait_for_function("() => document.querySelector('[data-state]').textContent === 'All sent'")
    assert len([url for url in posts if url.endswith("/records")]) == 1
    assert street.grounds_stored() == ["From one of two tabs."]


def test_what_is_being_written_survives_a_reload_and_what_is_missing_is_said(street: Street) -> None:
    page = street.page
    page.click("button:has-text('Record a stop')")
    page.click("label:has-text('A person was searched')")
    page.fill("#field-grounds-input", "Half a sente")
    page.wait_for_timeout(500)
    page.reload()
    assert page.input_value("#field-grounds-input") == "Half a sente"
    page.click("button:has-text('Record the stop')")
    assert "have to be said first" in page.inner_text("[data-spoken]")
    page.click(".app-missing a:has-text('Where')")
    assert page.evaluate("document.activeElement.id") == "field-place-input"
    page.click("#field-people-0-age_band label:has-text('10 to 17')")
    assert page.is_visible("#field-people-0-safeguarding_considered")
    page.click("#field-people-0-age_band label:has-text('18 to 24')")
    assert not page.is_visible("#field-people-0-safeguarding_considered")
    page.click("button:has-text('Keep and finish later')")
    page.wait_for_selector("h1:has-text('Receipt')")
    street.state("All sent")
    with street.installation.reading() as session:
        (row,) = session.scalars(select(Encounter))
        assert (row.grounds, row.finished_at) == ("Half a sente", None)
        reference = row.reference
        assert {"place", "power"} <= set(row.gaps or ())
    page.click("button:has-text('Done')")
    page.click("a:has-text('Finish it')")
    page.wait_for_url(f"**/officer/stops/{reference}/amend*")


def test_signed_out_records_stay_and_another_officer_neither_sees_nor_sends_them(street: Street) -> None:
    with street.installation.writing() as session:
        other = an_officer(session, number="77").id
    street.online(on=False)
    street.records("Of the first officer.")
    street.page.click("button:has-text('Done')")
    warned: list[str] = []
    street.page.on("dialog", lambda dialog: (warned.append(dialog.message), dialog.accept()))
    street.context.clear_cookies()  # the session ended meanwhile, so that nothing is sent as soon as there is a signal
    street.online(on=True)
    street.state("1 not sent yet (sign in to send)")
    street.page.click("button:has-text('Sign out')")
    street.page.wait_for_url("**/sign-in")
    assert warned[0].startswith("1 record has not been sent. It stays on this phone, and only you can send it")
    street.page.goto(f"{street.address}/officer/app")
    street.page.wait_for_selector("text=Sign in once with a signal")
    street.sign_in(other)
    street.register()
    street.page.wait_for_selector("text=Another officer has 1 record on this phone")
    assert "Of the first officer" not in street.page.content()
    street.records("Of the second officer.")
    street.state("All sent")
    assert street.grounds_stored() == ["Of the second officer."]
    street.page.click("button:has-text('Done')")
    street.page.click("button:has-text('Sign out')")
    street.page.wait_for_url("**/sign-in")
    street.sign_in()
    street.state("All sent")
    assert street.grounds_stored() == ["Of the first officer.", "Of the second officer."]
    with street.installation.reading() as session:
        officers = dict(session.execute(select(Encounter.grounds, Encounter.officer_id)).all())
    assert officers == {"Of the first officer.": street.account, "Of the second officer.": other}


def test_a_session_that_ended_keeps_the_records_until_the_officer_signs_in(street: Street) -> None:
    street.context.clear_cookies()
    street.records("While signed out.")
    street.state("1 not sent yet (sign in to send)")
    street.page.click("button:has-text('Done')")
    street.page.wait_for_selector("text=Sign in to send 1 record")
    street.sign_in()
    street.state("All sent")
    assert street.grounds_stored() == ["While signed out."]


def test_a_lost_phone_keeps_its_records_and_a_found_one_sends_them_with_new_receipts(street: Street) -> None:
    street.online(on=False)
    (void,) = street.records("Handed over, then lost.")
    street.page.click("button:has-text('Done')")
    with street.installation.writing() as session:
        (line,) = all_handsets(session)
        report_handset_lost(session, handset_id=line.handset_id, actor=COMMAND_LINE, now=datetime.now(UTC))
    street.online(on=True)
    street.state("1 not sent yet (this phone was reported lost)")
    assert street.grounds_stored() == []
    street.page.click("button:has-text('Use it as a new one')")
    street.state("1 needs you")
    street.page.click("button:has-text('Put it right')")
    assert void in street.page.inner_text(".govuk-error-summary")
    street.page.click("button:has-text('Send with a new receipt')")
    street.page.wait_for_selector("h1:has-text('Receipt')")
    street.state("All sent")
    fresh = "".join(street.page.locator(".app-paper__code > span:not(.govuk-visually-hidden)").all_inner_texts())
    assert fresh != void.replace("-", "")
    assert street.page.request.get(f"{street.address}/r/{fresh}").status == 200
    assert street.page.request.get(f"{street.address}/r/{void}").status == 404


def test_a_record_that_the_server_refuses_is_opened_at_the_fault_with_all_that_was_typed(street: Street) -> None:
    page = street.page
    page.click("button:has-text('Record a stop')")
    page.click("label:has-text('A person was searched')")
    page.fill("#field-place-input", "near Castle Park")
    page.click("label:has-text('Misuse of Drugs')")
    page.click("label:has-text('Controlled drugs')")
    page.fill("#field-grounds-input", "Typed once.")
    page.select_option("#field-people-0-self_defined_ethnicity-input", "B1")
    page.click("summary:has-text('Less usual questions')")
    page.fill("#field-officers_present-input", "no such number")
    page.click("button:has-text('Record the stop')")
    street.state("1 needs you")
    page.click("button:has-text('Done')")
    page.click("button:has-text('Put it right')")
    assert page.input_value("#field-grounds-input") == "Typed once."
    assert "There is no officer with the number" in page.inner_text(".govuk-error-summary")


def test_a_record_that_arrived_before_with_other_content_is_shown_as_it_is_and_goes_when_the_officer_says_so(street: Street) -> None:
    def change_and_lose(route: Any) -> None:
        changed = json.loads(route.request.post_data) | {"grounds": "What arrived first."}
        assert route.fetch(post_data=json.dumps(changed)).status == 201
        route.abort()

    street.page.route(RECORDS, change_and_lose)
    street.records("What the phone has.")
    street.state("1 not sent yet (no signal)")
    street.page.unroute(RECORDS)
    street.page.reload()
    street.state("1 needs you")
    street.page.click("a:has-text('Stops')")
    street.page.wait_for_selector("text=This record reached us before, and it said something else then.")
    street.page.click("summary:has-text('What this phone has')")
    street.page.wait_for_selector("text=What the phone has.")
    assert street.grounds_stored() == ["What arrived first."]
    street.page.click("button:has-text('I have compared them')")
    street.state("All sent")
    assert street.grounds_stored() == ["What arrived first."]


def test_the_app_breaks_no_accessibility_rule_and_no_window_by_day_and_by_night(street: Street) -> None:
    from axe_playwright_python.sync_playwright import Axe

    complaints: list[str] = []
    page = street.page
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" and "Content Security" in said.text else None)

    def look(where: str) -> None:
        page.evaluate("scrollTo(0, 0)")  # so that the line of state hides nothing
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found = Axe().run(page, options=RULES).response["violations"]
            complaints.extend(f"{where}, {scheme}: {rule['id']}: {rule['nodes'][0]['html'][:160]}" for rule in found)
        for width in (320, 360, 1366):
            page.set_viewport_size({"width": width, "height": 740})
            over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            complaints.extend([f"{where} is {over} px too wide at {width}"] if over > 0 else [])
        page.set_viewport_size(PHONE)
        small = page.evaluate(
            "[...document.querySelectorAll('[data-app] :is(button, select, textarea, .app-tile, .app-input)')]"
            ".filter((one) => one.offsetParent && one.offsetHeight < 48).map((one) => one.outerHTML.slice(0, 120))"
        )
        complaints.extend(f"{where}: lower than 48 px: {one}" for one in small)

    look("home")
    page.click("button:has-text('Record a stop')")
    look("kinds")
    page.click("label:has-text('traffic stop')")
    page.click("button:has-text('Add a passenger')")
    parts = [page.locator(f"#field-people-{n}-part label:has(input:checked)").inner_text() for n in (0, 1)]
    assert parts == ["Drove", "Was a passenger"]
    page.click("summary:has-text('Less usual questions')")
    look("form")
    page.click("a:has-text('Stops')")
    look("home with a draft")
    street.records("To look at.", people=2)
    look("receipt")
    assert complaints == []


def test_the_pages_of_phones_and_of_an_awaited_record_break_no_accessibility_rule_either(street: Street) -> None:
    from axe_playwright_python.sync_playwright import Axe

    street.online(on=False)
    (code,) = street.records("Waits.")
    street.context.clear_cookies()
    street.online(on=True)
    complaints: list[str] = []
    page = street.context.new_page()

    def look(path: str, words: str) -> None:
        page.goto(f"{street.address}{path}")
        assert words in page.inner_text("main")
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}).response["violations"]
        complaints.extend(f"{path}: {rule['id']}: {rule['nodes'][0]['html'][:160]}" for rule in found)
        page.set_viewport_size({"width": 320, "height": 640})
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        complaints.extend([f"{path} is {over} px too wide"] if over > 0 else [])

    look(f"/r/{code}", "record has not reached us yet")
    street.page.close()
    street.page = page
    street.sign_in()
    look("/officer/handsets", "I lost this one")
    page.click("text=I lost this one")
    look(page.url.removeprefix(street.address), "This cannot be undone")
    assert complaints == []


def test_a_new_version_takes_over_without_losing_what_waits(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    from services.api.officers import app as served

    street.online(on=False)
    street.records("Before the new version.")
    street.page.click("button:has-text('Done')")
    before = street.page.evaluate("caches.keys()")
    monkeypatch.setattr(served, "app_digest", lambda: "another-one")
    street.page.route(RECORDS, lambda route: route.abort())
    street.online(on=True)
    street.page.evaluate("navigator.serviceWorker.getRegistration('/officer/app').then((one) => one.update())")
    street.page.wait_for_function("() => caches.keys().then((names) => names.length === 1 && names[0].startsWith('app-another-one-'))")
    assert "app-another-one" not in before[0]
    street.page.unroute(RECORDS)
    street.page.reload()
    street.state("All sent")
    assert street.grounds_stored() == ["Before the new version."]
