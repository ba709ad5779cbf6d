"""The themes pages in a browser, without scripts: a comment is coded, and no page is wider than a phone or breaks what axe looks at."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role
from stop_search.codes.themes import codebook_version
from stop_search.feedback.sealed_text import TEXT_KEY_USE
from stop_search.installation import Installation
from stop_search.learning.coding import code_comment
from stop_search.learning.suggesting import ReadByModel, keep_suggestions
from stop_search.learning.theme_rules import Suggested
from tests.support.builders import NOON
from tests.support.chromium import live_site
from tests.support.released import a_learner, a_released_comment
from tests.support.running import signed_in_page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}
SAID = (("He swore at me and threw me against the van.", ("disrespect", "force_hurt")), ("They were kind to my son.", ("calm_and_care",)))


def coded(session: Session, key: bytes) -> None:
    """Have a year of comments coded."""
    viewer = a_learner(session)
    for month in range(9):
        for n in range(5 + month % 3):
            words, themes = SAID[0 if n < 5 else 1]
            left_at = NOON - timedelta(days=30 * month)
            comment_id = a_released_comment(session, words, text_key=key, now=left_at)
            code_comment(session, comment_id=comment_id, picked=themes, codebook=codebook_version(), viewer=viewer, now=NOON)


def waiting(session: Session, key: bytes) -> None:
    """Have a comment wait for its reader, and one for a translator."""
    read = {
        a_released_comment(session, "He would not tell me his number. [name] saw it.", read_twice=False, text_key=key): ReadByModel(
            is_english=True, themes=(Suggested("identity_refused", 0.9),)
        ),
        a_released_comment(session, "Policjant był bardzo niegrzeczny.", text_key=key): ReadByModel(is_english=False, themes=()),
    }
    keep_suggestions(session, read=read, codebook=codebook_version(), model="m1", now=NOON)


@pytest.mark.parametrize("width", [360, 1366])
def test_the_themes_pages_fit_the_screen_and_a_comment_is_coded_without_scripts(
    browser: Any, installation: Installation, width: int
) -> None:
    key = installation.key_for(TEXT_KEY_USE)
    with installation.writing() as session:
        coded(session, key)
        waiting(session, key)
    with live_site(installation) as site:
        context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=True)
        page = signed_in_page(context, site, installation, Role.LEARNING_TEAM)
        for name, path in (("all", ""), ("one", "?theme=disrespect"), ("code", "/code"), ("translate", "/translate")):
            page.goto(f"{site}/learning/themes{path}")
            if folder := os.environ.get("STOP_SEARCH_TEST_PICTURES"):
                page.screenshot(path=Path(folder) / f"themes-{name}-{width}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            assert not [found["id"] for found in Axe().run(page, options=RULES).response["violations"]], name
        plain = browser.new_context(
            viewport={"width": width, "height": 800}, java_script_enabled=False, storage_state=context.storage_state()
        )
        page = plain.new_page()
        page.goto(f"{site}/learning/themes/code")
        assert page.locator("input[type=checkbox]:checked").count() == 0
        page.check("#theme-identity_refused")
        page.click("text=Keep and go on")
        assert "Kept." in page.locator("[role=status]").inner_text()
