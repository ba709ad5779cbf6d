"""Pages that are only read."""

import re

import pytest
from starlette.testclient import TestClient

from services.api.public.reading_pages import PRIVACY, RIGHTS, YOUNG_RIGHTS
from services.api.site_words import site_words
from tests.support.form_walker import Walker

PATHS = [
    *("/rights", "/rights/young", "/privacy", "/accessibility", "/about-the-numbers"),
    *("/you-said-we-did", "/transparency", "/draws", "/verify"),
]
ELSEWHERE = {"/choose", "/complain", "/record", "/support", "/no-receipt"}  # pages of other modules that these lead to
POINTED_AT = {"search", "strip", "section-60", "account", "car", "phone", "arrest", "copy", "complain", "support"}


@pytest.mark.parametrize("path", PATHS)
def test_each_page_has_one_heading_short_words_and_links_that_lead_somewhere(client: TestClient, path: str) -> None:
    walker = Walker(client).open(path)
    assert walker.status == 200
    assert walker.heading
    text = walker.soup.find("main").get_text(" ")
    letters = re.findall(r"[a-zA-Z]+", text)
    assert sum(map(len, letters)) / len(letters) < 4.9
    for target in {str(a["href"]) for a in walker.soup.find_all("a", href=True)}:
        own, _, fragment = target.partition("#")
        if own.startswith("/") and own.partition("?")[0] not in ELSEWHERE:
            assert client.get(own, follow_redirects=True).status_code == 200, target
        if fragment:
            assert f'id="{fragment}"' in (client.get(own).text if own else str(walker.soup)), target


@pytest.mark.parametrize(("path", "sections"), [("/rights", RIGHTS), ("/rights/young", YOUNG_RIGHTS), ("/privacy", PRIVACY)])
def test_contents_lead_to_every_section_in_order(client: TestClient, path: str, sections: tuple[tuple[str, str], ...]) -> None:
    walker = Walker(client).open(path)
    contents = [str(a["href"]).removeprefix("#") for a in walker.soup.select(".site-contents a")]
    headings = [str(h2["id"]) for h2 in walker.soup.find_all("h2")]
    assert contents == headings == [fragment for fragment, _ in sections]


@pytest.mark.parametrize("path", ["/rights", "/rights/young"])
def test_the_rights_pages_have_the_places_that_other_pages_point_to(client: TestClient, path: str) -> None:
    walker = Walker(client).open(path)
    assert {str(h2["id"]) for h2 in walker.soup.find_all("h2")} >= POINTED_AT
    assert "0800 1111" in walker.words
    assert "3 months" in walker.words
    linked = {str(a["href"]).partition("?")[0] for a in walker.soup.find_all("a", href=True)}
    assert linked >= ELSEWHERE


def test_the_young_read_of_the_appropriate_adult_and_of_school_in_a_page_of_their_own(client: TestClient) -> None:
    walker = Walker(client).open("/rights").follow("Read the page for you")
    assert "under 18" in walker.heading
    assert "appropriate adult must be with you" in walker.words
    assert walker.soup.find(id="school") is not None
    assert "999" in walker.words


def test_links_of_the_rights_pages_take_the_language_along(client: TestClient) -> None:
    soup = Walker(client).open("/rights?language=en").soup
    away = [str(a["href"]) for a in soup.find("main").find_all("a", href=True) if str(a["href"]).startswith("/")]
    assert len(away) >= len(ELSEWHERE) + 1
    assert all(address.endswith("?language=en") for address in away)


def test_the_privacy_page_says_how_long_the_footage_of_this_force_is_kept(client: TestClient) -> None:
    walker = Walker(client).open("/privacy")
    assert "31 days" in walker.words
    assert "four words" in walker.words
    assert "history" in walker.words


def test_the_statement_on_accessibility_names_law_standard_enforcement_and_dates(client: TestClient) -> None:
    words = Walker(client).open("/accessibility").words
    for said in ("(No. 2) Accessibility Regulations 2018", "partially compliant", "Guidelines version 2.2", "EASS", "25 November 2026"):
        assert said in words


def test_every_section_that_the_words_hold_is_shown(client: TestClient) -> None:
    for group, path in {"rights": "/rights", "rights_young": "/rights/young", "privacy": "/privacy", "verify": "/verify"}.items():
        shown = {h2.get_text(strip=True) for h2 in Walker(client).open(path).soup.find_all("h2")}
        said = {str(part["heading"]) for part in site_words("en").groups[group].values() if isinstance(part, dict)}
        assert said == shown, group


def test_the_verify_page_names_this_site_s_own_address(client: TestClient) -> None:
    walker = Walker(client).open("/verify")
    assert "http://testserver" in walker.words
    assert walker.soup.find(id="different") is not None
    assert re.fullmatch("[0-9a-f]{64}", walker.soup.select_one(".site-key").get_text(strip=True))
