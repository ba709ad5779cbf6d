"""An officer with a real browser and no scripts: only what matters is asked, children make safeguarding appear, finishing is short."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.api.security import session_cookie_name
from stop_search.accounts.actions import make_sign_in_link
from stop_search.accounts.rules import PostKind, Role, Viewer
from stop_search.accounts.sessions import sign_in_by_link
from stop_search.audit.rules import COMMAND_LINE
from stop_search.encounters.actions import record_encounter
from stop_search.encounters.queries import EncounterRecord, recorded_encounter
from stop_search.encounters.receipt_codes import KEY_USE
from stop_search.encounters.rules import EncounterKind, NewPerson, PersonPart
from stop_search.installation import Installation
from tests.support import builders as a
from tests.support.chromium import live_site
from tests.support.stops import OFFICER_NUMBER, a_new_encounter, a_new_person, a_searched_thoroughly

pytestmark = pytest.mark.browser
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}
WINDOWS = ((360, 740), (1366, 768))


class Desk:
    """An officer who also leads a team, at a browser of their own."""

    def __init__(self, installation: Installation) -> None:
        self.installation, now = installation, datetime.now(UTC)
        with installation.writing() as session:
            team = a.a_team(session)
            account = a.an_account(session, name="Pat Invented", officer_number=OFFICER_NUMBER, role=Role.OFFICER)
            session.add(a.RoleGrant(account_id=account.id, role=Role.SUPERVISOR, starts_at=now))
            a.a_post(session, account=account, team=team, kind=PostKind.LEAD)
            link = make_sign_in_link(session, account_id=account.id, actor=COMMAND_LINE, now=now)
            self.token = sign_in_by_link(session, token=link, now=now)
        self.viewer = Viewer(id=account.id, name=account.name, roles=frozenset({Role.OFFICER}))

    def has_recorded(self, **changes: Any) -> str:
        """Record a stop of the past, and return its reference."""
        told = a_new_encounter(**({"started_at": datetime(2026, 10, 25, 0, 30, 17, tzinfo=UTC)} | changes))
        with self.installation.writing() as session:
            return record_encounter(
                session,
                encounter=told,
                receipt_key=self.installation.key_for(KEY_USE),
                reference_prefix="WX",
                actor=COMMAND_LINE,
                now=told.started_at,
            ).reference

    def record(self, reference: str) -> EncounterRecord:
        """Return a record as it stands."""
        with self.installation.reading() as session:
            return recorded_encounter(session, reference=reference, viewer=self.viewer)

    def opens(self, browser: Any, site: str, path: str, *, window: tuple[int, int] = (360, 740), **context: Any) -> Any:
        """Open a page in a browser in which no script runs (unless told otherwise)."""
        made = browser.new_context(**({"viewport": {"width": window[0], "height": window[1]}, "java_script_enabled": False} | context))
        made.add_cookies([{"name": session_cookie_name(self.installation), "value": self.token, "url": site}])
        page = made.new_page()
        page.goto(site + path)
        return page


def test_a_child_s_search_is_recorded_without_scripts_and_only_what_matters_is_asked(browser: Any, installation: Installation) -> None:
    desk = Desk(installation)
    with live_site(installation) as site:
        page = desk.opens(browser, site, "/officer")
        assert not page.locator("#occupants").is_visible()
        page.check("[name=kind][value=traffic_stop]")
        assert page.locator("#occupants").is_visible()
        assert not page.locator("#power").is_visible()
        page.check("[name=kind][value=person]")
        assert not page.locator("#authorisation_reference").is_visible()
        page.select_option("#power", "cjpoa_s60")
        assert page.locator("#authorisation_reference").is_visible()
        page.select_option("#power", "mda_s23")
        page.select_option("#object_of_search", "drugs")
        page.fill("#time", "00:05")
        page.fill("#place", "near Castle Park")
        page.fill("#grounds", "Seen to pass a packet.")
        assert not page.locator("#people-0-safeguarding_considered").is_visible()
        page.check("[name=people-0-age_band][value='10_17']")
        page.check("#people-0-safeguarding_considered")
        page.check("[name=people-0-clothing_level][value=intimate_parts]")
        page.fill("#people-0-authorised_by", "17")
        assert not page.locator("#people-0-ethnicity_not_stated_reason").is_visible()
        page.select_option("#people-0-self_defined_ethnicity", "NS")
        page.select_option("#people-0-ethnicity_not_stated_reason", "N4")
        page.locator("main form").get_by_role("button", name="Record the stop").last.click()
        assert "Not finished." in page.inner_text("main"), page.inner_text("main")[:500]
        told = desk.record(page.url.rpartition("/")[2]).told
    person = told.people[0]
    assert (person.safeguarding_considered, person.authorised_by, person.ethnicity_not_stated_reason) == (True, "17", "N4")


def test_finishing_shows_only_what_is_missing_and_changes_nothing_else(browser: Any, installation: Installation) -> None:
    desk = Desk(installation)
    child = a_searched_thoroughly(age_band="10_17", referral_made=None, self_description="One.\r\nTwo. ", outcome=None, outcome_linked=None)
    reference = desk.has_recorded(grounds="Seen.\r\nHeard. ", people=(child, a_new_person()), place="by “Tom's” & Co <b>")
    before = desk.record(reference).told
    with live_site(installation) as site:
        page = desk.opens(browser, site, f"/officer/stops/{reference}")
        page.get_by_role("link", name="Finish the record").first.click()
        shown = [field.get_attribute("name") for field in page.locator(".site-fields [name]").all() if field.is_visible()]
        assert set(shown) == {"people-0-referral_made", "people-0-outcome", "do"}
        page.check("[name=people-0-referral_made][value=no]")
        page.select_option("#people-0-outcome", "no_further_action")
        page.get_by_role("button", name="Save", exact=True).last.click()
        assert "recorded and finished" in page.inner_text("main")
    record = desk.record(reference)
    assert (record.gaps, record.versions[0].reason) == ((), "Finished the record")
    after = record.told
    assert (after.started_at, after.grounds, after.place) == (before.started_at, before.grounds, before.place)
    assert after.people[0].self_description == before.people[0].self_description
    assert after.people[1] == before.people[1]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_breaks_an_accessibility_rule_or_its_window(browser: Any, installation: Installation, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    desk = Desk(installation)
    half = desk.has_recorded(grounds=None, people=(NewPerson(self_defined_ethnicity="W1"),), finish_later=True)
    whole = desk.has_recorded(people=(a_searched_thoroughly(age_band="10_17", vulnerable=True), a_new_person()))
    car = desk.has_recorded(kind=EncounterKind.UNATTENDED_VEHICLE, people=())
    traffic = desk.has_recorded(
        kind=EncounterKind.TRAFFIC_STOP, traffic_outcome="led_to_search", people=(a_new_person(part=PersonPart.DRIVER),)
    )
    paths = ["/officer", "/reviews", "/reviews/unfinished", f"/officer/stops/{whole}/people/1/withdraw", f"/officer/stops/{whole}/amend"]
    paths += [f"/officer/stops/{each}" for each in (half, whole, car, traffic)] + [f"/officer/stops/{half}/amend"]
    complaints: list[str] = []
    with live_site(installation) as site:
        for window in WINDOWS:
            for path in paths:
                page = desk.opens(browser, site, path, window=window, java_script_enabled=True, color_scheme=scheme)
                found = Axe().run(page, options=RULES).response["violations"]
                complaints += [f"{path} {window}: {each['id']} {each['nodes'][0]['target']}" for each in found]
                if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                    complaints.append(f"{path} is wider than {window}")
                page.context.close()
    assert complaints == []
