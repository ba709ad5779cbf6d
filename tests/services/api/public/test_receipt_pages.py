"""Typing the code, and the page that the QR opens."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from stop_search.database.tables import METADATA
from stop_search.encounters.receipt_codes import pretty
from stop_search.encounters.rules import ReceiptState
from stop_search.installation import Installation
from tests.support.builders import NOON
from tests.support.form_walker import Walker, issued_receipt


def everything_stored(installation: Installation) -> dict[str, int]:
    """Count the rows of every table."""
    with installation.reading() as session:
        return {name: session.scalar(select(func.count()).select_from(table)) or 0 for name, table in METADATA.tables.items()}


def test_the_address_of_the_qr_in_capitals_and_the_typed_one_open_the_same_page(installation: Installation, client: TestClient) -> None:
    _, code = issued_receipt(installation)
    answers = [
        client.get(path) for path in (f"/R/{code}", f"/r/{code}", f"/r/{code.lower()}", f"/r/{pretty(code)}", f"/r/{pretty(code).lower()}")
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1


def test_the_landing_page_shows_the_check_words_first_and_what_this_is_not(installation: Installation, client: TestClient) -> None:
    receipt, code = issued_receipt(installation)
    walker = Walker(client).open(f"/R/{code}")
    assert walker.heading == "Are these the words on your receipt?"
    assert receipt.check_words in walker.words
    assert walker.words.index(receipt.check_words) < walker.words.index("What this is")
    assert "Wessex Demonstration Police gives a receipt" in walker.words
    yes = walker.soup.find("a", string=re.compile("Yes, they are the same"))
    assert yes["href"] == f"/r/{code}/choose"


def test_no_public_page_shows_anything_about_the_stop(installation: Installation, client: TestClient) -> None:
    _, code = issued_receipt(installation)
    walker = Walker(client).open(f"/r/{code}").open(f"/r/{code}/feedback").to_check_page()
    walker.press("Send my answers").press("I have kept my words").press("See my answers")
    whole = " ".join(page for page in walker.pages if "about-ethnic_group" not in page)  # that page offers every ethnic group
    whole = whole.replace(code, "").replace(pretty(code), "")  # by chance a code can have one of these in it
    for secret in ("Castle Park", "IT-", "16 November", "2026-11-16", "pace_s1", "Seen passing", "no_further_action", "W1"):
        assert secret not in whole, secret


def test_opening_pages_changes_nothing(installation: Installation, client: TestClient) -> None:
    _, code = issued_receipt(installation)
    before = everything_stored(installation)
    for path in (f"/r/{code}", f"/r/{code}/feedback", f"/r/{code}/feedback/send", "/r", "/reply", "/verify"):
        for _ in range(3):
            client.get(path)
            client.head(path)
    Walker(client).open(f"/r/{code}/feedback").to_check_page()
    assert everything_stored(installation) == before


@pytest.mark.parametrize(
    "headers",
    [{"user-agent": "WhatsApp/2.23.20.0"}, {"user-agent": "facebookexternalhit/1.1"}, {"purpose": "prefetch", "sec-purpose": "prefetch"}],
)
def test_a_preview_spends_nothing(installation: Installation, client: TestClient, headers: dict[str, str]) -> None:
    _, code = issued_receipt(installation)
    before = everything_stored(installation)
    assert client.get(f"/R/{code}", headers=headers).status_code == 200
    assert everything_stored(installation) == before
    assert Walker(client).open(f"/R/{code}").heading == "Are these the words on your receipt?"


def test_wrong_withdrawn_and_unknown_codes_get_the_same_page(installation: Installation, client: TestClient) -> None:
    _, withdrawn = issued_receipt(installation, state=ReceiptState.WITHDRAWN, withdrawn_at=NOON)
    _, known = issued_receipt(installation)
    mistyped = known[:-1] + ("A" if known[-1] != "A" else "B")
    unknown = "7K3M9QX2TD4F"
    for suffix in ("", "/feedback"):
        answers = [client.get(f"/r/{code}{suffix}") for code in (withdrawn, mistyped, unknown, "x", "%00", "%F0%9F%98%80", "A" * 500)]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.text for answer in answers}) == 1
        assert Walker(client).open(f"/r/{withdrawn}{suffix}").heading == "We cannot find this receipt"
    assert client.post(f"/r/{withdrawn}/feedback/send", data={"listened": "fully"}).status_code == 404


@pytest.mark.parametrize("made", [str, str.lower, pretty, lambda code: f"  {pretty(code).lower()} ", " ".join])
def test_a_typed_code_leads_to_its_page_however_it_is_typed(
    installation: Installation, client: TestClient, made: Callable[[str], str]
) -> None:
    _, code = issued_receipt(installation)
    answer = client.post("/r", data={"code": made(code)})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/r/{code}")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Type the code that is on your receipt."),
        ("7K3M", "You typed 4."),
        ("7K3M-9QX2-TD4G", "One of the letters or numbers is not right."),
        ("<script>alert(1)</script>", "No code has “<” in it."),
        ("A" * 10_000, "A code has 12 letters and numbers."),
    ],
)
def test_a_mistyped_code_is_told_what_is_wrong_and_is_kept(client: TestClient, typed: str, told: str) -> None:
    walker = Walker(client).open("/r").press(typed=typed)
    assert walker.status == 422
    assert told in walker.problem
    assert walker.soup.title.get_text().startswith("Error: ")
    assert walker.soup.find("input", id="code")["value"] == typed[:64]
    assert walker.soup.select_one(".govuk-error-summary a")["href"] == "#code"
    assert told in walker.soup.find(id="code-error").get_text()


def test_public_pages_set_no_cookie_and_are_kept_nowhere(installation: Installation, client: TestClient) -> None:
    _, code = issued_receipt(installation)
    for path in (
        "/r",
        f"/r/{code}",
        f"/r/{code}/feedback",
        "/reply",
        "/rights",
        "/verify",
        "/privacy",
        "/accessibility",
        "/about-the-numbers",
    ):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "set-cookie" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "data-quick-exit" in answer.text
        assert "<script>" not in answer.text
