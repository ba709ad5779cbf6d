"""What a receipt and a notice print, for tests of their forms."""

from datetime import UTC, date, datetime
from typing import Any

from receipts import forms
from receipts.content import Content, ReceiptContent, notice_content, receipt_content
from stop_search.encounters.rules import EncounterKind, NoticeFacts, PersonPart, ReceiptFacts

SEED = bytes(range(32))
CODE = "7K3M9QX2TD4F"
PUBLIC_URL = "https://stops.force.example"
FORCE = "Wessex Demonstration Police"
NEWEST = 2  # the newest layout
LONG_NAME = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"

OF_ANY = {
    "reference": "IT-2026-4711",
    "started_at": datetime(2026, 11, 21, 14, 5, tzinfo=UTC),
    "place": "near Castle Park, Invented Town",
    "power": "pace_s1",
    "object_of_search": "stolen_goods",
    "officer_name": "Pat Invented",
    "officer_number": "4321",
    "officer_station": "Central police station",
    "entitlement_ends_on": date(2027, 2, 20),
    "language": "en",
    "layout_version": NEWEST,
}
OF_A_RECEIPT = {"kind": EncounterKind.PERSON, "part": PersonPart.SEARCHED, "check_words": "amber otter"}


def some_facts(**changes: Any) -> ReceiptFacts:
    """Return the facts of an ordinary search."""
    return ReceiptFacts(**(OF_ANY | OF_A_RECEIPT | changes))


def some_content(*, public_url: str = PUBLIC_URL, force_name: str = FORCE, spoken: str | None = None, **changes: Any) -> ReceiptContent:
    """Return the content of an ordinary receipt, in the language `spoken` if it is not the one of issue."""
    return receipt_content(some_facts(**changes), code=CODE, force_name=force_name, public_url=public_url, language=spoken)


def some_notice(*, spoken: str | None = None, **changes: Any) -> Content:
    """Return the content of a notice left in a vehicle."""
    facts = NoticeFacts(**(OF_ANY | {"vehicle_registration": "AB12 CDE"} | changes))
    return notice_content(facts, force_name=FORCE, language=spoken)


def receipt_file(content: ReceiptContent, form: str) -> bytes:
    """Return a receipt's file, signed with the tests' own key where it is signed."""
    return forms.receipt_file(content, form, seed=SEED)
