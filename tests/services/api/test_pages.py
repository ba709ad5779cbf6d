"""Rendering: figures in words, escaping, and what each layout shows to whom."""

import re
import uuid
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from fastapi import Request

from services.api import pages
from services.api.navigation import PLACES, places
from stop_search.accounts.rules import Role, Viewer
from stop_search.force import Force, read_force

EVIL = "<script>alert(1)</script>"


def viewer(*roles: Role, name: str = "Sam Lee") -> Viewer:
    return Viewer(id=uuid.UUID(int=1), name=name, roles=frozenset(roles))


def rendered(template: str, *, force: Force | None = None, path: str = "/", **context: object) -> BeautifulSoup:
    """Render a template as a route would, and read it as a browser does."""
    settings = SimpleNamespace(public_url="https://stops.example")
    installation = SimpleNamespace(key_for=str.encode, settings=settings)
    app = SimpleNamespace(state=SimpleNamespace(force=force or read_force(None), installation=installation))
    request = Request({"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": [], "app": app})
    shown = pages.environment().from_string(template).render(pages.at_hand(request, is_public=template == PUBLIC) | context)
    return BeautifulSoup(shown, "html.parser")


STAFF = '{% extends "layouts/staff.html" %}{% block page_title %}Reviews{% endblock %}{% block content %}<h1>{{ words }}</h1>{% endblock %}'
PUBLIC = STAFF.replace("staff", "public")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (60, "1 min"),
        (61, "1 min 1 s"),
        (3599.4, "59 min 59 s"),
        (3600, "1 h 0 min"),
        (7383, "2 h 3 min"),
    ],
)
def test_a_length_is_said_as_people_say_it(seconds: float, words: str) -> None:
    assert pages.duration_in_words(seconds) == words


def test_numbers_have_commas_fixed_places_and_a_true_minus() -> None:
    assert pages.number_in_words(1234567) == "1,234,567"
    assert pages.number_in_words(-0.5, 2) == "\N{MINUS SIGN}0.50"
    assert pages.percent_in_words(0.815) == "82%"
    assert pages.percent_in_words(0.8154, 1) == "81.5%"


@pytest.mark.parametrize("layout", [STAFF, PUBLIC])
def test_what_people_typed_is_shown_and_never_run(layout: str) -> None:
    page = rendered(layout, words=EVIL, viewer=viewer(Role.SUPERVISOR, name=EVIL))
    assert page.h1 is not None
    assert page.h1.get_text() == EVIL
    assert not [script for script in page.find_all("script") if not script.get("src")]


@pytest.mark.parametrize("layout", [STAFF, PUBLIC])
def test_every_page_has_a_language_a_title_a_way_past_the_header_and_one_main(layout: str) -> None:
    page = rendered(layout, words="Hello", viewer=viewer(Role.OFFICER), language="cy", direction="ltr")
    assert page.html is not None
    assert page.title is not None
    assert (page.html["lang"], page.html["dir"]) == ("cy", "ltr")
    assert page.title.get_text() == "Reviews \N{EN DASH} Wessex Demonstration Police"
    skip = page.find("a", class_="govuk-skip-link")
    assert skip is not None
    assert [main["id"] for main in page.find_all("main")] == [str(skip["href"]).removeprefix("#")]


def test_the_staff_header_shows_only_what_the_viewers_roles_open() -> None:
    for role in Role:
        shown = {a["href"] for a in rendered(STAFF, viewer=viewer(role)).select("nav a")}
        assert shown == {place.path for place in PLACES if role in place.roles}
    assert places(None) == []


def test_the_header_marks_the_place_that_holds_the_page() -> None:
    page = rendered(STAFF, viewer=viewer(Role.SUPERVISOR, Role.LEARNING_TEAM), path="/reviews/7")
    assert [(a["href"], a["aria-current"]) for a in page.select("nav a[aria-current]")] == [("/reviews", "true")]
    page = rendered(STAFF, viewer=viewer(Role.SUPERVISOR), path="/reviews")
    assert [a["aria-current"] for a in page.select("nav a[aria-current]")] == ["page"]
    assert not rendered(STAFF, viewer=viewer(Role.SUPERVISOR), path="/reviewsomething").select("nav a[aria-current]")


def test_signing_out_is_a_form_with_the_token() -> None:
    form = rendered(STAFF, viewer=viewer(Role.AUDITOR)).find("form")
    assert form is not None
    assert (form["method"], form["action"]) == ("post", "/sign-out")
    assert [len(str(field["value"])) for field in form.select("input[name=csrf]")] == [64]
    assert not rendered(STAFF).find("form"), "nobody is signed in, so nobody can sign out"


def test_the_public_can_leave_at_once_without_a_script() -> None:
    page = rendered(PUBLIC)
    link = page.select_one("a[data-quick-exit]")
    assert link is not None
    assert str(link["href"]).startswith("https://")
    assert "noreferrer" in link["rel"]
    assert page.select_one('meta[name=referrer][content="no-referrer"]')


def test_the_language_choice_is_there_when_there_is_a_choice() -> None:
    assert not rendered(PUBLIC, offered_languages=("en",)).select(".site-languages")
    page = rendered(PUBLIC, offered_languages=("en", "cy"))
    assert [(a["href"], a["lang"], a.get_text()) for a in page.select(".site-languages a")] == [("?language=cy", "cy", "Cymraeg")]


def test_where_the_form_keeps_a_draft_the_languages_are_its_buttons() -> None:
    page = rendered(PUBLIC, offered_languages=("en", "cy"), keeps_draft=True)
    (button,) = page.select(".site-languages button")
    assert (button["form"], button["formaction"], button["value"]) == ("answers", "?language=cy", "stay")


def test_a_page_loads_one_style_sheet_and_only_from_here() -> None:
    for layout in (STAFF, PUBLIC):
        page = rendered(layout)
        assert len(page.select("link[rel=stylesheet]")) == 1
        addresses = [tag.get("href") or tag.get("src") for tag in page.select("link, script[src]")]
        assert all(re.match(r"/static/[\w./-]+\?v=[0-9a-f]{12}$", str(address)) for address in addresses)
