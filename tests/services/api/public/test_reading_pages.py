"""Pages that are only read."""

import re

import pytest
from starlette.testclient import TestClient

from tests.support.form_walker import Walker

PATHS = ["/rights", "/privacy", "/accessibility", "/about-the-numbers", "/verify"]


@pytest.mark.parametrize("path", PATHS)
def test_each_page_has_one_heading_short_words_and_links_that_lead_somewhere(client: TestClient, path: str) -> None:
    walker = Walker(client).open(path)
    assert walker.status == 200
    text = walker.soup.find("main").get_text(" ")
    letters = re.findall(r"[a-zA-Z]+", text)
    assert sum(map(len, letters)) / len(letters) < 4.9
    own = {str(a["href"]) for a in walker.soup.find_all("a", href=True) if str(a["href"]).startswith("/")}
    for target in own | {"/r"}:
        opened = client.get(target.partition("#")[0], follow_redirects=True)
        assert opened.status_code == 200, target
        if "#" in target:
            assert f'id="{target.partition("#")[2]}"' in opened.text, target


def test_the_rights_page_has_the_places_that_other_pages_point_to(client: TestClient) -> None:
    walker = Walker(client).open("/rights")
    for place in ("copy", "complain", "support"):
        assert walker.soup.find(id=place).name == "h2"
    assert "0800 1111" in walker.words
    assert "3 months" in walker.words


def test_the_verify_page_names_this_site_s_own_address(client: TestClient) -> None:
    walker = Walker(client).open("/verify")
    assert "http://testserver" in walker.words
    assert walker.soup.find(id="different") is not None
