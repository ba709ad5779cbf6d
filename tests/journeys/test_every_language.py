"""Every language and every set of questions, from the printed square to the four words and back, in Chromium and on a narrow screen.

The suite takes one set for each language, with and without JavaScript in turn, and holds the pages against the rules of accessibility in
English and Urdu. STOP_SEARCH_TEST_EVERY_PAGE=1 takes every set in every language, and every page of every language (`make languages`).
"""

import os
import shutil
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from services.api.public.drafts import SETS
from services.api.site_words import ENGLISH, site_languages, site_words
from stop_search.audit.rules import COMMAND_LINE
from stop_search.database.session import open_database
from stop_search.encounters.allocation import allocate_codes
from stop_search.encounters.handsets import register_handset
from stop_search.encounters.receipt_codes import KEY_USE, make_code
from stop_search.installation import Installation
from stop_search.settings import Settings
from stop_search.storage import open_storage
from tests.support.builders import an_officer
from tests.support.chromium import chromium, live_site
from tests.support.doorbells import RememberingDoorbell
from tests.support.form_walker import issued_receipt
from tests.support.letter_walker import with_a_key
from tests.support.page_reader import PageReader

EVERY = bool(os.environ.get("STOP_SEARCH_TEST_EVERY_PAGE"))
NARROW = {"width": 320, "height": 640}  # 320 pixels is a desktop of 1280 at 400 % (WCAG 2.2, 1.4.10)
SPREAD = [(language, SETS[place % len(SETS)], place % 2 == 0) for place, language in enumerate(site_languages())]
ALL = [(language, version, place % 2 == 0) for place, language in enumerate(site_languages()) for version in SETS]
HELD_AGAINST_RULES = site_languages() if EVERY else tuple(language for language in (ENGLISH, "ur") if language in site_languages())
READ = (
    "/", "/r", "/reply", "/rights", "/rights/young", "/privacy", "/accessibility", "/about-the-numbers", "/verify", "/support", "/choose",
    "/no-receipt", "/you-said-we-did", "/transparency", "/draws",
)  # fmt: skip
LETTERS = ("/complain", "/record", "/panel-interest", "/no-receipt/tell")

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def installed(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Give one installation for all journeys of this file, with a key for letters."""
    folder = tmp_path_factory.mktemp("languages")
    settings = Settings(data_folder=folder, public_url="http://testserver", secret_key="for-tests-only-" * 3, demo=True)
    shutil.copy(sqlite_template, folder / "stop-search.sqlite3")
    opened = open_database(settings.database_address)
    installation = Installation(
        settings=settings, database=opened, storage=open_storage(settings.storage_address), doorbell=RememberingDoorbell()
    )
    with_a_key(installation)
    yield installation
    opened.engine.dispose()


@pytest.fixture(scope="module")
def site(installed: Installation) -> Iterator[str]:
    """Give the site's address."""
    with live_site(installed) as address:
        yield address


@pytest.fixture(scope="module")
def chrome() -> Iterator[Any]:
    """Give one browser for all journeys of this file."""
    with chromium() as opened:
        yield opened


def made_up_code() -> str:
    """Return a code that has the right form, and no receipt."""
    return make_code(b"of somebody else" * 2, uuid.uuid4())


def awaited_code(installation: Installation) -> str:
    """Return a code that was handed over before its record arrived."""
    now = datetime.now(UTC)
    with installation.writing() as session:
        phone = register_handset(session, account_id=an_officer(session).id, label="Phone", actor=COMMAND_LINE, now=now)
        key = installation.key_for(KEY_USE)
        return allocate_codes(session, holder_id=phone, hold=1, key=key, actor=COMMAND_LINE, now=now)[0].code


@pytest.mark.parametrize(("language", "version", "scripted"), ALL if EVERY else SPREAD)
def test_a_person_goes_the_whole_way_in_their_language(
    installed: Installation, site: str, chrome: Any, language: str, version: str, *, scripted: bool
) -> None:
    context = chrome.new_context(viewport=NARROW, java_script_enabled=scripted, locale="en-GB")
    reader = PageReader(context.new_page(), site, language=language)
    _, code = issued_receipt(installed)
    reader.go(f"/r/{code}")
    reader.press("main .govuk-button")
    reader.look("choose")
    for place in reader.answers(code, version=version):
        reader.look(f"{version} {place}")
    words = reader.send()
    reader.look("words")
    reader.keep()
    reader.look("thanks")
    reader.come_back(words)
    reader.look("own answers")
    assert "And quick." in reader.page.inner_text("main")
    assert str(site_words(language).say("own_answers.heading")) in reader.page.inner_text("h1")
    assert context.cookies() == []
    context.close()
    assert reader.broken == []


@pytest.mark.parametrize("language", HELD_AGAINST_RULES)
@pytest.mark.timeout(600)
def test_no_page_breaks_an_accessibility_rule(installation: Installation, chrome: Any, language: str) -> None:
    with_a_key(installation)
    with live_site(installation) as site:
        assert broken_on_any_page(installation, site, chrome, language) == []


def broken_on_any_page(installed: Installation, site: str, chrome: Any, language: str) -> list[str]:
    """Open every page of the public in a language, and return what is wrong."""
    context = chrome.new_context(viewport=NARROW, bypass_csp=True, locale="en-GB")
    reader = PageReader(context.new_page(), site, language=language, axe=True)
    _, code = issued_receipt(installed)
    for path in (
        *READ,
        f"/r/{code}",
        f"/r/{code}/choose",
        f"/r/{code}/in-the-draw",
        f"/r/{awaited_code(installed)}",
        "/r/7K3M9QX2TD4F",
        "/no/such/page",
    ):
        reader.go(path)
    the_way(reader, code)
    for path in (f"/r/{code}/complain", *LETTERS):
        reader.write_letter(path)
    context.close()
    return reader.broken


def the_way(reader: PageReader, code: str) -> None:
    """Look at each kind of page between the first question and a correction; questions with answers to choose from are alike."""
    page = reader.page
    reader.open(f"/r/{code}/feedback")
    reader.press("main button[value=continue]")
    reader.look("an error")
    reader.press(".site-exit__row button")
    reader.look("the languages")
    for place in reader.answers(code, version="easy_read"):
        is_usual = place not in {"set", "about", "check"} and not page.locator("textarea").count()
        reader.look(place, kind="a question with pictures" if is_usual else place)
    words = reader.send()
    reader.look("words")
    reader.keep()
    reader.look("thanks")
    reader.come_back(words)
    reader.look("own answers")
    reader.press("form[action*=correct] button")
    reader.look("correction")


def test_too_many_tries_are_told_in_the_language_too(installation: Installation, chrome: Any) -> None:
    with live_site(installation) as site:
        context = chrome.new_context(viewport=NARROW, bypass_csp=True, locale="en-GB")
        reader = PageReader(context.new_page(), site, language=HELD_AGAINST_RULES[-1], axe=True)
        for _ in range(40):
            reader.open(f"/r/{made_up_code()}")
            if reader.page.locator("main a[href*=turn]").count():
                break
        assert reader.page.locator("main a[href*=turn]").count(), "there is no page to wait on"
        reader.look("wait")
        context.close()
    assert reader.broken == []
