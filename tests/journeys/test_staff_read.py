"""The pages on which staff read what the public said: in a real browser, on a desk and a phone, held against rules of access."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from stop_search.accounts.actions import make_sign_in_link
from stop_search.accounts.rules import Role
from stop_search.audit.rules import COMMAND_LINE
from stop_search.feedback.comment_reading import release_read_comment
from stop_search.feedback.personal_details.masking import masked
from stop_search.feedback.records import FeedbackText, TriageItem
from stop_search.feedback.released import release_answers
from stop_search.feedback.sealed_text import TEXT_KEY_USE
from stop_search.installation import Installation
from tests.support import builders as a
from tests.support.chromium import chromium, live_site
from tests.support.leaving import a_viewer, somewhere

pytestmark = pytest.mark.browser
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}
WINDOWS = {"desk": (1366, 768), "phone": (360, 740)}
NOW = datetime.now(UTC)
WRITTEN = "He was rude to me by the corner shop. Ring 07700 900123, or ask for Sarah at the desk."


def prepared(installation: Installation) -> tuple[dict[str, uuid.UUID], dict[str, list[str]]]:
    """Fill every page; return an account for each role and the pages that it looks at."""
    key = installation.key_for(TEXT_KEY_USE)
    bad: dict[str, Any] = {"answers": {"respect": "not_at_all", "overall": "badly"}, "text_key": key}
    with installation.writing() as session:
        handler = a_viewer(session, Role.COMPLAINTS_HANDLER)
        for days in (0, 1, 20):
            somewhere(session, comment=WRITTEN, now=NOW - timedelta(days=days), **bad)
        somewhere(session, comment="Byli niemili.", language="pl", now=NOW, **bad)
        texts = {text_id: number for number, text_id in enumerate(session.scalars(select(FeedbackText.id).order_by(FeedbackText.id)))}
        given = {"mask": masked, "viewer": handler, "text_key": key, "now": NOW, "translation": "They were not kind."}
        items = session.scalars(select(TriageItem.id).order_by(TriageItem.due_on)).all()
        release_read_comment(session, text_id=next(iter(texts)), **given)
        waiting = list(texts)[1:]
        officer = a.an_officer(session)
        for number in range(17):
            receipt = a.a_receipt(session, person=a.a_person(session, encounter=a.an_encounter(session, officer=officer, people=0)))
            answers = {"respect": "fully" if number < 9 else "not_at_all", "grounds": "partly"}
            a.some_feedback(session, receipt=receipt, answers=answers, released_from="2020-01")
        assert release_answers(session, now=datetime(2026, 11, 9, 12, tzinfo=UTC)) == 1
        learner, quiet = a_viewer(session, Role.LEARNING_TEAM), a.an_officer(session)
    accounts = {"handler": handler.id, "officer": officer.id, "quiet": quiet.id, "learner": learner.id}
    pages = {
        "handler": ["/complaints/feedback", *(f"/complaints/feedback/{item}" for item in items[:2]), "/complaints/comments"]
        + [f"/complaints/comments/{text_id}" for text_id in waiting],
        "officer": ["/officer/feedback"],
        "quiet": ["/officer/feedback"],
        "learner": ["/learning/public"],
    }
    return accounts, pages


def signed_in(context: Any, site: str, installation: Installation, account_id: uuid.UUID) -> Any:
    """Open a page of this account."""
    with installation.writing() as session:
        token = make_sign_in_link(session, account_id=account_id, actor=COMMAND_LINE, now=datetime.now(UTC))
    page = context.new_page()
    page.goto(f"{site}/sign-in/link/{token}")
    page.click("main button")
    return page


def problems(page: Any, where: str, width: int) -> list[str]:
    """Return what breaks a rule or runs off the screen."""
    from axe_playwright_python.sync_playwright import Axe

    found = [f"{where}: {rule['id']}: {rule['nodes'][0]['html'][:160]}" for rule in Axe().run(page, options=RULES).response["violations"]]
    if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
        found.append(f"{where}: {wide} px wide in a window of {width}")
    if page.locator("h1").count() != 1:
        found.append(f"{where}: not one h1")
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("window", WINDOWS)
def test_every_page_fits_and_breaks_no_rule(installation: Installation, window: str, scheme: str) -> None:
    width, height = WINDOWS[window]
    accounts, pages = prepared(installation)
    found: list[str] = []
    with live_site(installation) as site, chromium() as browser:
        for who, account_id in accounts.items():
            context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
            page = signed_in(context, site, installation, account_id)
            for number, path in enumerate(pages[who]):
                page.goto(site + path)
                found += problems(page, f"{path} {window}", width)
                if number == 1:
                    page.click("summary")
                    page.check("text=To decide on it")
                    page.click("button:has-text('Show as written')")
                    page.wait_for_selector("text=07700 900123")
                    found += problems(page, f"{path} as written {window}", width)
                if path.startswith("/complaints/comments/"):
                    page.click("button:has-text('Withhold it')")
                    page.wait_for_selector(".govuk-error-summary")
                    found += problems(page, f"{path} refused {window}", width)
            context.close()
    assert found == []
