"""What a person can do, side by side; who else can help; and what is left without a receipt."""

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from services.api.site_words import site_words
from stop_search.codes.lists import code_list
from stop_search.force import SupportPlace, read_force
from stop_search.installation import Installation
from tests.support.form_walker import Walker, issued_receipt
from tests.support.letter_walker import with_a_key


def cards(walker: Walker) -> dict[str, tuple[list[str], str]]:
    """Return each way by its heading: the names of its lines, and where its button leads."""
    return {
        card.h2.get_text(strip=True): ([dt.get_text(strip=True) for dt in card.find_all("dt")], str(card.find("a", role="button")["href"]))
        for card in walker.soup.select(".site-way")
    }


def test_every_way_says_the_same_four_things_in_the_same_order_and_has_one_button(installation: Installation, client: TestClient) -> None:
    with_a_key(installation)
    _, code = issued_receipt(installation)
    for path in ("/choose", f"/r/{code}/choose"):
        walker = Walker(client).open(path)
        assert len(cards(walker)) >= 5
        for lines, address in cards(walker).values():
            assert lines == ["What happens", "Who sees it", "How long", "Your name"]
            assert Walker(client).open(address).status == 200
    assert "You can do more than one" in walker.words


def test_the_days_that_are_promised_are_those_of_the_code_list(client: TestClient) -> None:
    within = code_list("letter_kind").entry("stop_without_receipt").answer_within_days
    assert f"You hear from us within {within} days." in Walker(client).open("/choose").words


def test_a_code_that_opens_nothing_chooses_nothing(client: TestClient) -> None:
    assert client.get("/r/7K3M9QX2TD4F/choose").status_code in {404, 422}


def test_what_is_chosen_with_a_receipt_keeps_its_code_but_for_people_who_are_not_the_police(
    installation: Installation, client: TestClient
) -> None:
    _, code = issued_receipt(installation)
    addresses = [address for _, address in cards(Walker(client).open(f"/r/{code}/choose")).values()]
    assert [address for address in addresses if code not in address] == ["/support"]


def test_help_that_is_not_the_police_is_linked_and_nothing_of_it_is_loaded(client: TestClient) -> None:
    walker = Walker(client).open("/support")
    for name in ("Childline", "Y-Stop", "StopWatch", "Release", "Citizens Advice"):
        assert name in walker.words
    away = [a for a in walker.soup.find_all("a") if str(a["href"]).startswith("http")]
    assert len(away) >= 6
    assert all("noreferrer" in a["rel"] for a in away)
    loaded = [str(tag.get("src") or tag.get("href")) for tag in walker.soup.find_all(["script", "link", "img", "iframe"])]
    assert [address for address in loaded if not address.startswith("/static/")] == []
    assert walker.words.index("If you are under 19") < walker.words.index("For everyone")


def test_every_usual_place_has_its_words_and_a_way_to_reach_it() -> None:
    for place in read_force(None).support:
        assert site_words("en").has(f"support.about.{place.key}"), place.key
        assert place.phone or place.website
        assert re.fullmatch(r"[0-9 ]*", place.phone)


def test_a_force_names_its_own_places(tmp_path: Path, client: TestClient) -> None:
    from stop_search.force import INVENTED

    own = tmp_path / "own.yaml"
    own.write_text(INVENTED.read_text() + "\nsupport:\n  - {key: near, name: The Invented Centre, phone: 01632 960 009}\n")
    assert read_force(own).support == (SupportPlace("near", "The Invented Centre", "01632 960 009"),)
    client.app.state.force = read_force(own)
    words = Walker(client).open("/support").words
    assert ("The Invented Centre" in words, "Help near you" in words, "Childline" in words) == (True, True, False)


def test_without_a_receipt_everything_is_told_also_by_phone_and_at_a_station(client: TestClient) -> None:
    walker = Walker(client).open("/no-receipt")
    for told in ("Make a complaint", "Ask for a copy", "call 101", "At a police station", "18001 101"):
        assert told in walker.words
    for link in ("Make a complaint", "Talk to someone", "Read your rights"):
        assert Walker(client).open("/no-receipt").follow(link).status in {200, 503}


@pytest.mark.parametrize("path", ["/choose", "/support", "/no-receipt"])
def test_the_language_goes_along(client: TestClient, path: str) -> None:
    page = Walker(client).open(f"{path}?language=en")
    own = [str(a["href"]) for a in page.soup.find("main").find_all("a") if str(a["href"]).startswith("/")]
    assert own
    assert all("language=en" in address for address in own)
